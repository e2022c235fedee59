import type { DataType } from "./data-type.js";
import { simpleString } from "./ddl.js";
import { jsonText } from "./json-text.js";
import { dataTypeToJson } from "./schema-json.js";
import type { StructType } from "./struct-type.js";

/** A part of a schema that has a type: a column, a field, the elements of an array, the keys or values of a map. */
interface Part {
  readonly path: string;
  readonly type: DataType;
  readonly nullable: boolean;
}

function within(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function fieldsOf(struct: StructType, path: string): Map<string, Part> {
  return new Map(
    struct.fields.map(({ name, dataType, nullable }) => [
      name,
      { path: within(path, name), type: dataType, nullable },
    ]),
  );
}

/** The parts inside an array or map. Undefined for other types, and structs have fieldsOf(). */
function innerParts({ type, path }: Part): readonly Part[] | undefined {
  if (type.kind === "array")
    return [{ path: within(path, "element"), type: type.elementType, nullable: type.containsNull }];
  if (type.kind === "map")
    return [
      { path: within(path, "key"), type: type.keyType, nullable: false },
      { path: within(path, "value"), type: type.valueType, nullable: type.valueContainsNull },
    ];
  return undefined;
}

function text({ type, nullable }: Part): string {
  return `${simpleString(type)}${nullable ? "" : " not null"}`;
}

function isSameType(a: DataType, b: DataType): boolean {
  return jsonText("schema", dataTypeToJson(a)) === jsonText("schema", dataTypeToJson(b));
}

/** The differences of two parts of the same name. */
function partDiff(expected: Part, actual: Part): string[] {
  const nested = nestedDiff(expected, actual);
  const isChanged =
    expected.nullable !== actual.nullable ||
    (nested === undefined && !isSameType(expected.type, actual.type));
  return [
    ...(isChanged ? [`~ ${expected.path} ${text(expected)} → ${text(actual)}`] : []),
    ...(nested ?? []),
  ];
}

/** The differences inside two structs, arrays or maps. Undefined if the parts are of another or a different type. */
function nestedDiff(expected: Part, actual: Part): string[] | undefined {
  if (expected.type.kind === "struct" && actual.type.kind === "struct")
    return structDiff(expected.type, actual.type, expected.path);
  const [before, after] = [innerParts(expected), innerParts(actual)];
  if (before === undefined || before.length !== after?.length) return undefined;
  return before.flatMap((part, index) => partDiff(part, after[index] ?? part));
}

function structDiff(expected: StructType, actual: StructType, path: string): string[] {
  const [before, after] = [fieldsOf(expected, path), fieldsOf(actual, path)];
  const lines = [...before].flatMap(([name, part]) => {
    const now = after.get(name);
    return now === undefined ? [`- ${part.path} ${text(part)}`] : partDiff(part, now);
  });
  const added = [...after].filter(([name]) => !before.has(name));
  return [...lines, ...added.map(([, part]) => `+ ${part.path} ${text(part)}`)];
}

/**
 * The differences of two schemas, one line each: `- total decimal(12,2)` for a column that is missing, `+ note string`
 * for a new column, `~ id bigint not null → int` for a column with another type or nullability. Fields of structs,
 * elements of arrays and the keys and values of maps have a path: `address.city`, `tags.element`. The order of the
 * columns, comments and other metadata are not compared.
 */
export function schemaDiff(expected: StructType, actual: StructType): string[] {
  return structDiff(expected, actual, "");
}
