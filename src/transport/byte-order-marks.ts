import { configureTextEncoding, getTextEncoding } from "@bufbuild/protobuf/wire";

const standard = getTextEncoding();
const MARK_BYTES = 3;

/** Decodes text after its mark. A second mark at the start must not be lost either. */
function withoutMark(bytes: Uint8Array, strict: boolean | undefined): string {
  // A letter in front: the decoder drops a mark only at the start.
  const guarded = new Uint8Array(bytes.length + 1);
  guarded[0] = 0x78;
  guarded.set(bytes, 1);
  return standard.decodeUtf8(guarded, strict).slice(1);
}

/**
 * A byte order mark at the start of a field's text is part of the text, but protobuf-es drops it when it reads.
 * A query that the server returns would then have other literals than the original. protobuf-es has this setting
 * only for the whole process, so its other users also get texts with their marks.
 */
configureTextEncoding({
  ...standard,
  decodeUtf8: (bytes, strict) => {
    const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    if (!isMarked) return standard.decodeUtf8(bytes, strict);
    return `\ufeff${withoutMark(bytes.subarray(MARK_BYTES), strict)}`;
  },
});
