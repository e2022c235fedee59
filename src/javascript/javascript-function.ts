import type { DataType } from "../types/data-type.js";
import type { ProcessSettings } from "./bridge-text.js";
import type { JavaScriptCode } from "./javascript-code.js";

/** A function in TypeScript that runs on the cluster, before a session has sent it. */
export interface JavaScriptFunction {
  /** Its name in plans and messages. */
  readonly name: string;
  /** Its code. A module is bundled at the first use. */
  readonly code: () => JavaScriptCode | Promise<JavaScriptCode>;
  /** The type of the result, or the schema of the rows, as DDL or DataType. */
  readonly returns: string | DataType;
  readonly settings: ProcessSettings;
  readonly concurrency?: number | undefined;
  readonly deterministic: boolean;
  /** The names in a group's key. */
  readonly keyNames?: readonly string[] | undefined;
  /** Whether it yields rows for a call, instead of one value. Default false. */
  readonly isTable?: boolean | undefined;
}

/** A table function that `udtf()` made. Register it with `spark.udtf.register()`. */
export interface JavaScriptUdtf {
  /** The name of the function. */
  readonly name: string;
}

const FUNCTION = Symbol.for("sparktide.function");

/** What `udf()` returns keeps its function under a symbol, so that the layers below need not know its class. */
interface WithFunction {
  readonly [FUNCTION]?: JavaScriptFunction;
}

/** Attaches a function to a value that users hold. */
export function holdFunction<T extends object>(holder: T, fn: JavaScriptFunction): T {
  return Object.defineProperty(holder, FUNCTION, { value: fn });
}

/** The function of a value that `udf()` returned; undefined for any other value. */
export function heldFunction(value: unknown): JavaScriptFunction | undefined {
  const isHolder = (typeof value === "object" && value !== null) || typeof value === "function";
  return isHolder ? (value as WithFunction)[FUNCTION] : undefined;
}
