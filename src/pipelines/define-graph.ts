import { SparkException } from "../errors.js";
import type { CallOptions } from "../connection/call-options.js";
import { toExpression, type Column, type ColumnOrName } from "../dataframe/column.js";
import { optionTexts } from "../plan/option-text.js";
import { expressionString, type Expression } from "../plan/expression.js";
import {
  defineFlow,
  defineOutput,
  defineSqlGraphElements,
  type AutoCdcSpec,
  type FlowSpec,
  type OutputSpec,
  type TableSpec,
} from "../plan/pipeline-command.js";
import type { SparkSession } from "../session/spark-session.js";
import { buildFlow, connectionOf, type FlowGraph } from "./build-flow.js";
import {
  definedAt,
  type AutoCdcOptions,
  type PipelineDefinition,
  type TableOptions,
} from "./definitions.js";

/** Sends the definitions to the server, in the order of the program, as PySpark does. */
export async function defineGraph(
  spark: SparkSession,
  graph: FlowGraph,
  definitions: readonly PipelineDefinition[],
  options: CallOptions,
): Promise<void> {
  for (const definition of definitions) {
    options.signal?.throwIfAborted();
    await define(spark, graph, definition, options);
  }
}

async function define(
  spark: SparkSession,
  graph: FlowGraph,
  definition: PipelineDefinition,
  options: CallOptions,
): Promise<void> {
  const connection = connectionOf(spark);
  const send = async (plan: Parameters<typeof connection.run>[0]): Promise<void> => {
    try {
      await connection.run(plan, options);
    } catch (error) {
      throw located(error, definition);
    }
  };
  const { graphId } = graph;
  const output = outputOf(definition);
  if (output !== undefined) await send(defineOutput(graphId, output));
  if (definition.kind === "sql") {
    await send(defineSqlGraphElements(graphId, definition.text, definition.file));
    return;
  }
  const flow = await flowOf(spark, graph, definition);
  if (flow !== undefined) await send(defineFlow(graphId, flow));
}

/** The server's messages do not have the place of a definition, so it is added. */
function located(error: unknown, definition: PipelineDefinition): unknown {
  const where = definedAt(definition);
  if (error instanceof SparkException && where !== "" && !error.message.endsWith(where))
    error.message += `\n${where}`;
  return error;
}

function tableSpec(options: TableOptions): TableSpec {
  return {
    tableProperties: optionTexts(options.tableProperties ?? {}),
    partitionCols: options.partitionCols ?? [],
    clusterBy: options.clusterBy ?? [],
    format: options.format,
    schema: options.schema,
  };
}

function outputOf(definition: PipelineDefinition): OutputSpec | undefined {
  switch (definition.kind) {
    case "streamingTable":
    case "createStreamingTable":
    case "materializedView": {
      const { name, options, location, kind } = definition;
      const table = tableSpec(options);
      const details = {
        kind: kind === "materializedView" ? ("materializedView" as const) : ("table" as const),
        table,
      };
      return { name, comment: options.comment, location, details };
    }
    case "temporaryView": {
      const { name, options, location } = definition;
      return { name, comment: options.comment, location, details: { kind: "temporaryView" } };
    }
    case "sink": {
      const { name, options, location } = definition;
      const details = {
        kind: "sink" as const,
        format: options.format,
        options: optionTexts(options.options ?? {}),
      };
      return { name, location, details };
    }
    default:
      return undefined;
  }
}

async function flowOf(
  spark: SparkSession,
  graph: FlowGraph,
  definition: Exclude<PipelineDefinition, { kind: "sql" }>,
): Promise<FlowSpec | undefined> {
  if (definition.kind === "createStreamingTable" || definition.kind === "sink") return undefined;
  const { name, location } = definition;
  const conf = optionTexts(definition.options.sparkConf ?? {});
  if (definition.kind === "autoCdcFlow") {
    const details = { autoCdc: autoCdc(definition.options) };
    return { name, target: definition.target, conf, location, once: false, details };
  }
  const target = definition.kind === "appendFlow" ? definition.target : name;
  const once = definition.kind === "appendFlow" && definition.options.once === true;
  const relation = await buildFlow(spark, graph, definition);
  return { name, target, conf, location, once, details: { relation } };
}

function autoCdc(options: AutoCdcOptions): AutoCdcSpec {
  return {
    source: options.source,
    keys: columns(options.keys),
    sequenceBy: sqlOrColumn(options.sequenceBy),
    applyAsDeletes:
      options.applyAsDeletes === undefined ? undefined : sqlOrColumn(options.applyAsDeletes),
    columnList: columns(options.columnList),
    exceptColumnList: columns(options.exceptColumnList),
    trackHistoryColumnList: columns(options.trackHistoryColumnList),
    trackHistoryExceptColumnList: columns(options.trackHistoryExceptColumnList),
    storedAsScdType: options.storedAsScdType,
  };
}

function columns(list: readonly ColumnOrName[] = []): Expression[] {
  return list.map(toExpression);
}

/** Text is an expression in SQL here, as in PySpark. */
function sqlOrColumn(value: string | Column): Expression {
  return typeof value === "string" ? expressionString(value) : toExpression(value);
}
