import type { DataType } from "../../types/data-type.js";
import type { ValueOfType } from "../../types/row-of-schema.js";
import type { ObjectRow } from "../../types/row.js";
import type { StructType } from "../../types/struct-type.js";
import type { RowOfDdl, ValueOfDdl } from "../../types/value-of-ddl.js";

/** A value with null in each field and element, at any depth. */
type AllNullable<V> = unknown extends V
  ? unknown
  : V extends readonly (infer E)[]
    ? (AllNullable<E> | null)[]
    : V extends ReadonlyMap<infer K, infer X>
      ? Map<K, AllNullable<X> | null>
      : V extends Readonly<Record<string, unknown>>
        ? { [Field in keyof V]: AllNullable<V[Field]> | null }
        : V;

/** What Spark parses by a schema, a DDL text or a DataType. A parser makes each field nullable. */
export type ParsedValue<D> = D extends string
  ? AllNullable<ValueOfDdl<D>>
  : D extends DataType
    ? AllNullable<ValueOfType<D>>
    : unknown;

/** Like ParsedValue, where the schema is that of a struct. */
export type ParsedRow<D> = D extends string
  ? AllNullable<RowOfDdl<D>>
  : D extends StructType
    ? AllNullable<ValueOfType<D>>
    : ObjectRow;
