import type { CommonSourceOptions } from "./source-options.js";

/** How the position in a stream is found and compared. */
export type RestOffsetType = "timestamp" | "cursor" | "incremental" | "max_field";
/** What is done with what cannot be used: end with an error, leave it out and count it, or make it a row with `_error`. */
export type RestErrorAction = "fail" | "skip" | "deadLetter";

/** No credentials. */
interface NoAuth {
  readonly authType?: "None";
}
interface BasicAuth {
  /** May be left out: userId says it. */
  readonly authType?: "Basic";
  readonly userId: string;
  /** May be a reference: `env:NAME` or `file:/path`, resolved on the server. */
  readonly userPassword?: string;
}
interface BearerAuth {
  readonly authType: "Bearer";
  /** May be a reference. */
  readonly oauthToken: string;
}
interface ApiKeyAuth {
  readonly authType: "ApiKey";
  /** May be a reference. */
  readonly apiKey: string;
  /** Default header. */
  readonly apiKeyIn?: "header" | "query" | "cookie";
  /** Default X-API-Key in a header, api_key elsewhere. */
  readonly apiKeyName?: string;
}
interface OAuth1Auth {
  readonly authType: "OAuth1";
  readonly oauthConsumerKey: string;
  /** May be a reference. */
  readonly oauthConsumerSecret: string;
  readonly oauthToken?: string;
  /** May be a reference. */
  readonly oauthTokenSecret?: string;
  /** Default HMAC-SHA1. */
  readonly oauthSignatureMethod?: "HMAC-SHA1" | "HMAC-SHA256";
  /** Sent unsigned. */
  readonly oauthRealm?: string;
}
interface OAuth2Auth {
  readonly authType: "OAuth2";
  /** Where tokens are given; by client credentials, or with a refresh token. */
  readonly oauthTokenUrl: string;
  readonly oauthClientId: string;
  /** May be a reference. */
  readonly oauthClientSecret?: string;
  /** One that stays the same; a server that replaces it is refused by name. May be a reference. */
  readonly oauthRefreshToken?: string;
  readonly oauthScope?: string;
  readonly oauthAudience?: string;
  /** How the client names itself to the token endpoint. Default basic. */
  readonly oauthClientAuth?: "basic" | "body";
}
/** The credentials of format `rest`, by their kind. */
export type RestAuthOptions =
  NoAuth | BasicAuth | BearerAuth | ApiKeyAuth | OAuth1Auth | OAuth2Auth;

/** What is asked. */
interface RequestOptions {
  /** The endpoint; a placeholder `{name}` is the `offsetField`'s value, or a field of `inputData`. */
  readonly url: string;
  /** Default GET. */
  readonly method?: "GET" | "POST";
  /** POST: a JSON text, with placeholders in its strings. */
  readonly body?: string;
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `name=value; name2=value2`. */
  readonly cookie?: string;
  /** One request for each of these objects, or their JSON text as inputDataFrom() makes it. */
  readonly inputData?: readonly Readonly<Record<string, unknown>>[] | string;
  /** With inputData: over how many partitions the requests are spread. Default 2. */
  readonly partitions?: number;
  /** Tries a POST again as a GET is: only where repeating it does no harm. Default false. */
  readonly retryPost?: boolean;
}

/** How an answer becomes rows. */
interface RowOptions {
  /** Selector of the records in an answer: dotted, a JSON Pointer, `[*]`. Default data. */
  readonly dataField?: string;
  /** Default json; never guessed. */
  readonly responseFormat?: "json" | "jsonl" | "csv" | "text";
  /** Encoding of the body. Default: byte order mark, Content-Type, UTF-8. */
  readonly charset?: string;
  /** csv: the first row has the names. Default true. */
  readonly csvHeader?: boolean;
  /** csv: one character, or `\t`. Default a comma. */
  readonly csvDelimiter?: string;
  /** text: the body is one record instead of each line. Default false. */
  readonly wholeText?: boolean;
  /** Default json: `output STRING`. struct and columns need a schema; variant needs Spark 4.1. */
  readonly outputType?: "json" | "struct" | "columns" | "variant";
  /** The fields of a record as DDL, for struct and columns; see inferRestSchema(). */
  readonly schema?: string;
  /** Adds the row of inputData as `_input STRING`. Default false. */
  readonly includeInput?: boolean;
  /** Batch: adds `_meta STRUCT<url, status, page, index>`. Default false. */
  readonly includeMetadata?: boolean;
  /** Answers, lines and records that cannot be used. Default fail. */
  readonly onError?: RestErrorAction;
  /** Values that do not fit their column. Default as onError. */
  readonly schemaDrift?: RestErrorAction | "null";
  /** By status or class of statuses: `{ 404: "skip", "5xx": "retry" }`. */
  readonly onStatus?: Readonly<Record<string, RestErrorAction | "retry">>;
  /** Most records of one poll or call; more is an error. Default 1 000 000. */
  readonly maxRowsPerBatch?: number;
  /** Most bytes of all bodies of a stream's poll. Default 268 435 456. */
  readonly maxBatchBytes?: number;
}

/** How a poll or call goes on to further pages. */
interface PageOptions {
  /** Default none. */
  readonly pagination?: "none" | "link" | "json" | "cursor" | "page" | "offset" | "lastId";
  /** Field that leads to the next page. */
  readonly nextField?: string;
  /** Header that holds the cursor. */
  readonly cursorHeader?: string;
  /** Field that is false on the last page. */
  readonly moreField?: string;
  /** Parameter that leads to a page. */
  readonly pageParam?: string;
  /** Where the page's parameters go; body needs POST. Default query. */
  readonly pageIn?: "query" | "body";
  /** First value of a parameter that counts. */
  readonly pageStart?: number;
  /** Records to ask for. */
  readonly pageSize?: number;
  /** Parameter for pageSize. */
  readonly pageSizeParam?: string;
  /** Pages of one poll or call; more is an error. Default 100. */
  readonly maxPages?: number;
}

/** How a stream keeps its position, and what it promises. */
interface PositionOptions {
  /** The response's or record's field that holds the position. Default timestamp. */
  readonly offsetField?: string;
  /** Default timestamp. */
  readonly offsetType?: RestOffsetType;
  /** Where the position is. Default auto. */
  readonly offsetScope?: "auto" | "response" | "record";
  /** Where a new stream starts. Default 0; empty for cursor and max_field. */
  readonly initialOffset?: string | number;
  /** The server's range includes the position; records of equal keys are told apart by content. */
  readonly inclusiveOffset?: boolean;
  /** Records younger than this wait for a later poll, for APIs that add late ones. */
  readonly lagSeconds?: number;
  /** Most records in one batch. Default 1000. */
  readonly batchSize?: number;
  /** Refuses to run with a lesser promise; the error says which option would give it. Default none. */
  readonly requireGuarantee?: "none" | "at-least-once" | "exactly-once";
  /** How a batch that is run again gets its rows. Default auto. */
  readonly replay?: "auto" | "payload" | "spool" | "refetch";
  /** An absolute folder of the driver for batches too large for an offset. */
  readonly spoolDir?: string;
  /** When a batch that is fetched again differs. Default fail. */
  readonly onReplayMismatch?: "fail" | "warn";
  /** Goes on from a checkpoint of other options. Default false. */
  readonly allowConfigChange?: boolean;
}

/** Options of format `rest`. */
export type RestOptions = Omit<CommonSourceOptions, "baseUrl"> &
  RequestOptions &
  RestAuthOptions &
  RowOptions &
  PageOptions &
  PositionOptions;
