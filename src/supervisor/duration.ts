import { ArgumentError } from "../errors.js";

/** The longest delay of Node's timers. */
export const LONGEST_MS = 2_147_483_647;

const UNITS_MS: Readonly<Record<string, number>> = {
  millisecond: 1,
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};
const PATTERN = /^(\d+(?:\.\d+)?)\s*(millisecond|second|minute|hour|day|week)s?$/i;

/**
 * The milliseconds of a text such as `15 minutes`.
 *
 * @throws {ArgumentError} the text is not a number and a unit
 */
export function durationMs(argument: string, text: unknown): number {
  const [, count, unit] = (typeof text === "string" ? PATTERN.exec(text.trim()) : null) ?? [];
  const ms = Number(count) * (UNITS_MS[String(unit).toLowerCase()] ?? Number.NaN);
  if (ms >= 1) return ms;
  throw new ArgumentError(
    argument,
    `${argument} must be a number and a unit, such as "15 minutes" (units: ${Object.keys(UNITS_MS).join(", ")}), got ${JSON.stringify(text)}.`,
  );
}

/**
 * Checks an option that is a number of milliseconds.
 *
 * @throws {ArgumentError} the value is below `least`, or longer than a timer can wait
 */
export function milliseconds(
  argument: string,
  value: number | undefined,
  least: number,
): number | undefined {
  if (value === undefined || (value >= least && value <= LONGEST_MS)) return value;
  throw new ArgumentError(
    argument,
    `${argument} must be a number from ${least} to ${LONGEST_MS}, got ${String(value)}.`,
  );
}
