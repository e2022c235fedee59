import { DataType as Arrow, IntervalUnit, Precision, TimeUnit, DateUnit } from "apache-arrow";
import { DecodeError } from "../../errors.js";
import type { DataType } from "../../types/data-type.js";
import { simpleString } from "../../types/ddl.js";
import type { StructType } from "../../types/struct-type.js";
import { arrowName, type ArrowType } from "../arrow-column.js";

function isSignedInt(type: ArrowType, bitWidth: number): boolean {
  return Arrow.isInt(type) && type.isSigned && type.bitWidth === bitWidth;
}

function isBytes(type: ArrowType): boolean {
  return Arrow.isBinary(type) || Arrow.isLargeBinary(type);
}

/** Whether `arrow` is the Arrow type in which Spark sends an atomic type. */
function matches(type: DataType, arrow: ArrowType): boolean {
  switch (type.kind) {
    case "void":
      return Arrow.isNull(arrow);
    case "boolean":
      return Arrow.isBool(arrow);
    case "byte":
      return isSignedInt(arrow, 8);
    case "short":
      return isSignedInt(arrow, 16);
    case "integer":
      return isSignedInt(arrow, 32);
    case "long":
      return isSignedInt(arrow, 64);
    case "float":
      return Arrow.isFloat(arrow) && arrow.precision === Precision.SINGLE;
    case "double":
      return Arrow.isFloat(arrow) && arrow.precision === Precision.DOUBLE;
    case "decimal":
      return (
        Arrow.isDecimal(arrow) &&
        arrow.bitWidth === 128 &&
        arrow.precision === type.precision &&
        arrow.scale === type.scale
      );
    case "string":
    case "char":
    case "varchar":
      return Arrow.isUtf8(arrow) || Arrow.isLargeUtf8(arrow);
    case "binary":
      return isBytes(arrow);
    case "date":
      return Arrow.isDate(arrow) && arrow.unit === DateUnit.DAY;
    case "time":
      return Arrow.isTime(arrow) && arrow.unit === TimeUnit.NANOSECOND;
    case "timestamp":
    case "timestamp_ntz": {
      if (!Arrow.isTimestamp(arrow) || arrow.unit !== TimeUnit.MICROSECOND) return false;
      const zone: unknown = arrow.timezone;
      return (typeof zone === "string" && zone !== "") === (type.kind === "timestamp");
    }
    case "timestamp_ntz_nanos":
    case "timestamp_ltz_nanos": {
      if (!Arrow.isTimestamp(arrow) || arrow.unit !== TimeUnit.NANOSECOND) return false;
      const zone: unknown = arrow.timezone;
      return (typeof zone === "string" && zone !== "") === (type.kind === "timestamp_ltz_nanos");
    }
    case "geometry":
    case "geography":
      return (
        Arrow.isStruct(arrow) &&
        arrow.children.length === 2 &&
        arrow.children.every(({ name, type: child }) =>
          name === "srid"
            ? isSignedInt(child as ArrowType, 32)
            : name === "wkb" && isBytes(child as ArrowType),
        )
      );
    case "year_month_interval":
      return Arrow.isInterval(arrow) && arrow.unit === IntervalUnit.YEAR_MONTH;
    case "day_time_interval":
      return Arrow.isDuration(arrow) && arrow.unit === TimeUnit.MICROSECOND;
    case "calendar_interval":
      return Arrow.isInterval(arrow) && arrow.unit === IntervalUnit.MONTH_DAY_NANO;
    case "variant":
      return (
        Arrow.isStruct(arrow) &&
        arrow.children.length === 2 &&
        arrow.children.every(
          (child) =>
            (child.name === "value" || child.name === "metadata") &&
            isBytes(child.type as ArrowType),
        )
      );
    default:
      return false;
  }
}

function mismatch(path: string, type: DataType, arrow: ArrowType): DecodeError {
  return new DecodeError(
    "SCHEMA_MISMATCH",
    `Column ${path} is ${simpleString(type)}, but its values arrived as Arrow ${arrowName(arrow)}.`,
    { column: path, arrowType: arrowName(arrow) },
  );
}

function childTypes(arrow: ArrowType): ArrowType[] {
  // Types without children have null here, contrary to apache-arrow's declaration.
  const children = arrow.children as readonly ArrowField[] | null;
  return children?.map((child) => child.type) ?? [];
}

/**
 * Checks that an Arrow type is the one that Spark sends for a type, at every level. Does not compare names inside
 * structs, because Spark renames repeated names.
 */
function checkType(type: DataType, arrow: ArrowType, path: string): void {
  if (Arrow.isDictionary(arrow)) {
    checkType(type, arrow.dictionary as ArrowType, path);
    return;
  }
  const children = childTypes(arrow);
  const [first] = children;
  if (type.kind === "udt") {
    checkType(type.sqlType, arrow, path);
  } else if (type.kind === "array") {
    if (!(Arrow.isList(arrow) || Arrow.isLargeList(arrow)) || first === undefined)
      throw mismatch(path, type, arrow);
    checkType(type.elementType, first, `${path}.element`);
  } else if (type.kind === "map") {
    const [key, value] = first === undefined ? [] : childTypes(first);
    if (!Arrow.isMap(arrow) || key === undefined || value === undefined)
      throw mismatch(path, type, arrow);
    checkType(type.keyType, key, `${path}.key`);
    checkType(type.valueType, value, `${path}.value`);
  } else if (type.kind === "struct") {
    if (!Arrow.isStruct(arrow) || children.length !== type.fields.length)
      throw mismatch(path, type, arrow);
    for (const [index, field] of type.fields.entries())
      checkType(field.dataType, children[index] as ArrowType, `${path}.${field.name}`);
  } else if (!matches(type, arrow)) {
    throw mismatch(path, type, arrow);
  }
}

/** The parts of an Arrow field that the check reads. */
export interface ArrowField {
  /** apache-arrow returns null for an empty name. */
  readonly name: string | null;
  readonly type: ArrowType;
}

/**
 * Checks that a stream's columns have the number, names and types of Spark's schema.
 *
 * @throws {DecodeError} a column differs; the message names the first one
 */
export function checkSchema(schema: StructType, fields: readonly ArrowField[]): void {
  if (fields.length !== schema.fields.length)
    throw new DecodeError(
      "SCHEMA_MISMATCH",
      `The schema has ${schema.fields.length} columns, but ${fields.length} arrived.`,
      { column: "*", arrowType: "struct" },
    );
  for (const [index, { name, dataType }] of schema.fields.entries()) {
    const field = fields[index];
    if (field === undefined || (field.name ?? "") !== name)
      throw new DecodeError(
        "SCHEMA_MISMATCH",
        `Column ${name} was expected at position ${index}, but ${field?.name ?? ""} arrived.`,
        { column: name, arrowType: field === undefined ? "none" : arrowName(field.type) },
      );
    checkType(dataType, field.type, name);
  }
}
