import { ArgumentError, SparkError } from "../errors.js";
import { thrownMessage } from "../thrown-value.js";
import type { StoredToken } from "./vault.js";

const MOST_BYTES = 1024 * 1024;
const LONGEST_MESSAGE = 500;
/** Codes of connections that failed before anything was sent. */
const NOT_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

/** A request for an access token. */
export interface TokenRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Texts that no message may show. */
  readonly secrets: readonly string[];
  readonly timeoutMs: number;
}

/** What a provider answered. */
export interface TokenAnswer {
  readonly access: StoredToken;
  readonly refreshToken: string | undefined;
}

/**
 * A request for a token failed. `outcome`: whether the provider has used the refresh token. `unused`: it has not. `used`: it refused
 * the token for good. `unknown`: its answer is missing or unusable.
 */
export class TokenFailure extends SparkError {
  readonly outcome: "unused" | "used" | "unknown";
  /** Whether another try may succeed. */
  readonly isTransient: boolean;
  /** A new refresh token in an answer that has no access token. */
  readonly refreshToken: string | undefined;

  constructor(
    message: string,
    details: {
      readonly outcome: TokenFailure["outcome"];
      readonly isTransient?: boolean;
      readonly refreshToken?: string | undefined;
    },
  ) {
    super(
      details.isTransient === true ? "CREDENTIAL_PROVIDER_FAILED" : "CREDENTIAL_REFUSED",
      message,
    );
    this.outcome = details.outcome;
    this.isTransient = details.isTransient ?? false;
    this.refreshToken = details.refreshToken;
  }
}

/**
 * Sends the request once. Redirects are not followed, because the request has secrets.
 *
 * @throws {TokenFailure}
 */
export async function requestToken(request: TokenRequest): Promise<TokenAnswer> {
  const at = `The token endpoint ${withoutQuery(request.url)}`;
  let status: number;
  let text: string;
  try {
    const response = await fetch(request.url, {
      method: "POST",
      headers: { Accept: "application/json", ...request.headers },
      body: request.body,
      redirect: "manual",
      signal: AbortSignal.timeout(request.timeoutMs),
    });
    status = response.status;
    text = await textOf(response);
  } catch (error) {
    const code = codeOf(error);
    throw new TokenFailure(`${at} did not answer: ${code ?? thrownMessage(error)}`, {
      outcome: code !== undefined && NOT_SENT.has(code) ? "unused" : "unknown",
      isTransient: true,
    });
  }
  const document = parsed(text);
  const token = document["access_token"] ?? document["token"];
  const refreshToken = textIn(document["refresh_token"]);
  if (status >= 200 && status < 300 && typeof token === "string" && token !== "") {
    const fetchedAtMs = Date.now();
    return {
      access: { token, fetchedAtMs, expiresAtMs: expiryOf(document, fetchedAtMs) },
      refreshToken,
    };
  }
  const said = without(request.secrets, messageOf(document)).slice(0, LONGEST_MESSAGE);
  const message = `${at} answered ${status}${said === "" ? "" : `: ${said}`}.`;
  if (status >= 200 && status < 300)
    throw new TokenFailure(`${message} It has no access token.`, {
      outcome: "unknown",
      isTransient: true,
      refreshToken,
    });
  if (status >= 500) throw new TokenFailure(message, { outcome: "unknown", isTransient: true });
  const isUsed = document["error"] === "invalid_grant";
  throw new TokenFailure(message, {
    outcome: isUsed ? "used" : "unused",
    isTransient: status === 408 || status === 429,
  });
}

/** The fields as a body of this form, and its type. */
export function encodedBody(
  fields: Readonly<Record<string, string>>,
  format: "form" | "json" = "form",
): { readonly body: string; readonly type: string } {
  if (format === "json") return { body: JSON.stringify(fields), type: "application/json" };
  return {
    body: new URLSearchParams(fields).toString(),
    type: "application/x-www-form-urlencoded",
  };
}

/** @throws {ArgumentError} it is not an address with https, or http on this machine */
export function checkTokenUrl(option: string, url: string): void {
  const parsedUrl = URL.canParse(url) ? new URL(url) : undefined;
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(parsedUrl?.hostname ?? "");
  if (parsedUrl?.protocol === "https:" || (parsedUrl?.protocol === "http:" && isLocal)) return;
  throw new ArgumentError(
    option,
    `${option} must begin with https://, because the request has secrets. http is allowed on this machine only.`,
  );
}

/** The text with *** in place of each secret, as it is and as a form or JSON has it. */
function without(secrets: readonly string[], text: string): string {
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString("base64"),
  ]);
  return forms
    .filter((form) => form.length > 2)
    .sort((one, other) => other.length - one.length)
    .reduce((shown, form) => shown.replaceAll(form, "***"), text);
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new Error(`the answer has more than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function messageOf(document: Readonly<Record<string, unknown>>): string {
  const parts = [document["error"], document["error_description"], document["message"]];
  return parts.filter((part) => typeof part === "string").join(": ");
}

/** Seconds from now (`expires_in`), or a date (`expires_at`). */
function expiryOf(document: Readonly<Record<string, unknown>>, nowMs: number): number | undefined {
  const seconds = Number(document["expires_in"] ?? NaN);
  if (seconds > 0) return nowMs + seconds * 1000;
  const date = Date.parse(textIn(document["expires_at"]) ?? "");
  return Number.isNaN(date) ? undefined : date;
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? (error.cause as { readonly code?: unknown }) : undefined;
  if (typeof cause?.code === "string") return cause.code;
  return error instanceof Error && error.name === "TimeoutError" ? "it took too long" : undefined;
}

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
