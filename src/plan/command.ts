import { create } from "@bufbuild/protobuf";
import { PlanSchema, type Plan } from "../gen/spark/connect/base_pb.js";
import {
  CommandSchema,
  WriteOperation_SaveMode as WireSaveMode,
  WriteOperation_SaveTable_TableSaveMethod as TableSaveMethod,
  WriteOperationV2_Mode as WireTableMode,
} from "../gen/spark/connect/commands_pb.js";
import type { Expression } from "../gen/spark/connect/expressions_pb.js";
import type { Relation } from "../gen/spark/connect/relations_pb.js";

export type { Plan } from "../gen/spark/connect/base_pb.js";

type CommandInit = NonNullable<Parameters<typeof create<typeof CommandSchema>>[1]>;
type CommandType = NonNullable<Exclude<CommandInit, { $typeName: unknown }>["commandType"]>;

/** A plan that returns the rows of a relation. */
export function queryPlan(root: Relation): Plan {
  return create(PlanSchema, { opType: { case: "root", value: root } });
}

/** A command as a plan. */
export function commandPlan(commandType: CommandType): Plan {
  return create(PlanSchema, {
    opType: { case: "command", value: create(CommandSchema, { commandType }) },
  });
}

/** Runs SQL text immediately; the answer holds the relation of the result. */
export function sqlCommand(input: Relation): Plan {
  return commandPlan({ case: "sqlCommand", value: { input } });
}

export function createView(
  input: Relation,
  name: string,
  options: { readonly isGlobal: boolean; readonly replace: boolean },
): Plan {
  return commandPlan({ case: "createDataframeView", value: { input, name, ...options } });
}

/** Where cached partitions are kept. */
export interface StorageLevelFields {
  readonly useDisk: boolean;
  readonly useMemory: boolean;
  readonly useOffHeap: boolean;
  readonly deserialized: boolean;
  readonly replication: number;
}

/** Copies the fields of a storage level, without any other properties of the object. */
export function storageLevelFields(level: StorageLevelFields): StorageLevelFields {
  const { useDisk, useMemory, useOffHeap, deserialized, replication } = level;
  return { useDisk, useMemory, useOffHeap, deserialized, replication };
}

/** Makes the server keep a relation's rows; the answer holds the id of the kept relation. */
export function checkpoint(
  relation: Relation,
  options: {
    readonly local: boolean;
    readonly eager: boolean;
    readonly storageLevel?: StorageLevelFields | undefined;
  },
): Plan {
  const { local, eager, storageLevel } = options;
  return commandPlan({
    case: "checkpointCommand",
    value: {
      relation,
      local,
      eager,
      ...(storageLevel !== undefined && { storageLevel: storageLevelFields(storageLevel) }),
    },
  });
}

/** Makes the server drop a relation that it keeps. */
export function removeCachedRelation(relationId: string): Plan {
  return commandPlan({
    case: "removeCachedRemoteRelationCommand",
    value: { relation: { relationId } },
  });
}

/** PySpark's save modes. */
export type SaveMode = "append" | "overwrite" | "error" | "errorifexists" | "ignore";

const SAVE_MODES: Readonly<Record<SaveMode, WireSaveMode>> = {
  append: WireSaveMode.APPEND,
  overwrite: WireSaveMode.OVERWRITE,
  error: WireSaveMode.ERROR_IF_EXISTS,
  errorifexists: WireSaveMode.ERROR_IF_EXISTS,
  ignore: WireSaveMode.IGNORE,
};

/** Whether a text names a save mode. */
export function isSaveMode(text: string): text is SaveMode {
  return Object.hasOwn(SAVE_MODES, text);
}

/** The settings of a DataFrameWriter. */
export interface WriteSpec {
  readonly format?: string | undefined;
  readonly mode?: SaveMode | undefined;
  readonly options: Readonly<Record<string, string>>;
  readonly partitioningColumns: readonly string[];
  readonly clusteringColumns: readonly string[];
  readonly sortColumnNames: readonly string[];
  readonly bucketBy?: { readonly numBuckets: number; readonly columns: readonly string[] };
}

/** Where a writer's rows go. */
export type WriteTarget =
  | { readonly kind: "path"; readonly path: string | undefined }
  | {
      readonly kind: "table";
      readonly name: string;
      readonly method: "saveAsTable" | "insertInto";
    };

export function writeOperation(input: Relation, spec: WriteSpec, target: WriteTarget): Plan {
  return commandPlan({
    case: "writeOperation",
    value: {
      input,
      ...(spec.format !== undefined && { source: spec.format }),
      ...(spec.mode !== undefined && { mode: SAVE_MODES[spec.mode] }),
      options: { ...spec.options },
      partitioningColumns: [...spec.partitioningColumns],
      clusteringColumns: [...spec.clusteringColumns],
      sortColumnNames: [...spec.sortColumnNames],
      ...(spec.bucketBy !== undefined && {
        bucketBy: {
          numBuckets: spec.bucketBy.numBuckets,
          bucketColumnNames: [...spec.bucketBy.columns],
        },
      }),
      ...saveType(target),
    },
  });
}

function saveType(
  target: WriteTarget,
): Pick<Extract<CommandType, { case: "writeOperation" }>["value"], "saveType"> {
  if (target.kind === "path") {
    return target.path === undefined ? {} : { saveType: { case: "path", value: target.path } };
  }
  const saveMethod =
    target.method === "saveAsTable" ? TableSaveMethod.SAVE_AS_TABLE : TableSaveMethod.INSERT_INTO;
  return { saveType: { case: "table", value: { tableName: target.name, saveMethod } } };
}

/** What a DataFrameWriterV2 does with the table. */
export type TableWriteMode =
  "create" | "replace" | "createOrReplace" | "append" | "overwrite" | "overwritePartitions";

const TABLE_WRITE_MODES: Readonly<Record<TableWriteMode, WireTableMode>> = {
  create: WireTableMode.CREATE,
  replace: WireTableMode.REPLACE,
  createOrReplace: WireTableMode.CREATE_OR_REPLACE,
  append: WireTableMode.APPEND,
  overwrite: WireTableMode.OVERWRITE,
  overwritePartitions: WireTableMode.OVERWRITE_PARTITIONS,
};

/** The settings of a DataFrameWriterV2. */
export interface TableWriteSpec {
  readonly table: string;
  readonly provider?: string | undefined;
  readonly options: Readonly<Record<string, string>>;
  readonly tableProperties: Readonly<Record<string, string>>;
  readonly partitioningColumns: readonly Expression[];
  readonly clusteringColumns: readonly string[];
}

/** Writes rows to a table of any catalog; `overwrite` replaces the rows for which the condition is true. */
export function writeTable(
  input: Relation,
  spec: TableWriteSpec,
  mode: TableWriteMode,
  overwriteCondition?: Expression,
): Plan {
  return commandPlan({
    case: "writeOperationV2",
    value: {
      input,
      tableName: spec.table,
      ...(spec.provider !== undefined && { provider: spec.provider }),
      partitioningColumns: [...spec.partitioningColumns],
      clusteringColumns: [...spec.clusteringColumns],
      options: { ...spec.options },
      tableProperties: { ...spec.tableProperties },
      mode: TABLE_WRITE_MODES[mode],
      ...(overwriteCondition !== undefined && { overwriteCondition }),
    },
  });
}

/** Registers a Python data source. The pickle of its class works in one Python version only. */
export function registerDataSource(name: string, command: Uint8Array, pythonVersion: string): Plan {
  return commandPlan({
    case: "registerDataSource",
    value: {
      name,
      dataSource: { case: "pythonDataSource", value: { command, pythonVer: pythonVersion } },
    },
  });
}
