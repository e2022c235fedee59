import { LONGEST_MS } from "./duration.js";

const TEXT = { type: "string", pattern: String.raw`\S` } as const;
const DURATION = {
  type: "string",
  pattern: String.raw`^\s*(?=.*[1-9])\d+(\.\d+)?\s*(millisecond|second|minute|hour|day|week)s?\s*$`,
} as const;
const OPTIONS = {
  type: "object",
  additionalProperties: { type: ["string", "number", "boolean"] },
} as const;
const MILLISECONDS = { type: "number", minimum: 0, maximum: LONGEST_MS } as const;

/**
 * The JSON schema (draft 7) of {@link DynamicStream}, for editors and for services that accept declarations. `add()` and `upgrade()` of
 * a supervisor check more: cron expressions, time zones, and with the server the SQL.
 */
export const DYNAMIC_STREAM_SCHEMA: Readonly<Record<string, unknown>> = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "A stream declared by data, for a StreamSupervisor of sparktide",
  type: "object",
  additionalProperties: false,
  required: ["name", "source", "sink", "checkpoint"],
  properties: {
    name: { ...TEXT, description: "Unique among the supervisor's streams." },
    source: { ...TEXT, description: "The format of the source, such as rest or delta." },
    options: { ...OPTIONS, description: "The options of the source. No secrets: use references." },
    schema: { ...TEXT, description: "The schema of the source as DDL: id BIGINT, at TIMESTAMP." },
    transform: { ...TEXT, description: "SQL that reads the source as `source`." },
    sink: {
      type: "object",
      additionalProperties: false,
      required: ["format"],
      not: { required: ["path", "table"] },
      properties: {
        format: TEXT,
        options: OPTIONS,
        path: TEXT,
        table: TEXT,
        mode: { enum: ["append", "update", "complete"], default: "append" },
      },
    },
    checkpoint: { ...TEXT, description: "The folder of the checkpoint, for this stream alone." },
    trigger: {
      oneOf: [
        {
          type: "object",
          additionalProperties: false,
          required: ["processingTime"],
          properties: { processingTime: DURATION },
        },
        {
          type: "object",
          additionalProperties: false,
          required: ["availableNow"],
          properties: { availableNow: { const: true } },
        },
      ],
    },
    schedule: {
      description: "When a stream with the trigger availableNow runs.",
      oneOf: [
        {
          type: "object",
          additionalProperties: false,
          required: ["every"],
          properties: { every: DURATION },
        },
        {
          type: "object",
          additionalProperties: false,
          required: ["cron"],
          properties: {
            cron: { type: "string", pattern: String.raw`^\s*\S+(\s+\S+){4}\s*$` },
            timeZone: TEXT,
          },
        },
      ],
    },
    restart: {
      type: "object",
      additionalProperties: false,
      properties: {
        initialBackoffMs: MILLISECONDS,
        maxBackoffMs: MILLISECONDS,
        maxRestarts: { type: "number", minimum: 0 },
        resetAfterMs: MILLISECONDS,
      },
    },
    stallAfterMs: { ...MILLISECONDS, minimum: 1 },
  },
  if: { required: ["schedule"] },
  then: {
    required: ["trigger"],
    properties: { trigger: { type: "object", required: ["availableNow"] } },
  },
};
