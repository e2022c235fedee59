import { createHash } from "node:crypto";
import type { ChunkLimits, LocalData } from "../../arrow/encode/local-data.js";
import { ArgumentError } from "../../errors.js";
import {
  cachedLocalRelation,
  chunkedCachedLocalRelation,
  localRelationBytes,
  relationsIn,
} from "../../plan/local-relation.js";
import { localRelation, project, type Relation, type RelationBody } from "../../plan/relation.js";
import { factsOf, type UnsentRows } from "../../plan/relation-facts.js";
import { addArtifacts, type Artifact } from "../artifacts/send-artifacts.js";
import { sentSchema } from "./sent-schema.js";
import type { SparkConnection } from "../spark-connection.js";
import { unlessAborted } from "../../waiting.js";

/** Data up to here is always carried in the plan, so that small DataFrames cost no question. */
const ALWAYS_INLINE_BYTES = 64 * 1024;

/**
 * Spark's defaults (SQLConf.scala), for servers that lack a key. Spark prints sizes as plain numbers or with `b`.
 */
const DEFAULTS = {
  CacheThreshold: 64 * 1024 * 1024,
  SizeLimit: 3 * 1024 * 1024 * 1024,
  ChunkSizeRows: 10_000,
  ChunkSizeBytes: 16 * 1024 * 1024,
  BatchOfChunksSizeBytes: 1024 * 1024 * 1024,
} as const;
const PREFIX = "spark.sql.session.localRelation";

/** How the server wants local data, as its configuration says. */
export interface LocalRelationLimits extends ChunkLimits {
  /** From this size on data is sent before the plan, as artifacts. */
  readonly cacheThreshold: number;
  readonly sizeLimit: number;
  /** Bytes of chunks that are sent in one call. */
  readonly batchBytes: number;
}

/** Asks for the sizes; each DataFrame that may be large asks anew, since the session's user may set them. */
export async function askLimits({ client }: SparkConnection): Promise<LocalRelationLimits> {
  const names = Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[];
  const keys = names.map((name) => PREFIX + name);
  const { pairs } = await client.config({ case: "getOption", value: { keys } });
  const sizeOf = (name: keyof typeof DEFAULTS): number => {
    const value = Number.parseInt(pairs.find(({ key }) => key === PREFIX + name)?.value ?? "", 10);
    return Number.isNaN(value) ? DEFAULTS[name] : value;
  };
  return {
    cacheThreshold: sizeOf("CacheThreshold"),
    sizeLimit: sizeOf("SizeLimit"),
    maxRows: sizeOf("ChunkSizeRows"),
    maxBytes: sizeOf("ChunkSizeBytes"),
    batchBytes: sizeOf("BatchOfChunksSizeBytes"),
  };
}

/**
 * Sends what the session does not have yet, and returns all hashes in order.
 *
 * @throws {ProtocolError} an artifact did not arrive whole
 */
async function cached(
  connection: SparkConnection,
  blobs: readonly Uint8Array[],
): Promise<string[]> {
  const hashes = blobs.map((blob) => createHash("sha256").update(blob).digest("hex"));
  const artifacts = new Map<string, Artifact>();
  for (const [index, content] of blobs.entries()) {
    const name = `cache/${hashes[index] ?? ""}`;
    artifacts.set(name, { name, content });
  }
  const { statuses } = await connection.client.artifactStatus([...artifacts.keys()]);
  const missing = [...artifacts.values()].filter(({ name }) => statuses[name]?.exists !== true);
  await addArtifacts(connection, missing);
  return hashes;
}

/** Collects a large relation's chunks on the server, a batch of them at a time. */
export class ChunkUpload {
  readonly #connection: SparkConnection;
  readonly #limits: LocalRelationLimits;
  readonly #hashes: string[] = [];
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #totalBytes = 0;

  constructor(connection: SparkConnection, limits: LocalRelationLimits) {
    this.#connection = connection;
    this.#limits = limits;
  }

  /**
   * Takes a chunk; sends those it has when they are enough for one call.
   *
   * @throws {ArgumentError} the chunks are more than the server takes
   */
  async add(chunk: Uint8Array): Promise<void> {
    this.#totalBytes += chunk.byteLength;
    checkSize(this.#totalBytes, this.#limits);
    if (this.#waitingBytes + chunk.byteLength > this.#limits.batchBytes) await this.flush();
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.byteLength;
  }

  /** Sends the chunks that wait. */
  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const blobs = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const hash of await cached(this.#connection, blobs)) this.#hashes.push(hash);
  }

  /** Sends the rest and the schema; what the plan says instead of the rows. */
  async finish(schemaJson: string): Promise<RelationBody> {
    await this.flush();
    const [schemaHash = ""] = await cached(this.#connection, [Buffer.from(schemaJson)]);
    return chunkedCachedLocalRelation(this.#hashes, schemaHash);
  }
}

function checkSize(bytes: number, { sizeLimit }: LocalRelationLimits): void {
  if (bytes > sizeLimit)
    throw new ArgumentError(
      "rows",
      `The rows take more than ${sizeLimit} bytes, the most that ${PREFIX}SizeLimit lets a DataFrame hold: write them to a file that Spark reads, or raise it.`,
    );
}

/** Sends the data as the server wants data of its size. */
async function uploaded(
  connection: SparkConnection,
  data: LocalData,
  schemaJson: string,
): Promise<RelationBody> {
  const limits = await askLimits(connection);
  if (data.byteLength < limits.cacheThreshold) return localRelation(data.stream(), schemaJson);
  checkSize(data.byteLength, limits);
  if (!connection.version.isAtLeast(4, 1)) {
    const [hash = ""] = await cached(connection, [localRelationBytes(data.stream(), schemaJson)]);
    return cachedLocalRelation(hash);
  }
  const upload = new ChunkUpload(connection, limits);
  for (const chunk of data.chunks(limits)) await upload.add(chunk);
  return upload.finish(schemaJson);
}

/** The session's DataFrames of rows held here: their data travels when one is first used, and once. */
export class HeldRelations {
  readonly #connection: SparkConnection;
  /** Whether any relation ever waited: most sessions have none, and need not search their plans. */
  #isUsed = false;

  constructor(connection: SparkConnection) {
    this.#connection = connection;
  }

  /** A relation of the data, at once. */
  create(data: LocalData): Relation {
    const connection = this.#connection;
    const { schema, columns } = sentSchema(data.schema);
    const schemaJson = schema.json();
    const isSmall = data.byteLength <= ALWAYS_INLINE_BYTES;
    const relation = connection.relation(
      localRelation(isSmall ? data.stream() : undefined, schemaJson),
    );
    if (!isSmall) {
      factsOf(relation).unsentRows = { upload: () => uploaded(connection, data, schemaJson) };
      this.#isUsed = true;
    }
    return columns === undefined ? relation : connection.relation(project(relation, columns));
  }

  /**
   * Sends the data of a plan's relations where that has not happened, and completes the relations. A failed
   * upload is tried again by the next use. Aborting ends the wait only: the upload continues for the next use.
   */
  async settle(plan: object, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#isUsed) return;
    for (const relation of relationsIn(plan)) {
      const { unsentRows } = factsOf(relation);
      if (unsentRows === undefined) continue;
      signal?.throwIfAborted();
      unsentRows.uploading ??= completed(relation, unsentRows);
      await unlessAborted(unsentRows.uploading, signal);
    }
  }
}

async function completed(relation: Relation, unsent: UnsentRows): Promise<void> {
  try {
    // Every plan made of the relation holds this very message, so all of them are completed with it.
    relation.relType = await unsent.upload();
    factsOf(relation).unsentRows = undefined;
  } catch (error) {
    unsent.uploading = undefined;
    throw error;
  }
}
