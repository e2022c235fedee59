import * as arrow from "apache-arrow";
import { isMissing, misfit, nullBits, valueError, type ColumnValues } from "./encode-values.js";

/** Largest 32-bit offset of Arrow. */
const MAX_COLUMN_BYTES = 2 ** 31 - 1;

interface ByteColumn {
  readonly valueOffsets: Int32Array;
  readonly data: Uint8Array;
}

/** Throws if a column with so many bytes up to this value is too large. */
function requireFits(source: ColumnValues, index: number, bytes: number): void {
  if (bytes > MAX_COLUMN_BYTES)
    throw valueError(source, index, "makes the column larger than 2 GiB. Send the rows in parts.");
}

/** Joins the bytes of all values. */
function joined(source: ColumnValues, chunks: readonly (Uint8Array | undefined)[]): ByteColumn {
  const valueOffsets = new Int32Array(chunks.length + 1);
  let end = 0;
  for (const [index, chunk] of chunks.entries()) {
    end += chunk?.length ?? 0;
    requireFits(source, index, end);
    valueOffsets[index + 1] = end;
  }
  const data = new Uint8Array(end);
  for (const [index, chunk] of chunks.entries())
    if (chunk !== undefined) data.set(chunk, valueOffsets[index]);
  return { valueOffsets, data };
}

/** Encodes binary values, from Uint8Arrays. */
export function encodeBinaries(source: ColumnValues): arrow.Data {
  const chunks = source.values.map((value, index) => {
    if (isMissing(value)) return undefined;
    if (!(value instanceof Uint8Array)) throw misfit(source, index, ": pass a Uint8Array");
    return value;
  });
  const { length } = chunks;
  return arrow.makeData({
    type: new arrow.Binary(),
    length,
    ...joined(source, chunks),
    ...nullBits(source),
  });
}

/** Whether the text has no unpaired surrogate, which UTF-8 cannot encode. */
function isWellFormed(text: string): boolean {
  // Node 20 has String.prototype.isWellFormed; the ES2023 library does not declare it.
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}

/** The number of characters as Spark counts them: a surrogate pair is one character. */
function countCharacters(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff]/g)?.length ?? 0);
}

/** The longest text to encode in one call. V8's texts have at most about 2^29 characters. */
const MAX_JOINED_CHARACTERS = 2 ** 26;

/** Joins the bytes of texts with so many characters in all. */
function joinedTexts(
  source: ColumnValues,
  texts: readonly string[],
  characters: number,
): ByteColumn {
  // One call for all texts is faster than a call for each.
  const all = characters > MAX_JOINED_CHARACTERS ? undefined : Buffer.from(texts.join(""));
  const isAscii = all?.length === characters;
  const valueOffsets = new Int32Array(texts.length + 1);
  let end = 0;
  for (let index = 0; index < texts.length; index++) {
    const text = texts[index] ?? "";
    if (isAscii) {
      end += text.length;
    } else {
      if (!isWellFormed(text))
        throw misfit(source, index, ": it contains an unpaired surrogate, so use toWellFormed()");
      end += Buffer.byteLength(text);
      requireFits(source, index, end);
    }
    valueOffsets[index + 1] = end;
  }
  if (all !== undefined) return { valueOffsets, data: all };
  const data = Buffer.allocUnsafe(end);
  for (const [index, text] of texts.entries()) data.write(text, valueOffsets[index] ?? 0);
  return { valueOffsets, data };
}

/**
 * Encodes text.
 *
 * @param maxLength most characters of a value. Default: no limit
 */
export function encodeTexts(source: ColumnValues, maxLength: number = Infinity): arrow.Data {
  const { values } = source;
  const texts = new Array<string>(values.length);
  let characters = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (isMissing(value)) {
      texts[index] = "";
      continue;
    }
    if (typeof value !== "string") throw misfit(source, index, ": pass a string");
    if (value.length > maxLength && countCharacters(value) > maxLength)
      throw misfit(source, index, ": it is too long");
    texts[index] = value;
    characters += value.length;
  }
  return arrow.makeData({
    type: new arrow.Utf8(),
    length: texts.length,
    ...joinedTexts(source, texts, characters),
    ...nullBits(source),
  });
}
