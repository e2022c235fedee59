import type { CallOptions } from "../call-options.js";
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { ArgumentError, ProtocolError, UnsupportedOperationException } from "../../errors.js";
import type { ArtifactPayload } from "../../transport/client-requests.js";
import { CHUNK_BYTES, MemoryContent, type ArtifactContent } from "./artifact-content.js";
import type { SparkConnection } from "../spark-connection.js";

/** Bytes for the session, and their name on the server. */
export interface Artifact {
  /** `pyfiles/…`, `jars/…`, `archives/…#alias`, `files/…` or `cache/…`. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** An artifact with content in memory or on disk. */
export interface NamedContent {
  readonly name: string;
  readonly content: ArtifactContent;
}

type Batch = Extract<ArtifactPayload, { case: "batch" }>;
type Chunk = Extract<ArtifactPayload, { case: "chunk" }>["value"];

const NAME = /^(?:pyfiles|jars|archives|files|classes|cache|forward_to_fs)\/[^/].*$/;

function chunkOf(data: Uint8Array): Chunk & { data: Uint8Array } {
  return { data, crc: BigInt(crc32(data)) };
}

/** The payloads of the requests. Small artifacts share batches of at most one chunk's size. */
export async function* payloads(
  artifacts: readonly NamedContent[],
): AsyncGenerator<ArtifactPayload> {
  let batch: { name: string; data: ReturnType<typeof chunkOf> }[] = [];
  let batchBytes = 0;
  const takeBatch = (): Batch => {
    const full: Batch = { case: "batch", value: { artifacts: batch } };
    batch = [];
    batchBytes = 0;
    return full;
  };
  for (const { name, content } of artifacts) {
    const opened = await content.open();
    try {
      const { byteLength } = opened;
      if (batch.length > 0 && batchBytes + byteLength > CHUNK_BYTES) yield takeBatch();
      if (byteLength === 0) batch.push({ name, data: chunkOf(new Uint8Array()) });
      let begun = false;
      for await (const data of opened.chunks()) {
        if (byteLength <= CHUNK_BYTES) {
          batch.push({ name, data: chunkOf(data) });
          batchBytes += byteLength;
        } else if (begun) {
          yield { case: "chunk", value: chunkOf(data) };
        } else {
          begun = true;
          yield {
            case: "beginChunk",
            value: {
              name,
              totalBytes: BigInt(byteLength),
              numChunks: BigInt(Math.ceil(byteLength / CHUNK_BYTES)),
              initialChunk: chunkOf(data),
            },
          };
        }
      }
    } finally {
      await opened.close();
    }
  }
  if (batch.length > 0) yield takeBatch();
}

/**
 * Sends artifacts from memory to the session, and checks that each arrived completely.
 *
 * @throws {SparkException} errorClass ARTIFACT_ALREADY_EXISTS: the session has other content of that name
 * @throws {ProtocolError} a checksum does not match. The server drops such a file without an error
 */
export async function addArtifacts(
  connection: SparkConnection,
  artifacts: readonly Artifact[],
  options: CallOptions = {},
): Promise<void> {
  const named = artifacts.map(({ name, content }) => ({
    name,
    content: new MemoryContent(content),
  }));
  await sendArtifacts(connection, named, options);
}

/** Like {@link addArtifacts}, for content that is read while it is sent, and again for each retry. */
export async function sendArtifacts(
  connection: SparkConnection,
  artifacts: readonly NamedContent[],
  options: CallOptions = {},
): Promise<void> {
  if (artifacts.length === 0) return;
  for (const { name } of artifacts) {
    if (!NAME.test(name) || name.split("/").includes("..")) {
      throw new ArgumentError(
        "name",
        `Artifact name ${JSON.stringify(name)} must start with pyfiles/, jars/, archives/, files/, classes/, cache/ or forward_to_fs/ and must not contain "..".`,
      );
    }
  }
  const answer = await connection.client.addArtifacts(() => payloads(artifacts), options);
  const arrived = new Set(
    answer.artifacts.filter((summary) => summary.isCrcSuccessful).map((summary) => summary.name),
  );
  for (const { name } of artifacts) {
    if (!arrived.has(name)) {
      throw new ProtocolError(
        "ARTIFACT_CORRUPT",
        `Artifact ${name} did not arrive completely: the server's checksum differs, or the server did not acknowledge it. Send it again.`,
      );
    }
  }
}

/** The class of Spark's refusal. Its error class is only a legacy number. */
const REFUSAL = "org.apache.spark.SparkUnsupportedOperationException";

/** Sends an artifact of forwardedContent(), which the server copies to its file system. */
export async function forwardArtifact(
  connection: SparkConnection,
  artifact: NamedContent,
  options: CallOptions = {},
): Promise<void> {
  try {
    await sendArtifacts(connection, [artifact], options);
  } catch (error) {
    if (!(error instanceof UnsupportedOperationException)) throw error;
    if (!error.serverClasses.includes(REFUSAL)) throw error;
    throw new UnsupportedOperationException(
      `${error.message}\nThe server's default file system is its own disk. To allow the copy, set spark.sql.artifact.copyFromLocalToFs.allowDestLocal to true.`,
      {
        errorClass: error.errorClass,
        sqlState: error.sqlState,
        messageParameters: error.messageParameters,
        serverStackTrace: error.serverStackTrace,
        errorId: error.errorId,
        grpcStatus: error.grpcStatus,
        serverClasses: error.serverClasses,
        cause: error,
      },
    );
  }
}

/**
 * Stores bytes in the session under their SHA-256. Sends them only if the server does not have them.
 *
 * @returns the hash in hexadecimal, by which a plan refers to the bytes
 */
export async function cacheArtifact(
  connection: SparkConnection,
  data: Uint8Array,
  options: CallOptions = {},
): Promise<string> {
  const hash = createHash("sha256").update(data).digest("hex");
  const name = `cache/${hash}`;
  const { statuses } = await connection.client.artifactStatus([name], options);
  if (statuses[name]?.exists !== true) {
    await addArtifacts(connection, [{ name, content: data }], options);
  }
  return hash;
}
