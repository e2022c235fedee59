import type { DataType, StructType } from "../../index.js";
import { printableText } from "../printable.js";

type AtomicKind = Exclude<DataType["kind"], "array" | "map" | "struct" | "udt">;

/** The TypeScript text of a decoded value, by default, for each atomic type. RowOfSchema has the same as types. */
const VALUES: Readonly<Record<AtomicKind, string>> = {
  void: "null",
  boolean: "boolean",
  byte: "number",
  short: "number",
  integer: "number",
  long: "bigint",
  float: "number",
  double: "number",
  decimal: "string",
  string: "string",
  char: "string",
  varchar: "string",
  binary: "Uint8Array",
  date: "string",
  time: "string",
  timestamp: "Timestamp",
  timestamp_ntz: "string",
  timestamp_ntz_nanos: "string",
  timestamp_ltz_nanos: "Timestamp",
  year_month_interval: "YearMonthInterval",
  day_time_interval: "DayTimeInterval",
  calendar_interval: "CalendarInterval",
  variant: "unknown",
  geometry: "Geometry",
  geography: "Geography",
};

/** The types above that a file must import from the package. */
export const PACKAGE_TYPES: readonly string[] = [
  "CalendarInterval",
  "DayTimeInterval",
  "Geography",
  "Geometry",
  "Timestamp",
  "YearMonthInterval",
];

/** The types of PACKAGE_TYPES that the text of a type uses. */
export function packageTypesIn(type: DataType): string[] {
  return [...typesIn(type)]
    .map(({ kind }) => (Object.hasOwn(VALUES, kind) ? VALUES[kind as AtomicKind] : ""))
    .filter((text) => PACKAGE_TYPES.includes(text));
}

/** The type of a schema's rows as TypeScript text, with the columns' comments as doc comments. */
export function rowText(schema: StructType, indent = ""): string {
  const inner = `${indent}  `;
  const lines = schema.fields.map(({ name, dataType, nullable, metadata }) => {
    const { comment } = metadata;
    const doc = typeof comment === "string" ? docComment(comment, inner) : "";
    return `${doc}${inner}${propertyName(name)}: ${orNull(valueText(dataType, inner), nullable)};\n`;
  });
  return lines.length === 0 ? "{}" : `{\n${lines.join("")}${indent}}`;
}

function valueText(type: DataType, indent: string): string {
  switch (type.kind) {
    case "array": {
      const element = orNull(valueText(type.elementType, indent), type.containsNull);
      return element.endsWith(" | null") ? `(${element})[]` : `${element}[]`;
    }
    case "map": {
      const value = orNull(valueText(type.valueType, indent), type.valueContainsNull);
      return `Map<${valueText(type.keyType, indent)}, ${value}>`;
    }
    case "struct":
      return rowText(type, indent);
    case "udt":
      return valueText(type.sqlType, indent);
    default:
      return VALUES[type.kind];
  }
}

function orNull(text: string, nullable: boolean): string {
  // The types null and unknown contain null.
  return nullable && text !== "null" && text !== "unknown" ? `${text} | null` : text;
}

/** A property's name, in quotes unless it is an identifier. */
export function propertyName(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);
}

/** A doc comment, and the line break after it. Empty if the text is empty. */
export function docComment(text: string, indent: string): string {
  const lines = printableText(text.replace(/\r\n?/g, "\n").trim())
    .replaceAll("*/", "*\\/")
    .split("\n");
  if (lines.length === 1) return lines[0] === "" ? "" : `${indent}/** ${lines[0] ?? ""} */\n`;
  const body = lines.map((line) => `${indent} * ${line}`.trimEnd());
  return `${indent}/**\n${body.join("\n")}\n${indent} */\n`;
}

/** The names of columns that occur twice in a struct, also inside columns. An object has one value for each name. */
export function repeatedNames(type: DataType): string[] {
  return [...typesIn(type)].flatMap((inner) => {
    const names = inner.kind === "struct" ? inner.fieldNames : [];
    return names.filter((name, index) => names.indexOf(name) < index);
  });
}

/** The type and the types inside it. */
function* typesIn(type: DataType): Generator<DataType> {
  yield type;
  switch (type.kind) {
    case "array":
      yield* typesIn(type.elementType);
      break;
    case "map":
      yield* typesIn(type.keyType);
      yield* typesIn(type.valueType);
      break;
    case "udt":
      yield* typesIn(type.sqlType);
      break;
    case "struct":
      for (const { dataType } of type.fields) yield* typesIn(dataType);
      break;
    default:
  }
}
