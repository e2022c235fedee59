// Rows that the server keeps: caches, which it finds by plan, and checkpoints.

import type { CallOptions } from "../../connection/call-options.js";
import { ProtocolError } from "../../errors.js";
import { cachedRemoteRelation } from "../../plan/cached-relation.js";
import { checkpoint, removeCachedRelation, storageLevelFields } from "../../plan/command.js";
import type { Relation } from "../../plan/relation.js";
import type { SparkConnection } from "../../connection/spark-connection.js";
import { StorageLevel } from "../storage-level.js";

/** Makes the server delete a checkpoint after the last DataFrame that uses it was garbage-collected. */
const checkpoints = new FinalizationRegistry<{
  readonly connection: SparkConnection;
  readonly relationId: string;
}>(({ connection, relationId }) => {
  // This fails only if the session or its connection is lost; the checkpoint ends with the session.
  connection.run(removeCachedRelation(relationId)).catch(() => undefined);
});

export async function persist(
  connection: SparkConnection,
  relation: Relation,
  level: StorageLevel,
  options: CallOptions,
): Promise<void> {
  const storageLevel = storageLevelFields(level);
  await connection.analyze({ case: "persist", value: { relation, storageLevel } }, options);
}

export async function unpersist(
  connection: SparkConnection,
  relation: Relation,
  { blocking = false, signal }: { readonly blocking?: boolean } & CallOptions,
): Promise<void> {
  await connection.analyze({ case: "unpersist", value: { relation, blocking } }, { signal });
}

/** @throws {ProtocolError} the server did not answer with a level */
export async function storageLevelOf(
  connection: SparkConnection,
  relation: Relation,
  options: CallOptions,
): Promise<StorageLevel> {
  const { result } = await connection.analyze(
    { case: "getStorageLevel", value: { relation } },
    options,
  );
  const level = result.case === "getStorageLevel" ? result.value.storageLevel : undefined;
  if (level === undefined) {
    throw new ProtocolError("NO_ANSWER", "The server did not answer with a storage level.");
  }
  const { useDisk, useMemory, useOffHeap, deserialized, replication } = level;
  return new StorageLevel(useDisk, useMemory, useOffHeap, deserialized, replication);
}

/** Makes a checkpoint. The server keeps it while a DataFrame in this process uses it. */
export async function checkpointed(
  connection: SparkConnection,
  relation: Relation,
  how: Parameters<typeof checkpoint>[1],
  { signal }: CallOptions,
): Promise<Relation> {
  const answer = await connection.ask(checkpoint(relation, how), "checkpointCommandResult", {
    signal,
  });
  if (answer.relation === undefined) {
    throw new ProtocolError("NO_ANSWER", "The server did not answer with a checkpoint.");
  }
  const { relationId } = answer.relation;
  const kept = connection.relation(cachedRemoteRelation(relationId));
  // Plans built on this relation hold the object itself, so it lives as long as any of them.
  checkpoints.register(kept, { connection, relationId });
  return kept;
}
