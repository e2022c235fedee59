import type { PageOptions } from "./page-options.js";
import type { RequestOptions } from "./request-options.js";
import type { RowOptions } from "./row-options.js";

/**
 * The request for the list of parents. Credentials, headers, pace, retries and egress rules are those of the
 * child's request.
 */
export interface RestParent
  extends
    Pick<RequestOptions, "url" | "method" | "body">,
    Pick<RowOptions, "dataField" | "dataFieldMissing" | "dataShape" | "keyField">,
    PageOptions {
  /** Selector of the field that identifies a parent. Default: `id` */
  readonly key?: string;
  /** Streams: shortest time in seconds between two readings of the list. Default: 300 */
  readonly streamingInterval?: number;
}

/** The option for requests that come from another endpoint's records. */
export interface ParentOptions {
  /**
   * The list of parents: `{ url, key, pagination, … }`. `rest` makes a request for each of its records. A
   * placeholder such as `{parent.id}` or `{parent.owner.login}` stands for a field of that record.
   */
  readonly parent?: RestParent;
}
