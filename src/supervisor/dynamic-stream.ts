import type { RestartPolicy } from "./restart-policy.js";

/**
 * A stream declared by data: what a supervisor can keep in its state file, so that the next process starts the stream again
 * without code of its own. All values are JSON.
 */
export interface DynamicStream {
  /** Unique among the supervisor's streams. */
  readonly name: string;
  /** The format of the source, such as `coingecko`, `rest` or `delta`. */
  readonly source: string;
  /** The options of the source. */
  readonly options?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** The schema of the source as DDL, such as `id BIGINT, at TIMESTAMP`. Default: the source's own. */
  readonly schema?: string | undefined;
  /** SQL that reads the source as `source`, such as `SELECT coin, price FROM source`. Default: all rows and columns. */
  readonly transform?: string | undefined;
  readonly sink: DynamicSink;
  /** The folder of the checkpoint. Only this stream may use it. */
  readonly checkpoint: string;
  /** Default: each batch follows the one before. */
  readonly trigger?: DynamicTrigger | undefined;
  /** When a stream with `availableNow` runs. */
  readonly schedule?: Schedule | undefined;
  /** See {@link SupervisedStreamOptions.restart}. */
  readonly restart?: RestartPolicy | undefined;
  /** See {@link SupervisedStreamOptions.stallAfterMs}. */
  readonly stallAfterMs?: number | undefined;
}

/** Where a stream declared by data writes its rows. */
export interface DynamicSink {
  /** Such as `delta`. */
  readonly format: string;
  readonly options?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** A folder. A sink has either `path` or `table`, or neither if its format needs none. */
  readonly path?: string | undefined;
  readonly table?: string | undefined;
  /** Default: `append`. */
  readonly mode?: "append" | "update" | "complete" | undefined;
}

/** When a stream declared by data starts its batches. */
export type DynamicTrigger = { readonly processingTime: string } | { readonly availableNow: true };

/** When a scheduled stream runs: at an interval, or at the times of a cron expression in a time zone. */
export type Schedule =
  { readonly every: string } | { readonly cron: string; readonly timeZone?: string | undefined };
