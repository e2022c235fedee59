import { coingecko, rest, weather } from "../sources/index.js";
import type { OptionSpecs } from "./command.js";
import { UsageError } from "./exit-code.js";
import type { OptionValues } from "./option-values.js";

type PackagedSource = typeof weather | typeof coingecko | typeof rest;

const SOURCES: Readonly<Record<string, PackagedSource>> = { weather, coingecko, rest };

/** The option that deploys sources of this package. */
export const SOURCE_OPTION: OptionSpecs = {
  source: {
    type: "string",
    multiple: true,
    value: "NAME",
    help: "deploy a source of this package first: weather, coingecko or rest; repeatable",
  },
};

/**
 * The sources that --source names, each once.
 *
 * @throws {UsageError} a name is unknown
 */
export function packagedSources(options: OptionValues): PackagedSource[] {
  const chosen = options.texts("source");
  const names = Object.keys(SOURCES);
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UsageError(
      `--source must be one of ${names.join(", ")}, got ${JSON.stringify(unknown)}.`,
    );
  return Object.entries(SOURCES).flatMap(([name, source]) =>
    chosen.includes(name) ? [source] : [],
  );
}
