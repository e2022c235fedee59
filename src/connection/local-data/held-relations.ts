import { createHash } from "node:crypto";
import type { ChunkLimits, LocalData } from "../../arrow/encode/local-data.js";
import { ArgumentError } from "../../errors.js";
import {
  cachedLocalRelation,
  chunkedCachedLocalRelation,
  localRelationBytes,
} from "../../plan/local-relation.js";
import { relationsIn } from "../../plan/plan-parts.js";
import { localRelation, project, type Relation, type RelationBody } from "../../plan/relation.js";
import { factsOf, type PendingBody } from "../../plan/relation-facts.js";
import { addArtifacts, type Artifact } from "../artifacts/send-artifacts.js";
import { sentSchema } from "./sent-schema.js";
import type { SparkConnection } from "../spark-connection.js";
import { unlessAborted } from "../../waiting.js";

/** Data up to this size is always part of the plan, so that small DataFrames need no request for the limits. */
const ALWAYS_INLINE_BYTES = 64 * 1024;

/**
 * Spark's defaults (SQLConf.scala), for servers without a key. Spark prints sizes as plain numbers or with `b`.
 */
const DEFAULTS = {
  CacheThreshold: 64 * 1024 * 1024,
  SizeLimit: 3 * 1024 * 1024 * 1024,
  ChunkSizeRows: 10_000,
  ChunkSizeBytes: 16 * 1024 * 1024,
  BatchOfChunksSizeBytes: 1024 * 1024 * 1024,
} as const;
const PREFIX = "spark.sql.session.localRelation";

/** The server's configuration for local data. */
export interface LocalRelationLimits extends ChunkLimits {
  /** From this size in bytes, data is sent before the plan, as artifacts. */
  readonly cacheThreshold: number;
  readonly sizeLimit: number;
  /** The number of bytes to send in one call. */
  readonly batchBytes: number;
}

/** Requests the limits. Each large DataFrame requests them again, because the user may change them. */
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

/** How many bytes to hash between two looks at the clock. It takes about a millisecond. */
const HASHED_BYTES = 1024 * 1024;

async function sha256({ turns }: SparkConnection, blob: Uint8Array): Promise<string> {
  const hash = createHash("sha256");
  for (let start = 0; start < blob.byteLength; start += HASHED_BYTES) {
    hash.update(blob.subarray(start, start + HASHED_BYTES));
    if (turns.isDue()) await turns.turn();
  }
  return hash.digest("hex");
}

/**
 * Sends the blobs that the session does not have yet, and returns all hashes in order.
 *
 * @throws {ProtocolError} an artifact did not arrive completely
 */
async function cached(
  connection: SparkConnection,
  blobs: readonly Uint8Array[],
): Promise<string[]> {
  const hashes: string[] = [];
  for (const blob of blobs) hashes.push(await sha256(connection, blob));
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

/** Uploads a large relation's chunks to the server, in batches. */
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
   * Adds a chunk. Sends the waiting chunks when they fill one call.
   *
   * @throws {ArgumentError} the chunks exceed the server's size limit
   */
  async add(chunk: Uint8Array): Promise<void> {
    this.#totalBytes += chunk.byteLength;
    checkSize(this.#totalBytes, this.#limits);
    if (this.#waitingBytes + chunk.byteLength > this.#limits.batchBytes) await this.flush();
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.byteLength;
  }

  /** Sends the waiting chunks. */
  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const blobs = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const hash of await cached(this.#connection, blobs)) this.#hashes.push(hash);
  }

  /** Sends the remaining chunks and the schema. Returns the relation that refers to them. */
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
      `The rows need more than ${sizeLimit} bytes, the limit of ${PREFIX}SizeLimit. Write them to a file that Spark can read, or raise the limit.`,
    );
}

/** Sends the data in the form that the server needs for its size. */
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
  for (const chunk of data.chunks(limits)) {
    await upload.add(chunk);
    if (connection.turns.isDue()) await connection.turns.turn();
  }
  return upload.finish(schemaJson);
}

/** The session's relations that need requests before their first use, such as DataFrames of local rows. */
export class HeldRelations {
  readonly #connection: SparkConnection;
  /** Whether any relation was ever held. Most sessions hold none, and can skip the search of plans. */
  #isUsed = false;

  constructor(connection: SparkConnection) {
    this.#connection = connection;
  }

  /** Creates a relation of the data without sending it. */
  create(data: LocalData): Relation {
    const connection = this.#connection;
    const { schema, columns } = sentSchema(data.schema);
    const schemaJson = schema.json();
    const isSmall = data.byteLength <= ALWAYS_INLINE_BYTES;
    const body = localRelation(isSmall ? data.stream() : undefined, schemaJson);
    const relation = isSmall
      ? connection.relation(body)
      : this.hold(body, () => uploaded(connection, data, schemaJson));
    return columns === undefined ? relation : connection.relation(project(relation, columns));
  }

  /** Creates a relation. Its first use replaces its body with the result of `complete`. */
  hold(body: RelationBody, complete: () => Promise<RelationBody>): Relation {
    const relation = this.#connection.relation(body);
    this.defer(relation, complete);
    return relation;
  }

  /** Makes the first use of a relation replace its body with the result of `complete`. */
  defer(relation: Relation, complete: () => Promise<RelationBody>): void {
    factsOf(relation).pendingBody = { complete };
    this.#isUsed = true;
  }

  /**
   * Completes the held relations of a plan. After a failure, the next use tries again. An abort ends only the
   * wait: the attempt continues for the next use.
   */
  async settle(plan: object, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#isUsed) return;
    for (const relation of relationsIn(plan)) {
      const { pendingBody } = factsOf(relation);
      if (pendingBody === undefined) continue;
      signal?.throwIfAborted();
      pendingBody.completing ??= completed(relation, pendingBody);
      await unlessAborted(pendingBody.completing, signal);
    }
  }
}

async function completed(relation: Relation, pending: PendingBody): Promise<void> {
  try {
    // Every plan made of the relation holds this very message, so all of them are completed with it.
    relation.relType = await pending.complete();
    factsOf(relation).pendingBody = undefined;
  } catch (error) {
    pending.completing = undefined;
    throw error;
  }
}
