import type { DataType } from "./data-type.js";
import type { StructField, StructType } from "./struct-type.js";

/** Metadata key of a column's comment, as Spark's StructField.getComment. */
export const COMMENT = "comment";
/** Metadata key of a column's default, as Spark's CURRENT_DEFAULT_COLUMN_METADATA_KEY. */
export const CURRENT_DEFAULT = "CURRENT_DEFAULT";

function fieldRange(start: string, end: string): string {
  return start === end ? `interval ${start}` : `interval ${start} to ${end}`;
}

/**
 * The name of an atomic type in Spark's lower-case short form: `bigint`, `decimal(10,2)`,
 * `interval day to second`. Undefined for arrays, maps, structs and user-defined types.
 */
function atomicString(type: DataType): string | undefined {
  switch (type.kind) {
    case "byte":
      return "tinyint";
    case "short":
      return "smallint";
    case "integer":
      return "int";
    case "long":
      return "bigint";
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "string":
      return type.collation === "UTF8_BINARY" ? "string" : `string collate ${type.collation}`;
    case "char":
    case "varchar":
      return `${type.kind}(${type.length})`;
    case "time":
      return `time(${type.precision})`;
    case "timestamp_ntz_nanos":
      return `timestamp_ntz(${type.precision})`;
    case "timestamp_ltz_nanos":
      return `timestamp_ltz(${type.precision})`;
    case "year_month_interval":
    case "day_time_interval":
      return fieldRange(type.startField, type.endField);
    case "calendar_interval":
      return "interval";
    case "geometry":
    case "geography":
      return `${type.kind}(${type.srid})`;
    case "udt":
    case "array":
    case "map":
    case "struct":
      return undefined;
    default:
      return type.kind;
  }
}

/** Like PySpark's `DataType.simpleString()`: `struct<id:bigint,tags:array<string>>`. Names are not quoted. */
export function simpleString(type: DataType): string {
  switch (type.kind) {
    case "array":
      return `array<${simpleString(type.elementType)}>`;
    case "map":
      return `map<${simpleString(type.keyType)},${simpleString(type.valueType)}>`;
    case "struct": {
      const fields = type.fields.map((field) => `${field.name}:${simpleString(field.dataType)}`);
      return `struct<${fields.join(",")}>`;
    }
    case "udt":
      return "udt";
    default:
      return atomicString(type) ?? type.kind;
  }
}

/**
 * A name as Spark prints it. Names of ASCII letters, digits and underscores that do not start with a digit
 * stay bare. Other names are in backticks, with each backtick doubled.
 */
function quoteIfNeeded(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quoteIdentifier(name);
}

/** A name in backticks, with each backtick in it doubled. Works for every name. */
export function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

function notNull({ nullable }: StructField): string {
  return nullable ? "" : " NOT NULL";
}

function defaultClause({ metadata }: StructField): string {
  const value = metadata[CURRENT_DEFAULT];
  return typeof value === "string" ? ` DEFAULT ${value}` : "";
}

function commentClause({ metadata }: StructField): string {
  const comment = metadata[COMMENT];
  return typeof comment === "string" ? ` COMMENT '${comment.replace(/['\\]/g, "\\$&")}'` : "";
}

/** A type as SQL text, like Spark's `DataType.sql`: `STRUCT<id: BIGINT NOT NULL, tags: ARRAY<STRING>>`. */
export function sqlString(type: DataType): string {
  switch (type.kind) {
    case "array":
      return `ARRAY<${sqlString(type.elementType)}>`;
    case "map":
      return `MAP<${sqlString(type.keyType)}, ${sqlString(type.valueType)}>`;
    case "struct": {
      const fields = type.fields.map(
        (field) =>
          `${quoteIfNeeded(field.name)}: ${sqlString(field.dataType)}` +
          notNull(field) +
          commentClause(field),
      );
      return `STRUCT<${fields.join(", ")}>`;
    }
    case "udt":
      return sqlString(type.sqlType);
    case "string":
      return type.collation === "UTF8_BINARY" ? "STRING" : `STRING COLLATE ${type.collation}`;
    default:
      return simpleString(type).toUpperCase();
  }
}

/**
 * A schema as a column list that Spark's parser reads back, like Spark's `StructType.toDDL`:
 * ``id BIGINT NOT NULL,`first name` STRING``.
 */
export function toDdl(struct: StructType): string {
  return struct.fields
    .map(
      (field) =>
        `${quoteIfNeeded(field.name)} ${sqlString(field.dataType)}` +
        notNull(field) +
        defaultClause(field) +
        commentClause(field),
    )
    .join(",");
}
