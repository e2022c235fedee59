import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { CatalogSchema } from "../gen/spark/connect/catalog_pb.js";
import { RelationSchema } from "../gen/spark/connect/relations_pb.js";
import type { RelationBody } from "./relation.js";

/** What a catalog is asked, or told to do. */
export type CatalogCall = NonNullable<MessageInitShape<typeof CatalogSchema>["catType"]>;

/** A call of the catalog: a relation whose rows are the answer, made each time it is executed. */
export function catalogRelation(call: CatalogCall): RelationBody {
  return create(RelationSchema, { relType: { case: "catalog", value: { catType: call } } }).relType;
}
