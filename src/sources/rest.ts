import { PackagedSource } from "./packaged-source.js";
import { commonTexts, type CommonSourceOptions } from "./source-options.js";

/** How the position in a stream is found and compared. */
export type RestOffsetType = "timestamp" | "cursor" | "incremental" | "max_field";

/** Options of format `rest`. */
export interface RestOptions extends Omit<CommonSourceOptions, "baseUrl"> {
  /** The endpoint; a placeholder `{name}` is the `offsetField`'s value, or a field of `inputData`. */
  readonly url: string;
  /** Default GET. */
  readonly method?: "GET" | "POST";
  /** Where the records are in an answer, as a dotted path. Default data. */
  readonly dataField?: string;
  /** The response's or record's field that holds the position. Default timestamp. */
  readonly offsetField?: string;
  /** Default timestamp. */
  readonly offsetType?: RestOffsetType;
  /** Where a new stream starts. Default 0; empty for cursor and max_field. */
  readonly initialOffset?: string | number;
  /** Most records in one batch. Default 1000. */
  readonly batchSize?: number;
  readonly authType?: "Basic" | "Bearer" | "OAuth1";
  readonly userId?: string;
  readonly userPassword?: string;
  readonly oauthToken?: string;
  readonly oauthTokenSecret?: string;
  readonly oauthConsumerKey?: string;
  readonly oauthConsumerSecret?: string;
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Batch: one request for each of these objects. */
  readonly inputData?: readonly Readonly<Record<string, unknown>>[];
  /** Batch with inputData: over how many partitions the requests are spread. Default 2. */
  readonly partitions?: number;
}

/**
 * Any HTTP API that answers in JSON, one row a record: `output STRING`, the record's JSON text.
 * Batch and streaming.
 */
export const rest: PackagedSource<RestOptions> = new PackagedSource<RestOptions>(
  "rest",
  "RestDataSource",
  ({ headers, inputData, allowedHosts, ...others }) => ({
    ...commonTexts({ ...(allowedHosts !== undefined && { allowedHosts }) }),
    ...others,
    headers: headers === undefined ? undefined : JSON.stringify(headers),
    inputData: inputData === undefined ? undefined : JSON.stringify(inputData),
  }),
);
