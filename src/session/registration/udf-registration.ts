import { ArgumentError } from "../../errors.js";
import { SIGNAL, checkMethods } from "../../option-check.js";
import { kindOf, shown } from "../../value-kind.js";
import { SentFunctions } from "../../connection/javascript/sent-functions.js";
import type { Column } from "../../dataframe/column.js";
import { heldFunction, type JavaScriptFunction } from "../../javascript/javascript-function.js";
import { registerJavaUdf, registerPythonUdf } from "../../plan/registered-function.js";
import { wireType } from "../../plan/wire-type.js";
import { pickledUdf, type PythonFunctionText } from "../../python/python-function.js";
import type { DataType } from "../../types/data-type.js";
import { parsedType } from "../../connection/parsed-type.js";
import { udfEvalType, type UdfEvalType } from "./python-eval-types.js";
import type { SessionContext } from "../../dataframe/session-context.js";
import type { CallOptions } from "../../connection/call-options.js";

/** A function of columns, as Python text; see UDFRegistration.registerPython(). */
export interface PythonUdf extends PythonFunctionText {
  /** The type of the result, as DDL (`"bigint"`, `"array<string>"`) or a DataType. */
  readonly returnType: string | DataType;
  /** Whether equal arguments give equal results. Spark may then call it less or more often. Default true. */
  readonly deterministic?: boolean | undefined;
  /** Default `SQL_BATCHED_UDF`: with Python values, row by row. */
  readonly evalType?: UdfEvalType | undefined;
}

/**
 * Registers functions of columns for this session. SQL and call_function() call them by name. A new function
 * replaces an earlier one of the same name.
 */
export class UDFRegistration {
  readonly #context: SessionContext;

  /** @internal Use spark.udf. */
  constructor(context: SessionContext) {
    this.#context = context;
  }

  /**
   * Registers a function given as Python text. It runs in the server's Python workers, so it must import what
   * it uses. It can import modules that are installed there or were sent with addArtifacts(). A null argument
   * is None. Neither Spark nor this call checks the text: its errors appear when the function is first called.
   *
   * @throws {ArgumentError} the name is empty, `function` is not a Python name, or the eval type is unknown
   * @throws {ParseException} the return type is not a type
   * @throws {UnsupportedOperationException} the server's Spark does not have the eval type yet
   * @example
   * await spark.udf.registerPython("twice", {
   *   source: "def twice(n): return n * 2",
   *   function: "twice",
   *   returnType: "bigint",
   * });
   * spark.range(3).select(call_udf("twice", "id"));
   */
  async registerPython(name: string, udf: PythonUdf, options: CallOptions = {}): Promise<void> {
    const { connection, pythonVersion } = this.#context;
    checkFunctionName(name);
    // JavaScript callers may pass any type.
    if (typeof (udf as unknown) !== "object") {
      throw new ArgumentError(
        "udf",
        `registerPython() takes { source, function, returnType } with Python text as source, got ${kindOf(udf)}. For a function in TypeScript use udf() of sparktide/cluster and register().`,
      );
    }
    const { evalType = "SQL_BATCHED_UDF", deterministic = true } = udf;
    const evalTypeNumber = udfEvalType(evalType, connection.version);
    checkReturnType(udf.returnType);
    // Checks the function's name before the first request.
    pickledUdf(udf, "");
    const type = await parsedType(connection, udf.returnType, options);
    const plan = registerPythonUdf(
      {
        name,
        deterministic,
        evalType: evalTypeNumber,
        command: pickledUdf(udf, type.json),
        pythonVersion: await pythonVersion.get(),
      },
      type.wire,
    );
    await connection.run(plan, options);
  }

  /**
   * Registers a function in TypeScript that `udf()` of sparktide/cluster made. SQL calls it by the name.
   *
   * @throws {ArgumentError} the name is empty, or the function was not made by `udf()`
   * @throws {UnsupportedOperationException} the server runs Spark 4.0
   * @example
   * const twice = udf((n: bigint | null) => n && n * 2n, "bigint");
   * await spark.udf.register("twice", twice);
   * spark.sql("SELECT twice(21)");
   */
  async register(
    name: string,
    udf: (...columns: never[]) => Column,
    options: CallOptions = {},
  ): Promise<void> {
    checkFunctionName(name);
    const fn = requireHeld("udf", udf);
    const { connection } = this.#context;
    const { outputType, ...python } = await connection.part(SentFunctions).columnFunction(fn);
    if (outputType === undefined)
      throw new ArgumentError("udf", "The function has no result type.");
    const { evalType, command, pythonVer: pythonVersion } = python;
    const { deterministic } = fn;
    const registered = { name, deterministic, evalType, command, pythonVersion };
    await connection.run(registerPythonUdf(registered, outputType), options);
  }

  /**
   * Registers a Java class that implements one of `org.apache.spark.sql.api.java.UDF0` to `UDF22` and is
   * on the server's class path, or was sent with addArtifacts().
   *
   * @param returnType as DDL or a DataType. Default: from the class's type parameters
   * @throws {AnalysisException} the class does not exist, or does not implement such an interface
   * @example await spark.udf.registerJavaFunction("distance", "com.example.DistanceUdf", "double");
   */
  async registerJavaFunction(
    name: string,
    javaClassName: string,
    returnType?: string | DataType,
    options: CallOptions = {},
  ): Promise<void> {
    checkFunctionName(name);
    checkJavaClass(javaClassName);
    const outputType = returnType === undefined ? undefined : wireType(returnType);
    const plan = registerJavaUdf(name, javaClassName, { outputType, aggregate: false });
    await this.#context.connection.run(plan, options);
  }

  /**
   * Registers a Java class that extends Spark's `UserDefinedAggregateFunction`, which Spark has
   * deprecated.
   *
   * @throws {AnalysisException} the class does not exist, or does not extend it
   * @example await spark.udf.registerJavaUDAF("geo_mean", "com.example.GeometricMean");
   */
  async registerJavaUDAF(
    name: string,
    javaClassName: string,
    options: CallOptions = {},
  ): Promise<void> {
    checkFunctionName(name);
    checkJavaClass(javaClassName);
    const plan = registerJavaUdf(name, javaClassName, { aggregate: true });
    await this.#context.connection.run(plan, options);
  }
}

checkMethods(UDFRegistration.prototype, {
  register: [2, SIGNAL],
  registerPython: [2, SIGNAL],
  registerJavaUDAF: [2, SIGNAL],
  registerJavaFunction: [3, SIGNAL],
});

/** @throws {ArgumentError} the value does not come from `udf()` or `udtf()` */
export function requireHeld(maker: "udf" | "udtf", value: unknown): JavaScriptFunction {
  const fn = heldFunction(value);
  if (fn !== undefined && (fn.isTable ?? false) === (maker === "udtf")) return fn;
  const example =
    maker === "udf"
      ? 'udf((n: bigint | null) => …, "bigint")'
      : 'udtf(function* (text: string) { … }, "word STRING")';
  throw new ArgumentError(
    maker,
    `register() takes a function that ${maker}() of sparktide/cluster made, such as ${example}, got ${shown(value)}.`,
  );
}

/** @throws {ArgumentError} the name is empty */
export function checkFunctionName(name: string): void {
  // JavaScript callers may pass any type.
  if (typeof (name as unknown) === "string" && name.trim() !== "") return;
  throw new ArgumentError(
    "name",
    "The name of a registered function must be a string that is not empty.",
  );
}

function checkReturnType(returnType: unknown): void {
  if (typeof returnType === "object" && returnType !== null) return;
  if (typeof returnType === "string" && returnType.trim() !== "") return;
  throw new ArgumentError("returnType", 'returnType must be DDL such as "bigint", or a DataType.');
}

function checkJavaClass(name: string): void {
  if (typeof (name as unknown) === "string" && name.trim() !== "") return;
  throw new ArgumentError(
    "javaClassName",
    "javaClassName must be the full name of a class, such as com.example.MyUdf.",
  );
}
