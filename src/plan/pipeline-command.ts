/** The commands of declarative pipelines, as PySpark's spark_connect_graph_element_registry.py sends them. */
import { create } from "@bufbuild/protobuf";
import { anyPack, type Any } from "@bufbuild/protobuf/wkt";
import type { Expression } from "../gen/spark/connect/expressions_pb.js";
import {
  OutputType,
  PipelineAnalysisContextSchema,
  PipelineCommand_DefineFlow_SCDType as ScdType,
  PipelineCommandSchema,
} from "../gen/spark/connect/pipelines_pb.js";
import type { Relation } from "../gen/spark/connect/relations_pb.js";
import type { DataType } from "../types/data-type.js";
import { commandPlan, type Plan } from "./command.js";
import { wireType } from "./wire-type.js";

type CommandInit = NonNullable<Parameters<typeof create<typeof PipelineCommandSchema>>[1]>;
type CommandType = NonNullable<Exclude<CommandInit, { $typeName: unknown }>["commandType"]>;

function pipelinePlan(commandType: CommandType): Plan {
  return commandPlan({
    case: "pipelineCommand",
    value: create(PipelineCommandSchema, { commandType }),
  });
}

/** A line of the program that defines an element. */
interface LocationFields {
  readonly file: string;
  readonly line: number;
}

function sourceCodeLocation(location: LocationFields | undefined): object {
  if (location === undefined) return {};
  return { sourceCodeLocation: { fileName: location.file, lineNumber: location.line } };
}

/** Creates an empty graph; the answer holds its id. */
export function createDataflowGraph(spec: {
  readonly catalog: string | undefined;
  readonly database: string | undefined;
  readonly conf: Readonly<Record<string, string>>;
}): Plan {
  return pipelinePlan({
    case: "createDataflowGraph",
    value: {
      ...(spec.catalog !== undefined && { defaultCatalog: spec.catalog }),
      ...(spec.database !== undefined && { defaultDatabase: spec.database }),
      sqlConf: { ...spec.conf },
    },
  });
}

/** Removes a graph from the server, and stops its run. */
export function dropDataflowGraph(dataflowGraphId: string): Plan {
  return pipelinePlan({ case: "dropDataflowGraph", value: { dataflowGraphId } });
}

/** The settings of a table or a materialized view. */
export interface TableSpec {
  readonly tableProperties: Readonly<Record<string, string>>;
  readonly partitionCols: readonly string[];
  readonly clusterBy: readonly string[];
  readonly format: string | undefined;
  /** DDL text or a StructType. */
  readonly schema: string | DataType | undefined;
}

/** An element to which flows write. */
export interface OutputSpec {
  readonly name: string;
  readonly comment?: string | undefined;
  readonly location: LocationFields | undefined;
  readonly details:
    | { readonly kind: "table" | "materializedView"; readonly table: TableSpec }
    | { readonly kind: "temporaryView" }
    | {
        readonly kind: "sink";
        readonly format: string;
        readonly options: Readonly<Record<string, string>>;
      };
}

const OUTPUT_TYPES = {
  table: OutputType.TABLE,
  materializedView: OutputType.MATERIALIZED_VIEW,
  temporaryView: OutputType.TEMPORARY_VIEW,
  sink: OutputType.SINK,
};

type DefineOutput = Extract<CommandType, { case: "defineOutput" }>["value"];

function outputDetails(details: OutputSpec["details"]): Pick<DefineOutput, "details"> {
  switch (details.kind) {
    case "temporaryView":
      return {};
    case "sink": {
      const { format, options } = details;
      return { details: { case: "sinkDetails", value: { format, options: { ...options } } } };
    }
    default: {
      const { table } = details;
      return {
        details: {
          case: "tableDetails",
          value: {
            tableProperties: { ...table.tableProperties },
            partitionCols: [...table.partitionCols],
            clusteringColumns: [...table.clusterBy],
            ...(table.format !== undefined && { format: table.format }),
            ...tableSchema(table.schema),
          },
        },
      };
    }
  }
}

function tableSchema(schema: TableSpec["schema"]): object {
  if (schema === undefined) return {};
  if (typeof schema === "string") return { schema: { case: "schemaString", value: schema } };
  return { schema: { case: "schemaDataType", value: wireType(schema) } };
}

/** Defines a table, a view or a sink in a graph. */
export function defineOutput(dataflowGraphId: string, output: OutputSpec): Plan {
  return pipelinePlan({
    case: "defineOutput",
    value: {
      dataflowGraphId,
      outputName: output.name,
      outputType: OUTPUT_TYPES[output.details.kind],
      ...(output.comment !== undefined && { comment: output.comment }),
      ...sourceCodeLocation(output.location),
      ...outputDetails(output.details),
    },
  });
}

/** How changes of records are applied to a table. */
export interface AutoCdcSpec {
  readonly source: string;
  readonly keys: readonly Expression[];
  readonly sequenceBy: Expression;
  readonly applyAsDeletes: Expression | undefined;
  readonly columnList: readonly Expression[];
  readonly exceptColumnList: readonly Expression[];
  readonly trackHistoryColumnList: readonly Expression[];
  readonly trackHistoryExceptColumnList: readonly Expression[];
  readonly storedAsScdType: 1 | 2 | undefined;
}

/** A flow: from a relation, or from the changes of records. */
export interface FlowSpec {
  readonly name: string;
  readonly target: string;
  readonly conf: Readonly<Record<string, string>>;
  readonly location: LocationFields | undefined;
  readonly once: boolean;
  readonly details: { readonly relation: Relation } | { readonly autoCdc: AutoCdcSpec };
}

type DefineFlow = Extract<CommandType, { case: "defineFlow" }>["value"];

function flowDetails(details: FlowSpec["details"]): Pick<DefineFlow, "details"> {
  if ("relation" in details)
    return { details: { case: "relationFlowDetails", value: { relation: details.relation } } };
  const { autoCdc } = details;
  return {
    details: {
      case: "autoCdcFlowDetails",
      value: {
        source: autoCdc.source,
        keys: [...autoCdc.keys],
        sequenceBy: autoCdc.sequenceBy,
        ...(autoCdc.applyAsDeletes !== undefined && { applyAsDeletes: autoCdc.applyAsDeletes }),
        columnList: [...autoCdc.columnList],
        exceptColumnList: [...autoCdc.exceptColumnList],
        trackHistoryColumnList: [...autoCdc.trackHistoryColumnList],
        trackHistoryExceptColumnList: [...autoCdc.trackHistoryExceptColumnList],
        ...(autoCdc.storedAsScdType !== undefined && {
          storedAsScdType: autoCdc.storedAsScdType === 1 ? ScdType.SCD_TYPE_1 : ScdType.SCD_TYPE_2,
        }),
      },
    },
  };
}

/** Defines a flow in a graph. */
export function defineFlow(dataflowGraphId: string, flow: FlowSpec): Plan {
  return pipelinePlan({
    case: "defineFlow",
    value: {
      dataflowGraphId,
      flowName: flow.name,
      targetDatasetName: flow.target,
      sqlConf: { ...flow.conf },
      ...(flow.once && { once: true }),
      ...sourceCodeLocation(flow.location),
      ...flowDetails(flow.details),
    },
  });
}

/** Defines the elements of SQL text. Messages of the server name the path. */
export function defineSqlGraphElements(
  dataflowGraphId: string,
  sqlText: string,
  sqlFilePath: string,
): Plan {
  return pipelinePlan({
    case: "defineSqlGraphElements",
    value: { dataflowGraphId, sqlText, sqlFilePath },
  });
}

/** Starts a run; the answers are its events. */
export function startRun(
  dataflowGraphId: string,
  run: {
    readonly storage: string;
    readonly refresh: readonly string[];
    readonly fullRefresh: readonly string[];
    readonly fullRefreshAll: boolean;
    readonly dryRun: boolean;
  },
): Plan {
  return pipelinePlan({
    case: "startRun",
    value: {
      dataflowGraphId,
      fullRefreshSelection: [...run.fullRefresh],
      fullRefreshAll: run.fullRefreshAll,
      refreshSelection: [...run.refresh],
      dry: run.dryRun,
      storage: run.storage,
    },
  });
}

/** Tells the server that requests belong to the function of a flow, so that it does not analyse datasets too early. */
export function analysisContext(dataflowGraphId: string, flowName: string | undefined): Any {
  return anyPack(
    PipelineAnalysisContextSchema,
    create(PipelineAnalysisContextSchema, {
      dataflowGraphId,
      ...(flowName !== undefined && { flowName }),
    }),
  );
}
