import type { CommonSourceOptions } from "./source-options.js";

/** How the position in a stream is found and compared. */
export type RestOffsetType = "timestamp" | "cursor" | "incremental" | "max_field";
/** What is done with what cannot be used: end with an error, leave it out and count it, or make it a row with `_error`. */
export type RestErrorAction = "fail" | "skip" | "deadLetter";

/** No credentials. */
export interface NoAuth {
  /**
   * The scheme; a credential that it does not use is an error.
   *
   * @default `Basic` if there is a `userId`, else `None`
   */
  readonly authType?: "None";
}
export interface BasicAuth {
  /** May be left out: userId says it. */
  readonly authType?: "Basic";
  /** The user, without a colon. May be a reference. */
  readonly userId: string;
  /** The password. May be a reference: `env:NAME` or `file:/path`, resolved on the server. */
  readonly userPassword?: string;
}
export interface BearerAuth {
  readonly authType: "Bearer";
  /** The access token. May be a reference. */
  readonly oauthToken: string;
}
export interface ApiKeyAuth {
  readonly authType: "ApiKey";
  /** The key. May be a reference. */
  readonly apiKey: string;
  /**
   * Where the key goes.
   *
   * @default header
   */
  readonly apiKeyIn?: "header" | "query" | "cookie";
  /**
   * The name of the header, parameter or cookie.
   *
   * @default `X-API-Key` in a header, `api_key` elsewhere
   */
  readonly apiKeyName?: string;
}
export interface OAuth1Auth {
  readonly authType: "OAuth1";
  /** The application's key. May be a reference. */
  readonly oauthConsumerKey: string;
  /** The application's secret. May be a reference. */
  readonly oauthConsumerSecret: string;
  /** The user's token, where the API wants one. May be a reference. */
  readonly oauthToken?: string;
  /** Goes with `oauthToken`. May be a reference. */
  readonly oauthTokenSecret?: string;
  /**
   * How requests are signed.
   *
   * @default HMAC-SHA1
   */
  readonly oauthSignatureMethod?: "HMAC-SHA1" | "HMAC-SHA256";
  /** The realm, sent unsigned. */
  readonly oauthRealm?: string;
}
export interface OAuth2Auth {
  readonly authType: "OAuth2";
  /** Where tokens are given, by the client's own credentials or by a refresh token. */
  readonly oauthTokenUrl: string;
  /** The client's id. May be a reference. */
  readonly oauthClientId: string;
  /** The client's secret. May be a reference. */
  readonly oauthClientSecret?: string;
  /** A refresh token that stays the same; a server that replaces it is refused by name. May be a reference. */
  readonly oauthRefreshToken?: string;
  /** Sent to the token endpoint as `scope`. */
  readonly oauthScope?: string;
  /** Sent to the token endpoint as `audience`. */
  readonly oauthAudience?: string;
  /**
   * How the client proves itself to the token endpoint.
   *
   * @default basic
   */
  readonly oauthClientAuth?: "basic" | "body";
}
/** The credentials of format `rest`, by their kind. */
export type RestAuthOptions =
  NoAuth | BasicAuth | BearerAuth | ApiKeyAuth | OAuth1Auth | OAuth2Auth;

/** What is asked. */
interface RequestOptions {
  /**
   * The endpoint; a placeholder `{name}` is the `offsetField`'s value, or a field of `inputData`. Other
   * braces are an error; `%7B` and `%7D` are the braces themselves.
   */
  readonly url: string;
  /**
   * How the API is asked.
   *
   * @default GET
   */
  readonly method?: "GET" | "POST";
  /** POST: a JSON text, with placeholders in its strings; `{{name}}` there is the text `{name}`. */
  readonly body?: string;
  /**
   * Sent with each request; those that may hold credentials to the origin of `url` alone. A value may
   * be a reference.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** `name=value; name2=value2`, or a reference to it. */
  readonly cookie?: string;
  /** One request for each of these objects, or their JSON text as inputDataFrom() makes it. */
  readonly inputData?: readonly Readonly<Record<string, unknown>>[] | string;
  /**
   * Batch, with inputData: over how many partitions the requests are spread.
   *
   * @default 2
   */
  readonly partitions?: number;
  /**
   * Tries a POST again as a GET is: only where repeating it does no harm.
   *
   * @default false
   */
  readonly retryPost?: boolean;
}

/** How an answer becomes rows. */
interface RowOptions {
  /**
   * Selector of the records in an answer: dotted, a JSON Pointer, `[*]`.
   *
   * @default the body if it is an array, its `data` if that is one, else the body as one record
   */
  readonly dataField?: string;
  /**
   * An answer without `dataField`: an error, or an answer without records. Records elsewhere in such an
   * answer, or an error in it, are an error in any case.
   *
   * @default fail
   */
  readonly dataFieldMissing?: "fail" | "empty";
  /**
   * What a body is; never guessed.
   *
   * @default json
   */
  readonly responseFormat?: "json" | "jsonl" | "csv" | "text";
  /**
   * Encoding of the body.
   *
   * @default what its byte order mark or Content-Type says, else UTF-8
   */
  readonly charset?: string;
  /**
   * csv: the first row has the names.
   *
   * @default true
   */
  readonly csvHeader?: boolean;
  /**
   * csv: one character, or `\t`.
   *
   * @default ,
   */
  readonly csvDelimiter?: string;
  /**
   * text: the body is one record instead of each line.
   *
   * @default false
   */
  readonly wholeText?: boolean;
  /**
   * The columns: json is `output STRING`; struct and columns need a schema; variant needs Spark 4.1.
   *
   * @default json
   */
  readonly outputType?: "json" | "struct" | "columns" | "variant";
  /** The fields of a record as DDL, for struct and columns; see inferRestSchema(). */
  readonly schema?: string;
  /**
   * Adds the row of inputData as `_input STRING`.
   *
   * @default false
   */
  readonly includeInput?: boolean;
  /**
   * Batch: adds `_meta STRUCT<url, status, page, index>`.
   *
   * @default false
   */
  readonly includeMetadata?: boolean;
  /**
   * Answers, lines and records that cannot be used.
   *
   * @default fail
   */
  readonly onError?: RestErrorAction;
  /**
   * Values that do not fit their column; not for json, which fits any record.
   *
   * @default as `onError`
   */
  readonly schemaDrift?: RestErrorAction | "null";
  /**
   * By status or class of statuses: `{ 404: "skip", "5xx": "retry" }`. Any status from 200 to 299 may
   * stand here, too; `{ 202: "data" }` reads an answer that is otherwise not ready yet.
   */
  readonly onStatus?: Readonly<Record<string, RestErrorAction | "retry" | "data">>;
  /**
   * Selectors of fields, separated by commas. An answer in which one of them has a value is an error,
   * with that value as its message. `none` reads bodies that look like errors as data.
   */
  readonly errorField?: string;
  /**
   * What a body means, by condition: `{ Information: "retry", "status=queued": "retry",
   * "'rate limit'": "fail" }`. A condition is a selector of a field that has a value, a selector with the
   * value that the field must have, or in quotes a text that the body must hold, in any case of letters.
   */
  readonly onBody?: Readonly<Record<string, "fail" | "retry" | "skip">>;
  /**
   * What records beside errors mean, as in GraphQL's `data` beside `errors`: an error, or records, with
   * the errors counted (`partial` in a stream's offset, a warning in a batch).
   *
   * @default fail
   */
  readonly partialErrors?: "fail" | "keep";
  /**
   * Seconds. So long an answer of 202, whose data is not ready, is asked for again; then it is an error.
   *
   * @default 300
   */
  readonly maxPendingWait?: number;
  /**
   * Most records of one poll or call; more is an error.
   *
   * @default 1000000
   */
  readonly maxRowsPerBatch?: number;
  /**
   * Most bytes of all bodies of a stream's poll; more is an error.
   *
   * @default 268435456
   */
  readonly maxBatchBytes?: number;
}

/** How a poll or call goes on to further pages. */
interface PageOptions {
  /**
   * Where the way to the next page is.
   *
   * @default none
   */
  readonly pagination?: "none" | "link" | "json" | "cursor" | "page" | "offset" | "lastId";
  /**
   * Field that leads to the next page, for `json`, `cursor` and `lastId`.
   *
   * @default `next` for `json`, `next_cursor` for `cursor`, `id` for `lastId`
   */
  readonly nextField?: string;
  /** Header that holds the cursor, instead of a field. */
  readonly cursorHeader?: string;
  /**
   * When no answer had the field or header of the next page, or of a stream's cursor: an error, or the
   * end. Set `end` for an API that leaves it out on its last page.
   *
   * @default fail
   */
  readonly nextFieldMissing?: "fail" | "end";
  /**
   * Field that is true while more pages follow and false on the last one. With `offsetType: "cursor"`,
   * an empty page where it is true leads on at once, not with the next poll.
   */
  readonly moreField?: string;
  /** Field that is true on the last page, instead of `moreField`. */
  readonly endField?: string;
  /** The values of `endField` that mean the end, where it holds no boolean; `null` is JSON's null. */
  readonly endValues?: readonly string[];
  /**
   * Parameter that leads to a page.
   *
   * @default `page`, `offset` or `cursor`, as `pagination` is; `after` for `lastId`
   */
  readonly pageParam?: string;
  /**
   * Where the page's parameters go; body needs POST.
   *
   * @default query
   */
  readonly pageIn?: "query" | "body";
  /**
   * First value of a parameter that counts.
   *
   * @default `0` for `offset`, `1` for `page`
   */
  readonly pageStart?: number;
  /**
   * Records to ask for; 0 leaves it to the API. A shorter page does not end the walk.
   *
   * @default 0
   */
  readonly pageSize?: number;
  /**
   * Parameter for pageSize.
   *
   * @default `limit` for `offset`, `per_page` elsewhere
   */
  readonly pageSizeParam?: string;
  /**
   * Pages of one poll or call; more is an error, but for `offsetType: "cursor"`, where the next poll
   * goes on. Also the polls of one run of `availableNow`; the next run goes on.
   *
   * @default 100
   */
  readonly maxPages?: number;
}

/** How a stream keeps its position, and what it promises. */
interface PositionOptions {
  /**
   * The response's or record's field that holds the position. With `offsetType: "cursor"` two fields
   * may be named, with a comma between them: that of the next page, and that of the next poll.
   *
   * @default timestamp
   */
  readonly offsetField?: string;
  /**
   * What the position is, and how two of them compare.
   *
   * @default timestamp
   */
  readonly offsetType?: RestOffsetType;
  /**
   * Where the position is; auto looks in the response first, then in its records.
   *
   * @default auto
   */
  readonly offsetScope?: "auto" | "response" | "record";
  /**
   * Where a new stream starts: sent first, never compared.
   *
   * @default `0`; nothing for `cursor` and `max_field`
   */
  readonly initialOffset?: string | number;
  /**
   * How a record's time is written where it is sent as a parameter: `iso`, `epoch` (seconds since 1970),
   * `epochMillis`, `date`, or a pattern such as `yyyy-MM-dd'T'HH:mm:ss`, in UTC. What the format has no room
   * for is cut off; the records that the API then sends again are dropped.
   *
   * @default as the record has it
   */
  readonly positionFormat?: string;
  /**
   * The server's range includes the position; records of equal keys are told apart by content.
   *
   * @default false
   */
  readonly inclusiveOffset?: boolean;
  /**
   * Seconds. Records younger than this wait for a later poll, for APIs that add late ones.
   *
   * @default 0
   */
  readonly lagSeconds?: number;
  /**
   * Most records in one batch; the others come with the next.
   *
   * @default 1000
   */
  readonly batchSize?: number;
  /**
   * Refuses to run with a lesser promise; the error says which option would give it. The log of the
   * first batch says what the API has to keep to.
   *
   * @default none
   */
  readonly requireGuarantee?: "none" | "at-least-once" | "exactly-once";
  /**
   * How a batch that is run again gets its rows.
   *
   * @default auto
   */
  readonly replay?: "auto" | "payload" | "spool" | "refetch";
  /** An absolute folder of the driver for batches too large for an offset. */
  readonly spoolDir?: string;
  /**
   * When a batch that is fetched again differs; a row more than a range had before is a warning.
   *
   * @default fail
   */
  readonly onReplayMismatch?: "fail" | "warn";
  /**
   * Goes on from a checkpoint of other options.
   *
   * @default false
   */
  readonly allowConfigChange?: boolean;
}

/** Options of format `rest`. */
export type RestOptions = Omit<CommonSourceOptions, "baseUrl"> &
  RequestOptions &
  RestAuthOptions &
  RowOptions &
  PageOptions &
  PositionOptions;
