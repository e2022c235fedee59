import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { SparkError } from "../../errors.js";

/** PySpark's chunk size (sql/connect/client/artifact.py). */
export const CHUNK_BYTES: number = 32 * 1024;

/** Bytes that can be read several times in chunks, because a retry sends them again. */
export interface ArtifactContent {
  /** Opens the content for one read. The caller closes it. */
  open(): Promise<OpenContent>;
}

/** Content that is open for one read. */
interface OpenContent {
  readonly byteLength: number;
  /** The bytes in chunks of CHUNK_BYTES; the last may be shorter. Empty content has no chunks. */
  chunks(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  close(): Promise<void>;
}

/** Content in memory. */
export class MemoryContent implements ArtifactContent {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  open(): Promise<OpenContent> {
    return Promise.resolve({
      byteLength: this.#bytes.byteLength,
      chunks: () => slices(this.#bytes),
      close: () => Promise.resolve(),
    });
  }
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += CHUNK_BYTES) {
    yield bytes.subarray(start, start + CHUNK_BYTES);
  }
}

/** Content of a local file, which is never in memory as a whole. */
export class FileContent implements ArtifactContent {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async open(): Promise<OpenContent> {
    const handle = await this.#reading(open(this.#path, "r"));
    try {
      const { size, mtimeNs } = await this.#reading(handle.stat({ bigint: true }));
      return {
        byteLength: Number(size),
        chunks: () => this.#chunks(handle, Number(size), mtimeNs),
        close: () => handle.close(),
      };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async *#chunks(handle: FileHandle, size: number, mtimeNs: bigint): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < size; start += CHUNK_BYTES) {
      const length = Math.min(CHUNK_BYTES, size - start);
      const chunk = Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await this.#reading(
          handle.read(chunk, filled, length - filled, start + filled),
        );
        if (bytesRead === 0) throw this.#changed();
        filled += bytesRead;
      }
      // Check before sending the last chunk, so that the server never reports a complete file.
      if (start + length === size) {
        const now = await this.#reading(handle.stat({ bigint: true }));
        if (Number(now.size) !== size || now.mtimeNs !== mtimeNs) throw this.#changed();
      }
      yield chunk;
    }
  }

  #changed(): SparkError {
    return new SparkError(
      "ARTIFACT_CHANGED",
      `${this.#path} changed while it was being sent. Send it when it is complete, under another name, because the server may keep the received part.`,
    );
  }

  async #reading<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw new SparkError("ARTIFACT_UNREADABLE", `Cannot read ${this.#path}.`, { cause: error });
    }
  }
}

/** Whether two contents have the same bytes. Reads both completely. */
export async function sameContent(one: ArtifactContent, other: ArtifactContent): Promise<boolean> {
  return (await hashOf(one)) === (await hashOf(other));
}

async function hashOf(content: ArtifactContent): Promise<string> {
  const opened = await content.open();
  try {
    const hash = createHash("sha256");
    for await (const chunk of opened.chunks()) hash.update(chunk);
    return hash.digest("hex");
  } finally {
    await opened.close();
  }
}
