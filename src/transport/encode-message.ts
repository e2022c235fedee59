import { toBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { configureTextEncoding, getTextEncoding } from "@bufbuild/protobuf/wire";
import { ArgumentError } from "../errors.js";

const standard = getTextEncoding();
/** Whether the message that is being encoded contains a malformed text. */
const seen = { isMalformed: false };

/**
 * UTF-8 cannot encode half of a surrogate pair, so protobuf-es writes U+FFFD instead. protobuf-es lets us detect
 * this only for the whole process. Its other users get the same bytes as before.
 */
configureTextEncoding({
  ...standard,
  encodeUtf8: (text) => {
    if (!text.isWellFormed()) seen.isMalformed = true;
    return standard.encodeUtf8(text);
  },
});

/** The path of the first field with malformed text. */
function malformedField(message: unknown): string | undefined {
  const open = [{ value: message, path: "" }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next;
    if (typeof value === "string" && !value.isWellFormed()) return path;
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) continue;
    if ("case" in value && "value" in value) {
      // Use the name of the oneof's case instead of the oneof's name.
      const outer = path.slice(0, path.lastIndexOf("."));
      open.push({ value: value.value, path: `${outer}.${String(value.case)}` });
      continue;
    }
    for (const [key, item] of Object.entries(value) as [string, unknown][]) {
      if (!key.isWellFormed()) return `${path}, in a name`;
      open.push({ value: item, path: Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}` });
    }
  }
  return undefined;
}

/** The last four parts of a path: the user's part. The parts before it are the plan around it. */
function shortened(path: string): string {
  const parts = path.split(/\.(?=[a-z])/).filter((part) => part !== "");
  return parts.slice(-4).join(".");
}

/**
 * Encodes a message for the server.
 *
 * @throws {ArgumentError} a text contains half of a surrogate pair, which would arrive as another character
 */
export function encodeMessage<D extends DescMessage>(
  schema: D,
  message: MessageShape<D>,
): Uint8Array {
  seen.isMalformed = false;
  const bytes = toBinary(schema, message);
  // The encoder above may have set it. The cast hides the assignment from TypeScript's narrowing.
  if (!(seen as { readonly isMalformed: boolean }).isMalformed) return bytes;
  const field = shortened(malformedField(message) ?? "");
  throw new ArgumentError(
    "text",
    `A text in ${field} of the request contains half of a surrogate pair. UTF-8 cannot encode it, so the server would receive another character. Cut texts between characters, not inside them, or use toWellFormed().`,
  );
}
