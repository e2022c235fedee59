import { ArgumentError } from "../errors.js";
import {
  alias,
  call,
  cast,
  columnReference,
  extract,
  sortOrder,
  type Expression,
} from "../plan/expression.js";
import { ExpressionHolder, expressionOf } from "../plan/literal.js";
import type { DataType } from "../types/data-type.js";
import { simpleString } from "../types/ddl.js";

/** A column, or the name of one. */
export type ColumnOrName = Column | string;

/**
 * An expression over a DataFrame's columns. Immutable; nothing is computed here. Made by col(), lit(),
 * expr() and the other functions of sparktide/functions.
 */
export class Column extends ExpressionHolder {
  /** Equal; null when either side is null. A plain value stands for itself. */
  eq(other: unknown): Column {
    return this.#binary("==", other);
  }
  /** Not equal; null when either side is null. */
  neq(other: unknown): Column {
    return this.eq(other).not();
  }
  /** Equal, where two nulls are equal: SQL's `<=>`. */
  eqNullSafe(other: unknown): Column {
    return this.#binary("<=>", other);
  }
  gt(other: unknown): Column {
    return this.#binary(">", other);
  }
  geq(other: unknown): Column {
    return this.#binary(">=", other);
  }
  lt(other: unknown): Column {
    return this.#binary("<", other);
  }
  leq(other: unknown): Column {
    return this.#binary("<=", other);
  }
  /** From `lower` to `upper`, both included. */
  between(lower: unknown, upper: unknown): Column {
    return this.geq(lower).and(this.leq(upper));
  }
  and(other: unknown): Column {
    return this.#binary("and", other);
  }
  or(other: unknown): Column {
    return this.#binary("or", other);
  }
  not(): Column {
    return this.#unary("not");
  }
  plus(other: unknown): Column {
    return this.#binary("+", other);
  }
  minus(other: unknown): Column {
    return this.#binary("-", other);
  }
  multiply(other: unknown): Column {
    return this.#binary("*", other);
  }
  divide(other: unknown): Column {
    return this.#binary("/", other);
  }
  mod(other: unknown): Column {
    return this.#binary("%", other);
  }
  negate(): Column {
    return this.#unary("negative");
  }
  bitwiseAND(other: unknown): Column {
    return this.#binary("&", other);
  }
  bitwiseOR(other: unknown): Column {
    return this.#binary("|", other);
  }
  bitwiseXOR(other: unknown): Column {
    return this.#binary("^", other);
  }
  isNull(): Column {
    return this.#unary("isNull");
  }
  isNotNull(): Column {
    return this.#unary("isNotNull");
  }
  isNaN(): Column {
    return this.#unary("isNaN");
  }
  /** SQL's LIKE, with `%` and `_`. */
  like(pattern: string): Column {
    return this.#binary("like", pattern);
  }
  /** LIKE without regard to case. */
  ilike(pattern: string): Column {
    return this.#binary("ilike", pattern);
  }
  /** Contains a match of the Java regular expression. */
  rlike(pattern: string): Column {
    return this.#binary("rlike", pattern);
  }
  contains(other: unknown): Column {
    return this.#binary("contains", other);
  }
  startswith(other: unknown): Column {
    return this.#binary("startsWith", other);
  }
  endswith(other: unknown): Column {
    return this.#binary("endsWith", other);
  }
  /** `length` characters from `start`, which counts from 1. */
  substr(start: unknown, length: unknown): Column {
    return this.#call("substr", start, length);
  }
  /** Equal to one of the values, given one by one or as one array. */
  isin(...values: readonly unknown[]): Column {
    const [first] = values;
    const list: readonly unknown[] = values.length === 1 && Array.isArray(first) ? first : values;
    return this.#call("in", ...list);
  }
  /** An element by position (from 0) or key. */
  getItem(key: unknown): Column {
    return new Column(extract(this.expression, expressionOf(key)));
  }
  /** A field of a struct. */
  getField(name: string): Column {
    return this.getItem(name);
  }
  /** Converts to a type, as DDL (`"decimal(10,2)"`) or a DataType. */
  cast(type: string | DataType): Column {
    return new Column(cast(this.expression, typeText(type), "default"));
  }
  astype(type: string | DataType): Column {
    return this.cast(type);
  }
  /** Like cast, but null where the value cannot be converted. */
  try_cast(type: string | DataType): Column {
    return new Column(cast(this.expression, typeText(type), "try"));
  }
  tryCast(type: string | DataType): Column {
    return this.try_cast(type);
  }
  /** Names the column; several names for a function that makes several columns. */
  alias(...names: readonly [string, ...string[]]): Column {
    return new Column(alias(this.expression, names));
  }
  name(...names: readonly [string, ...string[]]): Column {
    return this.alias(...names);
  }
  /** As sort key: ascending, nulls first. */
  asc(): Column {
    return new Column(sortOrder(this.expression, { direction: "asc" }));
  }
  asc_nulls_first(): Column {
    return new Column(sortOrder(this.expression, { direction: "asc", nulls: "first" }));
  }
  asc_nulls_last(): Column {
    return new Column(sortOrder(this.expression, { direction: "asc", nulls: "last" }));
  }
  /** As sort key: descending, nulls last. */
  desc(): Column {
    return new Column(sortOrder(this.expression, { direction: "desc" }));
  }
  desc_nulls_first(): Column {
    return new Column(sortOrder(this.expression, { direction: "desc", nulls: "first" }));
  }
  desc_nulls_last(): Column {
    return new Column(sortOrder(this.expression, { direction: "desc", nulls: "last" }));
  }
  /** Adds a case to a `when()` column. */
  when(condition: Column, value: unknown): Column {
    return new Column(call("when", [...this.#cases(), condition.expression, expressionOf(value)]));
  }
  /** The value of a `when()` column where no case holds; without it that is null. */
  otherwise(value: unknown): Column {
    return new Column(call("when", [...this.#cases(), expressionOf(value)]));
  }

  #cases(): readonly Expression[] {
    const type = this.expression.exprType;
    const isOpen =
      type.case === "unresolvedFunction" &&
      type.value.functionName === "when" &&
      type.value.arguments.length % 2 === 0;
    if (!isOpen) {
      throw new ArgumentError("when", "when() and otherwise() continue a column made by when().");
    }
    return type.value.arguments;
  }
  #unary(name: string): Column {
    return new Column(call(name, [this.expression]));
  }
  #binary(name: string, other: unknown): Column {
    return this.#call(name, other);
  }
  #call(name: string, ...others: readonly unknown[]): Column {
    return new Column(call(name, [this.expression, ...others.map(expressionOf)]));
  }
}

function typeText(type: string | DataType): string {
  return typeof type === "string" ? type : simpleString(type);
}

/** The expression of a column, or of the column with this name. */
export function toExpression(column: ColumnOrName): Expression {
  return typeof column === "string" ? columnReference(column) : column.expression;
}
