/** How the position in a stream is found and compared. */
export type RestOffsetType = "timestamp" | "cursor" | "incremental" | "max_field";

/** How a stream keeps its position, and which guarantee it gives. */
export interface PositionOptions {
  /**
   * The field of the response or record that holds the position. `offsetType: "cursor"` allows two
   * fields, separated by a comma: the cursor of the next page, and the cursor of the next poll.
   *
   * @default timestamp
   */
  readonly offsetField?: string;
  /**
   * The kind of the position, and how two positions compare.
   *
   * @default timestamp
   */
  readonly offsetType?: RestOffsetType;
  /**
   * Where the position is. `auto` looks in the response first, then in its records.
   *
   * @default auto
   */
  readonly offsetScope?: "auto" | "response" | "record";
  /**
   * Where a new stream starts. It is sent first, and never compared. With `windowStep` it is the date or time
   * at which the first window starts, and required.
   *
   * @default `0`; empty for `cursor`, `max_field` and a `firstPosition` other than `send`
   */
  readonly initialOffset?: string | number;
  /**
   * What the first request of a stream, and each request of a batch, has instead of a position:
   * `initialOffset` (`send`); nothing, so that the query parameter, the key of the body or the header is
   * omitted (`omit`); or a null in the body (`null`).
   *
   * @default send
   */
  readonly firstPosition?: "send" | "omit" | "null";
  /**
   * The format in which a record's time, or a bound of a window, is sent as a parameter: `iso`, `epoch`
   * (seconds since 1970), `epochMillis`, `date`, `http` (as in `If-Modified-Since`), or a pattern such as
   * `yyyy-MM-dd'T'HH:mm:ss`, in UTC. A coarser format cuts digits off; the source drops the records that the
   * API then sends again.
   *
   * @default as the record has it; `iso` for windows
   */
  readonly positionFormat?: string;
  /**
   * Set it if the server's range includes the position. Records with the same key are then compared by
   * content.
   *
   * @default false
   */
  readonly inclusiveOffset?: boolean;
  /**
   * Seconds. Records younger than this wait for a later poll, and a window is requested so long after its end.
   * For APIs that add records late.
   *
   * @default 0
   */
  readonly lagSeconds?: number;
  /**
   * Largest number of records in one batch. The others come with the next batch.
   *
   * @default 1000
   */
  readonly batchSize?: number;
  /**
   * Refuses to run with a weaker guarantee. The error names the option that would give the required one.
   * The log of the first batch says what the guarantee needs from the API.
   *
   * @default none
   */
  readonly requireGuarantee?: "none" | "at-least-once" | "exactly-once";
  /**
   * Where a repeated batch gets its rows: from its offset (`payload`), from `spoolDir` (`spool`), or from
   * the API again, unchecked (`refetch`).
   *
   * @default auto
   */
  readonly replay?: "auto" | "payload" | "spool" | "refetch";
  /**
   * An absolute folder on the driver, for batches too large for an offset. With `parent`, also for the positions of
   * many children.
   */
  readonly spoolDir?: string;
  /**
   * What happens if a batch that is fetched again differs. Rows that a range did not have before are
   * always a warning only.
   *
   * @default fail
   */
  readonly onReplayMismatch?: "fail" | "warn";
  /**
   * Continues from a checkpoint that was written with other options, such as another `url`.
   *
   * @default false
   */
  readonly allowConfigChange?: boolean;
}
