import type { IncomingMessage } from "node:http";
import { HttpFailure } from "./http-failure.js";

const MOST_BYTES = 64 * 1024;

/**
 * The body of a request as an object. A framework may have read and parsed it already: then it is the property `body`.
 *
 * @throws {HttpFailure} 413: it is larger than 64 KiB; 400: it is not a JSON object
 */
export async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const parsed: unknown = Reflect.get(request, "body");
  if (request.readableEnded && isObject(parsed)) return parsed;
  const text = await textOf(request);
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new HttpFailure(400, "NOT_JSON", "The body of the request is not valid JSON.");
  }
  if (isObject(value)) return value;
  throw new HttpFailure(400, "NOT_JSON", "The body of the request must be a JSON object.");
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES)
      throw new HttpFailure(
        413,
        "BODY_TOO_LARGE",
        `The body of a request may have ${MOST_BYTES} bytes at most.`,
        { Connection: "close" },
      );
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
