import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dataTypeFromJson } from "../../../src/types/parse-schema-json.js";
import { StructType } from "../../../src/types/struct-type.js";
import { HAS_ZSTD } from "../../support/zstd.js";

const FOLDER = fileURLToPath(new URL("../../golden/arrow/", import.meta.url));

/** A stream that pyarrow wrote, with Spark's schema and the expected rows. */
export interface GoldenCase {
  readonly name: string;
  readonly stream: Uint8Array;
  readonly schema: StructType;
  /** Rows by position, in canonical JSON. */
  readonly rows: readonly (readonly unknown[])[];
}

/** Reads one case of test/golden/arrow. */
export function goldenCase(name: string): GoldenCase {
  const { schema, rows } = JSON.parse(readFileSync(`${FOLDER}${name}.json`, "utf8")) as {
    readonly schema: unknown;
    readonly rows: unknown[][];
  };
  const struct = dataTypeFromJson(schema);
  if (!(struct instanceof StructType)) throw new Error(`${name}.json has no struct`);
  const stream = new Uint8Array(readFileSync(`${FOLDER}${name}.arrows`));
  return { name, stream, schema: struct, rows };
}

/** Every case of test/golden/arrow that this Node can read, by name. */
export const goldenNames: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".arrows"))
  .map((file) => file.slice(0, -".arrows".length))
  .filter((name) => HAS_ZSTD || !name.startsWith("zstd-"));
