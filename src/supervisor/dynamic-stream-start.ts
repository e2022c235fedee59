import type { DataFrame } from "../dataframe/dataframe.js";
import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import type { SparkSession } from "../session/spark-session.js";
import type { StreamingQuery } from "../streaming/streaming-query.js";
import { kindOf } from "../value-kind.js";
import { durationMs } from "./duration.js";
import type { DynamicSink, DynamicStream, DynamicTrigger } from "./dynamic-stream.js";
import type { SupervisedStreamOptions } from "./supervisor-options.js";

const FIELDS: readonly (keyof DynamicStream)[] = [
  "name",
  "source",
  "options",
  "schema",
  "transform",
  "sink",
  "checkpoint",
  "trigger",
  "schedule",
  "restart",
  "stallAfterMs",
];
const MODES: readonly unknown[] = ["append", "update", "complete", undefined];

/** True for a stream declared by data, false for one declared by code. */
export function isDynamicStream(
  stream: SupervisedStreamOptions | DynamicStream,
): stream is DynamicStream {
  return "source" in stream || "sink" in stream;
}

/**
 * The stream that a declaration by data stands for.
 *
 * @throws {ArgumentError} a field is unknown, is missing, or has a wrong value
 */
export function streamOf(given: DynamicStream): SupervisedStreamOptions {
  checkDynamicStream(given);
  const { name, trigger, schedule, restart, stallAfterMs } = given;
  return {
    name,
    start: (spark) => startDynamicStream(spark, given),
    restart,
    schedule,
    ends: trigger !== undefined && "availableNow" in trigger,
    ...(stallAfterMs !== undefined && { stallAfterMs }),
    ...(trigger !== undefined &&
      "processingTime" in trigger && {
        triggerIntervalMs: durationMs("trigger.processingTime", trigger.processingTime),
      }),
  };
}

/**
 * Asks the server whether it can read the source and run the SQL of a stream. Starts nothing.
 *
 * @throws {SparkException} the server's error, such as a missing column
 */
export async function analyzeDynamicStream(
  spark: SparkSession,
  stream: DynamicStream,
): Promise<void> {
  await (await rowsOf(spark, stream, "check")).schema();
}

async function startDynamicStream(
  spark: SparkSession,
  stream: DynamicStream,
): Promise<StreamingQuery> {
  const { name, sink, checkpoint, trigger } = stream;
  const rows = await rowsOf(spark, stream, "source");
  let writer = rows.writeStream
    .queryName(name)
    .format(sink.format)
    .options({ ...sink.options, checkpointLocation: checkpoint })
    .outputMode(sink.mode ?? "append");
  if (trigger !== undefined) writer = writer.trigger(trigger);
  if (sink.table !== undefined) return writer.toTable(sink.table);
  return writer.start(sink.path);
}

async function rowsOf(
  spark: SparkSession,
  { name, source, options, schema, transform }: DynamicStream,
  use: string,
): Promise<DataFrame> {
  let reader = spark.readStream.format(source).options(options ?? {});
  if (schema !== undefined) reader = reader.schema(schema);
  const rows = reader.load();
  if (transform === undefined) return rows;
  // All streams share the session's views, so each view has the stream's name. A letter cannot be told from another
  // case in a view's name, so the name is in hexadecimal.
  const view = `sparktide_${use}_${Buffer.from(name).toString("hex")}`;
  await rows.createOrReplaceTempView(view);
  return spark.query(`WITH source AS (SELECT * FROM ${view}) SELECT * FROM (\n${transform}\n)`);
}

function checkDynamicStream(given: DynamicStream): void {
  const fields: { readonly [K in keyof DynamicStream]?: unknown } = given;
  checkOptions("A stream declared by data", given, FIELDS);
  checkText("name", fields.name);
  checkText("source", fields.source);
  checkText("checkpoint", fields.checkpoint);
  for (const field of ["schema", "transform"] as const) {
    if (fields[field] !== undefined) checkText(field, fields[field]);
  }
  checkOptionValues("options", fields.options);
  checkSink(fields.sink);
  checkTrigger(fields.trigger, given.schedule !== undefined);
}

function checkSink(given: unknown): void {
  const sink = checkObject("sink", given) as { readonly [K in keyof DynamicSink]?: unknown };
  checkOptions("sink", sink, ["format", "options", "path", "table", "mode"]);
  checkText("sink.format", sink.format);
  checkOptionValues("sink.options", sink.options);
  for (const field of ["path", "table"] as const) {
    if (sink[field] !== undefined) checkText(`sink.${field}`, sink[field]);
  }
  if (sink.path !== undefined && sink.table !== undefined) {
    throw new ArgumentError("sink", "sink has a path and a table. Keep one of them.");
  }
  if (!MODES.includes(sink.mode)) {
    throw new ArgumentError(
      "sink.mode",
      `sink.mode must be append, update or complete, got ${JSON.stringify(sink.mode)}.`,
    );
  }
}

function checkTrigger(given: unknown, isScheduled: boolean): void {
  if (given !== undefined) {
    const trigger = checkObject("trigger", given) as {
      readonly [K in "processingTime" | "availableNow"]?: unknown;
    };
    checkOptions("trigger", trigger, ["processingTime", "availableNow"]);
    const { processingTime, availableNow } = trigger;
    if ((processingTime === undefined) === (availableNow === undefined)) {
      throw new ArgumentError(
        "trigger",
        'trigger must be { "processingTime": "30 seconds" } or { "availableNow": true }.',
      );
    }
    if (processingTime !== undefined) durationMs("trigger.processingTime", processingTime);
    else if (availableNow !== true) {
      throw new ArgumentError("trigger.availableNow", "trigger.availableNow must be true.");
    }
  }
  const ends =
    (given as DynamicTrigger | undefined) !== undefined && "availableNow" in (given as object);
  if (isScheduled && !ends) {
    throw new ArgumentError(
      "schedule",
      'schedule needs "trigger": { "availableNow": true }: a stream with another trigger never ends, so there is no next run.',
    );
  }
}

function checkText(argument: string, value: unknown): void {
  if (typeof value === "string" && value.trim() !== "") return;
  throw new ArgumentError(
    argument,
    `${argument} must be a text that is not empty, got ${shown(value)}.`,
  );
}

function checkObject(argument: string, value: unknown): object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new ArgumentError(argument, `${argument} must be an object, got ${shown(value)}.`);
}

function checkOptionValues(argument: string, value: unknown): void {
  if (value === undefined) return;
  for (const [name, option] of Object.entries(checkObject(argument, value))) {
    if (["string", "number", "boolean"].includes(typeof option)) continue;
    throw new ArgumentError(
      `${argument}.${name}`,
      `${argument}.${name} must be a text, a number or a boolean, got ${shown(option)}.`,
    );
  }
}

/** Not the value itself: it may be a secret. */
function shown(value: unknown): string {
  return value === "" ? "an empty text" : kindOf(value);
}
