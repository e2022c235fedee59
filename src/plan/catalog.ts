import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { CatalogSchema } from "../gen/spark/connect/catalog_pb.js";
import { RelationSchema } from "../gen/spark/connect/relations_pb.js";
import type { RelationBody } from "./relation.js";

/** A question or a command to the catalog. */
export type CatalogCall = NonNullable<MessageInitShape<typeof CatalogSchema>["catType"]>;

/** A relation that calls the catalog at each execution and has the answer as its rows. */
export function catalogRelation(call: CatalogCall): RelationBody {
  return create(RelationSchema, { relType: { case: "catalog", value: { catType: call } } }).relType;
}
