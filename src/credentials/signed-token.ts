import { createPrivateKey, randomUUID, sign, type KeyObject } from "node:crypto";
import { ArgumentError } from "../errors.js";
import type { JwtCredential } from "./broker-options.js";
import { resolveSecret } from "./secret-reference.js";
import { encodedBody, requestToken } from "./token-request.js";
import type { StoredToken } from "./vault.js";

const DEFAULT_LIFETIME_S = 300;
/** A signed token begins so many seconds ago, because the clock of the provider may be slow. */
const BACKDATED_S = 30;
const KEY_TYPES = { RS256: "rsa", ES256: "ec" } as const;
const ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** Signs JSON Web Tokens, and exchanges them for access tokens. */
export class SignedToken {
  readonly #credential: JwtCredential;
  readonly #key: KeyObject;
  readonly #timeoutMs: number;

  /** @throws {ArgumentError} the key is not a private key for the algorithm */
  constructor(name: string, credential: JwtCredential, timeoutMs: number) {
    this.#credential = credential;
    this.#timeoutMs = timeoutMs;
    this.#key = privateKey(name, credential);
  }

  async fetch(): Promise<StoredToken> {
    const { tokenUrl, sendAs = "grant", issuer, scope } = this.#credential;
    const { token, expiresAtMs } = this.#signed();
    if (tokenUrl === undefined) return { token, expiresAtMs, fetchedAtMs: Date.now() };
    const { body, type } = encodedBody(
      sendAs === "grant"
        ? { grant_type: GRANT, assertion: token }
        : {
            grant_type: "client_credentials",
            client_id: issuer,
            client_assertion_type: ASSERTION,
            client_assertion: token,
            ...(scope !== undefined && { scope }),
          },
    );
    const headers: Record<string, string> =
      sendAs === "bearer" ? { Authorization: `Bearer ${token}` } : { "Content-Type": type };
    const answer = await requestToken({
      url: tokenUrl,
      headers,
      body: sendAs === "bearer" ? "" : body,
      secrets: [token],
      timeoutMs: this.#timeoutMs,
    });
    return answer.access;
  }

  #signed(): { readonly token: string; readonly expiresAtMs: number } {
    const { algorithm, keyId, issuer, subject, audience, tokenUrl, claims, lifetimeSeconds } =
      this.#credential;
    const nowS = Math.floor(Date.now() / 1000);
    const exp = nowS + (lifetimeSeconds ?? DEFAULT_LIFETIME_S);
    const payload = {
      iss: issuer,
      sub: subject,
      aud: audience ?? tokenUrl,
      iat: nowS - BACKDATED_S,
      exp,
      jti: randomUUID(),
      ...claims,
    };
    const text = [{ alg: algorithm, typ: "JWT", kid: keyId }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    const signature = sign("sha256", Buffer.from(text), {
      key: this.#key,
      dsaEncoding: "ieee-p1363",
    });
    return { token: `${text}.${signature.toString("base64url")}`, expiresAtMs: exp * 1000 };
  }
}

function privateKey(name: string, { privateKey: given, algorithm }: JwtCredential): KeyObject {
  const option = `credentials.${name}.privateKey`;
  const pem = resolveSecret(option, given);
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // The error of OpenSSL may quote the key.
    throw new ArgumentError(option, `${option} is not a private key in PEM.`);
  }
  const wanted = KEY_TYPES[algorithm];
  if (key.asymmetricKeyType === wanted) return key;
  throw new ArgumentError(
    option,
    `${option} is a key of the type ${String(key.asymmetricKeyType)}, but ${algorithm} needs one of the type ${wanted}.`,
  );
}
