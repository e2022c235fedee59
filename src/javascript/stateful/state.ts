import type { Row } from "../../types/row.js";
import type { RowOfAnySchema } from "../../types/schema-row.js";
import type { StructType } from "../../types/struct-type.js";
import { checkOptions } from "../../option-check.js";
import { requireCount, requireSchema } from "../function-options.js";

/** The options of a state of a {@link StatefulProcessor}. */
export interface StateOptions {
  /**
   * How long in milliseconds a value stays after its last update. Needs the time mode `ProcessingTime`. Default: no
   * limit.
   */
  readonly ttlMs?: number | undefined;
}

/** One row for each key of the groups. */
export interface ValueState<R> {
  /** Whether the state has a value. */
  exists(): Promise<boolean>;
  /** The value; null if it is missing. */
  get(): Promise<R | null>;
  /** Replaces the value. Throws a TypeError if the row does not fit the schema. */
  update(row: Row): Promise<void>;
  /** Removes the value. */
  clear(): Promise<void>;
}

/** A list of rows for each key of the groups. */
export interface ListState<R> {
  /** Whether the list has rows. */
  exists(): Promise<boolean>;
  /** All rows; an empty array if the list is missing. */
  get(): Promise<R[]>;
  /** Replaces the list. An empty array removes it. */
  put(rows: readonly Row[]): Promise<void>;
  /** Adds a row at the end. */
  appendValue(row: Row): Promise<void>;
  /** Adds rows at the end. */
  appendList(rows: readonly Row[]): Promise<void>;
  /** Removes the list. */
  clear(): Promise<void>;
}

/** A map from rows to rows for each key of the groups. */
export interface MapState<K, V> {
  /** Whether the map has entries. */
  exists(): Promise<boolean>;
  /** The value of a key; null if it is missing. */
  getValue(key: Row): Promise<V | null>;
  /** Whether the map has the key. */
  containsKey(key: Row): Promise<boolean>;
  /** Sets the value of a key. */
  updateValue(key: Row, value: Row): Promise<void>;
  /** All entries. Their order is the order of the state store. */
  entries(): Promise<(readonly [key: K, value: V])[]>;
  /** All keys. */
  keys(): Promise<K[]>;
  /** All values. */
  values(): Promise<V[]>;
  /** Removes a key. */
  removeKey(key: Row): Promise<void>;
  /** Removes all entries. */
  clear(): Promise<void>;
}

/** The timers of one key, and the clocks of the batch. */
export interface Timers {
  /** The processing time of the batch in milliseconds since 1970; null with the time mode `None`. */
  readonly processingTimeMs: number | null;
  /** The watermark in milliseconds since 1970; null with the time mode `None`. */
  readonly watermarkMs: number | null;
  /**
   * Calls `handleExpiredTimer()` when the clock of the time mode passes this time, in milliseconds since 1970. Throws a
   * TypeError with the time mode `None`.
   */
  registerTimer(expiryMs: number): Promise<void>;
  /** Removes a timer. */
  deleteTimer(expiryMs: number): Promise<void>;
  /** The times of all timers of the key, in milliseconds since 1970. */
  listTimers(): Promise<number[]>;
}

/** A state that a processor declares, as `state` returns it. `Handle` is the object with which the processor uses it. */
export interface StateDeclaration<out Handle = unknown> {
  readonly kind: "value" | "list" | "map";
  /** The columns of the values. */
  readonly schema: string | StructType;
  /** The columns of the keys of a map. */
  readonly keySchema?: string | StructType;
  readonly ttlMs?: number;
  /** For the compiler only. No value has this property at run time. */
  readonly "~handle": Handle;
}

/** Declares states of a {@link StatefulProcessor}. A schema has one or more columns, as DDL or StructType. */
export interface StateFactory {
  /**
   * One row for each key.
   *
   * @throws {ArgumentError} the schema or an option is wrong
   */
  value<const S extends string | StructType>(
    schema: S,
    options?: StateOptions,
  ): StateDeclaration<ValueState<RowOfAnySchema<S>>>;
  /**
   * A list of rows for each key.
   *
   * @throws {ArgumentError} the schema or an option is wrong
   */
  list<const S extends string | StructType>(
    schema: S,
    options?: StateOptions,
  ): StateDeclaration<ListState<RowOfAnySchema<S>>>;
  /**
   * A map from rows to rows for each key.
   *
   * @throws {ArgumentError} a schema or an option is wrong
   */
  map<const K extends string | StructType, const V extends string | StructType>(
    keySchema: K,
    schema: V,
    options?: StateOptions,
  ): StateDeclaration<MapState<RowOfAnySchema<K>, RowOfAnySchema<V>>>;
}

function declaration<H>(
  kind: StateDeclaration["kind"],
  schemas: { readonly schema: string | StructType; readonly keySchema?: string | StructType },
  options: StateOptions,
): StateDeclaration<H> {
  const of = `state.${kind}()`;
  const needs = `${of} needs the columns of the state, as DDL such as "n BIGINT, total DOUBLE"`;
  for (const schema of Object.values(schemas)) requireSchema(needs, schema);
  checkOptions(of, options, ["ttlMs"]);
  const { ttlMs } = options;
  requireCount("ttlMs", ttlMs, 1);
  return { kind, ...schemas, ...(ttlMs !== undefined && { ttlMs }) } as StateDeclaration<H>;
}

/**
 * Declares states of a {@link StatefulProcessor}: `state.value()`, `state.list()` and `state.map()`.
 *
 * @example
 * const states = {
 *   total: state.value("n BIGINT, sum DECIMAL(20, 2)", { ttlMs: 86_400_000 }),
 *   prices: state.map("coin STRING", "price DOUBLE"),
 *   orders: state.list("id BIGINT"),
 * };
 */
export const state: StateFactory = Object.freeze({
  value: (schema, options = {}) => declaration("value", { schema }, options),
  list: (schema, options = {}) => declaration("list", { schema }, options),
  map: (keySchema, schema, options = {}) => declaration("map", { schema, keySchema }, options),
} satisfies StateFactory);
