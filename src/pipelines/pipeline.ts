import { readFileSync } from "node:fs";
import { requireArray, requireFunction, requireObject, requireText } from "../argument-kind.js";
import { keepCallSites, userLocation } from "../call-site.js";
import type { CallOptions } from "../connection/call-options.js";
import { ArgumentError } from "../errors.js";
import { checkMethods, SIGNAL } from "../option-check.js";
import type { SparkSession } from "../session/spark-session.js";
import { shown } from "../value-kind.js";
import { canonicalName } from "./dataset-name.js";
import {
  definitionError,
  definedAt,
  describeDefinition,
  type AutoCdcOptions,
  type DatasetOptions,
  type FlowFunction,
  type FlowOptions,
  type PipelineDefinition,
  type SinkOptions,
  type TableOptions,
  type ViewOptions,
} from "./definitions.js";
import { pipelineGraph, type PipelineGraph } from "./pipeline-graph.js";
import type { PipelineRun } from "./pipeline-run.js";
import { checkedOptions, type PipelineOptions } from "./pipeline-options.js";
import { startRun, type PipelineStartOptions } from "./start-run.js";

const VIEW: readonly (keyof ViewOptions)[] = ["comment", "sparkConf"];
const TABLE: readonly (keyof TableOptions)[] = [
  ...(["comment", "format", "schema", "tableProperties", "partitionCols", "clusterBy"] as const),
];
const DATASET: readonly (keyof DatasetOptions)[] = [...TABLE, "sparkConf"];
const AUTO_CDC: readonly (keyof AutoCdcOptions)[] = [
  ...(["target", "source", "keys", "sequenceBy", "applyAsDeletes", "columnList"] as const),
  ...(["exceptColumnList", "storedAsScdType", "trackHistoryColumnList"] as const),
  ...(["trackHistoryExceptColumnList", "name", "sparkConf"] as const),
];

/**
 * Datasets and the flows that fill them, for a run on the server. Each method adds a definition and returns the
 * pipeline; nothing is sent before {@link Pipeline.start}. Made by {@link pipeline}.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #definitions: PipelineDefinition[] = [];
  readonly #names = new Map<string, PipelineDefinition>();

  /** @internal Use pipeline(). */
  constructor(options: PipelineOptions) {
    this.#options = checkedOptions(options);
  }

  /** The definitions, in the order of the calls. */
  get definitions(): readonly PipelineDefinition[] {
    return this.#definitions;
  }

  /** @internal */
  get options(): PipelineOptions {
    return this.#options;
  }

  /**
   * A table that a streaming flow appends to: each run adds the rows that are new in its source. PySpark: `@dp.table`.
   *
   * @example p.streamingTable("events", ({ readStream }) => readStream.format("rate").load());
   */
  streamingTable(name: string, query: FlowFunction, options: DatasetOptions = {}): this {
    return this.#addQuery({
      kind: "streamingTable",
      name,
      query,
      options,
      location: userLocation(),
    });
  }

  /**
   * A table that each run computes again from a batch query. PySpark: `@dp.materialized_view`.
   *
   * @example p.materializedView("total", (spark) => spark.table("events").groupBy().count());
   */
  materializedView(name: string, query: FlowFunction, options: DatasetOptions = {}): this {
    return this.#addQuery({
      ...{ kind: "materializedView", name, query, options },
      location: userLocation(),
    });
  }

  /**
   * A view that only this pipeline's flows can read. PySpark: `@dp.temporary_view`.
   *
   * @example p.temporaryView("recent", (spark) => spark.table("events").limit(10));
   */
  temporaryView(name: string, query: FlowFunction, options: ViewOptions = {}): this {
    return this.#addQuery({
      kind: "temporaryView",
      name,
      query,
      options,
      location: userLocation(),
    });
  }

  /**
   * A streaming table without a flow of its own: appendFlow() or autoCdcFlow() fill it.
   *
   * @example p.createStreamingTable("events", { partitionCols: ["day"] });
   */
  createStreamingTable(name: string, options: TableOptions = {}): this {
    return this.#addNamed({
      kind: "createStreamingTable",
      name,
      options,
      location: userLocation(),
    });
  }

  /**
   * A flow that appends the rows of a stream to a streaming table or a sink.
   *
   * @example p.appendFlow("events", ({ readStream }) => readStream.table("raw"), { name: "from_raw" });
   */
  appendFlow(target: string, query: FlowFunction, options: FlowOptions = {}): this {
    requireText("target", target);
    requireFunction("query", query);
    const name = options.name ?? (query.name === "" ? target : query.name);
    return this.#addFlow({
      ...{ kind: "appendFlow", name, target, query, options },
      location: userLocation(),
    });
  }

  /**
   * A destination outside of the pipeline, such as Kafka, that appendFlow() fills. PySpark: `create_sink`.
   *
   * @example p.sink("alerts", { format: "console" });
   */
  sink(name: string, options: SinkOptions): this {
    requireObject("options", options);
    requireText("format", options.format);
    return this.#addNamed({ kind: "sink", name, options, location: userLocation() });
  }

  /**
   * A flow that applies inserts, updates and deletions of records to a streaming table. PySpark: `create_auto_cdc_flow`.
   * Spark 4.2 and newer; `storedAsScdType: 2`, `trackHistory…` and `sparkConf` need 4.3.
   *
   * @example p.autoCdcFlow({ target: "users", source: "changes", keys: ["id"], sequenceBy: "version" });
   */
  autoCdcFlow(options: AutoCdcOptions): this {
    checkAutoCdc(options);
    const { target, name = target } = options;
    return this.#addFlow({ kind: "autoCdcFlow", name, target, options, location: userLocation() });
  }

  /**
   * Datasets and flows in SQL: `CREATE STREAMING TABLE`, `CREATE MATERIALIZED VIEW`, `CREATE TEMPORARY VIEW`,
   * `CREATE FLOW`.
   *
   * @param source SQL text, or a file of this machine. With `text`, the file is not read and only named in messages
   * @example p.sql("CREATE MATERIALIZED VIEW numbers AS SELECT * FROM range(3)");
   */
  sql(source: string | { readonly file: string; readonly text?: string | undefined }): this {
    const location = userLocation();
    if (typeof source === "string") {
      // The server needs a path.
      const file = location === undefined ? "pipeline.sql" : `${location.file}:${location.line}`;
      this.#definitions.push({ kind: "sql", text: source, file, location });
      return this;
    }
    requireObject("source", source);
    requireText("file", source.file);
    const { file, text = readFileSync(file, "utf8") } = source;
    this.#definitions.push({ kind: "sql", text, file, location: { file, line: 1 } });
    return this;
  }

  /**
   * Sends the definitions to the server and starts a run. Each flow function is called once.
   *
   * @param options.refresh the datasets to update. Default: all
   * @param options.fullRefresh the datasets to reset and compute again from the start
   * @param options.fullRefreshAll resets and computes all datasets again
   * @param options.dryRun only checks the graph: no flow runs and no table is created
   * @param options.signal stops the definition or the run
   * @throws {ArgumentError} a definition or an option is wrong; the message names the dataset and the line
   * @throws {UnsupportedOperationException} the server's Spark lacks a feature, or a flow function does what it must not
   * @throws {AnalysisException} the server refuses a definition
   * @example const run = await p.start(spark, { dryRun: true });
   */
  async start(spark: SparkSession, options: PipelineStartOptions = {}): Promise<PipelineRun> {
    return startRun(spark, this.#options, [...this.#definitions], options);
  }

  /**
   * The datasets, and which of them each flow reads. Calls each flow function once; nothing runs.
   *
   * @example const { datasets } = await p.graph(spark);
   */
  async graph(spark: SparkSession, options: CallOptions = {}): Promise<PipelineGraph> {
    return pipelineGraph(spark, this.#options, [...this.#definitions], options);
  }

  #addQuery(
    definition: Extract<PipelineDefinition, { options: ViewOptions; query: FlowFunction }>,
  ): this {
    requireFunction("query", definition.query);
    return this.#addNamed(definition);
  }

  #addNamed(definition: Exclude<PipelineDefinition, { kind: "sql" }>): this {
    requireText("name", definition.name);
    this.#noDuplicate(canonicalName(definition.name, this.#namespace), definition);
    this.#definitions.push(definition);
    return this;
  }

  #addFlow(definition: Extract<PipelineDefinition, { target: string }>): this {
    requireText("name", definition.name);
    this.#noDuplicate(`flow ${canonicalName(definition.name, this.#namespace)}`, definition);
    this.#definitions.push(definition);
    return this;
  }

  get #namespace(): { catalog: string | undefined; database: string | undefined } {
    const { catalog, database } = this.#options;
    return { catalog, database };
  }

  #noDuplicate(key: string, definition: PipelineDefinition): void {
    const other = this.#names.get(key);
    if (other !== undefined)
      throw definitionError(
        "name",
        `The pipeline already has ${describeDefinition(other)}. ${definedAt(other)} Give the second one another name.`,
        definition,
      );
    this.#names.set(key, definition);
  }
}

checkMethods(Pipeline.prototype, {
  streamingTable: [2, DATASET],
  materializedView: [2, DATASET],
  temporaryView: [2, VIEW],
  createStreamingTable: [1, TABLE],
  appendFlow: [2, ["name", "sparkConf", "once"]],
  sink: [1, ["format", "options"]],
  autoCdcFlow: [0, AUTO_CDC],
  start: [1, ["refresh", "fullRefresh", "fullRefreshAll", "dryRun", "signal"]],
  graph: [1, SIGNAL],
});
keepCallSites("Pipeline", Pipeline);

function checkAutoCdc(options: AutoCdcOptions): void {
  requireObject("options", options);
  requireText("target", options.target);
  requireText("source", options.source);
  requireArray("keys", options.keys);
  if (options.keys.length === 0)
    throw new ArgumentError("keys", "keys must name at least one column, got an empty array.");
  const { storedAsScdType } = options;
  // JavaScript callers may pass any type.
  if (storedAsScdType !== undefined && ![1, 2].includes(storedAsScdType))
    throw new ArgumentError(
      "storedAsScdType",
      `storedAsScdType must be 1 or 2, got ${shown(storedAsScdType)}.`,
    );
  for (const [one, other] of [
    ["columnList", "exceptColumnList"],
    ["trackHistoryColumnList", "trackHistoryExceptColumnList"],
  ] as const) {
    if ((options[one]?.length ?? 0) > 0 && (options[other]?.length ?? 0) > 0)
      throw new ArgumentError(other, `Pass ${one} or ${other} to autoCdcFlow(), not both.`);
    if (one === "trackHistoryColumnList" && storedAsScdType !== 2)
      for (const list of [one, other])
        if ((options[list]?.length ?? 0) > 0)
          throw new ArgumentError(list, `${list} needs storedAsScdType: 2.`);
  }
}

/**
 * Declares a pipeline: datasets, and the flows that fill them. Spark orders the flows, runs them, and repeats those that
 * fail. Spark 4.1 and newer.
 *
 * ```ts
 * const markets = pipeline({ storage: "file:///data/pipelines/markets", database: "markets" })
 *   .streamingTable("prices", ({ readStream }) => readStream.format("coingecko").load())
 *   .materializedView("latest", (spark) => spark.table("prices").groupBy("id").count());
 * const run = await markets.start(spark);
 * for await (const { message } of run) console.log(message);
 * await run.result();
 * ```
 *
 * @throws {ArgumentError} storage is not a URI, or an option is unknown
 * @see python/pyspark/pipelines/api.py
 */
export function pipeline(options: PipelineOptions): Pipeline {
  return new Pipeline(options);
}
