/** Python functions, given as text, over the rows of partitions, groups, or pairs of groups. */
import { requireObject } from "../../argument-kind.js";
import {
  EvalType,
  pythonFunction,
  type CommonInlineUserDefinedFunction,
} from "../../plan/python-function.js";
import { coGroupMap, groupMap, mapPartitions } from "../../plan/python-map.js";
import type { Relation, RelationBody } from "../../plan/relation.js";
import { structTypeOf } from "../../plan/schema.js";
import type { KeyedInput } from "../../plan/stateful.js";
import { pickledUdf, type PythonFunctionText } from "../../python/python-function.js";
import type { SessionContext } from "../session-context.js";
import type { CallOptions } from "../../connection/call-options.js";
import type { StructType } from "../../types/struct-type.js";
import { DataFrame } from "../dataframe.js";
import { parsedSchema, serverFacts } from "./python-operator.js";

/** A Python function from rows to rows; see DataFrame.mapInPandas(), GroupedData.applyInPandas() and cogroup(). */
export interface PythonMapOptions extends PythonFunctionText {
  /** The schema of the rows that the function returns, as DDL or StructType. */
  readonly outputSchema: string | StructType;
}

/** See DataFrame.mapInPandas(). */
export interface MapInPythonOptions extends PythonMapOptions {
  /** Use Spark's barrier mode: the tasks of all partitions start together or not at all. Default false. */
  readonly barrier?: boolean | undefined;
}

/** See GroupedData.applyInPandas(). */
export interface ApplyInPythonOptions extends PythonMapOptions {
  /**
   * Pass the function an iterator over parts of the group. It yields parts too, so a group does not have
   * to fit into memory. Default false. Needs Spark 4.1.
   */
  readonly iterator?: boolean | undefined;
}

/** The form in which the function receives rows: pandas.DataFrame, or pyarrow's RecordBatch and Table. */
export type PythonRowForm = "Pandas" | "Arrow";

/** Builds the DataFrame of mapInPandas() and mapInArrow(). */
export async function mappedPartitions(
  context: SessionContext,
  input: Relation,
  form: PythonRowForm,
  options: MapInPythonOptions,
  call: CallOptions,
): Promise<DataFrame> {
  const evalType = EvalType[`mapIn${form}`];
  const func = await overRows(context, input, evalType, options, call);
  return dataFrame(context, mapPartitions(input, func, options.barrier ?? false));
}

/** Builds the DataFrame of applyInPandas() and applyInArrow() over groups. */
export async function mappedGroups(
  context: SessionContext,
  keyed: KeyedInput,
  form: PythonRowForm,
  options: ApplyInPythonOptions,
  call: CallOptions,
): Promise<DataFrame> {
  requireObject("options", options);
  const { iterator = false } = options;
  if (iterator) {
    context.connection.version.require(`applyIn${form}({ iterator: true })`, 4, 1);
  }
  const evalType =
    EvalType[iterator ? (`applyIn${form}Iterator` as const) : (`applyIn${form}` as const)];
  const func = await overRows(context, keyed.input, evalType, options, call);
  return dataFrame(context, groupMap(keyed, func));
}

/** Builds the DataFrame of applyInPandas() and applyInArrow() over pairs of groups. */
export async function mappedCogroups(
  context: SessionContext,
  sides: readonly [KeyedInput, KeyedInput],
  form: PythonRowForm,
  options: PythonMapOptions,
  call: CallOptions,
): Promise<DataFrame> {
  // Spark passes all columns of both sides, so the function names no columns.
  const func = await overRows(context, undefined, EvalType[`cogroupApplyIn${form}`], options, call);
  return dataFrame(context, coGroupMap(...sides, func));
}

/** A function call with all columns of a relation, or with no columns without a relation. */
async function overRows(
  context: SessionContext,
  input: Relation | undefined,
  evalType: EvalType,
  options: PythonMapOptions,
  call: CallOptions,
): Promise<CommonInlineUserDefinedFunction> {
  requireObject("options", options);
  // Checks the function's name before the first request.
  pickledUdf(options, "");
  const outputType = await parsedSchema(context, "outputSchema", options.outputSchema, call);
  return pythonFunction({
    name: options.function,
    evalType,
    command: pickledUdf(options, structTypeOf(outputType).json()),
    outputType,
    ...(await serverFacts(context, input, call)),
  });
}

function dataFrame(context: SessionContext, body: RelationBody): DataFrame {
  return new DataFrame(context, context.connection.relation(body));
}
