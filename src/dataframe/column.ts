import { ArgumentError } from "../errors.js";
import {
  alias,
  call,
  cast,
  columnReference,
  extract,
  sortOrder,
  updateFields,
  type Expression,
} from "../plan/expression.js";
import { ExpressionHolder, expressionOf } from "../plan/literal.js";
import { RelationHolder } from "../plan/subquery.js";
import { windowExpression } from "../plan/window.js";
import type { DataType } from "../types/data-type.js";
import { jsonText } from "../types/json-text.js";
import type { Metadata } from "../types/struct-type.js";
import type { WindowSpec } from "./window.js";

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
  /** This to the power of `other`, as DOUBLE. */
  pow(other: unknown): Column {
    return this.#binary("power", other);
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
  /**
   * `length` characters from `start`, which counts from 1; both integers or columns.
   *
   * @throws {ArgumentError} one of them is neither
   */
  substr(start: Column | number, length: Column | number): Column {
    return this.#call("substr", position("start", start), position("length", length));
  }
  /**
   * Equal to one of the values, given one by one or as one array or Set; or, from Spark 4.1, to a row
   * of a DataFrame, where several columns are compared as `struct(…)`.
   *
   * @throws {UnsupportedOperationException} a DataFrame, and the server is older than Spark 4.1
   */
  isin(...values: readonly unknown[]): Column {
    const [first] = values;
    if (values.length === 1 && first instanceof RelationHolder) {
      return new Column(first.contains(this.#fields()));
    }
    const isList = values.length === 1 && (Array.isArray(first) || first instanceof Set);
    const listed = isList ? Array.from(first as Iterable<unknown>) : values;
    return new Column(call("in", [this.expression, ...listed.map(expressionOf)]));
  }
  /** An element by position (from 0) or key, or a field of a struct by name. */
  getItem(key: unknown): Column {
    return new Column(extract(this.expression, expressionOf(key)));
  }
  /** A field of a struct, or of each struct in an array. */
  getField(name: string | Column): Column {
    return this.getItem(name);
  }
  /** The struct with a field added, or replaced where it has one of that name: `"a.b"` for one inside. */
  withField(fieldName: string, column: Column): Column {
    return new Column(updateFields(this.expression, fieldName, checked("column", column)));
  }
  /**
   * The struct without these fields.
   *
   * @throws {ArgumentError} none is named
   */
  dropFields(...fieldNames: readonly string[]): Column {
    if (fieldNames.length === 0) {
      throw new ArgumentError("fieldNames", "dropFields() takes the names of one field or more.");
    }
    const dropped = fieldNames.reduce((from, name) => updateFields(from, name), this.expression);
    return new Column(dropped);
  }
  /** What a function makes of this column, for chains. */
  transform(apply: (column: Column) => Column): Column {
    return apply(this);
  }
  /** Marks a column of the outer query inside a subquery or a lateral join. */
  outer(): Column {
    return new Column(this.expression);
  }
  /**
   * Computes a function over a window of rows: `sum("x").over(Window.partitionBy("k"))`.
   *
   * @throws {ArgumentError} the window was not made by Window
   */
  over(window: WindowSpec): Column {
    // Callers without types pass anything.
    const { definition } = window as Partial<WindowSpec>;
    if (definition === undefined) {
      throw new ArgumentError("window", 'over() takes a window, as Window.partitionBy("key").');
    }
    return new Column(windowExpression(this.expression, definition));
  }
  /** Converts to a type, as DDL (`"decimal(10,2)"`) or a DataType. */
  cast(type: string | DataType): Column {
    return new Column(cast(this.expression, type, "default"));
  }
  astype(type: string | DataType): Column {
    return this.cast(type);
  }
  /** Like cast, but null where the value cannot be converted. */
  try_cast(type: string | DataType): Column {
    return new Column(cast(this.expression, type, "try"));
  }
  tryCast(type: string | DataType): Column {
    return this.try_cast(type);
  }
  /**
   * Names the column; several names for a function that makes several columns. `{ metadata }` at the
   * end of one name is kept in the schema.
   *
   * @throws {ArgumentError} no name, or metadata with several
   */
  alias(...names: AliasNames): Column {
    const last = names.at(-1);
    const metadata = typeof last === "object" ? last.metadata : undefined;
    const texts = (names as readonly unknown[]).filter((name) => typeof name === "string");
    if (texts.length === 0) throw new ArgumentError("alias", "alias() takes one name or more.");
    if (metadata === undefined) return new Column(alias(this.expression, texts));
    if (texts.length > 1) {
      throw new ArgumentError("metadata", "Metadata goes with one name, not with several.");
    }
    return new Column(alias(this.expression, texts, jsonText("metadata", metadata)));
  }
  name(...names: AliasNames): Column {
    return this.alias(...names);
  }
  /** As sort key: ascending, nulls first. */
  asc(): Column {
    return new Column(sortOrder(this.expression, { direction: "asc" }));
  }
  asc_nulls_first(): Column {
    return new Column(sortOrder(this.expression, { direction: "asc", nulls: "first" }));
  }
  ascNullsFirst(): Column {
    return this.asc_nulls_first();
  }
  asc_nulls_last(): Column {
    return new Column(sortOrder(this.expression, { direction: "asc", nulls: "last" }));
  }
  ascNullsLast(): Column {
    return this.asc_nulls_last();
  }
  /** As sort key: descending, nulls last. */
  desc(): Column {
    return new Column(sortOrder(this.expression, { direction: "desc" }));
  }
  desc_nulls_first(): Column {
    return new Column(sortOrder(this.expression, { direction: "desc", nulls: "first" }));
  }
  descNullsFirst(): Column {
    return this.desc_nulls_first();
  }
  desc_nulls_last(): Column {
    return new Column(sortOrder(this.expression, { direction: "desc", nulls: "last" }));
  }
  descNullsLast(): Column {
    return this.desc_nulls_last();
  }
  /**
   * Adds a case to a `when()` column.
   *
   * @throws {ArgumentError} the condition is no Column, or this column was not made by when()
   */
  when(condition: Column, value: unknown): Column {
    const test = checked("condition", condition);
    return new Column(call("when", [...this.#cases(), test, expressionOf(value)]));
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
  /** Itself, or the columns in it where it is a struct() of several. */
  #fields(): readonly Expression[] {
    const type = this.expression.exprType;
    const isStruct = type.case === "unresolvedFunction" && type.value.functionName === "struct";
    return isStruct ? type.value.arguments : [this.expression];
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

/** Names, and at their end what else the alias has. */
export type AliasNames =
  readonly [string, ...string[]] | readonly [string, { readonly metadata: Metadata }];

function checked(argument: string, column: Column): Expression {
  // Callers without types pass anything.
  const given: unknown = column;
  if (given instanceof Column) return given.expression;
  throw new ArgumentError(argument, `${argument} must be a Column; make one with col() or lit().`);
}

function position(argument: string, value: Column | number): unknown {
  if (value instanceof Column || Number.isInteger(value)) return value;
  throw new ArgumentError(argument, `${argument} must be an integer or a Column.`);
}

/** The expression of a column, or of the column with this name. */
export function toExpression(column: ColumnOrName): Expression {
  return typeof column === "string" ? columnReference(column) : column.expression;
}
