import { isMessage } from "@bufbuild/protobuf";
import { RelationSchema, type Relation } from "../gen/spark/connect/relations_pb.js";

/** The objects in an object's fields that can contain messages. Byte arrays cannot, and can be large. */
export function partsOf(value: object): object[] {
  const fields = Object.values(value) as unknown[];
  return fields.filter(
    (field): field is object =>
      typeof field === "object" && field !== null && !ArrayBuffer.isView(field),
  );
}

/** A plan and every object within it, each once. */
export function partsWithin(plan: object): Iterable<object> {
  // A Set also visits items added during iteration, so it serves as the work list; recursion would
  // overflow on deep plans.
  const parts = new Set([plan]);
  for (const part of parts) for (const inner of partsOf(part)) parts.add(inner);
  return parts;
}

/** All relations in a plan or in a part of a plan, at any depth. */
export function relationsIn(plan: object): Relation[] {
  return [...partsWithin(plan)].filter((part) => isMessage(part, RelationSchema));
}
