import type { Column } from "../column.js";
import type {
  Difference,
  Divided,
  NullIn,
  Product,
  Remainder,
  Sum,
  ValueOf,
} from "./column-value.js";
import type { Resolved } from "./resolved.js";
import type { LiteralValue } from "./literal-value.js";

/** An argument that is a Column, a column's name or a number, in the form that LiteralValue expects. */
type Operand<C> = C extends string ? Column : C;

/** The type of the values of an argument that is a Column, a column's name or a number. */
type OperandValue<C> = LiteralValue<Operand<C>>;

/** `null` if an argument that Spark converts to DOUBLE can be null. Text that is not a number becomes null. */
export type NullInDouble<C> = NullUnless<OperandValue<C>, number | bigint>;

/**
 * `null` if an argument that Spark converts to an integer can be null. A DOUBLE outside the range and text that is not
 * a number become null. A column of JavaScript numbers may be DOUBLE.
 */
export type NullInInteger<C> = C extends number
  ? `${C}` extends `${bigint}`
    ? never
    : null
  : NullUnless<OperandValue<C>, bigint>;

/** `null` if the argument of hex() can be null. Spark converts numbers to BIGINT, other values keep their bytes. */
export type NullInDigits<C> = NullUnless<OperandValue<C>, bigint | Uint8Array>;

type NullUnless<V, Safe> = V extends Safe ? never : null;

/** A number or interval that keeps its type. Text becomes DOUBLE; a decimal stays a decimal. Both are `string` here. */
export type Signed<T> = string extends T ? T | number | null : T;

/** The result of round() and bround(), which Spark declares as nullable. */
export type Rounded<T> = string extends T ? T | number | null : T | null;

/** The result of ceil() and floor() without a scale. A decimal stays a decimal, other numbers and text become BIGINT. */
export type Whole<T> = [T] extends [number | bigint | null]
  ? bigint | null
  : string | bigint | null;

/** The result of greatest() and least(). It is null only if all columns are null. */
export type Extreme<C extends readonly unknown[]> = Resolved<
  Exclude<ValueOf<C[number]>, null> | ([NeverNull<C>] extends [never] ? null : never)
>;

/** `true` if the values of at least one column are never null, otherwise `never`. */
type NeverNull<C extends readonly unknown[]> = {
  [Index in keyof C]: [NullIn<C[Index]>] extends [never] ? true : never;
}[number];

/** The result of try_add(). */
export type TrySum<A, B> = Resolved<Sum<OperandValue<A>, Operand<B>> | null>;
/** The result of try_subtract(). */
export type TryDifference<A, B> = Resolved<Difference<OperandValue<A>, Operand<B>> | null>;
/** The result of try_multiply(). */
export type TryProduct<A, B> = Resolved<Product<OperandValue<A>, Operand<B>> | null>;
/** The result of try_divide(): null for a divisor of 0. */
export type TryQuotient<A, B> = Resolved<Divided<OperandValue<A>, Operand<B>>>;
/** The result of try_mod() and pmod(): null for a divisor of 0. pmod() fails for it with `spark.sql.ansi.enabled`. */
export type TryRemainder<A, B> = Resolved<Remainder<OperandValue<A>, Operand<B>>>;
