import { requireFunction } from "../argument-kind.js";
import { refuseMethods } from "../absent-methods.js";
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
import { columnText } from "../plan/column-text.js";
import { printAsText } from "../printed.js";
import { ExpressionHolder, expressionOf } from "../plan/literal.js";
import { RelationHolder } from "../plan/subquery.js";
import { windowExpression } from "../plan/window.js";
import { shown } from "../value-kind.js";
import type { DataType } from "../types/data-type.js";
import { jsonText } from "../types/json-text.js";
import type { Metadata } from "../types/struct-type.js";
import type {
  Bits,
  Cast,
  Compared,
  Difference,
  Divided,
  Item,
  NullOf,
  Power,
  Product,
  Remainder,
  Searched,
  Sum,
  TypedValue,
  WithField,
  WithoutFields,
} from "./typing/column-value.js";
import { columnHint } from "./column-hint.js";
import type { Common } from "./typing/common-value.js";
import type { LiteralValue } from "./typing/literal-value.js";
import type { NullInInteger, Signed } from "./typing/numeric-value.js";
import type { BytesOrText } from "./typing/text-value.js";
import type { WindowSpec } from "./window.js";

/** A Column, or a column's name. */
export type ColumnOrName = Column | string;

/**
 * An immutable expression over a DataFrame's columns; the server computes it. Make one with col(), lit(),
 * expr() and the other functions of sparktide/functions.
 *
 * `T` is the type of the column's decoded values, with `null` if they can be null. It is `unknown` for a column that
 * TypeScript does not know, such as `col("name")`.
 */
export class Column<out T = unknown> extends ExpressionHolder {
  /** The type of the values, for the compiler only. No Column has this property at run time. */
  declare readonly "~value": T;

  /**
   * The expression as PySpark prints it: `Column<'(a > 1)'>`. console.log() prints the same text, and values in it.
   */
  override toString(): string {
    return `Column<'${shownText(this.expression)}'>`;
  }
  /**
   * Equal; null when either side is null. A plain value is a literal, not a column name.
   *
   * @example lit(1).eq(1); // true
   */
  eq<A, const V>(this: Column<A>, other: V): Column<Compared<A, V>> {
    return this.#binary("==", other);
  }
  /**
   * Not equal; null when either side is null.
   *
   * @example lit(1).neq(2); // true
   */
  neq<A, const V>(this: Column<A>, other: V): Column<Compared<A, V>> {
    return this.eq(other).#unary("not");
  }
  /**
   * Equal, and true when both sides are null: SQL's `<=>`.
   *
   * @example lit(null, "int").eqNullSafe(null); // true
   */
  eqNullSafe(other: unknown): Column<boolean> {
    return this.#binary("<=>", other);
  }
  /**
   * Greater than; null when either side is null.
   *
   * @example lit(2).gt(1); // true
   */
  gt<A, const V>(this: Column<A>, other: V): Column<Compared<A, V>> {
    return this.#binary(">", other);
  }
  /**
   * Greater than or equal; null when either side is null.
   *
   * @example lit(2).geq(2); // true
   */
  geq<A, const V>(this: Column<A>, other: V): Column<Compared<A, V>> {
    return this.#binary(">=", other);
  }
  /**
   * Less than; null when either side is null.
   *
   * @example lit(2).lt(1); // false
   */
  lt<A, const V>(this: Column<A>, other: V): Column<Compared<A, V>> {
    return this.#binary("<", other);
  }
  /**
   * Less than or equal; null when either side is null.
   *
   * @example lit(2).leq(2); // true
   */
  leq<A, const V>(this: Column<A>, other: V): Column<Compared<A, V>> {
    return this.#binary("<=", other);
  }
  /**
   * From `lower` to `upper`, both included.
   *
   * @example lit(2).between(1, 3); // true
   */
  between<A, const L, const U>(this: Column<A>, lower: L, upper: U): Column<Compared<A, L | U>> {
    return this.geq(lower).#binary("and", this.leq(upper));
  }
  /**
   * True if both sides are true. Null if one side is null and the other is not false.
   *
   * @example lit(true).and(lit(false)); // false
   */
  and<A, const V>(this: Column<A>, other: V): Column<Compared<A, V>> {
    return this.#binary("and", other);
  }
  /**
   * True if either side is true. Null if one side is null and the other is not true.
   *
   * @example lit(true).or(lit(false)); // true
   */
  or<A, const V>(this: Column<A>, other: V): Column<Compared<A, V>> {
    return this.#binary("or", other);
  }
  /**
   * True for false, false for true, null for null.
   *
   * @example lit(true).not(); // false
   */
  not<A>(this: Column<A>): Column<boolean | NullOf<A>> {
    return this.#unary("not");
  }
  /**
   * Adds a number, or adds an interval to a date, timestamp or interval.
   *
   * @example lit(1).plus(2); // 3
   */
  plus<A, const V>(this: Column<A>, other: V): Column<Sum<A, V>> {
    return this.#binary("+", other);
  }
  /**
   * Subtracts a number, an interval, a date or a timestamp.
   *
   * @example lit(3).minus(1); // 2
   */
  minus<A, const V>(this: Column<A>, other: V): Column<Difference<A, V>> {
    return this.#binary("-", other);
  }
  /**
   * Multiplies by a number. An interval can also be multiplied by a number.
   *
   * @example lit(2).multiply(3); // 6
   */
  multiply<A, const V>(this: Column<A>, other: V): Column<Product<A, V>> {
    return this.#binary("*", other);
  }
  /**
   * Divides; two integers give a DOUBLE. Division by 0 is an error, or null without `spark.sql.ansi.enabled`.
   *
   * @example lit(3).divide(2); // 1.5
   */
  divide<A, const V>(this: Column<A>, other: V): Column<Divided<A, V>> {
    return this.#binary("/", other);
  }
  /**
   * Remainder of a division, with the sign of this column's value.
   *
   * @example lit(5).mod(3); // 2
   */
  mod<A, const V>(this: Column<A>, other: V): Column<Remainder<A, V>> {
    return this.#binary("%", other);
  }
  /**
   * This column raised to the power of `other`, as DOUBLE.
   *
   * @example lit(2).pow(3); // 8
   */
  pow<A, const V>(this: Column<A>, other: V): Column<Power<A, V>> {
    return this.#binary("power", other);
  }
  /**
   * Changes the sign of a number or an interval.
   *
   * @example lit(1).negate(); // -1
   */
  negate<A>(this: Column<A>): Column<Signed<A>> {
    return this.#unary("negative");
  }
  /**
   * The bits that are set in both integers.
   *
   * @example lit(6).bitwiseAND(3); // 2
   */
  bitwiseAND<A, const V>(this: Column<A>, other: V): Column<Bits<A, V>> {
    return this.#binary("&", other);
  }
  /**
   * The bits that are set in at least one of the two integers.
   *
   * @example lit(6).bitwiseOR(3); // 7
   */
  bitwiseOR<A, const V>(this: Column<A>, other: V): Column<Bits<A, V>> {
    return this.#binary("|", other);
  }
  /**
   * The bits that are set in exactly one of the two integers.
   *
   * @example lit(6).bitwiseXOR(3); // 5
   */
  bitwiseXOR<A, const V>(this: Column<A>, other: V): Column<Bits<A, V>> {
    return this.#binary("^", other);
  }
  /**
   * Whether the value is null. Never null itself.
   *
   * @example lit(null, "int").isNull(); // true
   */
  isNull(): Column<boolean> {
    return this.#unary("isNull");
  }
  /**
   * Whether the value is not null. Never null itself.
   *
   * @example lit(1).isNotNull(); // true
   */
  isNotNull(): Column<boolean> {
    return this.#unary("isNotNull");
  }
  /**
   * Whether the value is NaN (not a number). False for null.
   *
   * @example lit(NaN).isNaN(); // true
   */
  isNaN(): Column<boolean> {
    return this.#unary("isNaN");
  }
  /**
   * SQL's LIKE, with `%` and `_`.
   *
   * @example lit("Spark").like("S%"); // true
   */
  like<A>(this: Column<A>, pattern: string): Column<boolean | NullOf<A>> {
    return this.#binary("like", pattern);
  }
  /**
   * SQL's LIKE, ignoring case.
   *
   * @example lit("Spark").ilike("s%"); // true
   */
  ilike<A>(this: Column<A>, pattern: string): Column<boolean | NullOf<A>> {
    return this.#binary("ilike", pattern);
  }
  /**
   * Whether the text contains a match of the Java regular expression.
   *
   * @example lit("Spark 42").rlike("\\d+$"); // true
   */
  rlike<A>(this: Column<A>, pattern: string): Column<boolean | NullOf<A>> {
    return this.#binary("rlike", pattern);
  }
  /**
   * Whether the text contains other text, case-sensitively. A plain string is a literal.
   *
   * @example lit("Spark").contains("par"); // true
   */
  contains<A, const V>(this: Column<A>, other: V): Column<Searched<A, V>> {
    return this.#binary("contains", other);
  }
  /**
   * Whether the text starts with other text, case-sensitively. A plain string is a literal.
   *
   * @example lit("Spark").startswith("Sp"); // true
   */
  startswith<A, const V>(this: Column<A>, other: V): Column<Searched<A, V>> {
    return this.#binary("startsWith", other);
  }
  /**
   * Whether the text ends with other text, case-sensitively. A plain string is a literal.
   *
   * @example lit("Spark").endswith("rk"); // true
   */
  endswith<A, const V>(this: Column<A>, other: V): Column<Searched<A, V>> {
    return this.#binary("endsWith", other);
  }
  /**
   * `length` characters from `start`, which counts from 1.
   *
   * @throws {ArgumentError} an argument is neither an integer nor a Column
   * @example lit("Spark").substr(2, 3); // 'par'
   */
  substr<A, const S extends Column | number, const L extends Column | number>(
    this: Column<A>,
    start: S,
    length: L,
  ): Column<BytesOrText<A> | NullOf<A> | NullInInteger<S | L>> {
    return this.#call("substr", position("start", start), position("length", length));
  }
  /**
   * Whether this equals one of the values, passed one by one or as one array or Set. From Spark 4.1 a
   * DataFrame may supply the values; compare several columns as `struct(…)`.
   *
   * @throws {UnsupportedOperationException} the values are a DataFrame, and the server is older than Spark 4.1
   * @example lit("Bern").isin("Bern", "Rome"); // true
   */
  isin(...values: readonly unknown[]): Column<boolean | null> {
    const [first] = values;
    if (values.length === 1 && first instanceof RelationHolder) {
      return new Column(first.contains(this.#fields()));
    }
    const isList = values.length === 1 && (Array.isArray(first) || first instanceof Set);
    const listed = isList ? Array.from(first as Iterable<unknown>) : values;
    return new Column(call("in", [this.expression, ...listed.map(expressionOf)]));
  }
  /**
   * An array element by position (from 0), a map value by key, or a struct field by name.
   *
   * @example lit(["a", "b"]).getItem(0); // 'a'
   */
  getItem<A, const K>(this: Column<A>, key: K): Column<Item<A, K>> {
    return new Column(extract(this.expression, expressionOf(key)));
  }
  /**
   * A struct field, or that field of each struct in an array.
   *
   * @example lit({ city: "Bern", zip: 3000 }).getField("city"); // 'Bern'
   */
  getField<A, const K extends string | Column>(this: Column<A>, name: K): Column<Item<A, K>> {
    return this.getItem(name);
  }
  /**
   * Adds a field to the struct, or replaces the field of that name; `"a.b"` names a nested field.
   *
   * @example lit({ city: "Bern" }).withField("zip", lit(3000)); // { city: 'Bern', zip: 3000 }
   */
  withField<A, const Name extends string, V>(
    this: Column<A>,
    fieldName: Name,
    column: Column<V>,
  ): Column<WithField<A, Name, V>> {
    return new Column(updateFields(this.expression, fieldName, checked("column", column)));
  }
  /**
   * Drops fields of the struct.
   *
   * @throws {ArgumentError} no field is named
   * @example lit({ city: "Bern", zip: 3000 }).dropFields("zip"); // { city: 'Bern' }
   */
  dropFields<A, const Name extends string>(
    this: Column<A>,
    ...fieldNames: readonly Name[]
  ): Column<WithoutFields<A, Name>> {
    if (fieldNames.length === 0) {
      throw new ArgumentError("fieldNames", "dropFields() needs at least one field name.");
    }
    const dropped = fieldNames.reduce((from, name) => updateFields(from, name), this.expression);
    return new Column(dropped);
  }
  /**
   * Calls a function with this column and returns its result, for use in a chain.
   *
   * @example lit("Spark").transform(upper); // 'SPARK'
   */
  transform<V>(apply: (column: Column<T>) => Column<V>): Column<V> {
    requireFunction("apply", apply);
    return apply(this);
  }
  /**
   * Marks a column of the outer query inside a subquery or a lateral join.
   *
   * @example
   * cities.select(
   *   "city",
   *   people
   *     .where(col("city").eq(col("city").outer()))
   *     .agg(count("*"))
   *     .scalar(),
   * );
   */
  outer(): Column<T> {
    return new Column(this.expression);
  }
  /**
   * Computes a function over a window of rows: `sum("x").over(Window.partitionBy("k"))`.
   *
   * @throws {ArgumentError} `window` is not a WindowSpec
   * @example
   * people
   *   .select("name", sum("age").over(Window.partitionBy("city")).alias("total"))
   *   .orderBy("name"); // [ { name: 'Ann', total: 55n }, { name: 'Bob', total: 41n }, { name: 'Eve', total: 55n } ]
   */
  over(window: WindowSpec): Column<T> {
    // JavaScript callers may pass any type.
    const definition = (window as WindowSpec | undefined)?.definition;
    if (definition === undefined) {
      throw new ArgumentError(
        "window",
        'over() needs a window, such as Window.partitionBy("key").',
      );
    }
    return new Column(windowExpression(this.expression, definition));
  }
  /**
   * @internal JavaScript calls this for `column > 1` and `column + 1`, which would otherwise compare or join texts.
   *
   * @throws {ArgumentError} the Column is an operand
   */
  [Symbol.toPrimitive](hint: "string" | "number" | "default"): string {
    if (hint === "string") return this.toString();
    throw new ArgumentError(
      "column",
      'Operators such as > and + do not work on Columns. Write col("id").gt(1), not col("id") > 1, and col("a").plus(1), not col("a") + 1.',
    );
  }
  /**
   * Converts to a type, given as DDL (`"decimal(10,2)"`) or a DataType.
   *
   * @example lit("42").cast("int"); // 42
   */
  cast<A, const D extends string | DataType>(this: Column<A>, type: D): Column<Cast<A, D>> {
    return new Column(cast(this.expression, checkedType("cast", type), "default"));
  }
  /**
   * The same as {@link Column.cast}.
   *
   * @example lit("42").astype("int"); // 42
   */
  astype<A, const D extends string | DataType>(this: Column<A>, type: D): Column<Cast<A, D>> {
    return this.cast(type);
  }
  /**
   * Like cast(), but null if the value cannot be converted.
   *
   * @example lit("x").try_cast("int"); // null
   */
  try_cast<const D extends string | DataType>(type: D): Column<TypedValue<D> | null> {
    return new Column(cast(this.expression, checkedType("try_cast", type), "try"));
  }
  /**
   * The same as {@link Column.try_cast}.
   *
   * @example lit("x").tryCast("int"); // null
   */
  tryCast<const D extends string | DataType>(type: D): Column<TypedValue<D> | null> {
    return this.try_cast(type);
  }
  /**
   * Names the column. A function that makes several columns takes several names. `{ metadata }` after a
   * single name is stored in the schema.
   *
   * @throws {ArgumentError} no name is given, or metadata with several names
   * @example people.select(col("age").plus(1).alias("next")).limit(1); // [ { next: 31n } ]
   */
  alias<A, const Name extends string>(
    this: Column<A>,
    name: Name,
    details?: { readonly metadata: Metadata },
  ): NamedColumn<A, Name>;
  alias(...names: AliasNames): Column;
  alias(...names: readonly unknown[]): Column {
    const last = names.at(-1);
    const metadata =
      typeof last === "object" ? (last as { readonly metadata: Metadata }).metadata : undefined;
    const texts = names.filter((name) => typeof name === "string");
    if (texts.length === 0) throw new ArgumentError("alias", "alias() needs at least one name.");
    if (metadata === undefined) return new Column(alias(this.expression, texts));
    if (texts.length > 1) {
      throw new ArgumentError(
        "metadata",
        `alias() takes metadata with one name, got ${texts.length} names.`,
      );
    }
    return new Column(alias(this.expression, texts, jsonText("metadata", metadata)));
  }
  /**
   * The same as {@link Column.alias}.
   *
   * @example people.select(col("age").plus(1).name("next")).limit(1); // [ { next: 31n } ]
   */
  name<A, const Name extends string>(
    this: Column<A>,
    name: Name,
    details?: { readonly metadata: Metadata },
  ): NamedColumn<A, Name>;
  name(...names: AliasNames): Column;
  name(...names: readonly unknown[]): Column {
    return this.alias(...(names as AliasNames));
  }
  /**
   * Sorts ascending, nulls first.
   *
   * @example people.orderBy(col("age").asc()).select("age"); // [ { age: 25n }, { age: 30n }, { age: 41n } ]
   */
  asc(): Column<T> {
    return new Column(sortOrder(this.expression, { direction: "asc" }));
  }
  /**
   * Sorts ascending, nulls first, like asc().
   *
   * @example people.orderBy(col("age").asc_nulls_first());
   */
  asc_nulls_first(): Column<T> {
    return new Column(sortOrder(this.expression, { direction: "asc", nulls: "first" }));
  }
  /**
   * The same as {@link Column.asc_nulls_first}.
   *
   * @example people.orderBy(col("age").ascNullsFirst());
   */
  ascNullsFirst(): Column<T> {
    return this.asc_nulls_first();
  }
  /**
   * Sorts ascending, nulls last.
   *
   * @example people.orderBy(col("age").asc_nulls_last());
   */
  asc_nulls_last(): Column<T> {
    return new Column(sortOrder(this.expression, { direction: "asc", nulls: "last" }));
  }
  /**
   * The same as {@link Column.asc_nulls_last}.
   *
   * @example people.orderBy(col("age").ascNullsLast());
   */
  ascNullsLast(): Column<T> {
    return this.asc_nulls_last();
  }
  /**
   * Sorts descending, nulls last.
   *
   * @example people.orderBy(col("age").desc()).select("age"); // [ { age: 41n }, { age: 30n }, { age: 25n } ]
   */
  desc(): Column<T> {
    return new Column(sortOrder(this.expression, { direction: "desc" }));
  }
  /**
   * Sorts descending, nulls first.
   *
   * @example people.orderBy(col("age").desc_nulls_first());
   */
  desc_nulls_first(): Column<T> {
    return new Column(sortOrder(this.expression, { direction: "desc", nulls: "first" }));
  }
  /**
   * The same as {@link Column.desc_nulls_first}.
   *
   * @example people.orderBy(col("age").descNullsFirst());
   */
  descNullsFirst(): Column<T> {
    return this.desc_nulls_first();
  }
  /**
   * Sorts descending, nulls last, like desc().
   *
   * @example people.orderBy(col("age").desc_nulls_last());
   */
  desc_nulls_last(): Column<T> {
    return new Column(sortOrder(this.expression, { direction: "desc", nulls: "last" }));
  }
  /**
   * The same as {@link Column.desc_nulls_last}.
   *
   * @example people.orderBy(col("age").descNullsLast());
   */
  descNullsLast(): Column<T> {
    return this.desc_nulls_last();
  }
  /**
   * Adds a case to a `when()` column.
   *
   * @throws {ArgumentError} the condition is not a Column, or when() did not make this column
   * @example when(lit(7).gt(9), "large").when(lit(7).gt(5), "medium").otherwise("small"); // 'medium'
   */
  when(condition: Column, value: unknown): Column {
    const test = checked("condition", condition);
    return new Column(call("when", [...this.#cases(), test, expressionOf(value)]));
  }
  /**
   * The value of a `when()` column if no condition is true. Default: null.
   *
   * @example when(lit(7).gt(9), "large").otherwise("small"); // 'small'
   */
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
      throw new ArgumentError(
        "when",
        "when() and otherwise() need a column made by when() that has no otherwise() yet.",
      );
    }
    return type.value.arguments;
  }
  /** The columns of a struct(), or else this column alone. */
  #fields(): readonly Expression[] {
    const type = this.expression.exprType;
    const isStruct = type.case === "unresolvedFunction" && type.value.functionName === "struct";
    return isStruct ? type.value.arguments : [this.expression];
  }
  #unary<R>(name: string): Column<R> {
    return new Column(call(name, [this.expression]));
  }
  #binary<R>(name: string, other: unknown): Column<R> {
    return this.#call(name, other);
  }
  #call<R>(name: string, ...others: readonly unknown[]): Column<R> {
    return new Column(call(name, [this.expression, ...others.map(expressionOf)]));
  }
}

refuseMethods(Column.prototype, "A Column", {
  as: "Write alias(name).",
  equals: "Write eq(value).",
  equalTo: "Write eq(value).",
  notEqual: "Write neq(value).",
  isIn: "Write isin(values).",
});
printAsText(Column);

/** A Column with a name that TypeScript knows, such as `df.col("id")` or `sum("total").alias("sum")`. */
export interface NamedColumn<out T, out Name extends string> extends Column<T> {
  /** The name, for the compiler only. No Column has this property at run time. */
  readonly "~name": Name;
}

/** A Column that when() made. Its value is null if no case applies, unless otherwise() follows. */
export interface CaseColumn<out T> extends Column<T | null> {
  /** Adds a case. */
  when<A, const V>(
    this: CaseColumn<A>,
    condition: Column,
    value: V,
  ): CaseColumn<Common<A | LiteralValue<V>>>;
  /** The value if no condition is true. */
  otherwise<A, const V>(this: CaseColumn<A>, value: V): Column<Common<A | LiteralValue<V>>>;
}

/** One or more names, or one name and its metadata. */
export type AliasNames =
  readonly [string, ...string[]] | readonly [string, { readonly metadata: Metadata }];

/** @throws {ArgumentError} the value is neither text nor a DataType */
function checkedType(method: string, type: string | DataType): string | DataType {
  // JavaScript callers may pass any type, such as the function String.
  const given: unknown = type;
  const isType = typeof given === "object" && given !== null && "kind" in given;
  if (typeof given === "string" || isType) return type;
  throw new ArgumentError(
    "type",
    `${method}() takes a type as DDL, such as "string" or "decimal(10,2)", or a DataType, got ${shown(given)}.`,
  );
}

function checked(argument: string, column: Column): Expression {
  // JavaScript callers may pass any type.
  const given: unknown = column;
  if (given instanceof Column) return given.expression;
  throw new ArgumentError(
    argument,
    `${argument} must be a Column, got ${shown(given)}. Make one with col() or lit().`,
  );
}

function position(argument: string, value: Column | number): unknown {
  if (value instanceof Column || Number.isInteger(value)) return value;
  throw new ArgumentError(argument, `${argument} must be an integer or a Column.`);
}

function shownText(expression: Expression): string {
  try {
    return columnText(expression);
  } catch (error) {
    // A chain of many thousand operators is too deep.
    if (error instanceof RangeError) return "…";
    throw error;
  }
}

/** The expression of a Column or of a column's name. */
export function toExpression(column: ColumnOrName): Expression {
  if (typeof column === "string") return columnReference(column);
  // JavaScript callers may pass any type.
  const given: unknown = column;
  if (typeof given === "object" && given !== null && "expression" in given)
    return column.expression;
  throw new ArgumentError(
    "column",
    `A column must be a Column or a column name, got ${shown(given)}.${columnHint(given)}`,
  );
}
