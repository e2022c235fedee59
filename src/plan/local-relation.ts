import { create, isMessage, toBinary } from "@bufbuild/protobuf";
import {
  LocalRelationSchema,
  RelationSchema,
  type Relation,
} from "../gen/spark/connect/relations_pb.js";
import { partsWithin } from "./plan-parts.js";
import type { RelationBody } from "./relation.js";

/** Rows that the session has as one artifact: a whole local relation, by the hash of its message. */
export function cachedLocalRelation(hash: string): RelationBody {
  return create(RelationSchema, { relType: { case: "cachedLocalRelation", value: { hash } } })
    .relType;
}

/** Rows that the session has as artifacts: Arrow streams and a schema, by their hashes. */
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

/** The message that `cachedLocalRelation` stands for. */
export function localRelationBytes(data: Uint8Array, schema: string): Uint8Array {
  return toBinary(LocalRelationSchema, create(LocalRelationSchema, { data, schema }));
}

/** The relations in a plan or a part of one, wherever they are in it. */
export function relationsIn(plan: object): Relation[] {
  return [...partsWithin(plan)].filter((part) => isMessage(part, RelationSchema));
}
