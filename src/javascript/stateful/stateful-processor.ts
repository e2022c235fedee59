import type { Row } from "../../types/row.js";
import type { ClusterOptions } from "../function-options.js";
import type { StateDeclaration, Timers } from "./state.js";

/** The states that a processor declares, by their names. */
export type DeclaredStates = Readonly<Record<string, StateDeclaration>>;

/**
 * What the methods of a processor receive last: an object for each declared state, and `timers`. Each belongs to the key
 * of the call. Write `StateHandles<this>` in a class.
 */
export type StateHandles<P extends { readonly states: DeclaredStates }> = {
  readonly [Name in keyof P["states"]]: P["states"][Name]["~handle"];
} & { readonly timers: Timers };

/** A timer that has expired. */
export interface ExpiredTimer {
  /** The time of the timer in milliseconds since 1970. */
  readonly expiryMs: number;
}

/** Rows that a processor yields or returns: objects by column name, or arrays in the order of the schema. */
export type ProcessedRows = AsyncIterable<Row> | Iterable<Row> | Promise<Iterable<Row>>;

/**
 * A stateful processor in TypeScript, for `groupBy().transformWithState({ processor })`. Spark calls it for each key with
 * the new rows of a batch. The query's checkpoint keeps the states and timers. Spark creates an object for each part of
 * each batch, and one on the client for its `states`: keep nothing else in the object that the next call needs.
 *
 * Write `await` before each call of a state. A change, such as `update()`, does not wait until Spark has stored it: if
 * Spark refuses the change, the call of the processor fails with an error that names the key and the state. Spark
 * collects the rows of a call before it continues, so they have to fit into the memory of the Python worker.
 *
 * @example
 * class Totals extends StatefulProcessor {
 *   states = { total: state.value("n BIGINT") };
 *   async *handleInputRows(
 *     key: { value: bigint | null },
 *     rows: AsyncIterable<{ timestamp: Timestamp | null }>,
 *     { total }: StateHandles<this>,
 *   ) {
 *     let n = (await total.get())?.n ?? 0n;
 *     for await (const _ of rows) n++;
 *     await total.update({ n });
 *     yield { ...key, n };
 *   }
 * }
 * await ticks.groupBy("value").transformWithState({
 *   processor: Totals,
 *   outputSchema: "value BIGINT, n BIGINT",
 *   outputMode: "update",
 *   timeMode: "None",
 * });
 */
export abstract class StatefulProcessor {
  /** Limits of the process in which the processor runs. */
  static readonly clusterOptions?: ClusterOptions;

  /** The states, by their names, as `state.value()`, `state.list()` and `state.map()` declare them. */
  abstract readonly states: DeclaredStates;

  /**
   * Yields rows for the new rows of a key. An async method without rows yields none.
   *
   * @param key the grouping columns
   * @param rows the new rows, an AsyncIterable
   * @param states the states of the key and its timers: {@link StateHandles}
   */
  abstract handleInputRows(key: never, rows: never, states: never): ProcessedRows | Promise<void>;

  /**
   * Yields rows when a timer of a key has expired. Spark then removes the timer.
   *
   * @param timer the timer: {@link ExpiredTimer}
   */
  handleExpiredTimer?(key: never, timer: never, states: never): ProcessedRows | Promise<void>;

  /**
   * Stores a row of the initial state of a key, in the first batch of the query.
   *
   * @param row a row of `initialState`
   */
  handleInitialState?(key: never, row: never, states: never): void | Promise<void>;

  /** Releases what the object holds, after the last call of a batch. */
  close?(): void | Promise<void>;
}

/** A processor for rows and keys of some types. Types that are not known are not checked. */
export interface ProcessorOf<R, Keys> {
  readonly states: DeclaredStates;
  handleInputRows(
    key: Known<Keys>,
    rows: AsyncIterable<Known<R>>,
    states: never,
  ): ProcessedRows | Promise<void>;
}

type Known<R> = string extends keyof R ? never : R;

/** The class of a processor. */
export interface ProcessorClass<R = unknown, Keys = unknown> {
  readonly name: string;
  readonly clusterOptions?: ClusterOptions | undefined;
  new (): ProcessorOf<R, Keys>;
}

/** A state as the workers need it. Schemas are Spark's JSON. */
export interface StateSpec {
  readonly name: string;
  readonly kind: StateDeclaration["kind"];
  readonly schema: string;
  readonly keySchema?: string;
  readonly ttlMs?: number;
}

/** What a worker answers about the class of a processor. */
export interface ProcessorShape {
  readonly states: DeclaredStates;
  /** Whether it has the method `handleInitialState()`. */
  readonly hasInitialState: boolean;
}
