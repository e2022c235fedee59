// Writes literals as SQL text with the same value and type.

import { ArgumentError } from "../errors.js";
import {
  Expression_Cast_EvalMode as EvalMode,
  type Expression,
  type Expression_Cast,
  type Expression_Literal,
  type Expression_Literal_Decimal,
  type Expression_UnresolvedFunction,
} from "../gen/spark/connect/expressions_pb.js";
import type { DataType as WireDataType } from "../gen/spark/connect/types_pb.js";
import { CalendarInterval } from "../types/calendar-interval.js";
import { dateText, dateTimeText, nanosDateTimeText, timeText } from "../types/calendar.js";
import { DayTimeInterval } from "../types/day-time-interval.js";
import { sqlString } from "../types/ddl.js";
import { YearMonthInterval } from "../types/year-month-interval.js";
import { dataTypeOf } from "./schema.js";

/**
 * How to write texts with quotes or backslashes. `escaped` is a string literal with backslashes, for a session
 * with `spark.sql.parser.escapedStringLiterals` false, the default. `hex` is a cast of bytes: it gives the same
 * text under every setting, but it is an expression, which some places in SQL do not accept.
 */
export type StringForm = "escaped" | "hex";

/** The functions that Spark accepts in arguments when it binds them itself. */
const CONSTRUCTORS: ReadonlySet<string> = new Set([
  "array",
  "map",
  "map_from_arrays",
  "map_from_entries",
  "named_struct",
  "struct",
]);
/** A type that is a plain name, such as `DECIMAL(10, 2)`. */
const PLAIN_TYPE = /^[a-z_]+( [a-z_]+)*(\s*\(\s*\d+\s*(,\s*\d+\s*)?\))?$/i;

/**
 * A literal, or a constructor or cast of literals, as SQL text.
 *
 * @param argument the argument that holds the expression, for the error
 * @throws {ArgumentError} the expression is something else, such as a column
 */
export function expressionSql(
  argument: string,
  { exprType }: Expression,
  form: StringForm,
): string {
  switch (exprType.case) {
    case "literal":
      return literalSql(argument, exprType.value, form);
    case "unresolvedFunction":
      return constructorSql(argument, exprType.value, form);
    case "cast":
      return castSql(argument, exprType.value, form);
    default:
      throw noSqlForm(argument, "this Column is not a literal");
  }
}

function noSqlForm(argument: string, what: string): ArgumentError {
  return new ArgumentError(
    argument,
    `${argument} cannot be written as a value in SQL text: ${what}. Give a plain value, lit(), or array(), map() and struct() of them, and write the rest of the expression in the SQL text.`,
  );
}

function constructorSql(
  argument: string,
  call: Expression_UnresolvedFunction,
  form: StringForm,
): string {
  const name = call.functionName.toLowerCase();
  if (!CONSTRUCTORS.has(name) || call.isDistinct)
    throw noSqlForm(argument, `this Column calls ${call.functionName}()`);
  return `${name}(${call.arguments.map((part) => expressionSql(argument, part, form)).join(", ")})`;
}

function castSql(
  argument: string,
  { expr, castToType, evalMode }: Expression_Cast,
  form: StringForm,
): string {
  const type =
    castToType.case === "type"
      ? typeSql(castToType.value)
      : castToType.case === "typeStr" && PLAIN_TYPE.test(castToType.value)
        ? castToType.value
        : undefined;
  if (expr === undefined || type === undefined)
    throw noSqlForm(argument, "this Column casts to a type that is not a plain name");
  const name = evalMode === EvalMode.TRY ? "TRY_CAST" : "CAST";
  return `${name}(${expressionSql(argument, expr, form)} AS ${type})`;
}

function typeSql(type: WireDataType | undefined): string {
  return sqlString(dataTypeOf(type));
}

function literalSql(
  argument: string,
  { literalType, dataType }: Expression_Literal,
  form: StringForm,
): string {
  switch (literalType.case) {
    case "null":
      return literalType.value.kind.case === "null"
        ? "NULL"
        : `CAST(NULL AS ${typeSql(literalType.value)})`;
    case "boolean":
      return literalType.value ? "TRUE" : "FALSE";
    case "byte":
      return `${literalType.value}Y`;
    case "short":
      return `${literalType.value}S`;
    case "integer":
      return String(literalType.value);
    case "long":
      return `${literalType.value}L`;
    case "float":
      return `CAST('${floatText(literalType.value)}' AS FLOAT)`;
    case "double":
      return doubleSql(literalType.value);
    case "decimal":
      return decimalSql(argument, literalType.value);
    case "string": {
      const text = textSql(argument, literalType.value, form);
      return dataType === undefined ? text : `CAST(${text} AS ${typeSql(dataType)})`;
    }
    case "binary":
      return `X'${hex(literalType.value)}'`;
    case "date":
      return `DATE '${dateText(literalType.value)}'`;
    case "timestamp":
      return `TIMESTAMP_LTZ '${microsText(literalType.value)}Z'`;
    case "timestampNtz":
      return `TIMESTAMP_NTZ '${microsText(literalType.value)}'`;
    case "timestampLtzNanos":
    case "timestampNtzNanos": {
      const { epochMicros, nanosWithinMicro, precision } = literalType.value;
      const text = nanosDateTimeText(epochMicros * 1000n + BigInt(nanosWithinMicro));
      return literalType.case === "timestampLtzNanos"
        ? `CAST('${text}Z' AS TIMESTAMP_LTZ(${precision}))`
        : `CAST('${text}' AS TIMESTAMP_NTZ(${precision}))`;
    }
    case "time": {
      const precision = literalType.value.precision ?? 6;
      const text = timeText(Number(literalType.value.nano));
      if (precision === 6) return `TIME '${text}'`;
      return `CAST(${precision < 6 ? "TIME " : ""}'${text}' AS TIME(${precision}))`;
    }
    case "yearMonthInterval": {
      const type = dataType === undefined ? undefined : dataTypeOf(dataType);
      const fields =
        type?.kind === "year_month_interval" ? ([type.startField, type.endField] as const) : [];
      return new YearMonthInterval(literalType.value, ...fields).toString();
    }
    case "dayTimeInterval": {
      const type = dataType === undefined ? undefined : dataTypeOf(dataType);
      const fields =
        type?.kind === "day_time_interval" ? ([type.startField, type.endField] as const) : [];
      return new DayTimeInterval(literalType.value, ...fields).toString();
    }
    case "calendarInterval": {
      const { months, days, microseconds } = literalType.value;
      return `CAST('${new CalendarInterval(months, days, microseconds).toString()}' AS INTERVAL)`;
    }
    case "array":
    case "map":
    case "struct":
      return nestedSql(argument, literalType, dataType, form);
    default:
      throw noSqlForm(
        argument,
        `a literal of the kind ${literalType.case ?? "unknown"} has no SQL form`,
      );
  }
}

type NestedLiteral = Extract<
  Expression_Literal["literalType"],
  { case: "array" | "map" | "struct" }
>;

function nestedSql(
  argument: string,
  literal: NestedLiteral,
  dataType: WireDataType | undefined,
  form: StringForm,
): string {
  switch (literal.case) {
    case "array": {
      const { elements } = literal.value;
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- typed literals have this form
      const { elementType } = literal.value;
      // A function without arguments cannot determine the type of the elements.
      return elements.length > 0
        ? callSql("array", elements, argument, form)
        : `CAST(array() AS ARRAY<${typeSql(elementType)}>)`;
    }
    case "map": {
      const { keys, values } = literal.value;
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- as above
      const { keyType, valueType } = literal.value;
      const entries = keys.flatMap((key, index) => [key, ...values.slice(index, index + 1)]);
      return keys.length > 0
        ? callSql("map", entries, argument, form)
        : `CAST(map() AS MAP<${typeSql(keyType)}, ${typeSql(valueType)}>)`;
    }
    case "struct": {
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- as above
      const { elements, structType } = literal.value;
      const type = dataTypeOf(structType ?? dataType);
      const names = type.kind === "struct" ? type.fields.map(({ name }) => name) : [];
      const parts = elements.flatMap((element, index) => [
        textSql(argument, names[index] ?? `col${index + 1}`, form),
        literalSql(argument, element, form),
      ]);
      return parts.length === 0 ? "struct()" : `named_struct(${parts.join(", ")})`;
    }
  }
}

function callSql(
  name: string,
  parts: readonly Expression_Literal[],
  argument: string,
  form: StringForm,
): string {
  return `${name}(${parts.map((part) => literalSql(argument, part, form)).join(", ")})`;
}

function doubleSql(value: number): string {
  if (!Number.isFinite(value)) return `CAST('${value}' AS DOUBLE)`;
  return Object.is(value, -0) ? "-0.0D" : `${value}D`;
}

/** The shortest text that is this FLOAT, as Spark prints it. */
function floatText(value: number): string {
  const float = Math.fround(value);
  if (!Number.isFinite(float)) return String(float);
  if (float === 0) return Object.is(float, -0) ? "-0.0" : "0.0";
  for (let digits = 1; digits < 9; digits += 1) {
    const text = float.toPrecision(digits);
    if (Math.fround(Number(text)) === float) return text;
  }
  return float.toPrecision(9);
}

function decimalSql(
  argument: string,
  { value, precision, scale }: Expression_Literal_Decimal,
): string {
  const match = /^(-?)(\d+)(?:E-(\d+))?$/.exec(value);
  if (match === null) throw noSqlForm(argument, "its DECIMAL has an unknown form");
  const [, sign = "", digits = "", places = "0"] = match;
  const padded = digits.padStart(Number(places) + 1, "0");
  const whole = padded.slice(0, padded.length - Number(places));
  const fraction = padded.slice(padded.length - Number(places));
  const text = `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}BD`;
  // The type that Spark infers from the text.
  const significant = digits.replace(/^0+(?=\d)/, "").length;
  const isOwnType =
    (precision ?? 0) === Math.max(significant, Number(places)) && scale === Number(places);
  return precision === undefined || scale === undefined || isOwnType
    ? text
    : `CAST(${text} AS DECIMAL(${precision},${scale}))`;
}

function microsText(epochMicros: bigint): string {
  const micros = ((epochMicros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return dateTimeText(Number((epochMicros - micros) / 1_000_000n), Number(micros)).replace(
    "T",
    " ",
  );
}

/**
 * A text as SQL. No value can end its literal early, because Spark finds the end of a literal in the same way
 * under all settings.
 *
 * @throws {ArgumentError} the text contains an unpaired surrogate
 */
export function textSql(argument: string, text: string, form: StringForm): string {
  if (!text.isWellFormed()) {
    throw new ArgumentError(
      argument,
      `${argument} contains an unpaired surrogate. Use toWellFormed().`,
    );
  }
  // Spark replaces ${…} in SQL text before it parses the text.
  if (/^[^'\\]*$/.test(text) && !text.includes("${")) return `'${text}'`;
  if (form === "hex") return `CAST(X'${hex(Buffer.from(text, "utf8"))}' AS STRING)`;
  return `'${text.replace(/['\\]/g, "\\$&").replaceAll("${", "$\\{")}'`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex").toUpperCase();
}
