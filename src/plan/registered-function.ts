import type { DataType as WireDataType } from "../gen/spark/connect/types_pb.js";
import { commandPlan, type Plan } from "./command.js";

/** A Python function that SQL can call by name. */
export interface RegisteredPythonFunction {
  readonly name: string;
  readonly deterministic: boolean;
  /** One of PySpark's PythonEvalType numbers (pyspark/util.py). */
  readonly evalType: number;
  /** A pickle of the pair of function and return type, or of a table function's class. */
  readonly command: Uint8Array;
  /** The workers' Python version, for example `3.11`. */
  readonly pythonVersion: string;
}

/** Registers a Python UDF for the session. */
export function registerPythonUdf(udf: RegisteredPythonFunction, outputType: WireDataType): Plan {
  const { name, deterministic, evalType, command, pythonVersion } = udf;
  return commandPlan({
    case: "registerFunction",
    value: {
      functionName: name,
      deterministic,
      function: {
        case: "pythonUdf",
        value: { outputType, evalType, command, pythonVer: pythonVersion },
      },
    },
  });
}

/** Registers a table function for the session. Without a return type, its class determines the type for each call. */
export function registerPythonUdtf(
  udtf: RegisteredPythonFunction,
  returnType: WireDataType | undefined,
): Plan {
  const { name, deterministic, evalType, command, pythonVersion } = udtf;
  return commandPlan({
    case: "registerTableFunction",
    value: {
      functionName: name,
      deterministic,
      function: {
        case: "pythonUdtf",
        value: {
          ...(returnType !== undefined && { returnType }),
          evalType,
          command,
          pythonVer: pythonVersion,
        },
      },
    },
  });
}

/** Registers a Java class on the server's class path as a function for the session. */
export function registerJavaUdf(
  name: string,
  className: string,
  how: { readonly outputType?: WireDataType | undefined; readonly aggregate: boolean },
): Plan {
  const { outputType, aggregate } = how;
  return commandPlan({
    case: "registerFunction",
    value: {
      functionName: name,
      function: {
        case: "javaUdf",
        value: { className, ...(outputType !== undefined && { outputType }), aggregate },
      },
    },
  });
}
