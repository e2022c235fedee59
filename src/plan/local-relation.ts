import { create, toBinary } from "@bufbuild/protobuf";
import { LocalRelationSchema, RelationSchema } from "../gen/spark/connect/relations_pb.js";
import type { RelationBody } from "./relation.js";

/** Rows uploaded as one artifact: a whole local relation, by the hash of its message. */
export function cachedLocalRelation(hash: string): RelationBody {
  return create(RelationSchema, { relType: { case: "cachedLocalRelation", value: { hash } } })
    .relType;
}

/** Rows uploaded as several artifacts: Arrow streams and a schema, by their hashes. */
export function chunkedCachedLocalRelation(
  dataHashes: readonly string[],
  schemaHash: string,
): RelationBody {
  return create(RelationSchema, {
    relType: {
      case: "chunkedCachedLocalRelation",
      value: { dataHashes: [...dataHashes], schemaHash },
    },
  }).relType;
}

/** The message to upload for `cachedLocalRelation`. */
export function localRelationBytes(data: Uint8Array, schema: string): Uint8Array {
  return toBinary(LocalRelationSchema, create(LocalRelationSchema, { data, schema }));
}
