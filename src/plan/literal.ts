import { create } from "@bufbuild/protobuf";
import { ArgumentError } from "../errors.js";
import {
  Expression_LiteralSchema,
  ExpressionSchema,
  type Expression,
  type Expression_Literal,
} from "../gen/spark/connect/expressions_pb.js";
import { DataTypeSchema } from "../gen/spark/connect/types_pb.js";
import { CalendarInterval } from "../types/calendar-interval.js";
import { typedArrayType } from "../types/typed-array-type.js";
import * as types from "../types/data-type.js";
import type { DataType } from "../types/data-type.js";
import { DayTimeInterval } from "../types/day-time-interval.js";
import { isTemporal } from "../types/exact-values.js";
import {
  fitsDayTime,
  fitsYearMonth,
  hasFinerPart,
  INTERVAL_DECIMAL,
  intervalDecimalText,
} from "../types/interval-parts.js";
import { isPlainObject } from "../types/plain-object.js";
import { Timestamp } from "../types/timestamp.js";
import { YearMonthInterval } from "../types/year-month-interval.js";
import { cast } from "./expression.js";
import { RelationHolder } from "./subquery.js";
import { typedLiteralMessage } from "./typed-literal.js";

const INT_MIN = -2_147_483_648;
const INT_MAX = 2_147_483_647;
const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;

type LiteralType = NonNullable<Expression_Literal["literalType"]>;

function literalType(value: unknown): LiteralType {
  switch (typeof value) {
    case "boolean":
      return { case: "boolean", value };
    case "string":
      return { case: "string", value };
    case "bigint":
      if (value < LONG_MIN || value > LONG_MAX) {
        throw new ArgumentError(
          "literal",
          `${value} does not fit a 64-bit integer. Write it as a string and cast that to DECIMAL.`,
        );
      }
      return { case: "long", value };
    case "number":
      return numberLiteral(value);
    case "object":
      return objectLiteral(value);
    default:
      throw new ArgumentError(
        "literal",
        value === undefined
          ? "undefined cannot be a literal. Write null for SQL's NULL."
          : `A ${typeof value} cannot be a literal in an expression.`,
      );
  }
}

/** Follows PySpark: an integer of at most 32 bits becomes INT, a larger safe integer BIGINT, any other DOUBLE. */
function numberLiteral(value: number): LiteralType {
  if (Number.isInteger(value) && !Object.is(value, -0)) {
    if (value >= INT_MIN && value <= INT_MAX) return { case: "integer", value };
    if (Number.isSafeInteger(value)) return { case: "long", value: BigInt(value) };
  }
  return { case: "double", value };
}

function objectLiteral(value: object | null): LiteralType {
  if (value === null) {
    return { case: "null", value: create(DataTypeSchema, { kind: { case: "null", value: {} } }) };
  }
  if (value instanceof Timestamp)
    return typedLiteralMessage(
      value,
      value.nanosOfMicro === 0 ? types.TimestampType() : types.TimestampLTZNanosType(),
    ).literalType;
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) {
      throw new ArgumentError("literal", "An invalid Date cannot be a literal.");
    }
    return { case: "timestamp", value: BigInt(value.getTime()) * 1000n };
  }
  if (value instanceof Uint8Array) return { case: "binary", value };
  const type = literalClassType(value);
  if (type !== undefined) return typedLiteralMessage(value, type).literalType;
  const hint =
    value instanceof Promise
      ? "Write await before it."
      : value instanceof RelationHolder
        ? "Call createOrReplaceTempView() on the DataFrame and use the view's name in SQL, or scalar() for its single value."
        : "Build the value with SQL functions, or cast a string.";
  throw new ArgumentError(
    "literal",
    `A value of class ${value.constructor.name} cannot be a literal. ${hint}`,
  );
}

/** The Spark type of an object, if its class has exactly one. */
function literalClassType(value: object): DataType | undefined {
  if (value instanceof YearMonthInterval)
    return types.YearMonthIntervalType(value.startField, value.endField);
  if (value instanceof DayTimeInterval)
    return types.DayTimeIntervalType(value.startField, value.endField);
  if (value instanceof CalendarInterval) return types.CalendarIntervalType();
  if (isTemporal(value, "PlainDate")) return types.DateType();
  if (isTemporal(value, "PlainTime")) return types.TimeType();
  if (isTemporal(value, "PlainDateTime")) return types.TimestampNTZType();
  return isTemporal(value, "Instant") ? types.TimestampType() : undefined;
}

/** An object that represents an expression, such as a Column. */
export abstract class ExpressionHolder {
  readonly #expression: Expression;

  /** @internal Use col(), lit(), expr() … */
  constructor(expression: Expression) {
    this.#expression = expression;
  }

  /** @internal */
  get expression(): Expression {
    return this.#expression;
  }
}

/** A Column's own expression, or the value as a literal. */
export function expressionOf(value: unknown): Expression {
  return value instanceof ExpressionHolder ? value.expression : literal(value);
}

/** A literal as a message. */
export function literalMessage(value: unknown): Expression_Literal {
  const type = value instanceof Object ? literalClassType(value) : undefined;
  if (type !== undefined) return typedLiteralMessage(value, type);
  return create(Expression_LiteralSchema, { literalType: literalType(value) });
}

/** Spark Connect reads about 500 nested expressions, so a deeper literal cannot work. */
const MAX_DEPTH = 500;

function functionOf(functionName: string, args: readonly unknown[], depth: number): Expression {
  if (depth > MAX_DEPTH)
    throw new ArgumentError(
      "literal",
      `The value is nested more than ${MAX_DEPTH} levels deep, or contains itself, so it cannot be a literal.`,
    );
  // Unlike map(), from() also visits the holes of a sparse array, so that they are refused.
  const expressions = Array.from(args, (arg) =>
    arg instanceof ExpressionHolder ? arg.expression : untypedLiteral(arg, depth + 1),
  );
  return create(ExpressionSchema, {
    exprType: { case: "unresolvedFunction", value: { functionName, arguments: expressions } },
  });
}

/**
 * A value as an expression. A number becomes INT, BIGINT or DOUBLE, depending on its value; a bigint BIGINT, a
 * Date TIMESTAMP, a Uint8Array BINARY. Interval and Temporal objects become literals of their own types. An array
 * becomes a call of the SQL function `array`, a Map of `map`, a plain object of `named_struct`.
 *
 * @param type the literal's type, where the value does not determine it; see `typedLiteralMessage`
 * @throws {ArgumentError} the value has no literal form, or does not fit the type
 */
export function literal(value: unknown, type?: DataType): Expression {
  if (type === undefined) return untypedLiteral(value, 0);
  return intervalWithFinerPart(value, type) ?? literalExpression(typedLiteralMessage(value, type));
}

/** An interval with a part finer than its type. Spark cuts that part from a literal, but not from a cast. */
function intervalWithFinerPart(value: unknown, type: DataType): Expression | undefined {
  const isInterval =
    (type.kind === "day_time_interval" && fitsDayTime(value, type)) ||
    (type.kind === "year_month_interval" && fitsYearMonth(value, type));
  if (!isInterval || !hasFinerPart(value, type)) return undefined;
  const number = typedLiteralMessage(intervalDecimalText(value, type), INTERVAL_DECIMAL);
  return cast(literalExpression(number), type, "default");
}

function untypedLiteral(value: unknown, depth: number): Expression {
  if (Array.isArray(value)) return functionOf("array", value, depth);
  // A Uint8Array is BINARY.
  const elementType = value instanceof Uint8Array ? undefined : typedArrayType(value);
  if (elementType !== undefined)
    return literalExpression(typedLiteralMessage(value, types.ArrayType(elementType)));
  if (value instanceof Map)
    return functionOf(
      "map",
      [...(value as Map<unknown, unknown>)].flatMap((entry) => entry),
      depth,
    );
  if (isPlainObject(value))
    return functionOf(
      "named_struct",
      Object.entries(value).flatMap((entry) => entry),
      depth,
    );
  const type = value instanceof Object ? literalClassType(value) : undefined;
  return type === undefined ? literalExpression(literalMessage(value)) : literal(value, type);
}

function literalExpression(message: Expression_Literal): Expression {
  return create(ExpressionSchema, { exprType: { case: "literal", value: message } });
}
