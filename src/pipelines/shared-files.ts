import type { CallOptions } from "../connection/call-options.js";
import type { SparkSession } from "../session/spark-session.js";
import { canonicalName } from "./dataset-name.js";
import { definitionError, type PipelineDefinition } from "./definitions.js";
import type { RunNamespace } from "./session-namespace.js";
import { sqlElements } from "./sql-elements.js";

/** Formats that write plain files. */
const FILE_FORMATS: ReadonlySet<string> = new Set([
  ...["parquet", "orc", "json", "csv", "text", "avro", "xml"],
]);

const DELTA_CATALOG = "org.apache.spark.sql.delta.catalog.DeltaCatalog";

/** A streaming flow, and the definition that contains it. */
interface Writer {
  readonly flow: string;
  readonly target: string;
  readonly definition: PipelineDefinition;
}

function writersOf(definition: PipelineDefinition): Writer[] {
  if (definition.kind === "sql")
    return sqlElements(definition.text).flatMap(({ kind, name, target }) =>
      target !== undefined && (kind === "flow" || kind === "streamingTable")
        ? [{ flow: name, target, definition }]
        : [],
    );
  if (definition.kind === "streamingTable")
    return [{ flow: definition.name, target: definition.name, definition }];
  return definition.kind === "appendFlow"
    ? [{ flow: definition.name, target: definition.target, definition }]
    : [];
}

/** The format that a definition of the target sets. */
function formatOf(
  definition: PipelineDefinition,
  target: string,
  namespace: RunNamespace,
): string | undefined {
  const { kind } = definition;
  if (kind !== "streamingTable" && kind !== "createStreamingTable" && kind !== "sink")
    return undefined;
  const isTarget = canonicalName(definition.name, namespace) === target;
  return isTarget ? definition.options.format : undefined;
}

/** The format of tables that do not set one. Undefined if their catalog decides. */
async function defaultFormat(
  spark: SparkSession,
  name: string,
  namespace: RunNamespace,
  call: CallOptions,
): Promise<string | undefined> {
  const [first] = JSON.parse(canonicalName(name, namespace)) as string[];
  if (first !== "spark_catalog") return undefined;
  const own = await spark.conf.getOption("spark.sql.catalog.spark_catalog", call);
  if (own !== undefined && own !== "builtin" && own !== DELTA_CATALOG) return undefined;
  return spark.conf.get("spark.sql.sources.default", "parquet", call);
}

/**
 * Refuses several flows into one table or sink of plain files. Spark keeps one log of batches for the folder, so it takes
 * the batches of the second flow for batches that it has written already, and skips their rows without an error.
 *
 * @throws {ArgumentError} naming the flows, the table and the line
 */
export async function refuseSharedFiles(
  spark: SparkSession,
  namespace: RunNamespace,
  definitions: readonly PipelineDefinition[],
  call: CallOptions,
): Promise<void> {
  const byTarget = new Map<string, Writer[]>();
  for (const writer of definitions.flatMap(writersOf)) {
    const key = canonicalName(writer.target, namespace);
    byTarget.set(key, [...(byTarget.get(key) ?? []), writer]);
  }
  for (const [target, writers] of byTarget) {
    const second = writers[1];
    if (second === undefined) continue;
    const own = definitions
      .map((each) => formatOf(each, target, namespace))
      .find((format) => format !== undefined);
    const format = own ?? (await defaultFormat(spark, second.target, namespace, call)) ?? "";
    if (!FILE_FORMATS.has(format.toLowerCase())) continue;
    const flows = writers.map(({ flow }) => flow).join(", ");
    throw definitionError(
      "target",
      `${second.target} has the format ${format} and several flows: ${flows}. Spark would skip the rows of all flows but one. Write one flow that reads the union of the sources, or use a format with transactions, such as delta.`,
      second.definition,
    );
  }
}
