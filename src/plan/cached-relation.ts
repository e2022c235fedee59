import { create } from "@bufbuild/protobuf";
import { RelationSchema } from "../gen/spark/connect/relations_pb.js";
import type { RelationBody } from "./relation.js";

/** A result that the server holds under an id, as it does a batch for its foreachBatch function. */
export function cachedRemoteRelation(relationId: string): RelationBody {
  return create(RelationSchema, {
    relType: { case: "cachedRemoteRelation", value: { relationId } },
  }).relType;
}
