/** HTTP with the conduct of `rest`: retries, rates, redirects, limits, rules for addresses, redaction. */
import { setTimeout as sleep } from "node:timers/promises";
import type {
  RestAnswer,
  RestHttp,
  RestRequest,
  RestRequestOptions,
  RestRequestToSign,
} from "../rest-http.js";
import { checkMethods } from "../../option-check.js";
import { Answer } from "./answer.js";
import { apiMessage } from "./api-message.js";
import { EgressPolicy, isSameOrigin, splitUrl, type EgressRules } from "./egress.js";
import { Exchanger, type Limits, type Outgoing, type Reply } from "./exchange.js";
import { parseExactJson } from "./exact-json.js";
import { EgressError, HttpError } from "./http-error.js";
import { nextLink } from "./links.js";
import { Redactor, isBenignHeader, shownUrl } from "./redactor.js";
import { isTransient, retryDelay, type RetryRules } from "./retry.js";
import { Throttle } from "./throttle.js";
import { askedWait, quotaWait } from "./waits.js";

const USER_AGENT = "sparktide-sources/0.1";
const MAX_REDIRECTS = 5;
const MAX_SHOWN_URL = 400;
const REDIRECTS = [301, 302, 303, 307, 308];

/** The settings of a client. */
export interface HttpSettings {
  /** What a path is added to; undefined if all URLs must be absolute. */
  readonly baseUrl: string | undefined;
  readonly egress: EgressRules;
  readonly limits: Limits;
  readonly retry: RetryRules;
  /** Requests for each second; 0 for no limit. */
  readonly rate: number;
  readonly burst: number;
}

/** Returns the headers with the credentials of a request. */
export type Authorize = (
  request: RestRequestToSign,
) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;

/** Sends the requests of one source. */
export class HttpClient implements RestHttp {
  readonly #settings: HttpSettings;
  readonly #redactor: Redactor;
  readonly #throttle: Throttle;
  readonly #exchanger: Exchanger;
  readonly #authorize: Authorize | undefined;
  /** The client for logins; it has the same connections and rate. */
  readonly #plain: HttpClient;

  /** @param secrets texts that no message may show */
  constructor(
    settings: HttpSettings,
    secrets: Iterable<string>,
    authorize?: Authorize,
    shared?: HttpClient,
  ) {
    this.#settings = settings;
    const { limits, rate, burst } = settings;
    this.#redactor = shared ? shared.#redactor : new Redactor();
    this.#redactor.add(secrets);
    this.#throttle = shared ? shared.#throttle : new Throttle(rate, burst);
    this.#exchanger = shared
      ? shared.#exchanger
      : new Exchanger(new EgressPolicy(settings.egress), limits);
    this.#authorize = authorize;
    this.#plain = authorize === undefined ? this : new HttpClient(settings, [], undefined, this);
  }

  /** A text without any credential that this client knows. */
  discreet(text: string): string {
    return this.#redactor.text(text);
  }

  close(): void {
    this.#exchanger.close();
  }

  get(url: string, options: RestRequestOptions = {}): Promise<RestAnswer> {
    return this.request({ ...options, url });
  }

  post(url: string, body?: unknown, options: RestRequestOptions = {}): Promise<RestAnswer> {
    return this.request({ ...options, url, method: "POST", body });
  }

  async *pages(
    url: string,
    options: RestRequestOptions = {},
  ): AsyncGenerator<RestAnswer, void, undefined> {
    const seen = new Set<string>();
    let next: string | undefined = url;
    let { query } = options;
    while (next !== undefined) {
      seen.add(next);
      const answer: Answer = await this.#answerTo({ ...options, url: next, query });
      yield answer;
      next = nextLink(answer.headers["link"], answer.url);
      if (next !== undefined && seen.has(next))
        throw answer.error("its Link header names a page that was read before");
      // The link has all parameters.
      query = undefined;
    }
  }

  async *ndjson<T>(
    url: string,
    options: RestRequestOptions = {},
  ): AsyncGenerator<T, void, undefined> {
    const answer = await this.#answerTo({ ...options, url });
    let line = 0;
    for (const text of answer.text().split("\n")) {
      line++;
      if (text.trim() === "") continue;
      try {
        yield parseExactJson(text) as T;
      } catch (error) {
        throw error instanceof SyntaxError ? answer.error(`line ${line} is not JSON`) : error;
      }
    }
  }

  request(request: RestRequest): Promise<RestAnswer> {
    return this.#answerTo(request);
  }

  async #answerTo(request: RestRequest): Promise<Answer> {
    const method = request.method ?? "GET";
    const url = this.#urlOf(request);
    const { repeatable = method === "GET" || method === "HEAD" } = request;
    for (let attempts = 0; ;) {
      await this.#keepPace();
      try {
        return await this.#once(method, url, request);
      } catch (error) {
        if (!(error instanceof HttpError)) throw error;
        const retry = { isRepeatable: repeatable, jitter: Math.random() };
        const delay = retryDelay(error, ++attempts, this.#settings.retry, retry);
        await sleep(delay * 1000);
      }
    }
  }

  #urlOf({ url, query = {} }: RestRequest): URL {
    const { baseUrl } = this.#settings;
    let text = url;
    if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) {
      if (baseUrl === undefined)
        throw new TypeError(
          `The request needs an absolute URL, because the source has no option url.`,
        );
      text = `${baseUrl.replace(/\/$/, "")}${url.startsWith("/") || url === "" ? "" : "/"}${url}`;
    }
    const found = splitUrl(text);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) found.searchParams.append(name, String(value));
    return found;
  }

  async #keepPace(): Promise<void> {
    const wait = this.#throttle.wait(performance.now() / 1000);
    const { maxRetryWait } = this.#settings.retry;
    if (wait > maxRetryWait)
      throw new HttpError(
        `the next request must wait ${Math.round(wait)} s (for the API's quota or requestsPerMinute), more than maxRetryWait (${maxRetryWait} s).`,
        { isTransient: true, wasSent: false },
      );
    if (wait > 0) await sleep(wait * 1000);
  }

  async #once(method: string, url: URL, request: RestRequest): Promise<Answer> {
    try {
      let { reply, at } = await this.#follow(method, url, request, false);
      if (reply.status === 401 && this.#authorize !== undefined)
        ({ reply, at } = await this.#follow(method, url, request, true));
      const wait = reply.status < 400 ? quotaWait(reply.headers, Date.now() / 1000) : undefined;
      if (wait !== undefined) this.#throttle.hold(wait, performance.now() / 1000);
      if (reply.status >= 400 && request.okStatuses?.includes(reply.status) !== true)
        throw refusal(reply);
      return new Answer(reply, at.href, this.#shown(method, at));
    } catch (error) {
      throw this.#discreetError(error, method, url);
    }
  }

  #discreetError(error: unknown, method: string, url: URL): unknown {
    if (error instanceof EgressError) return new EgressError(this.discreet(error.message));
    if (!(error instanceof HttpError)) return error;
    const { status, isTransient: mayPass, wait, wasSent } = error;
    const text = `${this.#shown(method, url)}: ${this.discreet(error.message)}`;
    return new HttpError(text.endsWith(".") ? text : `${text}.`, {
      ...{ status, isTransient: mayPass, wait, wasSent },
    });
  }

  #shown(method: string, url: URL): string {
    // Redacted before it is cut: the redactor does not find the beginning of a credential.
    const shown = this.discreet(shownUrl(url));
    const cut = shown.length > MAX_SHOWN_URL ? `${shown.slice(0, MAX_SHOWN_URL)}…` : shown;
    return `${method} ${cut}`;
  }

  /** Follows redirects. */
  async #follow(
    first: string,
    start: URL,
    request: RestRequest,
    refused: boolean,
  ): Promise<{ readonly reply: Reply; readonly at: URL }> {
    let [method, at] = [first, start];
    let content = contentOf(request.body);
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const headers = this.#headers(request, content.type, isSameOrigin(at, start));
      const outgoing = { method, url: at, headers, body: content.bytes, forMs: request.forMs };
      const signed = await this.#signed(outgoing, start, refused);
      this.#throttle.take(performance.now() / 1000);
      const reply = await this.#exchanger.send(signed);
      if (!REDIRECTS.includes(reply.status)) return { reply, at };
      at = this.#nextHop(reply, method, start, at);
      if (reply.status === 303) [method, content] = ["GET", contentOf(undefined)];
    }
    throw new HttpError(`more than ${MAX_REDIRECTS} redirects.`);
  }

  #headers(
    request: RestRequest,
    type: string | undefined,
    isOwn: boolean,
  ): Readonly<Record<string, string>> {
    const headers: Record<string, string> = {
      accept: "application/json",
      "accept-encoding": "gzip, deflate",
      "user-agent": USER_AGENT,
      ...(type !== undefined && { "content-type": type }),
    };
    for (const [name, value] of Object.entries(request.headers ?? {})) {
      if (!isBenignHeader(name)) this.#redactor.addHeader(name, value);
      if (isOwn || isBenignHeader(name)) headers[name.toLowerCase()] = value;
    }
    return headers;
  }

  /** The request with credentials, if it goes to the origin of the option `url`, or of the first URL without it. */
  async #signed(outgoing: Outgoing, start: URL, refused: boolean): Promise<Outgoing> {
    const { baseUrl } = this.#settings;
    const home = baseUrl === undefined ? start : splitUrl(baseUrl);
    if (this.#authorize === undefined || !isSameOrigin(outgoing.url, home)) return outgoing;
    const { method, url, headers, body } = outgoing;
    const toSign = { method, url: url.href, headers, body, refused, http: this.#plain };
    const added = Object.entries(await this.#authorize(toSign));
    for (const [name, value] of added)
      if (!isBenignHeader(name)) this.#redactor.addHeader(name, value);
    const lower = added.map(([name, value]) => [name.toLowerCase(), value] as const);
    return { ...outgoing, headers: { ...headers, ...Object.fromEntries(lower) } };
  }

  #nextHop(reply: Reply, method: string, origin: URL, here: URL): URL {
    const { status } = reply;
    const location = reply.headers["location"] ?? "";
    if (location === "" || !URL.canParse(location, here.href))
      throw new HttpError(`answered ${status} without a usable Location.`, { status });
    const there = splitUrl(new URL(location, here).href);
    if (isSameOrigin(origin, there)) return there;
    if (method !== "GET" && method !== "HEAD" && status !== 303)
      throw new HttpError(`a ${method} was redirected to another origin.`, { status });
    if (this.#redactor.holds(there.href))
      throw new HttpError(
        `was redirected to another origin (${there.host}) with a credential in the URL. If that host is the right one, set it in the option url.`,
        { status },
      );
    return there;
  }
}

function refusal({ status, reason, headers, body }: Reply): HttpError {
  const message = apiMessage(body);
  const mayPass = isTransient(status, headers);
  return new HttpError(
    `answered ${`${status} ${reason}`.trim()}${message === "" ? "" : `: ${message}`}`,
    {
      status,
      isTransient: mayPass,
      wait: mayPass ? askedWait(headers, Date.now() / 1000) : undefined,
    },
  );
}

/** The bytes of a body and their type. */
function contentOf(body: unknown): { readonly bytes: Uint8Array; readonly type?: string } {
  if (body === undefined) return { bytes: new Uint8Array() };
  if (body instanceof Uint8Array) return { bytes: body, type: "application/octet-stream" };
  if (body instanceof URLSearchParams)
    return { bytes: Buffer.from(body.toString()), type: "application/x-www-form-urlencoded" };
  if (typeof body === "string") return { bytes: Buffer.from(body), type: "text/plain" };
  return { bytes: Buffer.from(JSON.stringify(body)), type: "application/json" };
}

const REQUEST_OPTIONS = ["query", "headers", "okStatuses", "repeatable", "forMs"];

checkMethods(HttpClient.prototype, {
  get: [1, REQUEST_OPTIONS],
  post: [2, REQUEST_OPTIONS],
  pages: [1, REQUEST_OPTIONS],
  ndjson: [1, REQUEST_OPTIONS],
});
