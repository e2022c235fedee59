import type { CommonSourceOptions } from "../source-options.js";
import type { BrokerOptions, RestAuthOptions } from "./auth-options.js";
import type { RequestOptions } from "./request-options.js";

/** What a write does with rows that the API refuses: the write fails, or the row goes to `deadLetterPath`. */
export type RestWriteErrorAction = "fail" | "deadLetter";

/** How rows become requests, and which answers count as success. */
interface SinkOptions {
  /**
   * The endpoint. A placeholder `{name}` stands for a column. Its value must not be null or, in the path,
   * empty. A column in the URL does not go to the body, unless `body` names it.
   */
  readonly url: string;
  /**
   * The HTTP method. A DELETE with one row per request has no body, unless `body` is set.
   *
   * @default POST
   */
  readonly method?: "POST" | "PUT" | "PATCH" | "DELETE";
  /**
   * What a request sends: one row as an object, an array of rows, or each row as a line of JSON.
   *
   * @default object
   */
  readonly requestFormat?: "object" | "array" | "jsonl";
  /**
   * Largest number of rows in one request.
   *
   * @default 1 for `object`, else 100
   */
  readonly rowsPerRequest?: number;
  /**
   * JSON text of the body. With `object`, its strings may hold columns in braces, and `"{name}"` alone
   * is the column's value with its type. With `array`, `"{rows}"` is the array.
   *
   * @default all columns
   */
  readonly body?: string;
  /**
   * Whether null columns and null fields of structs are sent as null, or left out.
   *
   * @default keep
   */
  readonly nullFields?: "keep" | "omit";
  /**
   * Number of requests that a task sends at the same time, 1 to 64. With 1, they keep the order of the
   * rows.
   *
   * @default 1
   */
  readonly concurrentRequests?: number;
  /**
   * Header that carries the key of a request. The key is the same each time the request is sent.
   * `none` sends no key.
   *
   * @default Idempotency-Key
   */
  readonly idempotencyHeader?: string;
  /**
   * Columns that identify a row within one write or batch. The key is made from them. No two rows of a
   * batch may have the same values.
   *
   * @default the row's content, its partition, and its number among equal rows
   */
  readonly keyColumns?: readonly string[];
  /**
   * Batch: a name for this write. A program that repeats a failed write with the same name sends the
   * same keys.
   *
   * @default a new name for each write
   */
  readonly writeId?: string;
  /**
   * What happens to rows that the API refuses, or that cannot be sent. A refused credential (401, 403,
   * 407) and an API that is down (no answer, 408, 429, 5xx) fail the write, unless `onStatus` names them.
   *
   * @default fail
   */
  readonly onError?: RestWriteErrorAction;
  /**
   * What happens for a status or a class of statuses: `{ 409: "skip", "5xx": "deadLetter" }`. `skip`
   * counts the rows as written.
   */
  readonly onStatus?: Readonly<Record<string, RestWriteErrorAction | "retry" | "skip">>;
  /**
   * Selectors of fields, separated by commas. If one of the fields has a value, the answer is an error.
   * With `none`, bodies that look like errors count as success.
   */
  readonly errorField?: string;
  /**
   * What a body means, by condition: `{ "status=queued": "retry", "'quota exceeded'": "fail" }`. The
   * conditions are those of a read.
   */
  readonly onBody?: Readonly<Record<string, "fail" | "retry" | "skip">>;
  /** An absolute folder on the driver for rows that the API refused. Needed for `deadLetter`. */
  readonly deadLetterPath?: string;
}

/** Options of a write with format `rest`. */
export type RestWriteOptions = SinkOptions &
  Pick<RequestOptions, "headers" | "cookie"> &
  RestAuthOptions &
  BrokerOptions &
  Omit<
    CommonSourceOptions,
    "baseUrl" | "streamingInterval" | "maxOffsetBytes" | "onTransient" | "maxConsecutiveFailures"
  >;
