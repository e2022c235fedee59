import { isMessage } from "@bufbuild/protobuf";
import { SubqueryExpressionSchema } from "../gen/spark/connect/expressions_pb.js";
import { Aggregate_GroupType as GroupType } from "../gen/spark/connect/relations_pb.js";
import type { SparkVersion } from "../connection/spark-version.js";
import { partsWithin, relationsIn } from "../plan/plan-parts.js";
import type { Relation } from "../plan/relation.js";
import { tablesRead, type OwnDatasets } from "./own-datasets.js";

type Kind = NonNullable<Relation["relType"]["case"]>;

/**
 * The relations that Spark's planner takes over without an analysis of their input. All others look up the tables below
 * them at once (`Dataset.ofRows` in SparkConnectPlanner.scala). A test runs each of them.
 */
const LAZY: ReadonlySet<Kind> = new Set<Kind>([
  ...(["read", "sql", "range", "localRelation", "cachedLocalRelation"] as const),
  ...(["chunkedCachedLocalRelation", "unresolvedTableValuedFunction"] as const),
  ...(["commonInlineUserDefinedTableFunction", "commonInlineUserDefinedDataSource"] as const),
  ...(["project", "filter", "join", "lateralJoin", "zip", "setOp", "withRelations"] as const),
  ...(["sort", "limit", "offset", "tail", "sample", "aggregate", "unpivot", "transpose"] as const),
  ...(["subqueryAlias", "toDf", "hint", "collectMetrics"] as const),
  ...(["repartition", "repartitionByExpression"] as const),
]);

/** They look up tables at once too, but wait for a view of the pipeline. */
const WAITS_FOR_VIEWS: ReadonlySet<Kind> = new Set<Kind>(["withColumns", "withColumnsRenamed"]);

const BY_QUERY =
  "Write it in SQL with spark.query(), or with select(), filter(), groupBy() or join().";

/** The methods that users know, and what to write instead. */
const METHODS: Readonly<Partial<Record<Kind, readonly [method: string, advice?: string]>>> = {
  withColumns: [
    "withColumn(), withColumns() or withMetadata()",
    'Write select("*", value.alias("name")), or read the dataset through a temporaryView().',
  ],
  withColumnsRenamed: [
    "withColumnRenamed() or withColumnsRenamed()",
    "Write select() with alias(), or read the dataset through a temporaryView().",
  ],
  drop: [
    "drop()",
    'Write select() with the columns to keep, or spark.query("SELECT * EXCEPT (name) FROM …").',
  ],
  deduplicate: [
    "distinct() or dropDuplicates()",
    'Write spark.query("SELECT DISTINCT * FROM …"), or groupBy() with agg().',
  ],
  fillNa: ["na.fill()", "Write select() with coalesce()."],
  dropNa: ["na.drop()", "Write filter() with isNotNull()."],
  replace: ["na.replace()", "Write select() with when()."],
  aggregate: ["pivot() without values", "Pass the values to pivot()."],
  toSchema: ["to()", "Write select() with cast()."],
  withWatermark: ["withWatermark()", "Set the watermark on a stream from outside of the pipeline."],
  mapPartitions: [
    "mapRows(), mapInPandas() or mapInArrow()",
    "Use them on a source, before its rows get into a dataset.",
  ],
  groupMap: ["applyRows() or applyInPandas()"],
  asOfJoin: ["joinAsOf()"],
  sampleBy: ["sampleBy()"],
};

/** A relation that Spark would analyse before the datasets below it are computed. */
export interface EagerRead {
  readonly method: string;
  readonly dataset: string;
  readonly advice: string;
}

/**
 * Finds a method that makes Spark look up a dataset of the pipeline before the run. Spark would not wait for the dataset,
 * and read the rows of the former run (SPARK-53505).
 */
export function eagerRead(
  flow: Relation,
  own: OwnDatasets,
  version: SparkVersion,
): EagerRead | undefined {
  const relations = relationsIn(flow);
  const byId = new Map(relations.map((each) => [each.common?.planId, each]));
  for (const each of relations) {
    const kind = each.relType.case;
    if (kind === undefined || isLazy(each, version)) continue;
    const isOwn = (name: string): boolean =>
      WAITS_FOR_VIEWS.has(kind) ? own.isTable(name) : own.has(name);
    const dataset = tablesRead(withSubqueries(each, byId)).find(isOwn);
    if (dataset === undefined) continue;
    const [method = kind, advice = BY_QUERY] = METHODS[kind] ?? [];
    return { method, dataset, advice };
  }
  return undefined;
}

function isLazy({ relType }: Relation, version: SparkVersion): boolean {
  if (relType.case === "aggregate") {
    const { groupType, pivot } = relType.value;
    return groupType !== GroupType.PIVOT || (pivot?.values.length ?? 0) > 0;
  }
  if (relType.case === "deduplicate") return version.isAtLeast(4, 3);
  return relType.case !== undefined && LAZY.has(relType.case);
}

/** A relation and the subqueries that it refers to by their plan ids. */
function withSubqueries(
  relation: Relation,
  byId: ReadonlyMap<bigint | undefined, Relation>,
): readonly Relation[] {
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
