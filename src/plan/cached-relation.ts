import { create } from "@bufbuild/protobuf";
import { RelationSchema } from "../gen/spark/connect/relations_pb.js";
import type { RelationBody } from "./relation.js";

/** A relation that the server keeps under an id, such as a checkpoint or the batch of a foreachBatch function. */
export function cachedRemoteRelation(relationId: string): RelationBody {
  return create(RelationSchema, {
    relType: { case: "cachedRemoteRelation", value: { relationId } },
  }).relType;
}
