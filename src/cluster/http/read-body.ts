/** Reads the body of an answer, up to a limit before and after decompression. */
import type { IncomingMessage } from "node:http";
import { pipeline, type Duplex } from "node:stream";
import { createGunzip, createInflate, createInflateRaw } from "node:zlib";
import { HttpError } from "./http-error.js";

/** @param stopAfterMs ends the body after this time without an error */
export async function readBody(
  incoming: IncomingMessage,
  maxBytes: number,
  stopAfterMs: number | undefined,
): Promise<Buffer> {
  const status = incoming.statusCode ?? 0;
  const requireRoom = (size: number): void => {
    if (size > maxBytes)
      throw new HttpError(`the body is larger than maxResponseBytes (${maxBytes}).`, { status });
  };
  requireRoom(Number(incoming.headers["content-length"] ?? 0));
  const stopped = new AbortController();
  const timer =
    stopAfterMs === undefined
      ? undefined
      : setTimeout(() => {
          stopped.abort();
          incoming.destroy();
        }, stopAfterMs);
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of inflated(incoming, requireRoom)) {
      size += piece.length;
      requireRoom(size);
      pieces.push(piece);
    }
  } catch (error) {
    if (!stopped.signal.aborted) throw bodyError(error);
  } finally {
    clearTimeout(timer);
    // Without an effect on a body that was read to its end.
    if (!incoming.complete) incoming.destroy();
  }
  return Buffer.concat(pieces);
}

async function* inflated(
  incoming: IncomingMessage,
  requireRoom: (size: number) => void,
): AsyncGenerator<Buffer, void, undefined> {
  const pieces = counted(incoming, requireRoom);
  const first = await pieces.next();
  if (first.done === true) return;
  async function* all(): AsyncGenerator<Buffer, void, undefined> {
    yield first.value as Buffer;
    yield* pieces;
  }
  const decoder = decoderOf(incoming.headers["content-encoding"] ?? "", first.value);
  if (decoder === undefined) yield* all();
  // The loop over the decoder receives the errors of both.
  else yield* pipeline(all(), decoder, () => undefined) as AsyncIterable<Buffer>;
}

async function* counted(
  incoming: IncomingMessage,
  requireRoom: (size: number) => void,
): AsyncGenerator<Buffer, void, undefined> {
  let received = 0;
  for await (const piece of incoming as AsyncIterable<Buffer>) {
    received += piece.length;
    requireRoom(received);
    yield piece;
  }
}

function decoderOf(coding: string, start: Buffer): Duplex | undefined {
  switch (coding.trim().toLowerCase()) {
    case "":
    case "identity":
      return undefined;
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      // Some servers send "deflate" without the zlib header that HTTP requires.
      return ((start[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
    default:
      throw new HttpError(`the body has the content coding ${coding}, which was not asked for.`);
  }
}

function bodyError(error: unknown): unknown {
  if (error instanceof HttpError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const problem =
    code === "Z_BUF_ERROR"
      ? "the compressed body is cut off."
      : code?.startsWith("Z_") === true
        ? "the compressed body is damaged."
        : `the connection broke while the body was read (${code ?? message}).`;
  return new HttpError(problem, { isTransient: true });
}
