import { configureTextEncoding, getTextEncoding } from "@bufbuild/protobuf/wire";

const standard = getTextEncoding();
const MARK_BYTES = 3;

/** What follows a mark may be another, which is then the one that gets lost. */
function withoutMark(bytes: Uint8Array, strict: boolean | undefined): string {
  // A letter in front keeps what follows from being at the start.
  const guarded = new Uint8Array(bytes.length + 1);
  guarded[0] = 0x78;
  guarded.set(bytes, 1);
  return standard.decodeUtf8(guarded, strict).slice(1);
}

/**
 * A byte order mark at the start of a field's text is part of the text, but protobuf-es drops it when it reads:
 * the server's echo of a query then has other literals than the query had. There is no way to say so but for
 * the whole process; other users of protobuf-es get the same text, mark included.
 */
configureTextEncoding({
  ...standard,
  decodeUtf8: (bytes, strict) => {
    const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    if (!isMarked) return standard.decodeUtf8(bytes, strict);
    return `\ufeff${withoutMark(bytes.subarray(MARK_BYTES), strict)}`;
  },
});
