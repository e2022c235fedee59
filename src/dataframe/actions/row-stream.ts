// Results as streams of Node.

import { Readable } from "node:stream";
import type { CallOptions } from "../../connection/call-options.js";
import type { RowDecoder } from "../../arrow/decode/row-decoder.js";
import { checkOptions } from "../../option-check.js";
import { queryPlan } from "../../plan/command.js";
import type { Relation } from "../../plan/relation.js";
import type { SparkConnection } from "../../connection/spark-connection.js";
import type { JsonForms } from "../../types/json/json-forms.js";
import { jsonObject } from "../../types/json/json-value.js";
import { inCurrentCall } from "../../user-calls.js";
import { checkedForm } from "../../types/json/rows-to-json.js";

/** Lines are joined to chunks of about this many characters, because one chunk for each row is slow. */
const CHUNK_CHARS = 64 * 1024;

/** Options of {@link toJsonLines}. */
export interface JsonLinesOptions extends CallOptions {
  /**
   * The form of BIGINT: `string` (the default), which JSON.parse() of any program reads without loss, or `number`,
   * which fails at a value beyond ±(2^53 - 1).
   */
  readonly bigint?: "string" | "number" | undefined;
  /**
   * The form of DECIMAL: `string` (the default), or `number`, which fails at a value with more digits than a double
   * holds.
   */
  readonly decimal?: "string" | "number" | undefined;
  /** Omits fields of rows and structs that are null. Default: true, as in Spark. */
  readonly ignoreNullFields?: boolean | undefined;
}

/** @throws {ArgumentError} an option is wrong */
export function jsonLineForms(options: JsonLinesOptions): JsonForms {
  checkOptions("toJsonLines()", options, ["bigint", "decimal", "ignoreNullFields", "signal"]);
  return {
    bigint: checkedForm("bigint", options.bigint),
    decimal: checkedForm("decimal", options.decimal),
    ignoreNullFields: options.ignoreNullFields ?? true,
  };
}

/** Yields the rows as lines of JSON, several lines in one text. */
export async function* jsonLines(
  connection: SparkConnection,
  relation: Relation,
  forms: JsonForms,
  options: CallOptions,
): AsyncGenerator<string, void, undefined> {
  let line: ((values: readonly unknown[]) => string) | undefined;
  let decoder: RowDecoder | undefined;
  for await (const { schema, ipcStream } of connection.batches(queryPlan(relation), options)) {
    line ??= jsonObject(schema.fields, forms);
    decoder ??= new connection.arrow.RowDecoder(schema, { rowMode: "array" });
    let chunk = "";
    for (const row of decoder.decodeEach(ipcStream)) {
      chunk += `${line(row as unknown[])}\n`;
      if (chunk.length < CHUNK_CHARS) continue;
      yield chunk;
      chunk = "";
      if (connection.turns.isDue()) await connection.turns.turn(options.signal);
    }
    if (chunk !== "") yield chunk;
  }
}

/**
 * A Readable of what `items` yields. It asks for the first item when something reads from it, and for the next
 * items as fast as they are read. Destroying it aborts the call, also while the call waits for the server.
 *
 * @param items starts the call with this signal
 */
export function readableOf(
  items: (signal: AbortSignal) => AsyncGenerator<unknown, void, undefined>,
  signal: AbortSignal | undefined,
  objectMode: boolean,
): Readable {
  const destroyed = new AbortController();
  const generator = inCurrentCall(
    items(signal === undefined ? destroyed.signal : AbortSignal.any([signal, destroyed.signal])),
  );
  const onAbort = (): void => {
    readable.destroy(signal?.reason as Error);
  };
  let isReading = false;
  /** Pushes items until the buffer is full. */
  const fill = async (): Promise<void> => {
    while (isReading) {
      const next = await generator.next();
      if (readable.destroyed) return;
      // Change the flag in the same turn as push(), because Node may call read() in the next turn.
      isReading = readable.push(next.done === true ? null : next.value);
    }
  };
  const readable = new Readable({
    objectMode,
    read(): void {
      if (isReading) return;
      isReading = true;
      fill().catch((error: unknown) => {
        readable.destroy(error as Error);
      });
    },
    destroy(error, done): void {
      signal?.removeEventListener("abort", onAbort);
      destroyed.abort();
      const finish = (): void => {
        done(error);
      };
      // Wait until the call has ended. Its own error only repeats the reason.
      generator.return().then(finish, finish);
    },
  });
  if (signal?.aborted === true) onAbort();
  else signal?.addEventListener("abort", onAbort, { once: true });
  return readable;
}
