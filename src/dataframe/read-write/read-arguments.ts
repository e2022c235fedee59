import { ArgumentError } from "../../errors.js";
import type { StructType } from "../../types/struct-type.js";
import type { OptionValue } from "./option-text.js";

/** Where files are: a path, or several. */
export type Paths = string | readonly string[];

/** What a format's method may be told beside paths: the source's options, and a schema. */
export type ReadOptions = Readonly<Record<string, OptionValue | StructType | null | undefined>>;

/** The arguments of a method as `read.csv("a", "b")` or `read.csv(["a", "b"], { header: true })`. */
export type ReadArguments = readonly (Paths | object | undefined)[];

/**
 * Tells paths from options.
 *
 * @throws {ArgumentError} there is neither text nor arrays of text where paths belong
 */
export function readArguments(args: ReadArguments): {
  readonly paths: readonly string[];
  readonly options: ReadOptions;
} {
  const last = args.at(-1);
  const options = typeof last === "object" && !Array.isArray(last) ? last : undefined;
  const paths = (options === undefined ? args : args.slice(0, -1))
    .flat()
    .filter((path) => path !== undefined);
  if (!paths.every((path) => typeof path === "string")) {
    throw new ArgumentError("paths", "Paths are texts, or one array of texts before the options.");
  }
  return { paths, options: { ...options } };
}
