import { createHash, timingSafeEqual } from "node:crypto";

/** A secret that clients send as `Authorization: Bearer …`. */
export class BearerKey {
  readonly #hash: Buffer;

  constructor(key: string) {
    this.#hash = hashOf(key);
  }

  /** Whether a header has the key. Undefined: the header has no Bearer token. */
  matches(authorization: string | undefined): boolean | undefined {
    const [, given] = /^Bearer +(\S+) *$/i.exec(authorization ?? "") ?? [];
    // Hashes have equal lengths, as the comparison needs, and its time does not depend on the key.
    return given === undefined ? undefined : timingSafeEqual(hashOf(given), this.#hash);
  }
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
