import type { DataType, UserDefinedType } from "./data-type.js";
import { simpleString } from "./ddl.js";
import type { StructField, StructType } from "./struct-type.js";

const META_CHARACTERS: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\f": "\\f",
  "\b": "\\b",
  "\v": "\\v",
  "\u0007": "\\a",
};

/** Spark escapes control characters in a name, so that each column stays on one line. */
function escapeMetaCharacters(name: string): string {
  // eslint-disable-next-line no-control-regex -- the pattern searches for control characters
  return name.replace(/[\n\r\t\f\x08\v\x07]/g, (character) => META_CHARACTERS[character] ?? "");
}

/** Spark names a user-defined type by its class, without the package and the suffix UDT. */
function udtName(type: UserDefinedType): string {
  const className = (type.jvmClass ?? type.pythonClass ?? "udt").split(/[.$]/).at(-1) ?? "udt";
  return className.replace(/(UDT|Type)$/, "").toLowerCase();
}

/** The long type names of printSchema: `long`, for example, instead of simpleString's `bigint`. */
function treeTypeName(type: DataType): string {
  switch (type.kind) {
    case "byte":
    case "short":
    case "integer":
    case "long":
    case "array":
    case "map":
    case "struct":
      return type.kind;
    case "udt":
      return udtName(type);
    default:
      return simpleString(type);
  }
}

function appendType(type: DataType, prefix: string, depth: number, lines: string[]): void {
  if (depth <= 0) return;
  if (type.kind === "struct") {
    for (const field of type.fields) appendField(field, prefix, depth, lines);
  } else if (type.kind === "array") {
    const { elementType, containsNull } = type;
    lines.push(
      `${prefix}-- element: ${treeTypeName(elementType)} (containsNull = ${containsNull})`,
    );
    appendType(elementType, `${prefix}    |`, depth - 1, lines);
  } else if (type.kind === "map") {
    const { keyType, valueType, valueContainsNull } = type;
    lines.push(`${prefix}-- key: ${treeTypeName(keyType)}`);
    appendType(keyType, `${prefix}    |`, depth - 1, lines);
    lines.push(
      `${prefix}-- value: ${treeTypeName(valueType)} (valueContainsNull = ${valueContainsNull})`,
    );
    appendType(valueType, `${prefix}    |`, depth - 1, lines);
  }
}

function appendField(field: StructField, prefix: string, depth: number, lines: string[]): void {
  const name = escapeMetaCharacters(field.name);
  lines.push(`${prefix}-- ${name}: ${treeTypeName(field.dataType)} (nullable = ${field.nullable})`);
  appendType(field.dataType, `${prefix}    |`, depth - 1, lines);
}

/**
 * The text of `printSchema`, ending with a line break.
 *
 * @param level levels to print. Default, and for zero and negative numbers: all levels
 */
export function treeString(struct: StructType, level = 0): string {
  const lines = ["root"];
  appendType(struct, " |", level > 0 ? level : Number.MAX_SAFE_INTEGER, lines);
  return `${lines.join("\n")}\n`;
}
