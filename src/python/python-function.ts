import { requireText } from "../argument-kind.js";
import { FUNCTION_TEXT } from "./function-text.js";
import { pickledCall } from "./pickle.js";
import { checkPythonName, moduleNames } from "./python-text.js";

/** A function in Python text. */
export interface PythonFunctionText {
  /** Python text that defines the function; it runs once in each worker process that loads it. */
  readonly source: string;
  /** The function's name in the text. */
  readonly function: string;
}

/** A class in Python text. */
export interface PythonClassText {
  /** Python text that defines the class; it runs once in each worker process that loads it. */
  readonly source: string;
  /** The class's name in the text. */
  readonly className: string;
}

/** How the server calls a stateful processor. */
export interface ProcessorCall {
  /** The type of the rows that the processor yields, as Spark's JSON. */
  readonly outputType: string;
  readonly timeMode: string;
  readonly hasInitialState: boolean;
}

/**
 * A pickle of the function, in the form that foreachBatch needs. On the server the text runs in a module
 * of its own. Nothing can import that module, so its functions and classes are pickled by value.
 *
 * @throws {ArgumentError} the name is not a Python name, or the text has an unpaired surrogate
 */
export function pickledFunction(text: PythonFunctionText): Uint8Array {
  const name = checkPythonName("function", text.function);
  return pickledCall(FUNCTION_TEXT, "load_function", moduleArguments(text.source, name));
}

/**
 * A pickle of the function and its return type, in the form that every kind of UDF needs.
 *
 * @param returnType the type as Spark's JSON
 * @throws {ArgumentError} the name is not a Python name, or the text has an unpaired surrogate
 */
export function pickledUdf(text: PythonFunctionText, returnType: string): Uint8Array {
  const name = checkPythonName("function", text.function);
  return pickledCall(FUNCTION_TEXT, "load_udf", [
    ...moduleArguments(text.source, name),
    returnType,
  ]);
}

/**
 * A pickle of a StatefulProcessor's steps and their return type, in the form that transformWithState needs.
 * Each worker creates its own processor, without arguments.
 *
 * @throws {ArgumentError} the name is not a Python name, or the text has an unpaired surrogate
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
 * A pickle of a table function's class, in the form that every kind of UDTF needs.
 *
 * @param hasReturnType whether the client declares the row type; otherwise the class's `analyze` does
 * @throws {ArgumentError} the name is not a Python name, or the text has an unpaired surrogate
 */
export function pickledTableFunction(text: PythonClassText, hasReturnType: boolean): Uint8Array {
  const name = checkPythonName("className", text.className);
  return pickledCall(FUNCTION_TEXT, "load_table_function", [
    ...moduleArguments(text.source, name),
    hasReturnType ? "returnType" : undefined,
  ]);
}

/**
 * A pickle that writes a stream's rows one by one, in the form that foreach needs. The text defines a function
 * of a row, or a class with a `process` method. Each worker creates an object of the class, without arguments.
 *
 * @throws {ArgumentError} the name is not a Python name, or the text has an unpaired surrogate
 */
export function pickledRowWriter(text: PythonFunctionText): Uint8Array {
  const name = checkPythonName("function", text.function);
  return pickledCall(FUNCTION_TEXT, "load_row_writer", moduleArguments(text.source, name));
}

function moduleArguments(source: string, name: string): readonly string[] {
  requireText("source", source);
  return [source, ...moduleNames(source, name), name];
}
