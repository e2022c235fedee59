import type { StructType } from "../../index.js";
import { schemaDiff } from "../../types/schema-diff.js";
import type { Declared } from "./declared.js";

/** The differences between the file and the catalog for one table, view or source. */
export interface EntryDiff {
  readonly kind: Declared["kind"];
  readonly name: string;
  /** One line for each column that differs, such as `- total decimal(12,2)`. */
  readonly lines: readonly string[];
}

/** Compares the schemas that a file declares with those of the catalog. Empty if all are equal. */
export function fileDiff(
  inFile: ReadonlyMap<string, StructType>,
  declared: readonly Declared[],
): EntryDiff[] {
  const seen = new Set(declared.map(({ kind, names }) => `${kind} ${names[0]}`));
  const changed = declared.map(({ kind, names: [name], schema }) => {
    const old = inFile.get(`${kind} ${name}`);
    return {
      kind,
      name,
      lines: old === undefined ? ["new: the file does not have it"] : schemaDiff(old, schema),
    };
  });
  const gone = [...inFile.keys()]
    .filter((key) => !seen.has(key))
    .map((key) => {
      const [kind = "", ...rest] = key.split(" ");
      return {
        kind: kind === "source" ? ("source" as const) : ("table" as const),
        name: rest.join(" "),
        lines: ["gone: only the file has it"],
      };
    });
  return [...changed, ...gone].filter(({ lines }) => lines.length > 0);
}
