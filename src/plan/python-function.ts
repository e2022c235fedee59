import { create } from "@bufbuild/protobuf";
import {
  CommonInlineUserDefinedFunctionSchema,
  PythonUDFSchema,
  type CommonInlineUserDefinedFunction,
  type PythonUDF,
} from "../gen/spark/connect/expressions_pb.js";
import type { DataType as WireDataType } from "../gen/spark/connect/types_pb.js";
import { quoteIdentifier } from "../types/ddl.js";
import { attribute } from "./expression.js";

export type {
  CommonInlineUserDefinedFunction,
  PythonUDF,
} from "../gen/spark/connect/expressions_pb.js";

/** How a worker calls a function of whole rows: numbers of PySpark's PythonEvalType (pyspark/util.py). */
export const EvalType = {
  applyInPandas: 201,
  mapInPandas: 205,
  cogroupApplyInPandas: 206,
  mapInArrow: 207,
  applyInPandasWithState: 208,
  applyInArrow: 209,
  cogroupApplyInArrow: 210,
  transformWithStateInPandas: 211,
  transformWithStateInPandasInitialState: 212,
  transformWithState: 213,
  transformWithStateInitialState: 214,
  applyInArrowIterator: 215,
  applyInPandasIterator: 216,
  scalarArrow: 250,
} as const;
/** One of PySpark's PythonEvalType numbers. */
export type EvalType = (typeof EvalType)[keyof typeof EvalType];

/** A Python function that the server's workers call. */
export interface PythonFunctionSpec {
  /** The function's name in plans. */
  readonly name: string;
  readonly evalType: EvalType;
  /** A pickle of the pair of function and return type. */
  readonly command: Uint8Array;
  readonly outputType: WireDataType;
  /** The workers' Python version, for example `3.11`. */
  readonly pythonVersion: string;
  /** The columns that the function receives, by their plain names. */
  readonly columns: readonly string[];
}

/** A Python function together with its argument columns. */
export function pythonFunction(spec: PythonFunctionSpec): CommonInlineUserDefinedFunction {
  const { name, evalType, command, outputType, pythonVersion, columns } = spec;
  const udf = pythonUdf({ outputType, evalType, command, pythonVersion });
  return pythonCall(name, udf, columns);
}

/** A Python function without its name and arguments. */
export function pythonUdf(
  spec: Pick<PythonFunctionSpec, "evalType" | "command" | "outputType" | "pythonVersion">,
): PythonUDF {
  const { pythonVersion: pythonVer, ...rest } = spec;
  return create(PythonUDFSchema, { ...rest, pythonVer });
}

/** A call that lacks its function, for a relation that is completed at its first use. */
export function unfinishedCall(functionName: string): CommonInlineUserDefinedFunction {
  return create(CommonInlineUserDefinedFunctionSchema, { functionName });
}

/** A call of a Python function with the columns of these plain names. */
export function pythonCall(
  functionName: string,
  value: PythonUDF,
  columns: readonly string[],
): CommonInlineUserDefinedFunction {
  return create(CommonInlineUserDefinedFunctionSchema, {
    functionName,
    deterministic: true,
    arguments: columns.map((column) => attribute(quoteIdentifier(column))),
    function: { case: "pythonUdf", value },
  });
}
