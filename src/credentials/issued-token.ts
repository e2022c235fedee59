import { createHash } from "node:crypto";
import type { StoredToken } from "./vault.js";

/** A token is renewed so long before it expires, so that a reader can use it for a while. */
const MARGIN_MS = 60_000;
/** A token with a short life is used for this part of it. */
const USED_PART = 0.8;
/** An API that refuses a newer token refuses the next one, too. So renewals after a refusal are rare. */
const YOUNGEST_REFUSED_MS = 5_000;

/** Gives out the access token of one credential, and renews it. Concurrent callers share one renewal. */
export class IssuedToken {
  readonly #renew: () => Promise<StoredToken>;
  #token: StoredToken | undefined;
  #renewing: Promise<StoredToken> | undefined;

  constructor(renew: () => Promise<StoredToken>, stored?: StoredToken) {
    this.#renew = renew;
    this.#token = stored;
  }

  /** @param refused SHA-256 of a token that the API answered with 401, in hexadecimal digits */
  async get(refused?: string): Promise<StoredToken> {
    const token = this.#token;
    if (token !== undefined && isFresh(token) && !isRefused(token, refused)) return token;
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    this.#token = await this.#renewing;
    return this.#token;
  }

  /** Forgets the token, because another login took place. */
  forget(): void {
    this.#token = undefined;
  }
}

function isFresh({ expiresAtMs, fetchedAtMs }: StoredToken): boolean {
  if (expiresAtMs === undefined) return true;
  const lifeMs = expiresAtMs - fetchedAtMs;
  return Date.now() < Math.max(expiresAtMs - MARGIN_MS, fetchedAtMs + lifeMs * USED_PART);
}

function isRefused({ token, fetchedAtMs }: StoredToken, refused: string | undefined): boolean {
  if (refused === undefined || Date.now() - fetchedAtMs < YOUNGEST_REFUSED_MS) return false;
  return createHash("sha256").update(token).digest("hex") === refused;
}
