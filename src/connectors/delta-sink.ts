import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import { tableIdentifier, type TableIdentifier } from "../delta/table-identifier.js";
import { shown } from "../value-kind.js";

/** Where the streams of a connector write, made by {@link delta}. */
export interface DeltaSink {
  /** A folder, or the name of a database. */
  readonly location: string;
  /** The folder with a checkpoint for each table. */
  readonly checkpoints: string;
}

/** A table of a sink. */
export interface SinkTable {
  /** The argument of `deltaTable()`. */
  readonly location: string;
  readonly identifier: TableIdentifier;
  readonly checkpoint: string;
}

/**
 * Delta tables: a folder, in which each table of the connector has a folder of its name, or a database.
 *
 * @param location a folder, as `"/lake/github"` or `"s3a://bucket/github"`; or a database that exists, as `"github"`
 * @param options.checkpoints the folder for the checkpoints. Default: `_checkpoints` in the folder. A database needs it
 * @throws {ArgumentError} a database without `checkpoints`
 */
export function delta(
  location: string,
  options: { readonly checkpoints?: string | undefined } = {},
): DeltaSink {
  checkOptions("delta()", options, ["checkpoints"]);
  // JavaScript callers may pass any type.
  if (typeof (location as unknown) !== "string" || location.trim() === "")
    throw new ArgumentError(
      "location",
      `delta() takes a folder or a database, got ${shown(location)}.`,
    );
  const folder = location.replace(/\/+$/, "");
  const isFolder = tableIdentifier(`${folder}/t`).path !== undefined && folder.includes("/");
  const checkpoints = options.checkpoints ?? (isFolder ? `${folder}/_checkpoints` : undefined);
  if (checkpoints === undefined)
    throw new ArgumentError(
      "checkpoints",
      `delta(${shown(location)}) names a database, so it needs a folder for the checkpoints: delta(${shown(location)}, { checkpoints: "/lake/checkpoints" }).`,
    );
  return { location: folder, checkpoints: checkpoints.replace(/\/+$/, "") };
}

/** A table of the sink. */
export function sinkTable({ location, checkpoints }: DeltaSink, table: string): SinkTable {
  const name = location.includes("/") ? `${location}/${table}` : `${location}.${table}`;
  return {
    location: name,
    identifier: tableIdentifier(name),
    checkpoint: `${checkpoints}/${table}`,
  };
}
