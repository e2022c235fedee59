/** The request. */
export interface RequestOptions {
  /**
   * The endpoint. A placeholder `{name}` stands for the position, under the name `offsetField` or as
   * `{position}`, for a field of `inputData`, or for a field of the parent's record (`{parent.id}`). With
   * `windowStep`, `{start}` and `{end}` are the bounds of a window. Other braces are an error: write `%7B` and
   * `%7D` for literal braces.
   */
  readonly url: string;
  /**
   * The HTTP method.
   *
   * @default GET
   */
  readonly method?: "GET" | "POST";
  /**
   * The JSON body of a POST. Its strings may hold placeholders; `{{name}}` is the literal text `{name}`.
   * A string that is only a placeholder becomes the JSON value: a number, an array or null, too.
   */
  readonly body?: string;
  /**
   * Sent with each request. Headers that may hold credentials go only to the origin of `url`. A value
   * may be a reference, or hold the placeholder of the position.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** `name=value; name2=value2`, or a reference to such a text. */
  readonly cookie?: string;
  /** Objects, one request for each; or their JSON text, as inputDataFrom() returns it. */
  readonly inputData?: readonly Readonly<Record<string, unknown>>[] | string;
  /**
   * With `inputData` or `parent` in a batch, and with `windowStep`: the number of partitions that share the
   * requests. With `parent`, each of them reads the list.
   *
   * @default 2
   */
  readonly partitions?: number;
  /**
   * Sends a failed POST again, as it does with a GET. Set it only if repeating the request does no harm.
   *
   * @default false
   */
  readonly retryPost?: boolean;
}
