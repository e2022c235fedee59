import type { CommonSourceOptions } from "./source-options.js";

/** How the position in a stream is found and compared. */
export type RestOffsetType = "timestamp" | "cursor" | "incremental" | "max_field";
/** For data that cannot be used: end with an error, drop and count it, or make it a row with `_error`. */
export type RestErrorAction = "fail" | "skip" | "deadLetter";

/** No credentials. */
export interface NoAuth {
  /**
   * The authentication scheme. A credential that the scheme does not use is an error.
   *
   * @default `Basic` if `userId` is set, else `None`
   */
  readonly authType?: "None";
}
/** HTTP Basic authentication: a user name and a password. */
export interface BasicAuth {
  /** May be omitted: `userId` implies it. */
  readonly authType?: "Basic";
  /** The user name, without a colon. May be a reference. */
  readonly userId: string;
  /** The password. May be a reference: `env:NAME` or `file:/path`, resolved on the server. */
  readonly userPassword?: string;
}
/** A fixed access token in the header `Authorization`. */
export interface BearerAuth {
  readonly authType: "Bearer";
  /** The access token. May be a reference. */
  readonly oauthToken: string;
}
/** A key in a header, a query parameter or a cookie. */
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
/** OAuth 1.0: the source signs each request with the application's secret and, if the API needs it, the user's. */
export interface OAuth1Auth {
  readonly authType: "OAuth1";
  /** The application's key. May be a reference. */
  readonly oauthConsumerKey: string;
  /** The application's secret. May be a reference. */
  readonly oauthConsumerSecret: string;
  /** The user's token, if the API needs one. May be a reference. */
  readonly oauthToken?: string;
  /** The secret of `oauthToken`. May be a reference. */
  readonly oauthTokenSecret?: string;
  /**
   * How requests are signed.
   *
   * @default HMAC-SHA1
   */
  readonly oauthSignatureMethod?: "HMAC-SHA1" | "HMAC-SHA256";
  /** The realm. It is sent, but not signed. */
  readonly oauthRealm?: string;
}
/** OAuth 2.0: the source requests access tokens from a token endpoint and renews them. */
export interface OAuth2Auth {
  readonly authType: "OAuth2";
  /** The token endpoint. It grants tokens for the client's credentials or for a refresh token. */
  readonly oauthTokenUrl: string;
  /** The client's id. May be a reference. */
  readonly oauthClientId: string;
  /** The client's secret. May be a reference. */
  readonly oauthClientSecret?: string;
  /**
   * A refresh token that stays valid: if the server sends a new one, the read fails. May be a reference.
   */
  readonly oauthRefreshToken?: string;
  /** Sent to the token endpoint as `scope`. */
  readonly oauthScope?: string;
  /** Sent to the token endpoint as `audience`. */
  readonly oauthAudience?: string;
  /**
   * How the client authenticates itself to the token endpoint.
   *
   * @default basic
   */
  readonly oauthClientAuth?: "basic" | "body";
}
/** The credentials of format `rest`, by their kind. */
export type RestAuthOptions =
  NoAuth | BasicAuth | BearerAuth | ApiKeyAuth | OAuth1Auth | OAuth2Auth;

/** The request. */
interface RequestOptions {
  /**
   * The endpoint. A placeholder `{name}` stands for the position, under the name `offsetField`, or for a
   * field of `inputData`. Other braces are an error: write `%7B` and `%7D` for literal braces.
   */
  readonly url: string;
  /**
   * The HTTP method.
   *
   * @default GET
   */
  readonly method?: "GET" | "POST";
  /** The JSON body of a POST. Its strings may hold placeholders; `{{name}}` is the literal text `{name}`. */
  readonly body?: string;
  /**
   * Sent with each request. Headers that may hold credentials go only to the origin of `url`. A value
   * may be a reference.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** `name=value; name2=value2`, or a reference to such a text. */
  readonly cookie?: string;
  /** Objects, one request for each; or their JSON text, as inputDataFrom() returns it. */
  readonly inputData?: readonly Readonly<Record<string, unknown>>[] | string;
  /**
   * Batch, with `inputData`: the number of partitions that share the requests.
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

/** How an answer becomes rows. */
interface RowOptions {
  /**
   * Selector of the records in an answer: a dotted path, a path with `[*]`, or a JSON Pointer.
   *
   * @default the body if it is an array, its `data` if that is an array, else the body as one record
   */
  readonly dataField?: string;
  /**
   * What an answer without `dataField` means: an error, or no records. If such an answer reports an error
   * or holds records elsewhere, it is always an error.
   *
   * @default fail
   */
  readonly dataFieldMissing?: "fail" | "empty";
  /**
   * The format of the body. It is never guessed.
   *
   * @default json
   */
  readonly responseFormat?: "json" | "jsonl" | "csv" | "text";
  /**
   * Encoding of the body.
   *
   * @default from its byte order mark or Content-Type, else UTF-8
   */
  readonly charset?: string;
  /**
   * csv: the first row holds the names of the fields.
   *
   * @default true
   */
  readonly csvHeader?: boolean;
  /**
   * csv: the delimiter, one character or `\t`.
   *
   * @default ,
   */
  readonly csvDelimiter?: string;
  /**
   * text: the whole body is one record. Otherwise each line is one.
   *
   * @default false
   */
  readonly wholeText?: boolean;
  /**
   * The columns. `json` is the one column `output STRING`; `struct` and `columns` need a `schema`; `variant`
   * needs Spark 4.1.
   *
   * @default json
   */
  readonly outputType?: "json" | "struct" | "columns" | "variant";
  /** The fields of a record as DDL, for `struct` and `columns`. See inferRestSchema(). */
  readonly schema?: string;
  /**
   * Adds the object of `inputData` as `_input STRING`.
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
   * What happens to answers, lines and records that cannot be used.
   *
   * @default fail
   */
  readonly onError?: RestErrorAction;
  /**
   * What happens to values that do not fit their column. Not for `json`, where every record fits.
   *
   * @default the value of `onError`
   */
  readonly schemaDrift?: RestErrorAction | "null";
  /**
   * What happens for a status or a class of statuses: `{ 404: "skip", "5xx": "retry" }`. The statuses 200
   * to 299 are allowed, too: `{ 202: "data" }` reads an answer that otherwise counts as not ready yet.
   */
  readonly onStatus?: Readonly<Record<string, RestErrorAction | "retry" | "data">>;
  /**
   * Selectors of fields, separated by commas. If one of the fields has a value, the answer is an error
   * with that value as its message. With `none`, bodies that look like errors are read as data.
   */
  readonly errorField?: string;
  /**
   * What a body means, by condition: `{ Information: "retry", "status=queued": "retry",
   * "'rate limit'": "fail" }`. A condition is a selector of a field that must have any value, a selector
   * with the value that the field must have, or a text in quotes that the body must contain. Upper and
   * lower case are the same.
   */
  readonly onBody?: Readonly<Record<string, "fail" | "retry" | "skip">>;
  /**
   * What an answer with both records and errors means, such as GraphQL's `data` and `errors`. `fail`: an
   * error. `keep`: the records are read and the errors counted (`partial` in a stream's offset, a
   * warning in a batch).
   *
   * @default fail
   */
  readonly partialErrors?: "fail" | "keep";
  /**
   * Longest time in seconds to repeat a request that is answered with 202 (data not ready yet). After
   * that it is an error.
   *
   * @default 300
   */
  readonly maxPendingWait?: number;
  /**
   * Largest number of records in one poll or call. More is an error.
   *
   * @default 1000000
   */
  readonly maxRowsPerBatch?: number;
  /**
   * Largest total size of all bodies of a stream's poll, in bytes. More is an error.
   *
   * @default 268435456
   */
  readonly maxBatchBytes?: number;
}

/** How a poll or call reads further pages. */
interface PageOptions {
  /**
   * How the source finds the next page.
   *
   * @default none
   */
  readonly pagination?: "none" | "link" | "json" | "cursor" | "page" | "offset" | "lastId";
  /**
   * Field that gives the next page: its URL for `json`, its cursor for `cursor`, the record's id for
   * `lastId`.
   *
   * @default `next` for `json`, `next_cursor` for `cursor`, `id` for `lastId`
   */
  readonly nextField?: string;
  /** Header that holds the cursor, instead of a field. */
  readonly cursorHeader?: string;
  /**
   * What it means that no answer had the field or header of the next page, or of a stream's cursor: an
   * error, or the last page. Set `end` for an API that omits it on the last page.
   *
   * @default fail
   */
  readonly nextFieldMissing?: "fail" | "end";
  /**
   * Field that is true while more pages follow and false on the last page. With `offsetType: "cursor"`,
   * the source requests the next page at once after an empty page where the field is true.
   */
  readonly moreField?: string;
  /** Field that is true on the last page. Use it instead of `moreField`. */
  readonly endField?: string;
  /** The values of `endField` that mean the last page, if it is not a boolean. `null` is JSON's null. */
  readonly endValues?: readonly string[];
  /**
   * Parameter that selects a page.
   *
   * @default `page`, `offset` or `cursor`, the same as `pagination`; `after` for `lastId`
   */
  readonly pageParam?: string;
  /**
   * Where the page's parameters go. `body` needs POST.
   *
   * @default query
   */
  readonly pageIn?: "query" | "body";
  /**
   * First value of a numeric page parameter.
   *
   * @default `0` for `offset`, `1` for `page`
   */
  readonly pageStart?: number;
  /**
   * Number of records to request per page; 0 sends no number. A page with fewer records is not taken as
   * the last one.
   *
   * @default 0
   */
  readonly pageSize?: number;
  /**
   * Parameter for `pageSize`.
   *
   * @default `limit` for `offset`, else `per_page`
   */
  readonly pageSizeParam?: string;
  /**
   * Largest number of pages in one poll or call. More is an error, except with `offsetType: "cursor"`,
   * where the next poll continues. It also limits the polls of one `availableNow` run; the next run
   * continues.
   *
   * @default 100
   */
  readonly maxPages?: number;
}

/** How a stream keeps its position, and which guarantee it gives. */
interface PositionOptions {
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
   * Where a new stream starts. It is sent first, and never compared.
   *
   * @default `0`; empty for `cursor` and `max_field`
   */
  readonly initialOffset?: string | number;
  /**
   * The format in which a record's time is sent as a parameter: `iso`, `epoch` (seconds since 1970),
   * `epochMillis`, `date`, or a pattern such as `yyyy-MM-dd'T'HH:mm:ss`, in UTC. A coarser format cuts
   * digits off; the source drops the records that the API then sends again.
   *
   * @default as the record has it
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
   * Seconds. Records younger than this wait for a later poll. For APIs that add records late.
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
  /** An absolute folder on the driver, for batches too large for an offset. */
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

/** Options of format `rest`. */
export type RestOptions = Omit<CommonSourceOptions, "baseUrl"> &
  RequestOptions &
  RestAuthOptions &
  RowOptions &
  PageOptions &
  PositionOptions;
