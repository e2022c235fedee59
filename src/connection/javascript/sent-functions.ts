import { columnFunction, tableFunction } from "../../javascript/function-texts.js";
import { codeId, type CodeSpec } from "../../javascript/bridge-text.js";
import type { JavaScriptFunction } from "../../javascript/javascript-function.js";
import { EvalType, pythonUdf, type PythonUDF } from "../../plan/python-function.js";
import { dataTypeOf } from "../../plan/schema.js";
import {
  pickledTableFunction,
  pickledUdf,
  type PythonFunctionText,
} from "../../python/python-function.js";
import { requireReturnable } from "../../javascript/returnable-type.js";
import { parsedType, type ParsedType } from "../parsed-type.js";
import { PythonWorkerVersion } from "../python-worker-version.js";
import type { SparkConnection } from "../spark-connection.js";

import { SentCode } from "./sent-code.js";
import { JavaScriptRuntime } from "./javascript-runtime.js";

/** The functions in TypeScript that a session has prepared for its server. */
export class SentFunctions {
  readonly #connection: SparkConnection;
  readonly #prepared = new Map<JavaScriptFunction, Promise<PythonUDF>>();

  constructor(connection: SparkConnection) {
    this.#connection = connection;
  }

  /** The Python function that calls a function of columns. */
  columnFunction(fn: JavaScriptFunction): Promise<PythonUDF> {
    const known = this.#prepared.get(fn);
    if (known !== undefined) return known;
    const { version } = this.#connection;
    version.require("A function of columns in TypeScript", 4, 1);
    const prepared = this.pythonUdf(fn, columnFunction, EvalType.scalarArrow);
    this.#prepared.set(fn, prepared);
    prepared.catch(() => this.#prepared.delete(fn));
    return prepared;
  }

  /** Makes the Python function of a function: bundles its code, sends the runtime, parses its type. */
  async pythonUdf(
    fn: JavaScriptFunction,
    text: (spec: CodeSpec) => PythonFunctionText,
    evalType: EvalType,
  ): Promise<PythonUDF> {
    const { spec, returns } = await this.#sent(fn, evalType === EvalType.scalarArrow);
    return pythonUdf({
      outputType: returns.wire,
      evalType,
      command: pickledUdf(text(spec), returns.json),
      pythonVersion: await this.#pythonVersion(),
    });
  }

  /** The Python class of a table function. */
  async tableFunction(fn: JavaScriptFunction): Promise<SentTableFunction> {
    const { spec } = await this.#sent(fn, false);
    return {
      command: pickledTableFunction(tableFunction(spec), false),
      pythonVersion: await this.#pythonVersion(),
    };
  }

  async #sent(
    fn: JavaScriptFunction,
    isColumn: boolean,
  ): Promise<{ readonly spec: CodeSpec; readonly returns: ParsedType }> {
    const connection = this.#connection;
    const code = await fn.code();
    const returns = await parsedType(connection, fn.returns, {});
    requireReturnable(fn.name, dataTypeOf(returns.wire), isColumn);
    const spec: CodeSpec = {
      code,
      runtime: await connection.part(JavaScriptRuntime).get(),
      settings: fn.settings,
      returns: returns.json,
      concurrency: fn.concurrency,
      keyNames: fn.keyNames,
    };
    connection.part(SentCode).add(codeId(spec), code);
    return { spec, returns };
  }

  #pythonVersion(): Promise<string> {
    return this.#connection.part(PythonWorkerVersion).get();
  }
}

/** A table function, as its registration needs it. */
export interface SentTableFunction {
  readonly command: Uint8Array;
  readonly pythonVersion: string;
}
