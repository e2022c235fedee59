/** Text that parses to the same double and never looks like an integer: `1.0`, `-0.0`, `1e+21`. */
export function doubleText(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** The shortest text of a 32-bit float: 0.1, not the 0.10000000149011612 of its value as a double. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  for (let digits = 1; digits < 10; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return doubleText(Object.is(value, -0) ? -0 : shorter);
  }
  return doubleText(value);
}

/** Whether a double holds exactly the digits of a decimal fraction. */
export function isExactFraction(fraction: string): boolean {
  const digits = significantDigits(fraction);
  // A decimal of 15 digits survives in any double.
  return digits.length <= 15 || digits === significantDigits(String(Number(fraction)));
}

function significantDigits(number: string): string {
  const [mantissa = ""] = number.toLowerCase().split("e");
  return mantissa.replace(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "");
}
