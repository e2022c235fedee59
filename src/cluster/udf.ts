import type { CaptureOptions } from "../javascript/capture/captured.js";
import { captured } from "../javascript/capture/captured.js";
import { holdFunction, type JavaScriptFunction } from "../javascript/javascript-function.js";
import {
  processSettings,
  requireCount,
  type ClusterOptions,
} from "../javascript/function-options.js";
import { moduleLoader } from "../javascript/module-export.js";
import { SentFunctions } from "../connection/javascript/sent-functions.js";
import type { SparkConnection } from "../connection/spark-connection.js";
import type { PythonUDF } from "../plan/python-function.js";
import { deferredCall } from "../plan/deferred-calls.js";
import { Column, type ColumnOrName } from "../dataframe/column.js";
import { columnArgument } from "../functions/column-arguments.js";
import { requireFunction, requireText } from "../argument-kind.js";
import { ArgumentError } from "../errors.js";
import { shown } from "../value-kind.js";
import type { JavaScriptUdtf } from "../javascript/javascript-function.js";
import type { SourceRows } from "./data-source.js";
import type { StructType } from "../types/struct-type.js";
import type { DataType } from "../types/data-type.js";
import type { ValueOfType } from "../types/row-of-schema.js";
import type { ValueOfDdl } from "../types/value-of-ddl.js";

/** The options of {@link udf}. */
export interface UdfOptions extends ClusterOptions {
  /** The function's name in plans and messages. Default: the function's own name, else `udf`. */
  readonly name?: string | undefined;
  /** Whether equal arguments give equal results. Spark may then call it less or more often. Default true. */
  readonly deterministic?: boolean | undefined;
  /** For a function that returns promises: how many rows are in work at a time. Default 16. */
  readonly concurrency?: number | undefined;
}

/** The options of {@link udf}.fromModule(). */
export interface ModuleUdfOptions<R extends string | DataType> extends UdfOptions {
  /** The type of the result, as DDL or a DataType. */
  readonly returns: R;
}

/** The type of a function's result in a DataFrame. Every result can be null. */
type ResultOf<R extends string | DataType> =
  null | (R extends string ? ValueOfDdl<R> : R extends DataType ? ValueOfType<R> : unknown);

/** An argument as it is, if its column has values of the parameter's type; else the column that it should be. */
type CheckedArgument<C, P> =
  C extends Column<infer T> ? (unknown extends T ? C : [T] extends [P] ? C : Column<P>) : C;

/** One column for each parameter. Optional and rest parameters stay so. */
type ColumnsFor<A extends readonly unknown[]> = { readonly [K in keyof A]: ColumnOrName };

type ParameterAt<A extends readonly unknown[], K> = K extends keyof A ? A[K] : A[number];

type CheckedArguments<C extends readonly unknown[], A extends readonly unknown[]> = {
  readonly [K in keyof C]: CheckedArgument<C[K], ParameterAt<A, K>>;
};

/**
 * A function in TypeScript as a function of columns. Strings are column names. The compiler checks that there is one
 * column for each parameter, and that a column whose type it knows has values of the parameter's type.
 */
export interface JavaScriptUdf<A extends readonly unknown[], T> {
  /**
   * The function's results for the values of some columns.
   *
   * @throws {ArgumentError} an argument is neither a Column nor a column's name
   */
  <const C extends ColumnsFor<A>>(...columns: C & CheckedArguments<C, A>): Column<T>;
}

const OWN_OPTIONS = ["name", "deterministic", "concurrency"];

/** The options of {@link udtf}. */
export type UdtfOptions = Omit<UdfOptions, "concurrency">;

/**
 * A table function in TypeScript that runs on the cluster: it yields rows for each call. Register it with
 * `spark.udtf.register()`, and call it in SQL. It receives and yields values as `udf()` does.
 *
 * @param returns the columns of the rows, as DDL or StructType
 * @throws {ArgumentError} an option is wrong, or the function uses a value that cannot be sent
 * @example
 * const words = udtf(function* (text: string) {
 *   for (const word of text.split(" ")) yield { word, length: word.length };
 * }, "word STRING, length INT");
 * await spark.udtf.register("words", words);
 * await spark.sql("SELECT * FROM words('to be')");
 */
export function udtf(
  fn: (...args: never[]) => SourceRows | Promise<SourceRows>,
  returns: string | StructType,
  options: UdtfOptions = {},
): JavaScriptUdtf {
  requireFunction("fn", fn);
  const name = nameOf(options, fn.name);
  const code = captured(fn, captureOptions(name, options));
  const made = definition(name, () => code, returns, { deterministic: false, ...options });
  return holdFunction({ name }, { ...made, isTable: true });
}

/** Makes functions of columns; see {@link udf}. */
export interface UdfFactory {
  /**
   * A function in TypeScript that runs on the cluster, once for each row. See {@link udf}.
   *
   * @param returns the type of the result, as DDL (`"bigint"`, `"array<string>"`) or a DataType
   * @throws {ArgumentError} an option is wrong, or the function uses a value that cannot be sent. The message has the
   * variable and what to do
   */
  <A extends readonly unknown[], const R extends string | DataType>(
    fn: (...args: A) => unknown,
    returns: R,
    options?: UdfOptions,
  ): JavaScriptUdf<A, ResultOf<R>>;

  /**
   * A function that a module exports, for code that needs npm packages or several files. The client bundles the module
   * with the packages that it imports when a query first uses the function. This needs rolldown or esbuild, unless the
   * module is a JavaScript file without imports.
   *
   * @param module the module's file, as `new URL("./geo.ts", import.meta.url)`
   * @param exportName the name of the exported function
   * @example
   * const lookup = udf.fromModule(new URL("./geo.ts", import.meta.url), "lookup", {
   *   returns: "struct<lat: double, lon: double>",
   *   timeoutMs: 5_000,
   * });
   * spark.table("visits").select(lookup("address"));
   */
  fromModule<const R extends string | DataType>(
    module: URL | string,
    exportName: string,
    options: ModuleUdfOptions<R>,
  ): JavaScriptUdf<readonly unknown[], ResultOf<R>>;
}

function fromFunction<A extends readonly unknown[], const R extends string | DataType>(
  fn: (...args: A) => unknown,
  returns: R,
  options: UdfOptions = {},
): JavaScriptUdf<A, ResultOf<R>> {
  requireFunction("fn", fn);
  const name = nameOf(options, fn.name);
  const code = captured(fn, captureOptions(name, options));
  return callable(definition(name, () => code, returns, options));
}

function fromModule<const R extends string | DataType>(
  module: URL | string,
  exportName: string,
  options: ModuleUdfOptions<R>,
): JavaScriptUdf<readonly unknown[], ResultOf<R>> {
  const { load } = moduleLoader("udf.fromModule()", { module, export: exportName });
  const name = nameOf(options, exportName);
  return callable(definition(name, load, options.returns, options, ["returns"]));
}

/**
 * A function in TypeScript that runs on the cluster: once for each row, in a Node.js process beside each of Spark's
 * Python workers. It receives values as `collect()` returns them: BIGINT as bigint, DECIMAL as text, TIMESTAMP as
 * Timestamp, ARRAY as array, MAP as Map, STRUCT as object, NULL as null. It returns values as `createDataFrame()` takes
 * them, or a promise of them. Needs Spark 4.1.
 *
 * Spark's workers cannot return CHAR, VARCHAR, INTERVAL, INTERVAL YEAR TO MONTH, TIME of another precision than 6, and
 * timestamps with nanoseconds: the query throws an UnsupportedOperationException that says what to return instead. They
 * cannot pass a column of INTERVAL YEAR TO MONTH. An interval of days and seconds arrives with all fields, and a VARIANT
 * that returns keeps JavaScript's values only: 1.0 becomes the integer 1.
 *
 * The client sends the function's text, and the values of the variables that it uses. They are copies from the time of
 * this call: the function does not see later changes.
 *
 * @example
 * const separator = "-";
 * const slug = udf((title: string | null) => title?.toLowerCase().replace(/\W+/g, separator) ?? null, "string");
 * spark.table("articles").select(slug("title"));
 */
export const udf: UdfFactory = Object.assign(fromFunction, { fromModule });

function definition(
  name: string,
  code: JavaScriptFunction["code"],
  returns: string | DataType,
  options: UdfOptions,
  further: readonly string[] = [],
): JavaScriptFunction {
  const settings = processSettings("udf()", options, [...OWN_OPTIONS, ...further]);
  const { deterministic = true, concurrency } = options;
  requireCount("concurrency", concurrency, 1);
  requireReturns(returns);
  return { name, code, returns, settings, concurrency, deterministic };
}

function callable<A extends readonly unknown[], T>(fn: JavaScriptFunction): JavaScriptUdf<A, T> {
  const { name, deterministic } = fn;
  const complete = (session: object): Promise<PythonUDF> =>
    (session as SparkConnection).part(SentFunctions).columnFunction(fn);
  const deferred = { name, deterministic, complete };
  const call = (...columns: readonly ColumnOrName[]): Column<T> => {
    if (columns.length === 0)
      throw new ArgumentError(
        "columns",
        `${fn.name} needs at least one column as argument, because Spark counts the rows by the arguments. Pass a column, or lit(1).`,
      );
    return new Column<T>(
      deferredCall(
        deferred,
        Array.from(columns, (column) => columnArgument(fn.name, column)),
      ),
    );
  };
  Object.defineProperty(call, "name", { value: fn.name });
  return holdFunction(call, fn);
}

function nameOf({ name }: UdfOptions, own: string): string {
  if (name !== undefined) requireText("name", name);
  return name ?? (own === "" ? "udf" : own);
}

function captureOptions(name: string, { captures }: UdfOptions): CaptureOptions {
  return { name, captures };
}

function requireReturns(returns: unknown): void {
  const isType = typeof returns === "object" && returns !== null && "kind" in returns;
  if (isType || (typeof returns === "string" && returns.trim() !== "")) return;
  throw new ArgumentError(
    "returns",
    `The type of the result must be DDL such as "bigint", or a DataType, got ${shown(returns)}.`,
  );
}
