import { crc32 } from "node:zlib";
import { ArgumentError, ProtocolError } from "../errors.js";
import type { ArtifactPayload } from "../transport/spark-connect-client.js";
import type { CallOptions, SparkConnection } from "./spark-connection.js";

/** PySpark's chunk size (sql/connect/client/artifact.py). */
const CHUNK_BYTES = 32 * 1024;

/** A file for the session, under the name the server knows it by. */
export interface Artifact {
  /** `pyfiles/…`, `jars/…`, `archives/…#alias`, `files/…` or `cache/…`. */
  readonly name: string;
  readonly content: Uint8Array;
}

const NAME = /^(?:pyfiles|jars|archives|files|classes|cache|forward_to_fs)\/[^/].*$/;

function* payloads(artifact: Artifact): Generator<ArtifactPayload> {
  const { name, content } = artifact;
  const chunk = (start: number): { data: Uint8Array; crc: bigint } => {
    const data = content.subarray(start, start + CHUNK_BYTES);
    return { data, crc: BigInt(crc32(data)) };
  };
  if (content.byteLength <= CHUNK_BYTES) {
    yield { case: "batch", value: { artifacts: [{ name, data: chunk(0) }] } };
    return;
  }
  yield {
    case: "beginChunk",
    value: {
      name,
      totalBytes: BigInt(content.byteLength),
      numChunks: BigInt(Math.ceil(content.byteLength / CHUNK_BYTES)),
      initialChunk: chunk(0),
    },
  };
  for (let start = CHUNK_BYTES; start < content.byteLength; start += CHUNK_BYTES) {
    yield { case: "chunk", value: chunk(start) };
  }
}

/**
 * Sends artifacts to the session and checks that each arrived whole.
 *
 * @throws {ProtocolError} a checksum does not agree: the server drops such a file without an error
 */
export async function addArtifacts(
  connection: SparkConnection,
  artifacts: readonly Artifact[],
  options: CallOptions = {},
): Promise<void> {
  if (artifacts.length === 0) return;
  for (const { name } of artifacts) {
    if (!NAME.test(name) || name.split("/").includes("..")) {
      throw new ArgumentError(
        "name",
        `Artifact name ${JSON.stringify(name)} must start with pyfiles/, jars/, archives/, files/ or cache/ and hold no "..".`,
      );
    }
  }
  const answer = await connection.client.addArtifacts(function* () {
    for (const artifact of artifacts) yield* payloads(artifact);
  }, options);
  const arrived = new Set(
    answer.artifacts.filter((summary) => summary.isCrcSuccessful).map((summary) => summary.name),
  );
  for (const { name } of artifacts) {
    if (!arrived.has(name)) {
      throw new ProtocolError(
        "ARTIFACT_CORRUPT",
        `Artifact ${name} did not arrive whole: the server's checksum differs or it was not acknowledged. Send it again.`,
      );
    }
  }
}
