/** Functions in TypeScript over the rows of partitions and groups. */
import { requireObject } from "../../argument-kind.js";
import { SentFunctions } from "../../connection/javascript/sent-functions.js";
import type { CodeSpec } from "../../javascript/bridge-text.js";
import { captured } from "../../javascript/capture/captured.js";
import {
  processSettings,
  requireSchema,
  type ClusterOptions,
} from "../../javascript/function-options.js";
import {
  groupFunction,
  groupPartsFunction,
  partitionFunction,
} from "../../javascript/function-texts.js";
import type { JavaScriptFunction } from "../../javascript/javascript-function.js";
import { requireReceivable } from "../../javascript/returnable-type.js";
import { moduleLoader, type ModuleExport } from "../../javascript/module-export.js";
import { columnName } from "../../plan/column-text.js";
import {
  EvalType,
  pythonCall,
  unfinishedCall,
  type CommonInlineUserDefinedFunction,
} from "../../plan/python-function.js";
import { groupMap, mapPartitions } from "../../plan/python-map.js";
import type { Relation, RelationBody } from "../../plan/relation.js";
import type { KeyedInput } from "../../plan/stateful.js";
import type { PythonFunctionText } from "../../python/python-function.js";
import type { Row } from "../../types/row.js";
import type { StructType } from "../../types/struct-type.js";
import { schemaOf } from "../actions/analysis.js";
import type { SessionContext } from "../session-context.js";

/** Rows that a function yields: objects by column name, or arrays in the order of the schema. */
export type YieldedRows = AsyncIterable<Row> | Iterable<Row>;

/** A function of the rows of a partition; see DataFrame.mapRows(). */
export type RowsFunction<R> = (rows: AsyncIterable<R>) => YieldedRows;

/** A function of the rows of a group; see GroupedData.applyRows(). */
export type GroupFunction<R, Keys> = (rows: AsyncIterable<R>, key: Keys) => YieldedRows;

/** The options of DataFrame.mapRows(). */
export interface MapRowsOptions extends ClusterOptions {
  /** Use Spark's barrier mode: the tasks of all partitions start together or not at all. Default false. */
  readonly barrier?: boolean | undefined;
}

type AnyCode = ModuleExport | ((...args: never[]) => unknown);

/** The relation of DataFrame.mapRows(). */
export function mappedRows(
  context: SessionContext,
  input: Relation,
  code: AnyCode,
  schema: string | StructType,
  options: MapRowsOptions,
): Relation {
  const { barrier = false } = options;
  const fn = rowFunction("mapRows()", code, schema, options, ["barrier"]);
  return deferred(context, fn, input, (func) => mapPartitions(input, func, barrier), {
    text: partitionFunction,
    evalType: EvalType.mapInArrow,
  });
}

/** The relation of GroupedData.applyRows(). */
export function appliedRows(
  context: SessionContext,
  keyed: KeyedInput,
  code: AnyCode,
  schema: string | StructType,
  options: ClusterOptions,
): Relation {
  const fn = {
    ...rowFunction("applyRows()", code, schema, options, []),
    keyNames: keyed.keys.map(columnName),
  };
  // From Spark 4.1 on, a group may be larger than memory.
  const inParts = context.connection.version.isAtLeast(4, 1);
  return deferred(context, fn, keyed.input, (func) => groupMap(keyed, func), {
    text: inParts ? groupPartsFunction : groupFunction,
    evalType: inParts ? EvalType.applyInArrowIterator : EvalType.applyInArrow,
  });
}

function rowFunction(
  of: string,
  code: AnyCode,
  schema: string | StructType,
  options: ClusterOptions,
  further: readonly string[],
): JavaScriptFunction {
  requireObject("options", options);
  requireSchema(
    `${of} needs the schema of the rows that the function yields, as DDL such as "id BIGINT, name STRING"`,
    schema,
  );
  const settings = processSettings(of, options, further);
  if (typeof code !== "function") {
    const { name, load } = moduleLoader(of, code);
    return { name, code: load, returns: schema, settings, deterministic: true };
  }
  const name = code.name === "" ? of.replace("()", "") : code.name;
  const sent = captured(code, { name, captures: options.captures });
  return { name, code: () => sent, returns: schema, settings, deterministic: true };
}

/** A relation whose Python function the session makes before the first use. */
function deferred(
  context: SessionContext,
  fn: JavaScriptFunction,
  input: Relation,
  body: (func: CommonInlineUserDefinedFunction) => RelationBody,
  how: {
    readonly text: (spec: CodeSpec) => PythonFunctionText;
    readonly evalType: EvalType;
  },
): Relation {
  const { connection } = context;
  const unfinished = body(unfinishedCall(fn.name));
  return connection.heldRelations.hold(unfinished, async () => {
    const schema = await schemaOf(connection, input, {});
    requireReceivable(fn.name, schema);
    const udf = await connection.part(SentFunctions).pythonUdf(fn, how.text, how.evalType);
    return body(pythonCall(fn.name, udf, schema.fieldNames));
  });
}
