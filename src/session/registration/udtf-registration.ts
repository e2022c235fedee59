import { SIGNAL, checkMethods } from "../../option-check.js";
import { registerPythonUdtf } from "../../plan/registered-function.js";
import { wireType } from "../../plan/wire-type.js";
import { pickledTableFunction, type PythonClassText } from "../../python/python-function.js";
import type { StructType } from "../../types/struct-type.js";
import { udtfEvalType, type UdtfEvalType } from "./python-eval-types.js";
import type { SessionContext } from "../../dataframe/session-context.js";
import type { CallOptions } from "../../connection/call-options.js";
import { SentFunctions } from "../../connection/javascript/sent-functions.js";
import type { JavaScriptUdtf } from "../../javascript/javascript-function.js";
import { checkFunctionName, requireHeld } from "./udf-registration.js";

/** A table function, as Python text; see UDTFRegistration.registerPython(). */
export interface PythonUdtf extends PythonClassText {
  /**
   * The schema of the rows that it yields, as DDL (`"word STRING, length INT"`) or StructType. Leave it out
   * for a class with a static `analyze` method, which derives the schema from the arguments of each call.
   */
  readonly returnType?: string | StructType | undefined;
  /** Whether equal arguments give equal rows. Default false. */
  readonly deterministic?: boolean | undefined;
  /** Default `SQL_TABLE_UDF`: with Python values, row by row. */
  readonly evalType?: UdtfEvalType | undefined;
}

/** Registers table functions for this session. A new function replaces an earlier one of the same name. */
export class UDTFRegistration {
  readonly #context: SessionContext;

  /** @internal Use spark.udtf. */
  constructor(context: SessionContext) {
    this.#context = context;
  }

  /**
   * Registers a class, given as Python text, as a table function for SQL's `FROM name(…)` and `LATERAL`. Its
   * `eval` method yields a tuple for each row. An optional `terminate` method yields more rows at the end of
   * each partition. It runs in the server's Python workers, so it must import what it uses. Neither Spark nor
   * this call checks the text: its errors appear when the function is first called.
   *
   * @throws {ArgumentError} the name is empty, `className` is not a Python name, or the eval type is unknown
   * @throws {UnsupportedOperationException} the server's Spark does not have the eval type yet
   * @example
   * await spark.udtf.registerPython("pairs", {
   *   source: "class Pairs:\n  def eval(self, n):\n    yield n, n * 2",
   *   className: "Pairs",
   *   returnType: "n BIGINT, twice BIGINT",
   * });
   * await spark.sql("SELECT * FROM pairs(21)");
   */
  async registerPython(name: string, udtf: PythonUdtf, options: CallOptions = {}): Promise<void> {
    const { connection, pythonVersion } = this.#context;
    checkFunctionName(name);
    const { returnType, deterministic = false, evalType = "SQL_TABLE_UDF" } = udtf;
    const evalTypeNumber = udtfEvalType(evalType, connection.version);
    const command = pickledTableFunction(udtf, returnType !== undefined);
    const plan = registerPythonUdtf(
      {
        name,
        deterministic,
        evalType: evalTypeNumber,
        command,
        pythonVersion: await pythonVersion.get(),
      },
      returnType === undefined ? undefined : wireType(returnType),
    );
    await connection.run(plan, options);
  }

  /**
   * Registers a table function in TypeScript that `udtf()` of sparktide/cluster made, for SQL's `FROM name(…)` and
   * `LATERAL`.
   *
   * @throws {ArgumentError} the name is empty, or the function was not made by `udtf()`
   * @example
   * const words = udtf(function* (text: string) {
   *   for (const word of text.split(" ")) yield { word };
   * }, "word STRING");
   * await spark.udtf.register("words", words);
   * spark.sql("SELECT * FROM words('to be')");
   */
  async register(name: string, udtf: JavaScriptUdtf, options: CallOptions = {}): Promise<void> {
    checkFunctionName(name);
    const fn = requireHeld("udtf", udtf);
    const { connection } = this.#context;
    const evalType = udtfEvalType("SQL_TABLE_UDF", connection.version);
    const sent = await connection.part(SentFunctions).tableFunction(fn);
    const { command, pythonVersion } = sent;
    const registered = { name, deterministic: fn.deterministic, evalType, command, pythonVersion };
    await connection.run(registerPythonUdtf(registered, undefined), options);
  }
}

checkMethods(UDTFRegistration.prototype, {
  register: [2, SIGNAL],
  registerPython: [2, SIGNAL],
});
