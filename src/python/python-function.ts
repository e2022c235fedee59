import { FUNCTION_TEXT } from "./function-text.js";
import { pickledCall } from "./pickle.js";
import { checkPythonName, moduleNames } from "./python-text.js";

/** A function in Python text. */
export interface PythonFunctionText {
  /** Python text that defines the function; it runs once in each worker process that loads it. */
  readonly source: string;
  /** The function's name in it. */
  readonly function: string;
}

/** A class in Python text. */
export interface PythonClassText {
  /** Python text that defines the class; it runs once in each worker process that loads it. */
  readonly source: string;
  /** The class's name in it. */
  readonly className: string;
}

/** How a stateful processor's methods are called. */
export interface ProcessorCall {
  /** The rows it yields, as Spark's JSON of the type. */
  readonly outputType: string;
  readonly timeMode: string;
  readonly hasInitialState: boolean;
}

/**
 * A pickle that is the function itself, as foreachBatch and foreach take it. On the server the text
 * runs in a module of its own, which nothing can import: what it defines is pickled by value.
 *
 * @throws {ArgumentError} the name is no Python name, or the text no Unicode
 */
export function pickledFunction(text: PythonFunctionText): Uint8Array {
  const name = checkPythonName("function", text.function);
  return pickledCall(FUNCTION_TEXT, "load_function", moduleArguments(text.source, name));
}

/**
 * A pickle of the function and what it returns, as every kind of UDF takes it.
 *
 * @param returnType Spark's JSON of the type
 * @throws {ArgumentError} the name is no Python name, or the text no Unicode
 */
export function pickledUdf(text: PythonFunctionText, returnType: string): Uint8Array {
  const name = checkPythonName("function", text.function);
  return pickledCall(FUNCTION_TEXT, "load_udf", [
    ...moduleArguments(text.source, name),
    returnType,
  ]);
}

/**
 * A pickle of a StatefulProcessor's steps and what they return, as transformWithState takes it. Each
 * worker makes a processor of its own, without arguments.
 *
 * @throws {ArgumentError} the name is no Python name, or the text no Unicode
 */
export function pickledProcessor(text: PythonClassText, call: ProcessorCall): Uint8Array {
  const name = checkPythonName("className", text.className);
  return pickledCall(FUNCTION_TEXT, "load_processor", [
    ...moduleArguments(text.source, name),
    call.hasInitialState ? "transformWithStateWithInitStateUDF" : "transformWithStateUDF",
    call.timeMode,
    call.outputType,
  ]);
}

/**
 * A pickle of a table function's class, as every kind of UDTF takes it.
 *
 * @param hasReturnType whether the client tells the rows; else the class's `analyze` does
 * @throws {ArgumentError} the name is no Python name, or the text no Unicode
 */
export function pickledTableFunction(text: PythonClassText, hasReturnType: boolean): Uint8Array {
  const name = checkPythonName("className", text.className);
  return pickledCall(FUNCTION_TEXT, "load_table_function", [
    ...moduleArguments(text.source, name),
    hasReturnType ? "returnType" : undefined,
  ]);
}

/**
 * A pickle of what writes a stream's rows one by one, as foreach takes it: a function of a row, or a class
 * with a `process` method, of which each worker makes an object without arguments.
 *
 * @throws {ArgumentError} the name is no Python name, or the text no Unicode
 */
export function pickledRowWriter(text: PythonFunctionText): Uint8Array {
  const name = checkPythonName("function", text.function);
  return pickledCall(FUNCTION_TEXT, "load_row_writer", moduleArguments(text.source, name));
}

function moduleArguments(source: string, name: string): readonly string[] {
  return [source, ...moduleNames(source, name), name];
}
