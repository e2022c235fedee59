import {
  ArrayType,
  MapType,
  SparkError,
  StructField,
  StructType,
  type DataType,
} from "../../index.js";
import { structTypeOf } from "../../types/table-schemas.js";
import { printableCell } from "../printable.js";
import { byCodeUnits, type Declared } from "./declared.js";
import { docComment, packageTypesIn, propertyName, rowText } from "./row-text.js";
import { typeNames } from "./type-names.js";

/** The first line of each file that the command writes begins with this text. */
export const FIRST_WORDS = "// Written by `npx sparktide types";

/**
 * Lines with the schema of a table or source: `// @table ["sales.orders"], "id BIGINT"` in a declaration file,
 * `registerTable(["sales.orders"], "id BIGINT");` in a module.
 */
const SCHEMA_LINE = /^(?:\/\/ @(table|source) (.*)|registerTable\((.*)\);)$/gm;

/** A declaration file has types only. A module also registers the tables' schemas at run time. */
export type FileKind = "declarations" | "module";

/** The text of the file. The same entries give the same text. */
export function fileText(
  declared: readonly Declared[],
  words: readonly string[],
  kind: FileKind = "declarations",
): string {
  const command = ["npx sparktide types", ...words.map(shellWord)].join(" ");
  const names = typeNames(declared);
  const rows = declared.map((entry, index) => rowType(entry, names[index] ?? "", kind)).join("\n");
  const used = [...new Set(declared.flatMap(({ schema }) => packageTypesIn(schema)))].sort();
  return [
    `// Written by \`${printableCell(command)}\`.\n`,
    "// Do not edit. Run the command again after the schemas have changed.\n",
    "/* eslint-disable */\n",
    importLine(used, kind === "module" && declared.some((entry) => entry.kind === "table")),
    `\ndeclare module "sparktide" {\n`,
    interfaceText("Tables", declared, names, "table"),
    interfaceText("Formats", declared, names, "source"),
    "}\n",
    rows === "" ? "" : `\n${rows}`,
  ].join("");
}

/** The line that makes the file a module. */
function importLine(types: readonly string[], registers: boolean): string {
  if (registers) {
    const names = ["registerTable", ...types.map((name) => `type ${name}`)].join(", ");
    return `import { ${names} } from "sparktide";\n`;
  }
  return types.length === 0
    ? "export {};\n"
    : `import type { ${types.join(", ")} } from "sparktide";\n`;
}

/** A member for each name of each entry of a kind. Empty without members. */
function interfaceText(
  name: string,
  declared: readonly Declared[],
  types: readonly string[],
  kind: Declared["kind"],
): string {
  const members = declared.flatMap((entry, index) =>
    entry.kind === kind ? entry.names.map((key) => [key, types[index] ?? ""] as const) : [],
  );
  if (members.length === 0) return "";
  const lines = members
    .sort(([a], [b]) => byCodeUnits(a, b))
    .map(([key, type]) => `    ${propertyName(key)}: ${type};\n`);
  return `  interface ${name} {\n${lines.join("")}  }\n`;
}

/** A type alias, because an interface is not assignable to the row type of DataFrame, which has an index signature. */
function rowType(
  { kind, names, comment, schema }: Declared,
  type: string,
  fileKind: FileKind,
): string {
  const title = `The rows of ${kind === "table" ? "" : "the source "}${names[0]}.`;
  const doc = docComment(comment === undefined ? title : `${title}\n\n${comment}`, "");
  const values = `[${names.map(jsonLine).join(", ")}], ${jsonLine(schemaText(schema))}`;
  const line =
    kind === "table" && fileKind === "module"
      ? `registerTable(${values});\n`
      : `// @${kind} ${values}\n`;
  return `${line}${doc}export type ${type} = ${rowText(schema)};\n`;
}

/** JSON for one line of a program. JavaScript ends a line comment at two characters that JSON does not escape. */
function jsonLine(value: string): string {
  return JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/** A schema as DDL, or as JSON if DDL cannot express it: elements of arrays that are never null. Without comments. */
function schemaText(schema: StructType): string {
  const plain = new StructType(schema.fields.map(withoutMetadata));
  const ddl = plain.toDDL();
  try {
    if (StructType.fromDDL(ddl).json() === plain.json()) return ddl;
  } catch {
    // The DDL parser does not know the type.
  }
  return plain.json();
}

function withoutMetadata({ name, dataType, nullable }: StructField): StructField {
  return StructField(name, plainType(dataType), nullable);
}

function plainType(type: DataType): DataType {
  switch (type.kind) {
    case "array":
      return ArrayType(plainType(type.elementType), type.containsNull);
    case "map":
      return MapType(plainType(type.keyType), plainType(type.valueType), type.valueContainsNull);
    case "struct":
      return new StructType(type.fields.map(withoutMetadata));
    default:
      return type;
  }
}

/** A word as a shell reads it. */
function shellWord(word: string): string {
  return /^[\w.,=/:@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * The schemas that the lines of a file have, by kind and name: `table sales.orders`.
 *
 * @throws {SparkError} a line was edited and cannot be read
 */
export function schemasIn(text: string): Map<string, StructType> {
  const lines = [...text.matchAll(SCHEMA_LINE)];
  return new Map(
    lines.map(([line, kind = "table", comment, call]) => {
      try {
        const values = JSON.parse(`[${comment ?? call ?? ""}]`) as [[string], string];
        const [[name], schema] = values;
        return [`${kind} ${name}`, structTypeOf(schema)] as const;
      } catch (cause) {
        throw new SparkError(
          "FILE_EDITED",
          `A line of the file was edited and cannot be read: ${line}. Write the file again.`,
          { cause },
        );
      }
    }),
  );
}
