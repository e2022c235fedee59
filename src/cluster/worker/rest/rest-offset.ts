/** Offsets of a RestSource, and the rows in them. */
import { createHash } from "node:crypto";
import { deflateSync, inflateSync } from "node:zlib";

/** How a batch that Spark asks for again gets its rows. */
export type Replay = "payload" | "refetch";

/**
 * The position of a stream. Spark compares offsets as JSON text, so the order of the keys must not change.
 */
export interface RestOffset {
  /** The version of the form. */
  readonly v: 1;
  /** The name of the source. */
  readonly src: string;
  /** The guarantee; see docs/sources/rest-guarantees.md. */
  readonly g: Replay;
  /** The number of the batch. */
  readonly seq: number;
  /** The number of rows in the batch. */
  readonly n: number;
  /** When the poll began, in milliseconds since 1970; 0 if the next poll is due at once. */
  readonly polled: number;
  /** The position after the rows; left out before the first. */
  readonly position?: unknown;
  /** With `payload`, the rows of the batch, and with `refetch` their digest; empty without rows. */
  readonly data: string;
}

// What Spark keeps for a batch of 256 KiB never inflates beyond this, but a damaged text might.
const LARGEST_ROWS = 512 << 20;

/** The offset before the first row. */
export function firstOffset(src: string, g: Replay): RestOffset {
  return { v: 1, src, g, seq: 0, n: 0, polled: 0, data: "" };
}

/** Rows, encoded as an Arrow stream, as text. */
export function packed(stream: Uint8Array): string {
  return deflateSync(stream, { level: 9 }).toString("base64");
}

/** @throws {Error} the text was changed */
export function unpacked(data: string): Buffer {
  try {
    return inflateSync(Buffer.from(data, "base64"), { maxOutputLength: LARGEST_ROWS });
  } catch {
    throw new Error("The rows in the offset are damaged, because the checkpoint was changed.");
  }
}

export function digestOf(stream: Uint8Array): string {
  return createHash("sha256").update(stream).digest("base64url");
}

/** The size of an offset in Spark's log. */
export function offsetSize(offset: RestOffset): number {
  return Buffer.byteLength(JSON.stringify(offset));
}

/** @throws {Error} the offset belongs to another source */
export function requireOwn(
  offset: { readonly v: number; readonly src: string },
  src: string,
): void {
  if (offset.v === 1 && offset.src === src) return;
  throw new Error(
    `The checkpoint holds an offset of another source or version than ${src} 1. Use the checkpoint of this query, or a new one.`,
  );
}
