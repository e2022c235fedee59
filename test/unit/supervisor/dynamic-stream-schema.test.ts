import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { DYNAMIC_STREAM_SCHEMA } from "../../../src/supervisor/dynamic-stream-schema.js";
import type { DynamicStream } from "../../../src/supervisor/dynamic-stream.js";
import { declareStream } from "../../../src/supervisor/supervisor-options.js";

const LEAST = { name: "a", source: "rate", sink: { format: "noop" }, checkpoint: "/c" };
const ENDS = { ...LEAST, trigger: { availableNow: true } };

const GOOD: Readonly<Record<string, unknown>> = {
  "the fields that are required": LEAST,
  "all fields": {
    ...LEAST,
    options: { rowsPerSecond: 5, rampUpTime: "1s", flag: true },
    schema: "id BIGINT",
    transform: "SELECT value FROM source",
    sink: { format: "delta", options: { mergeSchema: true }, path: "/p", mode: "update" },
    trigger: { processingTime: "30 seconds" },
    restart: { initialBackoffMs: 0, maxBackoffMs: 10, maxRestarts: 3, resetAfterMs: 1 },
    stallAfterMs: 60_000,
  },
  "a table": { ...LEAST, sink: { format: "delta", table: "a.b", mode: "complete" } },
  "the trigger availableNow": ENDS,
  "an interval": { ...ENDS, schedule: { every: "15 minutes" } },
  "an interval without a space, with a fraction": { ...ENDS, schedule: { every: "1.5hours" } },
  "a cron expression": { ...ENDS, schedule: { cron: "*/5 0-6 * * mon" } },
  "a time zone": { ...ENDS, schedule: { cron: "0 3 1 * *", timeZone: "Europe/Berlin" } },
};

const BAD: Readonly<Record<string, unknown>> = {
  "without a name": { ...LEAST, name: undefined },
  "with a blank name": { ...LEAST, name: "  " },
  "without a checkpoint": { ...LEAST, checkpoint: undefined },
  "with a number as its source": { ...LEAST, source: 5 },
  "with an unknown field": { ...LEAST, chekpoint: "/c" },
  "with an empty transform": { ...LEAST, transform: "" },
  "with an object as an option": { ...LEAST, options: { coins: ["bitcoin"] } },
  "with a list of options": { ...LEAST, options: [] },
  "without a sink": { ...LEAST, sink: undefined },
  "with a text as its sink": { ...LEAST, sink: "delta" },
  "without the sink's format": { ...LEAST, sink: { path: "/p" } },
  "with a path and a table": { ...LEAST, sink: { format: "delta", path: "/p", table: "t" } },
  "with an unknown mode": { ...LEAST, sink: { format: "delta", mode: "overwrite" } },
  "with an empty trigger": { ...LEAST, trigger: {} },
  "with two triggers": {
    ...LEAST,
    trigger: { processingTime: "1 second", availableNow: true },
  },
  "with an interval of zero": { ...LEAST, trigger: { processingTime: "0 seconds" } },
  "with an interval without a unit": { ...LEAST, trigger: { processingTime: "30" } },
  "with availableNow: false": { ...LEAST, trigger: { availableNow: false } },
  "with a schedule and no trigger": { ...LEAST, schedule: { every: "1 hour" } },
  "with a schedule and another trigger": {
    ...LEAST,
    trigger: { processingTime: "1 second" },
    schedule: { every: "1 hour" },
  },
  "with an empty schedule": { ...ENDS, schedule: {} },
  "with two schedules": { ...ENDS, schedule: { every: "1 hour", cron: "0 * * * *" } },
  "with a time zone for an interval": { ...ENDS, schedule: { every: "1 hour", timeZone: "UTC" } },
  "with a cron expression of six fields": { ...ENDS, schedule: { cron: "0 0 * * * *" } },
  "with a negative number of restarts": { ...LEAST, restart: { maxRestarts: -1 } },
  "with an unknown field of restart": { ...LEAST, restart: { maxRestart: 1 } },
  "with a text as stallAfterMs": { ...LEAST, stallAfterMs: "1 minute" },
  "with a stall after no time": { ...LEAST, stallAfterMs: 0 },
};

/** As it arrives from a file or over HTTP: without undefined fields. */
const parsed = (value: unknown): DynamicStream =>
  JSON.parse(JSON.stringify(value)) as DynamicStream;

describe("the JSON schema of a stream declared by data and the supervisor's own checks", () => {
  const matches = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(
    DYNAMIC_STREAM_SCHEMA,
  );

  it.each(Object.entries(GOOD))("accept a declaration with %s", (_, stream) => {
    expect(matches(parsed(stream)), JSON.stringify(matches.errors)).toBe(true);
    expect(() => declareStream(parsed(stream))).not.toThrow();
  });

  it.each(Object.entries(BAD))("refuse a declaration %s", (_, stream) => {
    expect(matches(parsed(stream))).toBe(false);
    expect(() => declareStream(parsed(stream))).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }) as Error,
    );
  });
});
