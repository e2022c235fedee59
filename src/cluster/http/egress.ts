/** Which addresses a source may call: the rules of `rest`, which `sparktide_sources/_http/egress.py` describes. */
import dns from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { addressProblem } from "./address-kinds.js";
import { EgressError } from "./http-error.js";

const URL_FORM = "a URL must read https://host[:port]/path.";

/** The options about addresses, and the list of the server. */
export interface EgressRules {
  readonly allowHttp: boolean;
  readonly allowPrivateHosts: boolean;
  readonly allowedHosts: readonly string[];
  /** The hosts in the server's SPARKTIDE_ALLOWED_HOSTS. Options cannot lift it. */
  readonly serverHosts: readonly string[];
}

/** Checks URLs and addresses before a connection. */
export class EgressPolicy {
  readonly #rules: EgressRules;

  constructor(rules: EgressRules) {
    this.#rules = rules;
  }

  /**
   * Checks scheme and host of a URL, without any I/O. A host that is an address is checked as such.
   *
   * @throws {EgressError} the rules forbid the URL
   */
  checked(text: string): URL {
    const url = splitUrl(text);
    const { allowHttp, allowPrivateHosts, allowedHosts, serverHosts } = this.#rules;
    const host = hostOf(url);
    if (url.protocol === "http:" && !allowHttp)
      throw new EgressError(
        `http://${host} is refused: only https is called unless allowHttp=true.`,
      );
    const port = Number(url.port) || (url.protocol === "http:" ? 80 : 443);
    if (allowedHosts.length > 0 && !isListed(host, port, allowedHosts))
      throw new EgressError(`the host ${host} is not in allowedHosts.`);
    if (serverHosts.length > 0 && !isListed(host, port, serverHosts))
      throw new EgressError(`the host ${host} is not in the server's SPARKTIDE_ALLOWED_HOSTS.`);
    if (isIP(host) !== 0) requirePermitted(host, host, allowPrivateHosts);
    return url;
  }

  /** Resolves a name for a connection, and refuses it if one of its addresses is forbidden. */
  readonly lookup: LookupFunction = (host, options, callback) => {
    // Looked up at the call: the worker replaces dns.lookup() when the class restricts the network.
    dns.lookup(host, { ...options, all: true }, (error, found) => {
      if (error) {
        callback(error, "");
        return;
      }
      try {
        for (const { address } of found)
          requirePermitted(host, address, this.#rules.allowPrivateHosts);
      } catch (refusal) {
        callback(refusal as NodeJS.ErrnoException, "");
        return;
      }
      if (options.all === true) callback(null, found);
      else callback(null, found[0]?.address ?? "", found[0]?.family);
    });
  };
}

function requirePermitted(host: string, address: string, allowPrivate: boolean): void {
  const problem = addressProblem(address, allowPrivate);
  if (problem !== "") throw new EgressError(`the host ${host} is refused: ${problem}.`);
}

/**
 * An absolute http(s) URL.
 *
 * @throws {EgressError} the text is no such URL, or carries a user
 */
export function splitUrl(text: string): URL {
  // URL() removes some of these characters without a word.
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0020\u007f]/.test(text))
    throw new EgressError("a URL may not contain blanks, line breaks or control characters.");
  if (!/^https?:\/\/[^/?#]/i.test(text) || !URL.canParse(text)) throw new EgressError(URL_FORM);
  const url = new URL(text);
  if (url.port === "0") throw new EgressError(URL_FORM);
  if (url.username !== "" || url.password !== "")
    throw new EgressError("a URL may not carry a user or password; use a header.");
  url.hash = "";
  return url;
}

/** Whether two URLs share scheme, host and port. Credentials are sent only within an origin. */
export function isSameOrigin(first: URL, second: URL): boolean {
  const origin = ({ protocol, port }: URL, host: string): string => `${protocol}//${host}:${port}`;
  return origin(first, hostOf(first)) === origin(second, hostOf(second));
}

/** The host without the brackets of an address and without the dot at the end of a full name. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}

function isListed(host: string, port: number, list: readonly string[]): boolean {
  return list.some((item) => {
    const [, name = "", pinned] = /^(.*?)(?::(\d+))?$/.exec(item.trim().toLowerCase()) ?? [];
    // An address of IPv6 without brackets has colons, but no port.
    const isBareV6 = isIP(item.trim()) === 6;
    const pattern = (isBareV6 ? item.trim().toLowerCase() : name).replace(/^\[(.*)\]$/, "$1");
    if (!isBareV6 && pinned !== undefined && Number(pinned) !== port) return false;
    return host === pattern || (pattern.startsWith("*.") && host.endsWith(pattern.slice(1)));
  });
}
