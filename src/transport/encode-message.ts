import { toBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { configureTextEncoding, getTextEncoding } from "@bufbuild/protobuf/wire";
import { ArgumentError } from "../errors.js";

const standard = getTextEncoding();
/** Whether a text of the message that is being encoded is malformed. */
const seen = { isMalformed: false };

/**
 * UTF-8 has no form for half of a surrogate pair, and protobuf-es writes U+FFFD in its place. It can be watched for
 * the whole process only; other users of protobuf-es get the same bytes as before.
 */
configureTextEncoding({
  ...standard,
  encodeUtf8: (text) => {
    if (!text.isWellFormed()) seen.isMalformed = true;
    return standard.encodeUtf8(text);
  },
});

/** The fields that lead to text that is not well formed. */
function malformedField(message: unknown): string | undefined {
  const open = [{ value: message, path: "" }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next;
    if (typeof value === "string" && !value.isWellFormed()) return path;
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) continue;
    if ("case" in value && "value" in value) {
      // The arm's own name stands for the oneof's.
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

/** The end of a path, which is what the user wrote; what is in front is the plan around it. */
function shortened(path: string): string {
  const parts = path.split(/\.(?=[a-z])/).filter((part) => part !== "");
  return parts.slice(-4).join(".");
}

/**
 * A message as it goes to the server.
 *
 * @throws {ArgumentError} a text in it holds half of a surrogate pair, which would arrive as another character
 */
export function encodeMessage<D extends DescMessage>(
  schema: D,
  message: MessageShape<D>,
): Uint8Array {
  seen.isMalformed = false;
  const bytes = toBinary(schema, message);
  // The encoder above may have set it meanwhile.
  if (!(seen as { readonly isMalformed: boolean }).isMalformed) return bytes;
  const field = shortened(malformedField(message) ?? "");
  throw new ArgumentError(
    "text",
    `A text holds half of a surrogate pair, which UTF-8 cannot hold and the server would get as another character: it is in ${field} of the request. Cut texts between characters, not inside them, or use toWellFormed().`,
  );
}
