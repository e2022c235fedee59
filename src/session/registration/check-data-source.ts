import type { DeployableDataSource } from "../../connection/deployable-data-source.js";
import { ArgumentError } from "../../errors.js";
import { awaitHint, shown } from "../../value-kind.js";

/** @throws {ArgumentError} the value is not a data source that the client can deploy */
export function checkDataSource(source: DeployableDataSource): void {
  // JavaScript callers may pass any type: the format's name, or an array.
  const given: unknown = source;
  const isHolder = (typeof given === "object" && given !== null) || typeof given === "function";
  if (isHolder && "deployment" in given) return;
  const hint = Array.isArray(given) ? " Pass the sources one by one." : awaitHint(given);
  throw new ArgumentError(
    "sources",
    `A data source must be weather, coingecko or rest of sparktide/sources, a PythonDataSource, or a class that extends DataSource of sparktide/cluster, got ${shown(given)}.${hint}`,
  );
}
