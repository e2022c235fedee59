import { create } from "@bufbuild/protobuf";
import { ArgumentError } from "../errors.js";
import {
  Expression_LiteralSchema,
  type Expression_Literal,
} from "../gen/spark/connect/expressions_pb.js";
import { CalendarInterval } from "../types/calendar-interval.js";
import { parseDate, parseDateTime, parseTime } from "../types/calendar.js";
import type { DataType } from "../types/data-type.js";
import { simpleString } from "../types/ddl.js";
import { exactInteger, exactNanos, isoText, unscaledDecimal } from "../types/exact-values.js";
import { fitsDayTime, fitsYearMonth, hasFinerPart } from "../types/interval-parts.js";
import type { StructType } from "../types/struct-type.js";
import { Timestamp } from "../types/timestamp.js";
import { wireType } from "./wire-type.js";

type LiteralType = NonNullable<Expression_Literal["literalType"]>;

const MILLIS_PER_DAY = 86_400_000;
const INTEGER_BITS = { byte: 8, short: 16, integer: 32 } as const;
/** Spark cuts the part of an interval literal that is finer than the type's fields. */
const CUT =
  ": it has a part that is finer than the type, which Spark cuts inside typed arrays, maps and structs. Build those with array(), map() and struct()";

/** Values may be private, so the message names only their kind. */
function misfit(value: unknown, type: DataType, hint = ""): ArgumentError {
  const kind = value instanceof Object ? value.constructor.name : typeof value;
  return new ArgumentError("literal", `A ${kind} does not fit ${simpleString(type)}${hint}.`);
}

function parsed<T>(value: unknown, type: DataType, hint: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw misfit(value, type, hint);
  }
}

function integerLiteral(
  value: unknown,
  type: DataType,
  kind: keyof typeof INTEGER_BITS,
): LiteralType {
  const exact = exactInteger(value);
  if (exact === undefined || BigInt.asIntN(INTEGER_BITS[kind], exact) !== exact)
    throw misfit(value, type);
  return { case: kind, value: Number(exact) };
}

function dateDays(value: unknown, type: DataType): number {
  const hint = ": pass text YYYY-MM-DD or a Date at midnight UTC";
  const text = isoText(value, "PlainDate");
  if (text !== undefined) return parsed(value, type, hint, () => parseDate(text));
  const days = value instanceof Date ? value.getTime() / MILLIS_PER_DAY : NaN;
  if ((days | 0) !== days) throw misfit(value, type, hint);
  return days;
}

/** Spark reads literals in the old calendar, which skipped these days, and would change them to the 15th. */
function literalDays(value: unknown, type: DataType): number {
  const days = dateDays(value, type);
  if (days >= parseDate("1582-10-05") && days <= parseDate("1582-10-14"))
    throw misfit(
      value,
      type,
      ": Spark changes literals between 1582-10-05 and 1582-10-14, so cast text instead",
    );
  return days;
}

function timestampMicros(value: unknown, type: DataType): bigint {
  const hint = ": pass a Date, a Timestamp or ISO text with a zone";
  if (value instanceof Timestamp && value.nanosOfMicro === 0) return value.epochMicros;
  if (value instanceof Timestamp)
    throw misfit(value, type, ": it has nanoseconds, which this type cannot hold");
  if (value instanceof Date && !Number.isNaN(value.getTime()))
    return BigInt(value.getTime()) * 1000n;
  const text = isoText(value, "Instant");
  if (text === undefined) throw misfit(value, type, hint);
  const { micros, hasZone } = parsed(value, type, hint, () => parseDateTime(text));
  if (!hasZone || BigInt.asIntN(64, micros) !== micros) throw misfit(value, type, hint);
  return micros;
}

function ntzMicros(value: unknown, type: DataType): bigint {
  const hint = ": pass ISO text without a zone, since a Date is a moment in time";
  const text = isoText(value, "PlainDateTime");
  if (text === undefined) throw misfit(value, type, hint);
  const { micros, hasZone } = parsed(value, type, hint, () => parseDateTime(text));
  if (hasZone || BigInt.asIntN(64, micros) !== micros) throw misfit(value, type, hint);
  return micros;
}

function timeLiteral(value: unknown, type: DataType & { kind: "time" }): LiteralType {
  const hint = `: pass text HH:MM:SS with at most ${type.precision} fraction digits`;
  const text = isoText(value, "PlainTime");
  if (text === undefined) throw misfit(value, type, hint);
  const nanos = parsed(value, type, hint, () => parseTime(text));
  if (nanos % 10 ** (9 - type.precision) !== 0) throw misfit(value, type, hint);
  return {
    case: "time",
    value: {
      $typeName: "spark.connect.Expression.Literal.Time",
      nano: BigInt(nanos),
      precision: type.precision,
    },
  };
}

function nanosLiteral(
  value: unknown,
  type: DataType & { kind: "timestamp_ntz_nanos" | "timestamp_ltz_nanos" },
): LiteralType {
  const { kind, precision } = type;
  const nanos = exactNanos(value, precision, kind === "timestamp_ltz_nanos");
  if (nanos === undefined)
    throw misfit(
      value,
      type,
      `: pass a Date, a Timestamp or ISO text with at most ${precision} fraction digits`,
    );
  const epochMicros = BigInt.asIntN(64, (nanos - (((nanos % 1000n) + 1000n) % 1000n)) / 1000n);
  const parts = { epochMicros, nanosWithinMicro: Number(nanos - epochMicros * 1000n), precision };
  return kind === "timestamp_ltz_nanos"
    ? {
        case: "timestampLtzNanos",
        value: { $typeName: "spark.connect.Expression.Literal.TimestampLTZNanos", ...parts },
      }
    : {
        case: "timestampNtzNanos",
        value: { $typeName: "spark.connect.Expression.Literal.TimestampNTZNanos", ...parts },
      };
}

function decimalLiteral(value: unknown, type: DataType & { kind: "decimal" }): LiteralType {
  const { precision, scale } = type;
  const text =
    typeof value === "string" || typeof value === "number" || typeof value === "bigint"
      ? String(value)
      : "";
  const unscaled = unscaledDecimal(text, scale);
  const limit = 10n ** BigInt(precision);
  if (unscaled === undefined || unscaled >= limit || unscaled <= -limit) throw misfit(value, type);
  return {
    case: "decimal",
    value: {
      $typeName: "spark.connect.Expression.Literal.Decimal",
      // With an exponent the server keeps exactly this scale, including trailing zeros.
      value: scale === 0 ? String(unscaled) : `${unscaled}E-${scale}`,
      precision,
      scale,
    },
  };
}

function floatingLiteral(value: unknown, type: DataType, kind: "float" | "double"): LiteralType {
  const number = typeof value === "bigint" ? Number(value) : value;
  if (typeof number !== "number" || (typeof value === "bigint" && BigInt(number) !== value))
    throw misfit(value, type);
  if (kind === "float" && Number.isFinite(number) && !Number.isFinite(Math.fround(number)))
    throw misfit(value, type, ": it is out of range");
  return { case: kind, value: number };
}

function textLiteral(value: unknown, type: DataType, maxLength = Infinity): LiteralType {
  if (typeof value !== "string" || !value.isWellFormed()) throw misfit(value, type);
  if (value.length > maxLength && Array.from(value).length > maxLength)
    throw misfit(value, type, ": it is too long");
  return { case: "string", value };
}

function arrayLiteral(value: unknown, type: DataType & { kind: "array" }): LiteralType {
  const isList =
    Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  if (!isList) throw misfit(value, type, ": pass an array");
  const elements = Array.from(value as ArrayLike<unknown>, (element) => {
    if (isMissing(element) && !type.containsNull) throw misfit(element, type.elementType);
    return typedLiteralMessage(element, type.elementType);
  });
  return {
    case: "array",
    value: {
      $typeName: "spark.connect.Expression.Literal.Array",
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- Spark 4.0 reads only this form
      elementType: wireType(type.elementType),
      elements,
    },
  };
}

function mapLiteral(value: unknown, type: DataType & { kind: "map" }): LiteralType {
  if (!(value instanceof Map)) throw misfit(value, type, ": pass a Map");
  const entries = [...(value as Map<unknown, unknown>)];
  for (const [key, item] of entries) {
    if (isMissing(key)) throw misfit(key, type.keyType);
    if (isMissing(item) && !type.valueContainsNull) throw misfit(item, type.valueType);
  }
  return {
    case: "map",
    value: {
      $typeName: "spark.connect.Expression.Literal.Map",
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- as above
      keyType: wireType(type.keyType),
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- as above
      valueType: wireType(type.valueType),
      keys: entries.map(([key]) => typedLiteralMessage(key, type.keyType)),
      values: entries.map(([, item]) => typedLiteralMessage(item, type.valueType)),
    },
  };
}

function structLiteral(value: unknown, type: StructType): LiteralType {
  const { fields } = type;
  const hint = `: pass an object, or an array of ${fields.length} values`;
  if (
    typeof value !== "object" ||
    value === null ||
    value instanceof Map ||
    ArrayBuffer.isView(value)
  )
    throw misfit(value, type, hint);
  if (Array.isArray(value) && value.length !== fields.length) throw misfit(value, type, hint);
  const elements = fields.map(({ name, dataType, nullable }, index) => {
    const key = Array.isArray(value) ? index : name;
    const item = Object.hasOwn(value, key)
      ? (value as Readonly<Record<string | number, unknown>>)[key]
      : undefined;
    if (isMissing(item) && !nullable) throw misfit(item, dataType, ` of the field ${name}`);
    return typedLiteralMessage(item, dataType);
  });
  return {
    case: "struct",
    value: {
      $typeName: "spark.connect.Expression.Literal.Struct",
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- as above
      structType: wireType(type),
      elements,
    },
  };
}

function isMissing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function literalTypeOf(value: unknown, type: DataType): LiteralType {
  switch (type.kind) {
    case "boolean":
      if (typeof value !== "boolean") throw misfit(value, type);
      return { case: "boolean", value };
    case "byte":
    case "short":
    case "integer":
      return integerLiteral(value, type, type.kind);
    case "long": {
      const exact = exactInteger(value);
      if (exact === undefined || BigInt.asIntN(64, exact) !== exact) throw misfit(value, type);
      return { case: "long", value: exact };
    }
    case "float":
    case "double":
      return floatingLiteral(value, type, type.kind);
    case "decimal":
      return decimalLiteral(value, type);
    case "string":
      return textLiteral(value, type);
    case "char":
    case "varchar":
      return textLiteral(value, type, type.length);
    case "binary":
      if (!(value instanceof Uint8Array)) throw misfit(value, type, ": pass a Uint8Array");
      return { case: "binary", value };
    case "date":
      return { case: "date", value: literalDays(value, type) };
    case "time":
      return timeLiteral(value, type);
    case "timestamp":
      return { case: "timestamp", value: timestampMicros(value, type) };
    case "timestamp_ntz":
      return { case: "timestampNtz", value: ntzMicros(value, type) };
    case "timestamp_ntz_nanos":
    case "timestamp_ltz_nanos":
      return nanosLiteral(value, type);
    case "year_month_interval":
      if (!fitsYearMonth(value, type))
        throw misfit(value, type, ": pass a YearMonthInterval without finer fields");
      if (hasFinerPart(value, type)) throw misfit(value, type, CUT);
      return { case: "yearMonthInterval", value: value.months };
    case "day_time_interval":
      if (!fitsDayTime(value, type))
        throw misfit(value, type, ": pass a DayTimeInterval without finer fields");
      if (hasFinerPart(value, type)) throw misfit(value, type, CUT);
      return { case: "dayTimeInterval", value: value.micros };
    case "calendar_interval":
      if (!(value instanceof CalendarInterval)) throw misfit(value, type);
      return {
        case: "calendarInterval",
        value: {
          $typeName: "spark.connect.Expression.Literal.CalendarInterval",
          months: value.months,
          days: value.days,
          microseconds: value.micros,
        },
      };
    case "array":
      return arrayLiteral(value, type);
    case "map":
      return mapLiteral(value, type);
    case "struct":
      return structLiteral(value, type);
    default:
      throw misfit(
        value,
        type,
        ": this type has no literals, so build the value with SQL functions",
      );
  }
}

/** Whether a literal's value alone does not determine this type, so that the message must contain the type. */
function needsTypeBeside(type: DataType): boolean {
  switch (type.kind) {
    case "string":
      return type.collation !== "UTF8_BINARY";
    case "year_month_interval":
      return type.startField !== "year" || type.endField !== "month";
    case "day_time_interval":
      return type.startField !== "day" || type.endField !== "second";
    default:
      return false;
  }
}

/**
 * A value as a literal of exactly this type. Accepts the forms that collect() returns and createDataFrame() accepts.
 *
 * @throws {ArgumentError} the value does not fit the type, or the type has no literals
 */
export function typedLiteralMessage(value: unknown, type: DataType): Expression_Literal {
  if (isMissing(value))
    return create(Expression_LiteralSchema, {
      literalType: { case: "null", value: wireType(type) },
    });
  return create(Expression_LiteralSchema, {
    literalType: literalTypeOf(value, type),
    ...(needsTypeBeside(type) && { dataType: wireType(type) }),
  });
}
