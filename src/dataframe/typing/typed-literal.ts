import type { DataType } from "../../types/data-type.js";
import type { NullInLiteral, TypedValue } from "./column-value.js";

/** The value of lit() with a type. Spark's type of such a literal allows null in arrays and maps. */
export type TypedLiteral<V, D extends string | DataType> =
  WithNulls<TypedValue<D>> | NullInLiteral<V>;

type WithNulls<T> = T extends (infer E)[]
  ? (WithNulls<E> | null)[]
  : T extends Map<infer K, infer X>
    ? Map<K, WithNulls<X> | null>
    : T;
