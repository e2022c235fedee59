import type { ElementOf, Interval, NullIn, ValueOf } from "./column-value.js";

/** The values of a column argument without null. */
export type PresentIn<C> = Exclude<ValueOf<C>, null>;

// An alias of a union hides its members in an editor. So these types are conditional, or have no null of their own.

/** The sum of values: BIGINT for integers, DOUBLE for FLOAT and for text. A decimal stays a decimal. */
export type Summed<C> = SummedOf<PresentIn<C>>;
export type SummedOf<V> = [V] extends [bigint]
  ? bigint
  : [V] extends [number | bigint]
    ? number | bigint
    : [V] extends [string]
      ? string | number
      : [V] extends [string | number | bigint]
        ? string | number | bigint
        : [V] extends [Interval]
          ? V
          : unknown;

/** The mean of values: DOUBLE for numbers and text. A decimal stays a decimal. */
export type Averaged<C> = AveragedOf<PresentIn<C>>;
export type AveragedOf<V> = [V] extends [number | bigint]
  ? number
  : [V] extends [string | number | bigint]
    ? string | number
    : [V] extends [Interval]
      ? V
      : unknown;

/** The result of min_by() and max_by(): an array if the number of rows is given. */
export type Best<C, K> = K extends number ? (ValueOf<C> | null)[] | null : ValueOf<C> | null;

/** The result of median() and percentile() for values that are not null: DOUBLE, except for intervals. */
export type Percentile<C> = [PresentIn<C>] extends [string | number | bigint]
  ? number
  : PresentIn<C> extends Interval
    ? PresentIn<C>
    : unknown;

/** The result of percentile_approx(): DOUBLE for text, and otherwise a value of the column. */
export type ExistingPercentile<C> = PresentIn<C> extends string ? string | number : PresentIn<C>;

/** The result of collect_union(). */
export type Unioned<C> = Exclude<ElementOf<ValueOf<C>>, null>[];

/** The result of listagg(). */
export type TextOfGroup<C> =
  unknown extends ValueOf<C>
    ? string | Uint8Array
    : PresentIn<C> extends Uint8Array
      ? Uint8Array
      : string;

/** An integer of the size of the values. Text can become INT or BIGINT. */
export type IntegerOf<C> =
  unknown extends ValueOf<C>
    ? number | bigint
    : PresentIn<C> extends number
      ? number
      : PresentIn<C> extends bigint
        ? bigint
        : number | bigint;

/** An array of results if an argument is an array, otherwise one result. */
export type EachOf<Argument, Result> = Argument extends readonly unknown[]
  ? Result[]
  : Argument extends string | number | bigint | null
    ? Result
    : Result | Result[];

/** `null` if a value can be null, or can be text without a number. */
export type NullInNumber<C> = NullIn<C> | (PresentIn<C> extends number | bigint ? never : null);
