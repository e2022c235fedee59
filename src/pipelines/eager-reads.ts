import { eagerRelations, type RelationKind } from "../plan/eager-relations.js";
import type { SparkVersion } from "../connection/spark-version.js";
import type { Relation } from "../plan/relation.js";
import { tablesRead, type OwnDatasets } from "./own-datasets.js";

/** They look up tables at once, but wait for a view of the pipeline. */
const WAITS_FOR_VIEWS: ReadonlySet<RelationKind> = new Set<RelationKind>([
  ...(["withColumns", "withColumnsRenamed"] as const),
]);

const BY_QUERY =
  "Write it in SQL with spark.query(), or with select(), filter(), groupBy() or join().";

/** The methods that users know, and what to write instead. */
const METHODS: Readonly<Partial<Record<RelationKind, readonly [method: string, advice?: string]>>> =
  {
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
    withWatermark: [
      "withWatermark()",
      "Set the watermark on a stream from outside of the pipeline.",
    ],
    mapPartitions: [
      "mapRows(), mapInPandas() or mapInArrow()",
      "Use them on a source, before its rows get into a dataset.",
    ],
    groupMap: ["applyRows() or applyInPandas()"],
    asOfJoin: ["joinAsOf()"],
    sampleBy: ["sampleBy()"],
  };

/** A method that makes Spark look up a dataset before it is computed. */
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
  for (const { kind, parts } of eagerRelations(flow, version.isAtLeast(4, 3))) {
    const waitsForViews = WAITS_FOR_VIEWS.has(kind);
    const dataset = tablesRead(parts).find((name) =>
      waitsForViews ? own.isTable(name) : own.has(name),
    );
    if (dataset === undefined) continue;
    const [method = kind, advice = BY_QUERY] = METHODS[kind] ?? [];
    return { method, dataset, advice };
  }
  return undefined;
}
