import { SIGNAL, checkMethods } from "../../option-check.js";
import { registerPythonUdtf } from "../../plan/registered-function.js";
import { wireType } from "../../plan/wire-type.js";
import { pickledTableFunction, type PythonClassText } from "../../python/python-function.js";
import type { StructType } from "../../types/struct-type.js";
import { udtfEvalType, type UdtfEvalType } from "./python-eval-types.js";
import type { SessionContext } from "../../dataframe/session-context.js";
import type { CallOptions } from "../../connection/call-options.js";
import { checkFunctionName } from "./udf-registration.js";

/** A table function in Python text; see UDTFRegistration.registerPython(). */
export interface PythonUdtf extends PythonClassText {
  /**
   * The rows it yields, as DDL (`"word STRING, length INT"`) or StructType. Omitted for a class with a
   * static `analyze` method, which tells them from the arguments of each call.
   */
  readonly returnType?: string | StructType | undefined;
  /** Whether the same arguments give the same rows; default false. */
  readonly deterministic?: boolean | undefined;
  /** Default `SQL_TABLE_UDF`: with Python values, row by row. */
  readonly evalType?: UdtfEvalType | undefined;
}

/** Registers table functions for this session; a function of the same name is replaced. */
export class UDTFRegistration {
  readonly #context: SessionContext;

  /** @internal Use spark.udtf. */
  constructor(context: SessionContext) {
    this.#context = context;
  }

  /**
   * Registers a class in Python text as a table function, for SQL's `FROM name(…)` and `LATERAL`. Its
   * `eval` method yields a tuple for each row; `terminate`, where there is one, those at the end of a
   * partition. It runs in the server's Python workers, so it must import what it uses. Neither Spark
   * nor this call looks at the text: what is wrong with it shows when the function is first called.
   *
   * @throws {ArgumentError} the name is empty, `className` is no Python name, or the eval type is unknown
   * @throws {UnsupportedOperationException} the server is older than the eval type
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
}

checkMethods(UDTFRegistration.prototype, {
  registerPython: [2, SIGNAL],
});
