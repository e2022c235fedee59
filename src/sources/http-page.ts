import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { promisify, TextDecoder } from "node:util";
import { gunzip, inflate, inflateRaw } from "node:zlib";
import type * as Undici from "undici";
import { SparkError } from "../errors.js";
import { apiMessage } from "./api-message.js";
import { parseUrl, type EgressPolicy } from "./egress-policy.js";
import { pathSecrets } from "./path-secrets.js";
import { Redactor } from "./redactor.js";
import { withParameter, type RestRequest } from "./rest-request.js";

/** Bounds of one page; times in milliseconds. */
export interface PageLimits {
  readonly connectTimeoutMs: number;
  /** The longest silence of the server. */
  readonly readTimeoutMs: number;
  /** For all of it, redirects included. */
  readonly totalTimeoutMs: number;
  /** Of the body, as it arrives and unpacked. */
  readonly maxBytes: number;
}

/** A complete answer of the API. */
export interface HttpPage {
  readonly contentType: string;
  /** Unpacked. */
  readonly body: Uint8Array;
}

type Answer = Undici.Dispatcher.ResponseData;

const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];
/** Of an error's body, what may hold the API's message. */
const MESSAGE_BYTES = 16 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b, 0x08];

function failed(problem: string): SparkError {
  return new SparkError("HTTP_FAILED", problem);
}

/** What is used of undici, which all its versions from 5 on have. */
type HttpClient = Pick<typeof Undici, "Agent" | "request">;

async function importUndici(): Promise<HttpClient> {
  // esbuild and Turbopack accept a package that is not there inside a try block, webpack with its comment.
  try {
    return await import(/* webpackIgnore: true */ "undici");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isMissing = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
    throw missingUndici(isMissing ? "is not installed" : `cannot be loaded (${message})`, error);
  }
}

function missingUndici(problem: string, cause?: unknown): SparkError {
  return new SparkError(
    "MISSING_DEPENDENCY",
    `inferRestSchema() needs the package undici, version 5 or newer, which ${problem}: npm install undici@7`,
    { cause },
  );
}

/**
 * undici, the HTTP client.
 *
 * @throws {SparkError} MISSING_DEPENDENCY: it is not installed, needs another Node, or is too old
 */
export async function loadUndici(
  load: () => Promise<HttpClient> = importUndici,
): Promise<HttpClient> {
  const undici = await load();
  const { Agent, request } = undici as Partial<HttpClient>;
  if (typeof Agent !== "function" || typeof request !== "function")
    throw missingUndici("is older here");
  return undici;
}

/** What every step of one page's way shares. */
interface Fetch {
  readonly undici: HttpClient;
  readonly request: RestRequest;
  readonly policy: EgressPolicy;
  readonly limits: PageLimits;
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
}

/**
 * Fetches one page. Redirects are followed, five at most, each to a checked address; credentials stay
 * with the origin of the request's URL. Nothing is tried twice.
 *
 * @throws {SparkError} EGRESS_REFUSED, HTTP_STATUS (400 and above) or HTTP_FAILED; no message holds a
 * credential of the request
 */
export async function fetchPage(
  undici: HttpClient,
  request: RestRequest,
  policy: EgressPolicy,
  limits: PageLimits,
  signal?: AbortSignal,
): Promise<HttpPage> {
  signal?.throwIfAborted();
  const redactor = new Redactor(request.secrets);
  const timeout = AbortSignal.timeout(limits.totalTimeoutMs);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    return await follow({ undici, request, policy, limits, redactor, signal: either });
  } catch (error) {
    signal?.throwIfAborted();
    const known = error instanceof SparkError ? error : failed(problemOf(error));
    const problem = timeout.aborted
      ? `It took longer than totalTimeout, ${limits.totalTimeoutMs} ms.`
      : known.message;
    // In messages only: an id in the path may look like a key, and a redirect may well repeat it.
    const discreet = new Redactor([...request.secrets, ...pathSecrets(request.url)]);
    // No cause: what the HTTP parser throws holds bytes received, and those may echo a credential.
    throw new SparkError(
      known.code,
      discreet.text(`${request.method} ${discreet.url(request.url)}: ${problem}`),
    );
  }
}

function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return "It failed.";
  const code = "code" in error && typeof error.code === "string" ? ` (${error.code})` : "";
  return `${error.message || error.name}${code}.`;
}

async function follow(fetch: Fetch): Promise<HttpPage> {
  let { url, method } = fetch.request;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const addresses = await abortable(fetch.policy.addresses(url), fetch.signal);
    const agent = agentFor(fetch, addresses);
    try {
      const answer = await ask(fetch, agent, url, method);
      if (!REDIRECTS.includes(answer.statusCode)) return await pageOf(fetch, answer);
      url = nextHop(fetch, answer, url, method);
      if (answer.statusCode === 303) method = "GET";
    } finally {
      await agent.destroy();
    }
  }
  throw failed(`There were more than ${MAX_REDIRECTS} redirects.`);
}

/** Connects to the checked addresses alone, whatever the name means by then. */
function agentFor({ undici, limits }: Fetch, addresses: readonly LookupAddress[]): Undici.Agent {
  const [first] = addresses;
  const lookup: LookupFunction = (_, options, callback) => {
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? "", first?.family);
  };
  return new undici.Agent({ connect: { lookup, timeout: limits.connectTimeoutMs } });
}

function ask(
  { undici, request, limits, signal }: Fetch,
  agent: Undici.Agent,
  url: URL,
  method: "GET" | "POST",
): Promise<Answer> {
  const isOwn = url.origin === request.url.origin;
  const headers = new Map([...request.openHeaders, ...(isOwn ? request.privateHeaders : [])]);
  if (method === "GET") {
    for (const name of headers.keys()) if (/^content-type$/i.test(name)) headers.delete(name);
  }
  const address =
    isOwn && request.privateParameter !== undefined
      ? withParameter(url.href, ...request.privateParameter)
      : url.href;
  return undici.request(address, {
    dispatcher: agent,
    method,
    headers: Object.fromEntries(headers),
    body: method === "POST" ? (request.body ?? null) : null,
    headersTimeout: limits.readTimeoutMs,
    bodyTimeout: limits.readTimeoutMs,
    signal,
  });
}

function nextHop({ request, redactor }: Fetch, answer: Answer, here: URL, method: string): URL {
  const location = headerOf(answer, "location");
  if (location === "") throw failed(`It answered ${answer.statusCode} without a Location.`);
  const there = parseUrl(location, here);
  there.hash = "";
  if (there.origin === request.url.origin) return there;
  if (method === "POST" && answer.statusCode !== 303)
    throw failed(`It redirected a POST to another origin, ${there.origin}.`);
  if (redactor.holds(there.href)) {
    throw failed(
      `It redirected to another origin, ${there.origin}, with a credential in the address: if that ` +
        "host is the right one, write it in url.",
    );
  }
  return there;
}

async function pageOf({ limits }: Fetch, answer: Answer): Promise<HttpPage> {
  const { statusCode } = answer;
  // 202 says that the data is not ready, whatever the body holds.
  if (statusCode >= 400 || statusCode === 202) {
    const said = apiMessage(await messageText(answer)).replace(/\.$/, "");
    const what = statusCode === 202 ? ", so its data is not ready: try again later" : "";
    throw new SparkError("HTTP_STATUS", `It answered ${statusCode}${what}${said && `: ${said}`}.`);
  }
  const body = await unpacked(
    await readBody(answer, limits.maxBytes),
    headerOf(answer, "content-encoding"),
    limits.maxBytes,
  );
  return { contentType: headerOf(answer, "content-type"), body };
}

/** What an error's body says; nothing if it cannot be read, for the status says more than why not. */
async function messageText(answer: Answer): Promise<string> {
  try {
    const body = await readBody(answer, MESSAGE_BYTES);
    const encoding = headerOf(answer, "content-encoding");
    return new TextDecoder().decode(await unpacked(body, encoding, MESSAGE_BYTES));
  } catch {
    return "";
  }
}

async function readBody(answer: Answer, maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of answer.body as AsyncIterable<Uint8Array>) {
    length += piece.byteLength;
    if (length > maxBytes) throw tooLarge(maxBytes);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

async function unpacked(body: Uint8Array, encoding: string, maxBytes: number): Promise<Uint8Array> {
  const options = { maxOutputLength: maxBytes };
  try {
    let plain = body;
    switch (encoding.trim().toLowerCase()) {
      case "":
      case "identity":
        break;
      case "gzip":
      case "x-gzip":
        plain = await promisify(gunzip)(body, options);
        break;
      case "deflate":
        // Some servers leave the wrapping of zlib away, whose first byte is always 0x_8.
        plain = await (((body[0] ?? 0) & 15) === 8
          ? promisify(inflate)(body, options)
          : promisify(inflateRaw)(body, options));
        break;
      default:
        throw failed(
          `The body has the encoding ${JSON.stringify(encoding)}, which was not asked for.`,
        );
    }
    // A file that was packed by its owner, whatever the headers say.
    const isPacked = GZIP_MAGIC.every((byte, at) => plain[at] === byte);
    return isPacked ? await promisify(gunzip)(plain, options) : plain;
  } catch (error) {
    if (error instanceof SparkError) throw error;
    if (error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE")
      throw tooLarge(maxBytes);
    throw failed(`The body cannot be unpacked: ${problemOf(error)}`);
  }
}

function tooLarge(maxBytes: number): SparkError {
  return failed(
    `The body is larger than maxResponseBytes, ${maxBytes} bytes: ask for a smaller page.`,
  );
}

function headerOf(answer: Answer, name: string): string {
  const value = answer.headers[name];
  return (typeof value === "string" ? value : value?.[0]) ?? "";
}

/** Resolving a name cannot be called off; the wait for it can. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (abort !== undefined) signal.removeEventListener("abort", abort);
  }
}
