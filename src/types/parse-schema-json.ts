import { ArgumentError } from "../errors.js";
import * as types from "./data-type.js";
import type { DataType, DayTimeField, Srid, YearMonthField } from "./data-type.js";
import { COLLATIONS_KEY } from "./schema-json.js";
import { StructField, StructType } from "./struct-type.js";

type JsonObject = Readonly<Record<string, unknown>>;
type Collations = Readonly<Record<string, string>>;

/** Names without parameters. Older Spark versions and hand-written schemas use `null` and the SQL names. */
const BY_NAME: Readonly<Record<string, DataType>> = {
  void: types.NullType(),
  null: types.NullType(),
  boolean: types.BooleanType(),
  byte: types.ByteType(),
  tinyint: types.ByteType(),
  short: types.ShortType(),
  smallint: types.ShortType(),
  integer: types.IntegerType(),
  int: types.IntegerType(),
  long: types.LongType(),
  bigint: types.LongType(),
  float: types.FloatType(),
  double: types.DoubleType(),
  decimal: types.DecimalType(),
  string: types.StringType(),
  binary: types.BinaryType(),
  date: types.DateType(),
  time: types.TimeType(),
  timestamp: types.TimestampType(),
  timestamp_ltz: types.TimestampType(),
  timestamp_ntz: types.TimestampNTZType(),
  "timestamp_ltz(6)": types.TimestampType(),
  "timestamp_ntz(6)": types.TimestampNTZType(),
  interval: types.CalendarIntervalType(),
  calendarinterval: types.CalendarIntervalType(),
  variant: types.VariantType(),
  geometry: types.GeometryType(4326),
  geography: types.GeographyType(4326),
};

/** Names with parameters: the pattern, and a function that creates the type from the captured texts. */
const BY_PATTERN: readonly (readonly [RegExp, (groups: readonly string[]) => DataType])[] = [
  [/^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/, ([p, s]) => types.DecimalType(Number(p), Number(s))],
  [/^char\(\s*(\d+)\s*\)$/, ([length]) => types.CharType(Number(length))],
  [/^varchar\(\s*(\d+)\s*\)$/, ([length]) => types.VarcharType(Number(length))],
  [/^string\s+collate\s+(\w+)$/, ([collation]) => types.StringType(collation)],
  [/^time\(\s*(\d+)\s*\)$/, ([precision]) => types.TimeType(Number(precision))],
  [/^timestamp_ntz\(\s*(\d+)\s*\)$/, ([digits]) => types.TimestampNTZNanosType(Number(digits))],
  [/^timestamp_ltz\(\s*(\d+)\s*\)$/, ([digits]) => types.TimestampLTZNanosType(Number(digits))],
  [
    /^interval (year|month)(?: to (year|month))?$/,
    ([start, end]) =>
      types.YearMonthIntervalType(start as YearMonthField, (end ?? start) as YearMonthField),
  ],
  [
    /^interval (day|hour|minute|second)(?: to (day|hour|minute|second))?$/,
    ([start, end]) =>
      types.DayTimeIntervalType(start as DayTimeField, (end ?? start) as DayTimeField),
  ],
  [/^geometry\(\s*(\w+:-?\w+)\s*\)$/, ([crs = ""]) => types.GeometryType(sridOf(crs))],
  [
    /^geography\(\s*(\w+:-?\w+)\s*(?:,\s*SPHERICAL\s*)?\)$/,
    ([crs = ""]) => types.GeographyType(sridOf(crs)),
  ],
];

function refuse(what: string, value: unknown): ArgumentError {
  return new ArgumentError(
    "json",
    `Not Spark's schema JSON: ${what}, got ${JSON.stringify(value)}.`,
  );
}

function sridOf(crs: string): Srid {
  if (crs.toUpperCase() === "SRID:ANY") return "any";
  if (crs === "OGC:CRS84") return 4326;
  const number = /^(?:EPSG|SRID):(\d+)$/.exec(crs)?.[1];
  if (number === undefined) throw refuse("unknown reference system", crs);
  return Number(number);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function flag(json: JsonObject, key: string): boolean {
  const value = json[key] ?? true;
  if (typeof value !== "boolean") throw refuse(`${key} must be true or false`, value);
  return value;
}

function optionalText(json: JsonObject, key: string): string | undefined {
  const value = json[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw refuse(`${key} must be text`, value);
  return value;
}

/** `{"a.element": "icu.UNICODE"}` → `{"a.element": "UNICODE"}`. */
function collationNames(metadata: JsonObject): Collations {
  const collations = metadata[COLLATIONS_KEY];
  if (!isObject(collations)) return {};
  return Object.fromEntries(
    Object.entries(collations).map(([path, value]) => [path, String(value).split(".")[1] ?? ""]),
  );
}

function parseField(json: unknown): StructField {
  if (!isObject(json) || typeof json["name"] !== "string")
    throw refuse("a field must be an object with a name", json);
  const metadata = json["metadata"] ?? {};
  if (!isObject(metadata)) throw refuse("metadata must be an object", metadata);
  const rest = Object.fromEntries(
    Object.entries(metadata).filter(([key]) => key !== COLLATIONS_KEY),
  );
  const type = parseType(json["type"], json["name"], collationNames(metadata));
  return StructField(json["name"], type, flag(json, "nullable"), rest);
}

function parseName(name: string): DataType {
  const plain = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  if (plain !== undefined) return plain;
  for (const [pattern, build] of BY_PATTERN) {
    const match = pattern.exec(name);
    if (match !== null) return build(match.slice(1));
  }
  throw refuse("unknown type", name);
}

function parseType(json: unknown, path: string, collations: Collations): DataType {
  if (typeof json === "string") {
    const type = parseName(json);
    const collation = collations[path];
    return collation !== undefined && type.kind === "string" ? types.StringType(collation) : type;
  }
  if (!isObject(json)) throw refuse("a type must be text or an object", json);
  switch (json["type"]) {
    case "array":
      return types.ArrayType(
        parseType(json["elementType"], `${path}.element`, collations),
        flag(json, "containsNull"),
      );
    case "map":
      return types.MapType(
        parseType(json["keyType"], `${path}.key`, collations),
        parseType(json["valueType"], `${path}.value`, collations),
        flag(json, "valueContainsNull"),
      );
    case "struct": {
      if (!Array.isArray(json["fields"])) throw refuse("a struct needs its fields", json);
      return new StructType(json["fields"].map(parseField));
    }
    case "udt":
      return types.UserDefinedType({
        jvmClass: optionalText(json, "class"),
        pythonClass: optionalText(json, "pyClass"),
        serializedPythonClass: optionalText(json, "serializedClass"),
        sqlType: parseType(json["sqlType"], "", {}),
      });
    default:
      throw refuse("unknown type", json["type"]);
  }
}

/**
 * The type that Spark's schema JSON describes.
 *
 * @param json the parsed JSON: `"long"`, or an object with `type`
 * @throws {ArgumentError} the value is not Spark's schema JSON
 */
export function dataTypeFromJson(json: unknown): DataType {
  return parseType(json, "", {});
}

/** Parses a text; returns a parsed value unchanged. */
function parsedJson(json: unknown): unknown {
  if (typeof json !== "string" || !/^\s*[{["]/.test(json)) return json;
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new ArgumentError("json", "The schema is not valid JSON.", { cause: error });
  }
}

/**
 * The type that Spark's schema JSON describes, from its text or parsed.
 *
 * @throws {ArgumentError} the value is not Spark's schema JSON
 */
export function dataTypeFromJsonText(json: unknown): DataType {
  return dataTypeFromJson(parsedJson(json));
}

/**
 * The struct that Spark's schema JSON describes, from its text or parsed.
 *
 * @throws {ArgumentError} the value is not Spark's schema JSON, or describes another type
 */
export function structTypeFromJson(json: unknown): StructType {
  const type = dataTypeFromJsonText(json);
  if (type instanceof StructType) return type;
  throw new ArgumentError("json", `The schema JSON describes ${type.kind}, expected a struct.`);
}
