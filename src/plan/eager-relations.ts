import { isMessage } from "@bufbuild/protobuf";
import { SubqueryExpressionSchema } from "../gen/spark/connect/expressions_pb.js";
import {
  Aggregate_GroupType as GroupType,
  type Relation,
} from "../gen/spark/connect/relations_pb.js";
import { partsWithin, relationsIn } from "./plan-parts.js";

/** What a relation does: `project`, `withColumns`. */
export type RelationKind = NonNullable<Relation["relType"]["case"]>;

/**
 * The relations that Spark's planner takes over without an analysis of their input. All others look up the tables below
 * them at once (`Dataset.ofRows` in SparkConnectPlanner.scala, 4.1 to 4.3). pipeline-order.test.ts runs them.
 */
const LAZY: ReadonlySet<RelationKind> = new Set<RelationKind>([
  ...(["read", "sql", "range", "localRelation", "cachedLocalRelation"] as const),
  ...(["chunkedCachedLocalRelation", "unresolvedTableValuedFunction"] as const),
  ...(["commonInlineUserDefinedTableFunction", "commonInlineUserDefinedDataSource"] as const),
  ...(["project", "filter", "join", "lateralJoin", "zip", "setOp", "withRelations"] as const),
  ...(["sort", "limit", "offset", "tail", "sample", "aggregate", "unpivot", "transpose"] as const),
  ...(["subqueryAlias", "toDf", "hint", "collectMetrics"] as const),
  ...(["repartition", "repartitionByExpression"] as const),
]);

/** A relation that Spark analyses when it receives the plan. */
export interface EagerRelation {
  readonly kind: RelationKind;
  /** The relation, and the subqueries that it refers to. */
  readonly parts: readonly Relation[];
}

/**
 * The relations of a plan that Spark analyses when it receives the plan.
 *
 * @param isLazyDeduplicate whether the server takes over `deduplicate` without an analysis. Spark 4.3 does
 */
export function eagerRelations(plan: Relation, isLazyDeduplicate: boolean): EagerRelation[] {
  const relations = relationsIn(plan);
  const byId = new Map(relations.map((each) => [each.common?.planId, each]));
  return relations.flatMap((each) => {
    const kind = each.relType.case;
    if (kind === undefined || (kind === "deduplicate" ? isLazyDeduplicate : isLazy(each)))
      return [];
    return [{ kind, parts: withSubqueries(each, byId) }];
  });
}

function isLazy({ relType }: Relation): boolean {
  if (relType.case !== "aggregate") return relType.case !== undefined && LAZY.has(relType.case);
  // Spark runs a query for the values of the pivot.
  const { groupType, pivot } = relType.value;
  return groupType !== GroupType.PIVOT || (pivot?.values.length ?? 0) > 0;
}

/** A relation and the subqueries that it refers to by their plan ids. */
function withSubqueries(
  relation: Relation,
  byId: ReadonlyMap<bigint | undefined, Relation>,
): Relation[] {
  const all = new Set([relation]);
  for (const each of all)
    for (const part of partsWithin(each)) {
      const subquery = isMessage(part, SubqueryExpressionSchema)
        ? byId.get(part.planId)
        : undefined;
      if (subquery !== undefined) all.add(subquery);
    }
  return [...all];
}
