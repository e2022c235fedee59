import { SparkError } from "../errors.js";
import * as types from "../types/data-type.js";
import type { DataType } from "../types/data-type.js";
import { StructField, StructType } from "../types/struct-type.js";
import { JsonNumber } from "./json-number.js";
import { isJsonArray, isJsonObject, type JsonValue } from "./json-text.js";

/** Which integer type a number needs: a long has 64 bits, a wide one 38 digits. */
type Width = "long" | "wide" | "beyond";

/** What the values seen so far in one place have in common. */
type Seen =
  | { readonly kind: "nothing" | "boolean" | "string" | "mixed" }
  | {
      readonly kind: "number";
      readonly width: Width;
      readonly fraction: boolean;
      /** Whether a double may stand for all of them. */
      readonly double: boolean;
    }
  | { readonly kind: "array"; readonly element: Seen }
  | { readonly kind: "object"; readonly fields: ReadonlyMap<string, Seen> };

const NOTHING: Seen = { kind: "nothing" };
const MIXED: Seen = { kind: "mixed" };
const WIDTHS: readonly Width[] = ["long", "wide", "beyond"];
const DECIMAL_DIGITS = 38;

function widthOf(integer: bigint): Width {
  if (BigInt.asIntN(64, integer) === integer) return "long";
  return String(integer).replace("-", "").length <= DECIMAL_DIGITS ? "wide" : "beyond";
}

function seenNumber(number: JsonNumber): Seen {
  const { integer, fitsDouble } = number;
  const tooLong = integer === undefined && /^-?[1-9]\d*$/.test(number.text);
  return {
    kind: "number",
    width: tooLong ? "beyond" : integer === undefined ? "long" : widthOf(integer),
    fraction: integer === undefined && !tooLong,
    double: fitsDouble && !tooLong,
  };
}

function see(value: JsonValue): Seen {
  if (value === null) return NOTHING;
  if (typeof value === "boolean") return { kind: "boolean" };
  if (typeof value === "string") return { kind: "string" };
  if (value instanceof JsonNumber) return seenNumber(value);
  if (isJsonArray(value)) return { kind: "array", element: value.map(see).reduce(merge, NOTHING) };
  if (!isJsonObject(value)) return NOTHING;
  return { kind: "object", fields: new Map([...value].map(([name, item]) => [name, see(item)])) };
}

function merge(a: Seen, b: Seen): Seen {
  if (b.kind === "nothing") return a;
  if (a.kind === "nothing") return b;
  if (a.kind === "number" && b.kind === "number") {
    return {
      kind: "number",
      width: WIDTHS.indexOf(a.width) < WIDTHS.indexOf(b.width) ? b.width : a.width,
      fraction: a.fraction || b.fraction,
      double: a.double && b.double,
    };
  }
  if (a.kind === "array" && b.kind === "array")
    return { kind: "array", element: merge(a.element, b.element) };
  if (a.kind === "object" && b.kind === "object") {
    const fields = new Map(a.fields);
    for (const [name, seen] of b.fields) fields.set(name, merge(fields.get(name) ?? NOTHING, seen));
    return { kind: "object", fields };
  }
  return a.kind === b.kind ? a : MIXED;
}

function settle(seen: Seen, path: string): DataType {
  switch (seen.kind) {
    case "boolean":
      return types.BooleanType();
    case "number":
      if (seen.fraction) return seen.double ? types.DoubleType() : types.StringType();
      if (seen.width === "long") return types.LongType();
      return seen.width === "wide" ? types.DecimalType(DECIMAL_DIGITS, 0) : types.StringType();
    case "array":
      return types.ArrayType(settle(seen.element, `${path}[]`));
    case "object":
      // A struct without fields would drop whatever comes to stand in it.
      return seen.fields.size === 0 ? types.StringType() : settleFields(seen.fields, path);
    case "string":
    case "mixed":
    case "nothing":
      // Text takes any JSON value without loss, as its JSON text.
      return types.StringType();
  }
}

function settleFields(fields: ReadonlyMap<string, Seen>, path: string): StructType {
  const names = new Map<string, string>();
  for (const name of fields.keys()) {
    const place = path === "" ? "the records" : path;
    if (name === "") throw uninferable(`A field of ${place} has an empty name.`);
    const other = names.get(name.toLowerCase());
    if (other !== undefined) {
      throw uninferable(
        `The fields ${JSON.stringify(other)} and ${JSON.stringify(name)} of ${place} differ only ` +
          "in case, which Spark takes for one name.",
      );
    }
    names.set(name.toLowerCase(), name);
  }
  return new StructType(
    [...fields].map(([name, seen]) =>
      StructField(name, settle(seen, path === "" ? name : `${path}.${name}`)),
    ),
  );
}

function uninferable(problem: string): SparkError {
  return new SparkError(
    "SCHEMA_NOT_INFERRED",
    `${problem} Write the schema by hand, or choose other records with dataField.`,
  );
}

/** The schema that fits all records, by the rules that inferRestSchema() states. */
export function inferRecordSchema(records: readonly JsonValue[]): StructType {
  if (records.length === 0) {
    throw new SparkError(
      "SCHEMA_NOT_INFERRED",
      "The page has no records to infer a schema from. Ask for a page that has some, or check dataField.",
    );
  }
  const other = records.findIndex((record) => !isJsonObject(record));
  if (other !== -1) {
    throw uninferable(`Record ${other} of the page is no JSON object, so it has no columns.`);
  }
  const seen = records.map(see).reduce(merge, NOTHING);
  if (seen.kind !== "object" || seen.fields.size === 0)
    throw uninferable("The records of the page have no fields.");
  return settleFields(seen.fields, "");
}
