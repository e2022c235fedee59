import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { ArgumentError, SparkError } from "../errors.js";
import type { StateStore } from "../supervisor/store/state-store.js";

const FORMAT = "sparktide-credentials";
const VERSION = 1;
const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Another process writes only once, when it lost the lease in the middle of a refresh. */
const MOST_TRIES = 5;

/** What is stored of a refresh token. */
export interface StoredGrant {
  readonly refreshToken: string;
  /**
   * `ready`: the token is unused. `asked`: it was perhaps sent, and no answer is stored. `spent`: the provider takes it no more.
   */
  readonly stage: "ready" | "asked" | "spent";
  /** SHA-256 of the option `refreshToken` at the last login. Another value means that a new login took place. */
  readonly seed: string;
  readonly access?: StoredToken | undefined;
}

/** An access token. */
export interface StoredToken {
  readonly token: string;
  readonly expiresAtMs?: number | undefined;
  readonly fetchedAtMs: number;
}

/** The encrypted refresh tokens in a StateStore. Only the holder of its lease may open it. */
export class Vault {
  readonly #store: StateStore;
  readonly #key: Buffer;
  readonly #confirm: () => Promise<void>;
  #text: string | undefined;
  #sealed: ReadonlyMap<string, string> = new Map();
  /** The last read or write. They take turns, so that none of them brings back an older text. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(store: StateStore, key: Buffer, confirm: () => Promise<void>) {
    this.#store = store;
    this.#key = key;
    this.#confirm = confirm;
  }

  /**
   * @param confirm resolves if this process holds the lease
   * @throws {SparkError} code STATE_FILE_FOREIGN or CREDENTIALS_NOT_READABLE
   */
  static async open(store: StateStore, key: Buffer, confirm: () => Promise<void>): Promise<Vault> {
    const vault = new Vault(store, key, confirm);
    await vault.#load();
    for (const name of vault.#sealed.keys()) vault.get(name);
    return vault;
  }

  /** What is stored under a name, as of the last read or write. */
  get(name: string): StoredGrant | undefined {
    const sealed = this.#sealed.get(name);
    return sealed === undefined ? undefined : this.#unsealed(name, sealed);
  }

  /** What is stored under a name now. */
  async reread(name: string): Promise<StoredGrant | undefined> {
    await this.#inTurn(() => this.#load());
    return this.get(name);
  }

  /**
   * Stores a record under a name. It survives a crash of the machine once this resolves. A process that lost the lease may still store the
   * answer to its last request, unless the new holder has changed the record.
   */
  set(name: string, grant: StoredGrant): Promise<void> {
    const sealed = this.#seal(name, grant);
    return this.#inTurn(() => this.#write(name, sealed));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #write(name: string, sealed: string): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const records = new Map(this.#sealed).set(name, sealed);
      const document = {
        format: FORMAT,
        version: VERSION,
        credentials: Object.fromEntries(records),
      };
      const text = `${JSON.stringify(document, undefined, 2)}\n`;
      if (await this.#store.compareAndSet(this.#text, text)) {
        this.#text = text;
        this.#sealed = records;
        return;
      }
      const before = this.#sealed.get(name);
      await this.#load();
      if (this.#sealed.get(name) !== before) await this.#confirm();
    }
    throw new SparkError(
      "STATE_CHANGED",
      `Something else changes the state ${this.#store.location} all the time. Only brokers may write it.`,
    );
  }

  async #load(): Promise<void> {
    const text = await this.#store.read();
    this.#sealed = parse(text, this.#store.location);
    this.#text = text;
  }

  /** The name is part of what the cipher authenticates, so that records cannot be exchanged. */
  #seal(name: string, grant: StoredGrant): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, iv).setAAD(Buffer.from(`${FORMAT} ${name}`));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(grant), "utf8"), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
  }

  #unsealed(name: string, text: string): StoredGrant {
    const bytes = Buffer.from(text, "base64");
    try {
      const decipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(Buffer.from(`${FORMAT} ${name}`))
        .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      const plain = Buffer.concat([
        decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)),
        decipher.final(),
      ]);
      return JSON.parse(plain.toString("utf8")) as StoredGrant;
    } catch (error) {
      throw new SparkError(
        "CREDENTIALS_NOT_READABLE",
        `The credential ${name} in ${this.#store.location} cannot be decrypted: encryptionKey is another key, or the state is damaged. Use the key that wrote it; or remove the state and log in again.`,
        { cause: error },
      );
    }
  }
}

function parse(text: string | undefined, location: string): ReadonlyMap<string, string> {
  if (text === undefined) return new Map();
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    found = undefined;
  }
  const { format, version, credentials } = (found ?? {}) as Readonly<Record<string, unknown>>;
  if (format !== FORMAT || version !== VERSION || typeof credentials !== "object")
    throw new SparkError(
      "STATE_FILE_FOREIGN",
      `${location} is not the state of a credential broker of this version, so it was not changed. Set "state" to another path or store.`,
    );
  return new Map(Object.entries(credentials as Readonly<Record<string, string>>));
}

/**
 * The bytes of a key: 32 bytes in Base64 or hexadecimal digits.
 *
 * @throws {ArgumentError} the text is not such a key
 */
export function encryptionKeyOf(text: string): Buffer {
  const key = /^[\da-f]{64}$/i.test(text) ? Buffer.from(text, "hex") : Buffer.from(text, "base64");
  if (key.length === KEY_BYTES) return key;
  throw new ArgumentError(
    "encryptionKey",
    `encryptionKey must be ${KEY_BYTES} bytes in Base64 or hexadecimal digits, got ${key.length} bytes. Make one with: openssl rand -base64 ${KEY_BYTES}`,
  );
}
