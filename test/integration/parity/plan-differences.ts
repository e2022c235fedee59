/** The allowed differences between our plans and PySpark's, each with its reason. */
import { inspect, isDeepStrictEqual } from "node:util";
import type { JsonValue } from "@bufbuild/protobuf";
import { fromArrowSchema } from "../../../src/arrow/arrow-types.js";
import { readIpcStream } from "../../../src/arrow/ipc/ipc-stream.js";
import { RowDecoder } from "../../../src/arrow/decode/row-decoder.js";
import { StructType } from "../../../src/index.js";
import { isSparkAtLeast } from "../support.js";

interface OlderDifference {
  readonly python: RegExp;
  /** The first PySpark release that makes the same plan as we do. */
  readonly until: readonly [major: number, minor: number];
  readonly reason: string;
}

const OLDER_PYSPARK: readonly OlderDifference[] = [
  {
    python: /^df\.groupBy\(.*"id"\)\.(?:sum|avg|mean|min|max|agg|applyIn\w+|cogroup)\(/,
    until: [4, 1],
    reason: "PySpark 4.0 ties the names of groups to their DataFrame",
  },
];

/** The reason why the PySpark of this run makes another plan than newer releases and we do. */
export function whyOlderPysparkDiffers(python: string): string | undefined {
  return OLDER_PYSPARK.find(
    (difference) => difference.python.test(python) && !isSparkAtLeast(...difference.until),
  )?.reason;
}

/** Optional fields that PySpark sets to `false`. For Spark this equals a missing field. */
const FALSE_IS_ABSENT: ReadonlySet<string> = new Set(["isMetadataColumn"]);

/** Fields that may contain JSON text. */
const JSON_TEXTS: ReadonlySet<string> = new Set(["metadata", "schema"]);

/** Whether a field contains JSON. A literal does if the function has a schema parameter. */
function isJson(key: string, text: string): boolean {
  return JSON_TEXTS.has(key) ? text.startsWith("{") : key === "string" && text.startsWith('{"');
}

/** Renumbers lambda variables and plan ids in the order of their first use. */
export class Renumbering {
  readonly #planIds = new Map<string, string>();
  readonly #variables = new Map<string, string>();

  planId(id: string): string {
    return this.#renumbered(this.#planIds, id, "plan");
  }
  variable(name: string): string {
    return this.#renumbered(this.#variables, name, "variable");
  }
  #renumbered(known: Map<string, string>, key: string, kind: string): string {
    const name = known.get(key) ?? `${kind} ${known.size}`;
    known.set(key, name);
    return name;
  }
}

type JsonFields = Readonly<Record<string, JsonValue>>;

/**
 * The schema and rows of a local relation, since Arrow can encode the same values in several ways. PySpark
 * sends no data for zero rows, and no schema for a pyarrow table.
 */
function localRelation({ data, schema }: JsonFields): JsonValue {
  const stream = typeof data === "string" ? Buffer.from(data, "base64") : undefined;
  const struct =
    typeof schema === "string"
      ? StructType.fromJson(JSON.parse(schema))
      : stream === undefined
        ? new StructType()
        : fromArrowSchema(readIpcStream(stream).schema);
  const rows =
    stream === undefined ? [] : new RowDecoder(struct, { rowMode: "array" }).decode(stream).rows;
  return { schema: struct.json(), rows: inspect(rows, { depth: null }) };
}

/** PySpark sets the column names of local rows a second time. */
function withoutNamesAgain(relation: JsonFields): JsonFields {
  const { toDf } = relation as { readonly toDf?: { columnNames: string[]; input: JsonFields } };
  const local = toDf?.input["localRelation"];
  if (toDf === undefined || local === undefined) return relation;
  const { schema } = localRelation(local as JsonFields) as { readonly schema: string };
  const { fieldNames } = StructType.fromJson(JSON.parse(schema));
  return isDeepStrictEqual(fieldNames, toDf.columnNames) ? toDf.input : relation;
}

/** The plan without parts that must differ between clients: origins and plan ids. */
export function normalized(value: JsonValue, renumbering: Renumbering): JsonValue {
  if (Array.isArray(value)) return value.map((item) => normalized(item, renumbering));
  if (value === null || typeof value !== "object") return value;
  const entries: [string, JsonValue][] = [];
  // PySpark does not write the first plan id, 0.
  const isFirstPlan = "subqueryType" in value && !("planId" in value);
  const fields: object = isFirstPlan ? { planId: "0", ...value } : withoutNamesAgain(value);
  for (const [key, item] of Object.entries(fields) as [string, JsonValue][]) {
    if (key === "origin" || (item === false && FALSE_IS_ABSENT.has(key))) continue;
    // PySpark sends the collation name. We omit it, so that Spark shows and stores the column as `string`.
    if (key === "collation" && item === "UTF8_BINARY") continue;
    if (key === "metadata" && typeof item === "string") {
      // JSON, which Python writes with spaces.
      entries.push([key, JSON.parse(item) as JsonValue]);
    } else if (key === "planId" && typeof item === "string") {
      entries.push([key, renumbering.planId(item)]);
    } else if (key === "unresolvedNamedLambdaVariable" && item !== null) {
      const { nameParts } = item as { nameParts: string[] };
      entries.push([key, nameParts.map((part) => renumbering.variable(part))]);
    } else if (key === "localRelation") {
      entries.push([key, localRelation(item as JsonFields)]);
    } else if (key === "command" && typeof item === "string") {
      // A pickle: PySpark's contains the function, ours contains text that creates it.
      entries.push([key, "a pickle"]);
    } else if (key === "func") {
      // PySpark does not quote the columns of the function, so it cannot pass a column with a dot in its name.
      const text = JSON.stringify(normalized(item, renumbering));
      entries.push([key, JSON.parse(text.replaceAll("`", "")) as JsonValue]);
    } else if (key === "schema" && item === "") {
      // PySpark's readers send an empty text if no schema is given.
    } else if (typeof item === "string" && isJson(key, item)) {
      // Python writes JSON with spaces, and sorts its keys.
      entries.push([key, JSON.parse(item) as JsonValue]);
    } else {
      const inner = normalized(item, renumbering);
      // An empty `common`, which only contained the origin.
      if (key !== "common" || Object.keys(inner as object).length > 0) entries.push([key, inner]);
    }
  }
  return Object.fromEntries(entries);
}
