/** Functions in Python text over whole rows: of partitions, of groups, of groups of two DataFrames. */
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

/** A function that gives rows for rows; see DataFrame.mapInPandas(), GroupedData.applyInPandas() and cogroup(). */
export interface PythonMapOptions extends PythonFunctionText {
  /** The rows it gives, as DDL or StructType. */
  readonly outputSchema: string | StructType;
}

/** See DataFrame.mapInPandas(). */
export interface MapInPythonOptions extends PythonMapOptions {
  /** Start the tasks of all partitions together, or none, as Spark's barrier mode does; default false. */
  readonly barrier?: boolean | undefined;
}

/** See GroupedData.applyInPandas(). */
export interface ApplyInPythonOptions extends PythonMapOptions {
  /**
   * The function is given an iterator over parts of the group, and yields parts, so that no group has to
   * fit into memory; default false. Needs Spark 4.1.
   */
  readonly iterator?: boolean | undefined;
}

/** What rows are handed over as: pandas.DataFrame, or pyarrow's RecordBatch and Table. */
export type PythonRowForm = "Pandas" | "Arrow";

/** Makes the DataFrame of mapInPandas() and mapInArrow(). */
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

/** Makes the DataFrame of applyInPandas() and applyInArrow() over groups. */
export async function mappedGroups(
  context: SessionContext,
  keyed: KeyedInput,
  form: PythonRowForm,
  options: ApplyInPythonOptions,
  call: CallOptions,
): Promise<DataFrame> {
  const { iterator = false } = options;
  if (iterator) {
    context.connection.version.require(`applyIn${form}({ iterator: true })`, 4, 1);
  }
  const evalType =
    EvalType[iterator ? (`applyIn${form}Iterator` as const) : (`applyIn${form}` as const)];
  const func = await overRows(context, keyed.input, evalType, options, call);
  return dataFrame(context, groupMap(keyed, func));
}

/** Makes the DataFrame of applyInPandas() and applyInArrow() over groups of two DataFrames. */
export async function mappedCogroups(
  context: SessionContext,
  sides: readonly [KeyedInput, KeyedInput],
  form: PythonRowForm,
  options: PythonMapOptions,
  call: CallOptions,
): Promise<DataFrame> {
  // Both sides are handed over whole: no column is named.
  const func = await overRows(context, undefined, EvalType[`cogroupApplyIn${form}`], options, call);
  return dataFrame(context, coGroupMap(...sides, func));
}

/** The function over all columns of a relation; over none without one. */
async function overRows(
  context: SessionContext,
  input: Relation | undefined,
  evalType: EvalType,
  options: PythonMapOptions,
  call: CallOptions,
): Promise<CommonInlineUserDefinedFunction> {
  // Made before anything is sent, too: it checks the names.
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
