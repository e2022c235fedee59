const WHOLE = /^-?\d+$/;
/** Longer ones fit no type, and a BigInt of them would take its time. */
const MAX_DIGITS = 400;

/** A JSON number as its text, so that no digit is lost. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The integer it is written as; undefined with a point, an exponent, a minus zero, or 400 digits. */
  get integer(): bigint | undefined {
    const whole = WHOLE.test(this.text) && this.text !== "-0" && this.text.length <= MAX_DIGITS;
    return whole ? BigInt(this.text) : undefined;
  }

  /**
   * Whether a double may stand for it: an integer must be exactly representable, because an id that
   * loses digits is another id; a fraction goes to the nearest double that is not infinite or zero.
   */
  get fitsDouble(): boolean {
    const nearest = Number(this.text);
    if (!Number.isFinite(nearest)) return false;
    const { integer } = this;
    if (integer !== undefined) return BigInt(nearest) === integer;
    const [mantissa = ""] = this.text.split(/[eE]/);
    return nearest !== 0 || !/[1-9]/.test(mantissa);
  }
}
