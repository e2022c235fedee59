import { Cron } from "croner";
import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import { durationMs } from "./duration.js";
import type { Schedule } from "./dynamic-stream.js";

/** More missed runs than this are counted as this many. */
const MOST_MISSED = 1_000;

/** The due times of a scheduled stream. All times are milliseconds since 1970. */
export interface DueTimes {
  /** Such as `every 15 minutes` or `0 * * * * in Europe/Berlin`. */
  readonly text: string;
  /** The first run if there was none before. */
  readonly first: (nowMs: number) => number;
  /** The next due time after this one. */
  readonly after: (ms: number) => number;
}

/** Due times that have passed without a run. */
export interface Overdue {
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly count: number;
}

/**
 * Reads a schedule.
 *
 * @throws {ArgumentError} it has neither `every` nor `cron`, or both, or one of them is not valid
 */
export function dueTimesOf(schedule: Schedule): DueTimes {
  checkOptions("schedule", schedule, ["every", "cron", "timeZone"]);
  const fields: { readonly every?: unknown; readonly cron?: unknown; readonly timeZone?: unknown } =
    schedule;
  if ((fields.every === undefined) === (fields.cron === undefined)) {
    throw new ArgumentError(
      "schedule",
      'schedule needs either every or cron: { every: "15 minutes" } or { cron: "0 * * * *", timeZone: "Europe/Berlin" }.',
    );
  }
  if ("cron" in schedule) return cronTimes(schedule.cron, schedule.timeZone);
  if (fields.timeZone !== undefined) {
    throw new ArgumentError("schedule.timeZone", "schedule.timeZone needs schedule.cron.");
  }
  const stepMs = durationMs("schedule.every", schedule.every);
  return {
    text: `every ${schedule.every}`,
    first: (nowMs) => nowMs,
    after: (ms) => ms + stepMs,
  };
}

/** The due times after `lastMs` up to now. Undefined if the next one is still to come. */
export function overdue(times: DueTimes, lastMs: number, nowMs: number): Overdue | undefined {
  const firstAtMs = times.after(lastMs);
  if (firstAtMs > nowMs) return undefined;
  let lastAtMs = firstAtMs;
  let count = 1;
  for (let next = times.after(lastAtMs); next <= nowMs && count < MOST_MISSED; count++) {
    lastAtMs = next;
    next = times.after(next);
  }
  // After very many the newest due time is unknown. The next one counts from now.
  if (count === MOST_MISSED) lastAtMs = nowMs;
  return { firstAtMs, lastAtMs, count };
}

function cronTimes(cron: unknown, timeZone: string | undefined): DueTimes {
  const pattern = cronOf(cron, timeZone);
  const after = (ms: number): number => {
    const next = pattern.nextRun(new Date(ms));
    if (next === null) {
      throw new ArgumentError(
        "schedule.cron",
        `schedule.cron "${String(cron)}" is never due again.`,
      );
    }
    return next.getTime();
  };
  after(Date.now());
  return {
    text: timeZone === undefined ? String(cron) : `${String(cron)} in ${timeZone}`,
    first: after,
    after,
  };
}

function cronOf(cron: unknown, timeZone: string | undefined): Cron {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch {
    throw new ArgumentError(
      "schedule.timeZone",
      `schedule.timeZone must be the name of a time zone such as "Europe/Berlin", got ${JSON.stringify(timeZone)}.`,
    );
  }
  try {
    if (typeof cron === "string") {
      return new Cron(cron, {
        mode: "5-part",
        ...(timeZone !== undefined && { timezone: timeZone }),
      });
    }
  } catch {
    // Reported below.
  }
  throw new ArgumentError(
    "schedule.cron",
    `schedule.cron must have five fields, minute, hour, day of the month, month and day of the week, such as "0 * * * *", got ${JSON.stringify(cron)}.`,
  );
}
