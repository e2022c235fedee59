import type { CallOptions } from "../call-options.js";
import { RowChunker, type LocalData } from "../../arrow/encode/local-data.js";
import { ArgumentError } from "../../errors.js";
import type { Expression } from "../../plan/expression.js";
import type { RelationBody } from "../../plan/relation.js";
import { kindOf } from "../../value-kind.js";
import type { Row } from "../../types/row.js";
import type { StructType } from "../../types/struct-type.js";
import { sentSchema } from "./sent-schema.js";
import { askLimits, ChunkUpload } from "./held-relations.js";
import type { SparkConnection } from "../spark-connection.js";
import { unlessAborted } from "../../waiting.js";

/** Yields the rows of an iterable until an abort. Closes the iterable in each case. */
async function* abortable(
  rows: AsyncIterable<Row> | Iterable<Row>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Row, void, undefined> {
  if (signal === undefined) {
    yield* rows;
    return;
  }
  const iterator =
    Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
  let isDone = false;
  try {
    for (;;) {
      const next = await unlessAborted(Promise.resolve(iterator.next()), signal);
      isDone = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Do not await: an iterator that never returns its next row may never close either.
    if (!isDone) Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

/** The relation that refers to the sent rows, or the rows themselves if they are few. */
export type SentRows =
  | { readonly body: RelationBody; readonly columns?: readonly Expression[] | undefined }
  | { readonly rest: LocalData };

/**
 * Encodes rows as they arrive, and sends each chunk before it makes the next.
 *
 * @throws {ArgumentError} a value does not match its column's type, or the rows exceed the server's size limit
 */
export async function sendRows(
  connection: SparkConnection,
  rows: AsyncIterable<Row> | Iterable<Row>,
  schema: StructType,
  { signal }: CallOptions,
): Promise<SentRows> {
  signal?.throwIfAborted();
  // JavaScript callers may pass any type.
  const given: unknown = rows;
  const isIterable =
    typeof given === "object" &&
    given !== null &&
    (Symbol.iterator in given || Symbol.asyncIterator in given);
  if (!isIterable)
    throw new ArgumentError(
      "rows",
      `createDataFrameFrom() needs an iterable or async iterable of rows, got ${kindOf(given)}.`,
    );
  // Refuse a schema that cannot be sent before reading the first row.
  const sent = sentSchema(schema);
  const limits = await unlessAborted(askLimits(connection), signal);
  const isChunked = connection.version.isAtLeast(4, 1);
  const chunker = new RowChunker(
    schema,
    isChunked ? limits : { maxRows: Infinity, maxBytes: Infinity },
  );
  // One chunk per call: waiting for a larger call would hold more chunks in memory.
  const upload = new ChunkUpload(connection, { ...limits, batchBytes: 0 });
  let isUploaded = false;
  const { turns } = connection;
  for await (const row of abortable(rows, signal)) {
    const chunk = chunker.push(row);
    if (turns.isDue()) await turns.turn(signal);
    if (chunk === undefined) continue;
    isUploaded = true;
    await unlessAborted(upload.add(chunk), signal);
    await unlessAborted(upload.flush(), signal);
  }
  const rest = chunker.rest();
  if (!isUploaded) return { rest };
  for (const chunk of rest.chunks(limits)) await unlessAborted(upload.add(chunk), signal);
  const body = await unlessAborted(upload.finish(sent.schema.json()), signal);
  return { body, columns: sent.columns };
}
