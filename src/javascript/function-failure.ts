import { JavaScriptFunctionError, type SparkException } from "../errors.js";

/** The details at the end of the message that bridge.py raises. A message may contain them several times. */
const DETAILS = /\[SPARKTIDE_DETAILS\](\{.*?\})\[\/SPARKTIDE_DETAILS\]/;

/** An error as the worker program describes it. */
interface Described {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  readonly cause?: Described;
}

interface Details extends Described {
  readonly failure: string;
  readonly summary: string;
  readonly function?: string | null;
  readonly codeId?: string;
  readonly row?: number;
  readonly partition?: number;
}

/** Changes the frames of a stack to the user's files; see `mappedStack()`. */
export type MapStack = (stack: string, codeId: string) => string;

function detailsIn(text: string): Details | undefined {
  const json = DETAILS.exec(text)?.[1];
  return json === undefined ? undefined : (JSON.parse(json) as Details);
}

/** What text of Spark says about the error of a function in TypeScript, if it reports one. */
export function functionFailureIn(
  text: string,
): { readonly message: string; readonly errorClass: string } | undefined {
  const details = detailsIn(text);
  return details && { message: details.summary, errorClass: details.failure };
}

/** The error of a function in TypeScript, if an error of Spark reports one. */
export function functionFailure(
  error: SparkException,
  mapStack: MapStack,
): JavaScriptFunctionError | undefined {
  const details = detailsIn(error.message);
  if (details === undefined) return undefined;
  const { codeId } = details;
  const map = (stack: string): string => (codeId === undefined ? stack : mapStack(stack, codeId));
  const cause =
    details.failure === "JAVASCRIPT_FUNCTION_FAILED" ? thrown(details, map) : error.cause;
  return new JavaScriptFunctionError(details.summary, {
    errorClass: details.failure,
    sqlState: error.sqlState,
    serverStackTrace: error.serverStackTrace,
    errorId: error.errorId,
    grpcStatus: error.grpcStatus,
    serverClasses: error.serverClasses,
    functionName: details.function ?? undefined,
    row: details.row,
    partition: details.partition,
    cause,
  });
}

/** What the function threw, as an error of this process. */
function thrown(described: Described, map: (stack: string) => string): Error {
  const { name, message, stack, code, cause } = described;
  const made = new Error(message, cause === undefined ? undefined : { cause: thrown(cause, map) });
  Object.defineProperty(made, "name", { value: name, configurable: true, writable: true });
  made.stack = stack === undefined ? `${name}: ${message}` : map(stack);
  return code === undefined ? made : Object.assign(made, { code });
}
