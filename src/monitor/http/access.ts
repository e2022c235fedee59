import type { IncomingMessage } from "node:http";
import { BearerKey } from "../../bearer-key.js";
import { isLoopback } from "../monitor-options.js";
import { HttpFailure } from "./http-failure.js";

/** Who may use a monitor. */
export interface AccessRules {
  readonly token: string | undefined;
  readonly allowedHosts: readonly string[] | undefined;
  /** Only the user of this process can connect, as to a Unix socket. Then names of hosts have no meaning. */
  readonly isPrivate: boolean;
}

/** Checks who sent a request, before anything is read or changed. */
export class Access {
  readonly #rules: AccessRules;
  readonly #token: BearerKey | undefined;

  constructor(rules: AccessRules) {
    this.#rules = rules;
    this.#token = rules.token === undefined ? undefined : new BearerKey(rules.token);
  }

  /**
   * Refuses the names of other hosts. A page of an attacker can let its own name point to 127.0.0.1, and then read the answers.
   * Its name stays in the header, so the header tells the two apart.
   *
   * @throws {HttpFailure} 421
   */
  checkHost(request: IncomingMessage): void {
    const { isPrivate, token, allowedHosts } = this.#rules;
    if (isPrivate || (token !== undefined && allowedHosts === undefined)) return;
    const { host = "" } = request.headers;
    if (this.#isAllowed(host)) return;
    throw new HttpFailure(
      421,
      "HOST_NOT_ALLOWED",
      "This monitor does not answer under the host name of this request. Use localhost or 127.0.0.1, or add the name to the option allowedHosts of the monitor.",
    );
  }

  /**
   * Refuses requests for data that a page of another site makes the reader's browser send. It could not read the answers, but
   * take all live connections. A link from there is allowed.
   *
   * @throws {HttpFailure} 403
   */
  checkSite({ headers }: IncomingMessage): void {
    const { "sec-fetch-site": site, "sec-fetch-mode": mode } = headers;
    if (site !== "cross-site" || mode === "navigate") return;
    throw new HttpFailure(
      403,
      "ORIGIN_NOT_ALLOWED",
      "A page of another site may not read this monitor.",
    );
  }

  /** @throws {HttpFailure} 401 */
  checkToken(request: IncomingMessage): void {
    if (this.#token === undefined) return;
    const isRight = this.#token.matches(request.headers.authorization);
    if (isRight === true) return;
    throw new HttpFailure(
      401,
      isRight === undefined ? "TOKEN_MISSING" : "TOKEN_WRONG",
      isRight === undefined
        ? "This monitor needs a token. Send it as the header Authorization: Bearer …"
        : "The token of this request is not the monitor's token.",
      { "WWW-Authenticate": "Bearer" },
    );
  }

  /**
   * Refuses commands that a page of another origin makes the reader's browser send.
   *
   * @throws {HttpFailure} 403 or 415
   */
  checkCommand(request: IncomingMessage): void {
    const { origin, "sec-fetch-site": site } = request.headers;
    const isForeign =
      (origin !== undefined && !this.#isSameOrigin(origin, request)) ||
      (site !== undefined && site !== "same-origin" && site !== "none");
    if (isForeign)
      throw new HttpFailure(
        403,
        "ORIGIN_NOT_ALLOWED",
        "A page of another origin may not give commands.",
      );
    if (request.headers["x-sparktide-command"] !== "1")
      throw new HttpFailure(
        403,
        "COMMAND_HEADER_MISSING",
        "A command needs the header X-Sparktide-Command: 1.",
      );
    const type = request.headers["content-type"] ?? "";
    if (request.method !== "DELETE" && !/^application\/json *(?:;|$)/i.test(type))
      throw new HttpFailure(
        415,
        "NOT_JSON",
        "A command needs a body of JSON, and the header Content-Type: application/json.",
      );
  }

  #isSameOrigin(origin: string, request: IncomingMessage): boolean {
    if (!URL.canParse(origin)) return false;
    const { host } = new URL(origin);
    return host === request.headers.host?.toLowerCase() || this.#isListed(host);
  }

  #isAllowed(host: string): boolean {
    return isLoopback(hostName(host)) || this.#isListed(host);
  }

  #isListed(host: string): boolean {
    const names = [host.toLowerCase(), hostName(host)];
    const allowed = this.#rules.allowedHosts ?? [];
    return allowed.some((one) => names.includes(one.toLowerCase()));
  }
}

/** The name without the port. */
function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, "");
}
