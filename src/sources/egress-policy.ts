import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { SparkError } from "../errors.js";
import { addressProblem } from "./public-address.js";

/** Names resolved by this machine; another one only in tests. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** What opens the default, https to public addresses. */
export interface EgressOptions {
  readonly allowHttp: boolean;
  readonly allowPrivateHosts: boolean;
  /** Empty: any host. */
  readonly allowedHosts: readonly string[];
}

/** Narrows what may be called for everybody on a machine, as it does on the server. */
const MACHINE_ALLOW_LIST = "SPARKTIDE_ALLOWED_HOSTS";

const DEFAULT_PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

function refused(problem: string): SparkError {
  return new SparkError("EGRESS_REFUSED", problem);
}

/** The host's name or address, without the brackets and the dot at the end. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

/**
 * An absolute http(s) URL. The text itself never shows in the error: it may carry credentials.
 *
 * @throws {SparkError} EGRESS_REFUSED: it is none, or has a user, a password or blanks in it
 */
export function parseUrl(text: string, base?: URL): URL {
  // URL would drop line breaks and take blanks away without a word.
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0020\u007f]/.test(text))
    throw refused("A URL may not contain blanks, line breaks or control characters.");
  const url = URL.canParse(text, base?.href) ? new URL(text, base?.href) : undefined;
  if (url === undefined || DEFAULT_PORTS[url.protocol] === undefined || url.port === "0")
    throw refused("A URL must read https://host[:port]/path.");
  if (url.username !== "" || url.password !== "" || /^[^/?#]*\/\/[^/?#]*@/.test(text)) {
    throw refused(
      "A URL may not carry a user or password; use authType with userId and userPassword.",
    );
  }
  return url;
}

function isListed(url: URL, allowed: readonly string[]): boolean {
  const host = hostOf(url);
  const port = url.port || (DEFAULT_PORTS[url.protocol] ?? "");
  return allowed.some((item) => {
    const [, named = "", pinned] = /^(.*?)(?::(\d+))?$/.exec(item.toLowerCase()) ?? [];
    const pattern = named.replace(/^\[|\]$/g, "");
    if (pinned !== undefined && pinned !== port) return false;
    return host === pattern || (pattern.startsWith("*.") && host.endsWith(pattern.slice(1)));
  });
}

/**
 * Which addresses may be called from this machine: the rules that the sources keep on the server. By
 * default https to public addresses. A name is resolved once and each address it has is checked; the
 * connection goes to a checked one, so that a name which changes its mind in between gains nothing.
 */
export class EgressPolicy {
  readonly #options: EgressOptions;
  readonly #resolve: Resolve;

  constructor(options: EgressOptions, resolve: Resolve = (host) => lookup(host, { all: true })) {
    this.#options = options;
    this.#resolve = resolve;
  }

  /**
   * The checked addresses of a URL's host.
   *
   * @throws {SparkError} EGRESS_REFUSED, or HTTP_FAILED when the name does not resolve
   */
  async addresses(url: URL): Promise<readonly LookupAddress[]> {
    this.#checkName(url);
    const host = hostOf(url);
    const found = await this.#resolve(host).catch((error: unknown) => {
      const reason = error instanceof Error && "code" in error ? String(error.code) : "failed";
      throw new SparkError("HTTP_FAILED", `The name ${host} does not resolve (${reason}).`);
    });
    if (found.length === 0)
      throw new SparkError("HTTP_FAILED", `The name ${host} does not resolve (no address).`);
    for (const { address } of found) {
      const [bare = ""] = address.split("%");
      const problem = addressProblem(bare, this.#options.allowPrivateHosts);
      if (problem !== undefined) throw refused(`The host ${host} is refused: ${problem}.`);
    }
    return found;
  }

  #checkName(url: URL): void {
    const host = hostOf(url);
    const { allowHttp, allowedHosts } = this.#options;
    if (url.protocol === "http:" && !allowHttp)
      throw refused(`http://${host} is refused: only https is called unless allowHttp is true.`);
    if (allowedHosts.length > 0 && !isListed(url, allowedHosts))
      throw refused(`The host ${host} is not in allowedHosts: add it there if it may be called.`);
    const listed = (process.env[MACHINE_ALLOW_LIST] ?? "").split(",").map((item) => item.trim());
    const machineList = listed.filter((item) => item !== "");
    if (machineList.length > 0 && !isListed(url, machineList)) {
      throw refused(
        `The host ${host} is not in ${MACHINE_ALLOW_LIST} of this machine's environment.`,
      );
    }
  }
}
