import { create } from "@bufbuild/protobuf";
import { ArgumentError } from "../errors.js";
import {
  Expression_Literal_DecimalSchema,
  Expression_LiteralSchema,
  ExpressionSchema,
  type Expression,
  type Expression_Literal,
} from "../gen/spark/connect/expressions_pb.js";
import { DataTypeSchema } from "../gen/spark/connect/types_pb.js";
import { Timestamp } from "../types/timestamp.js";

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
          `${value} does not fit a 64-bit integer; write it as a string cast to DECIMAL.`,
        );
      }
      return { case: "long", value };
    case "number":
      return numberLiteral(value);
    case "object":
      return objectLiteral(value);
    default:
      throw new ArgumentError("literal", `A ${typeof value} cannot be a literal in an expression.`);
  }
}

/** Like PySpark's int and float: an integer that fits 32 bits is INT, a larger safe one BIGINT. */
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
  if (value instanceof Timestamp) return { case: "timestamp", value: value.epochMicros };
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) {
      throw new ArgumentError("literal", "An invalid Date cannot be a literal.");
    }
    return { case: "timestamp", value: BigInt(value.getTime()) * 1000n };
  }
  if (value instanceof Uint8Array) return { case: "binary", value };
  throw new ArgumentError(
    "literal",
    `A value of class ${value.constructor.name} cannot be a literal; build it with SQL functions or cast a string.`,
  );
}

/** Something that stands for an expression, as a Column does. */
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

/** A literal as the wire has it. */
export function literalMessage(value: unknown): Expression_Literal {
  return create(Expression_LiteralSchema, { literalType: literalType(value) });
}

/** A DECIMAL literal of these digits. */
export function decimalLiteral(value: string, precision: number, scale: number): Expression {
  const literalType: LiteralType = {
    case: "decimal",
    value: create(Expression_Literal_DecimalSchema, { value, precision, scale }),
  };
  return create(ExpressionSchema, {
    exprType: { case: "literal", value: create(Expression_LiteralSchema, { literalType }) },
  });
}

/**
 * A value as an expression: numbers become INT, BIGINT or DOUBLE by their value, bigint BIGINT, Date
 * TIMESTAMP, Uint8Array BINARY, an array the SQL function `array` of its elements.
 *
 * @throws {ArgumentError} the value has no literal form
 */
export function literal(value: unknown): Expression {
  if (Array.isArray(value)) {
    return create(ExpressionSchema, {
      exprType: {
        case: "unresolvedFunction",
        value: { functionName: "array", arguments: value.map(expressionOf) },
      },
    });
  }
  return create(ExpressionSchema, {
    exprType: { case: "literal", value: literalMessage(value) },
  });
}
