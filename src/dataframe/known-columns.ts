import type { Relation } from "../plan/relation.js";
import { factsOf } from "../plan/relation-facts.js";
import { simpleString } from "../types/ddl.js";

/** The columns of a relation as PySpark prints them, `id: bigint, name: string`, or `…` if they are not known. */
export function columnsText(relation: Relation): string {
  const { schema } = factsOf(relation);
  if (schema === undefined) return "…";
  return schema.fields.map(({ name, dataType }) => `${name}: ${simpleString(dataType)}`).join(", ");
}
