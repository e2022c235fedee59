import { ArgumentError } from "../../errors.js";
import { SIGNAL, checkMethods } from "../../option-check.js";
import { registerJavaUdf, registerPythonUdf } from "../../plan/registered-function.js";
import { wireType } from "../../plan/wire-type.js";
import { pickledUdf, type PythonFunctionText } from "../../python/python-function.js";
import type { DataType } from "../../types/data-type.js";
import { parsedType } from "./parsed-type.js";
import { udfEvalType, type UdfEvalType } from "./python-eval-types.js";
import type { SessionContext } from "../../dataframe/session-context.js";
import type { CallOptions } from "../../connection/call-options.js";

/** A function of columns in Python text; see UDFRegistration.registerPython(). */
export interface PythonUdf extends PythonFunctionText {
  /** What it returns, as DDL (`"bigint"`, `"array<string>"`) or a DataType. */
  readonly returnType: string | DataType;
  /** Whether the same arguments give the same value, so that Spark may call it less or more often; default true. */
  readonly deterministic?: boolean | undefined;
  /** Default `SQL_BATCHED_UDF`: with Python values, row by row. */
  readonly evalType?: UdfEvalType | undefined;
}

/**
 * Registers functions of columns for this session. SQL and call_function() call them by their names; a
 * function of the same name is replaced.
 */
export class UDFRegistration {
  readonly #context: SessionContext;

  /** @internal Use spark.udf. */
  constructor(context: SessionContext) {
    this.#context = context;
  }

  /**
   * Registers a function in Python text. It runs in the server's Python workers, so it must import what
   * it uses, and only that which is installed there or was sent with addArtifacts(). A null argument is
   * None. Neither Spark nor this call looks at the text: what is wrong with it shows when the function
   * is first called.
   *
   * @throws {ArgumentError} the name is empty, `function` is no Python name, or the eval type is unknown
   * @throws {ParseException} the return type is no type
   * @throws {UnsupportedOperationException} the server is older than the eval type
   */
  async registerPython(name: string, udf: PythonUdf, options: CallOptions = {}): Promise<void> {
    const { connection, pythonVersion } = this.#context;
    checkFunctionName(name);
    const { evalType = "SQL_BATCHED_UDF", deterministic = true } = udf;
    const evalTypeNumber = udfEvalType(evalType, connection.version);
    checkReturnType(udf.returnType);
    // Made before anything is sent, too: it checks the names.
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
   * Registers a Java class that implements one of `org.apache.spark.sql.api.java.UDF0` to `UDF22` and is
   * on the server's class path, or was sent with addArtifacts().
   *
   * @param returnType as DDL or a DataType; default: what the class's type parameters say
   * @throws {AnalysisException} there is no such class, or it implements none of them
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
   * @throws {AnalysisException} there is no such class, or it does not extend that
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
  registerPython: [2, SIGNAL],
  registerJavaUDAF: [2, SIGNAL],
  registerJavaFunction: [3, SIGNAL],
});

/** @throws {ArgumentError} the name is empty */
export function checkFunctionName(name: string): void {
  // Callers without types pass anything.
  if (typeof (name as unknown) === "string" && name.trim() !== "") return;
  throw new ArgumentError(
    "name",
    "A function is registered under a name, which must not be empty.",
  );
}

function checkReturnType(returnType: unknown): void {
  if (typeof returnType === "object" && returnType !== null) return;
  if (typeof returnType === "string" && returnType.trim() !== "") return;
  throw new ArgumentError(
    "returnType",
    'returnType must say what the function returns, as "bigint" or a DataType.',
  );
}

function checkJavaClass(name: string): void {
  if (typeof (name as unknown) === "string" && name.trim() !== "") return;
  throw new ArgumentError("javaClassName", "javaClassName must be the class's full name.");
}
