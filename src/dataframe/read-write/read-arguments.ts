import { ArgumentError } from "../../errors.js";
import type { StructType } from "../../types/struct-type.js";
import type { OptionValue } from "../../plan/option-text.js";

/** One path or several. */
export type Paths = string | readonly string[];

/** The options of a format's method: the source's options, and a schema. */
export type ReadOptions = Readonly<Record<string, OptionValue | StructType | null | undefined>>;

/** The arguments of a format's method: `read.csv("a", "b")` or `read.csv(["a", "b"], { header: true })`. */
export type ReadArguments = readonly (Paths | object | undefined)[];

/**
 * Separates the paths from the options.
 *
 * @throws {ArgumentError} a path is not a string
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
    throw new ArgumentError(
      "paths",
      "Paths must be strings, or one array of strings before the options.",
    );
  }
  return { paths, options: { ...options } };
}
