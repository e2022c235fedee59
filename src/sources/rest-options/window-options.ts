/** Requests for windows of time, from `{start}` to `{end}`, in batch and in streams. */
export interface WindowOptions {
  /**
   * The length of a window: a number and `second`, `minute`, `hour`, `day`, `week`, `month` or `year`, such as
   * `6 hours`. `{start}` and `{end}` in `url` or `body` are the bounds of a window: start <= time < end, in UTC.
   * The windows begin at `initialOffset`. A stream requests a window when it is over.
   */
  readonly windowStep?: string;
  /**
   * With `windowStep`: the date or time at which the last window ends. A window never ends after the current
   * time minus `lagSeconds`.
   *
   * @default a stream has no last window; a batch ends at the current time minus `lagSeconds`
   */
  readonly finalOffset?: string | number;
  /**
   * With `windowStep`: set it if the API's range includes its end. `{end}` is then the last value of
   * `positionFormat` before the end of the window: for one day and `date`, the day itself.
   *
   * @default false
   */
  readonly inclusiveEnd?: boolean;
  /**
   * With `windowStep`: the largest number of windows in one batch of a stream. The windows of all rows of
   * `inputData` count; a batch has at least one window of each row.
   *
   * @default 100
   */
  readonly windowsPerBatch?: number;
}
