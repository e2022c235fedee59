/** The HTTP client that a RestSource receives, as types. Workers have the implementation. */

/** How a request of a {@link RestSource} is sent. */
export interface RestRequestOptions {
  /** Parameters of the query, which are added to the URL. Undefined values are left out. */
  readonly query?:
    Readonly<Record<string, string | number | bigint | boolean | undefined>> | undefined;
  /** Sent with the request. After a redirect to another origin, only headers without credentials are sent. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Statuses from 400 that are an answer and not an error, such as 404. */
  readonly okStatuses?: readonly number[] | undefined;
  /**
   * Whether the request may be sent again after a failure although the API may have carried it out. Default: true for GET
   * and HEAD, else false. A request that was certainly not sent, or was answered with 429, is always sent again.
   */
  readonly repeatable?: boolean | undefined;
  /**
   * Reads the body for at most this many milliseconds and then ends it without an error, for streams that never end. The
   * end of such a body may be cut.
   */
  readonly forMs?: number | undefined;
}

/** A request with its method. */
export interface RestRequest extends RestRequestOptions {
  /** An absolute URL, or a path that is added to the option `url` of the source: `/orders`. */
  readonly url: string;
  /** Default `GET`. */
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | undefined;
  /** Text and bytes are sent as they are, URLSearchParams as a form, and any other value as JSON. */
  readonly body?: unknown;
}

/** A complete answer. */
export interface RestAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The URL that answered, after redirects. */
  readonly url: string;
  /** The body after decompression. */
  readonly bytes: Uint8Array;
  /** The body in the encoding that its byte order mark or Content-Type names. Default UTF-8. */
  text(): string;
  /**
   * The body as JSON, with all digits: an integer that a number cannot hold is a bigint, and any other such number is its
   * text, which DECIMAL columns take.
   *
   * @throws {HttpError} the body is not JSON
   */
  json(): unknown;
}

/**
 * Sends requests as `rest` does: with timeouts, retries with jitter, `Retry-After`, the rate limits of the options, and the
 * rules for addresses. A failure throws an error with the `status` of the answer, 0 without an answer. Its message has no
 * credential that the source knows.
 */
export interface RestHttp {
  /** Sends a GET. */
  get(url: string, options?: RestRequestOptions): Promise<RestAnswer>;
  /** Sends a POST. It is not sent again after a failure unless it is `repeatable`. */
  post(url: string, body?: unknown, options?: RestRequestOptions): Promise<RestAnswer>;
  /** Sends any request. */
  request(request: RestRequest): Promise<RestAnswer>;
  /** Gets a page and those that its `Link` headers with `rel="next"` name. */
  pages(url: string, options?: RestRequestOptions): AsyncGenerator<RestAnswer, void, undefined>;
  /** Gets a body with a JSON value in each line, with all digits as {@link RestAnswer.json} has them. */
  ndjson<T = Readonly<Record<string, unknown>>>(
    url: string,
    options?: RestRequestOptions,
  ): AsyncGenerator<T, void, undefined>;
}

/** A request before it is sent, for {@link RestSource.authorize}. */
export interface RestRequestToSign {
  readonly method: string;
  /** The whole URL, in the form in which it is sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty without a body. */
  readonly body: Uint8Array;
  /** Whether the API refused the last credentials with 401. The request is then sent once more. */
  readonly refused: boolean;
  /** Sends requests without credentials, for a login. */
  readonly http: RestHttp;
}
