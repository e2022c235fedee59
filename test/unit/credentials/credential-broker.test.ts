import { createHash, createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  CredentialBroker,
  type BrokerCredential,
  type CredentialBrokerOptions,
  type CredentialEvent,
} from "../../../src/credentials/index.js";
import type { StateStore } from "../../../src/supervisor/store/state-store.js";
import { FileStateStore } from "../../../src/supervisor/store/file-state-store.js";
import { IdentityProvider } from "../../support/identity-provider.js";

const KEY = "a-key-of-the-broker";
const ENCRYPTION_KEY = Buffer.alloc(32, 7).toString("base64");

let folder: string;
let provider: IdentityProvider;
const started: CredentialBroker[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sparktide-test-"));
  provider = await IdentityProvider.start();
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(started.splice(0).map((broker) => broker.close()));
  await provider[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const statePath = (): string => join(folder, "credentials.json");

function refreshToken(token = provider.valid): BrokerCredential {
  const { tokenUrl } = provider;
  return {
    type: "refreshToken",
    tokenUrl,
    clientId: "app",
    clientSecret: "s3cret:ü",
    refreshToken: token,
  };
}

async function start(options: Partial<CredentialBrokerOptions> = {}): Promise<CredentialBroker> {
  const broker = await CredentialBroker.start({
    state: statePath(),
    encryptionKey: ENCRYPTION_KEY,
    key: KEY,
    port: 0,
    credentials: { api: refreshToken() },
    ...options,
  });
  started.push(broker);
  return broker;
}

interface Answer {
  readonly status: number;
  readonly document: {
    readonly token?: string;
    readonly expiresInSeconds?: number | null;
    readonly waitMs?: number;
    readonly granted?: boolean;
    readonly error?: { readonly code: string; readonly message: string };
  };
}

async function ask(
  { url }: CredentialBroker,
  path: string,
  body: object = {},
  key = KEY,
): Promise<Answer> {
  const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
  const response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, document: (await response.json()) as Answer["document"] };
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("a broker with a refresh token of one use", () => {
  it("refreshes once for all readers, stores the new token, and uses it after a restart", async () => {
    provider.settings.life = 1;
    const broker = await start();
    const answers = await Promise.all([1, 2, 3].map(() => ask(broker, "/v1/tokens/api")));
    expect(new Set(answers.map(({ document }) => document.token)).size).toBe(1);
    expect(answers[0]?.document.expiresInSeconds).toBeGreaterThan(0.5);
    expect(provider.sent).toHaveLength(1);
    const pair = Buffer.from("app:s3cret%3A%C3%BC").toString("base64");
    expect(provider.requests[0]?.headers.authorization).toBe(`Basic ${pair}`);
    await broker.close();

    // The options still name the first refresh token.
    const next = await start({ credentials: { api: refreshToken(provider.sent[0]) } });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2_000 });
    await next.token("api");
    expect(provider.sent).toHaveLength(2);
    expect(provider.reused).toEqual([]);
  });

  it("gives the stored access token after a restart without a refresh", async () => {
    const { token } = await (await start()).token("api");
    await started[0]?.close();
    const restarted = await start({ credentials: { api: refreshToken(provider.sent[0]) } });
    expect((await restarted.token("api")).token).toBe(token);
    expect(provider.sent).toHaveLength(1);
  });

  it("renews a token that an API refused, once for all readers that report it", async () => {
    const broker = await start();
    const first = (await ask(broker, "/v1/tokens/api")).document.token ?? "";
    const report = { refused: hash(first) };
    // An API that refuses a new token at once would refuse the next one, too.
    expect((await ask(broker, "/v1/tokens/api", report)).document.token).toBe(first);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 6_000 });
    const second = (await ask(broker, "/v1/tokens/api", report)).document.token;
    expect(second).not.toBe(first);
    expect((await ask(broker, "/v1/tokens/api", report)).document.token).toBe(second);
    expect(provider.sent).toHaveLength(2);
  });

  it("keeps a token that was not used when the provider refuses the client or is not there", async () => {
    const events: CredentialEvent[] = [];
    const onEvent = (event: CredentialEvent): void => void events.push(event);
    const broker = await start({ onEvent });
    provider.settings.failures.push({ status: 401, body: { error: "invalid_client" } });
    const refused = await ask(broker, "/v1/tokens/api");
    expect(refused.status).toBe(424);
    expect(refused.document.error?.message).toMatch(
      /token endpoint .*\/token answered 401: invalid_client/,
    );
    provider.settings.failures.push({ status: 503, body: {} });
    expect((await ask(broker, "/v1/tokens/api")).status).toBe(503);
    expect((await ask(broker, "/v1/tokens/api")).status).toBe(200);
    expect(events.map(({ kind }) => kind)).toEqual(["failed", "failed", "refreshed"]);
    expect(provider.reused).toEqual([]);
  });

  it("asks for a new login and sends the token no more after the provider refused it", async () => {
    const events: CredentialEvent[] = [];
    const onEvent = (event: CredentialEvent): void => void events.push(event);
    const broker = await start({ credentials: { api: refreshToken("wrong-token") }, onEvent });
    for (let tries = 0; tries < 2; tries++) {
      const { status, document } = await ask(broker, "/v1/tokens/api");
      expect(status).toBe(409);
      expect(document.error?.code).toBe("CREDENTIAL_LOGIN_NEEDED");
      expect(document.error?.message).toMatch(
        /^The credential api needs a new login: the provider/,
      );
      expect(JSON.stringify(document)).not.toContain("wrong-token");
    }
    expect(provider.sent).toEqual(["wrong-token"]);
    expect(events.map(({ kind }) => kind)).toEqual(["loginNeeded", "loginNeeded"]);
    await broker.setRefreshToken("api", provider.valid);
    expect((await ask(broker, "/v1/tokens/api")).status).toBe(200);
    await broker.close();
    // The options have another token after another login.
    provider.newLogin();
    const next = await start();
    await next.token("api");
    expect(provider.sent).toHaveLength(3);
  });
});

/** A file whose n-th write and all later ones fail, as if the process had ended before it, until `isBack` is true. */
class CrashingStore implements StateStore {
  readonly #file: FileStateStore;
  readonly location: string;
  writes = 0;
  isBack = false;

  readonly #crashesAt: number;

  constructor(path: string, crashesAt: number) {
    this.#file = new FileStateStore(path);
    this.location = path;
    this.#crashesAt = crashesAt;
  }

  read(): Promise<string | undefined> {
    return this.#file.read();
  }
  tryLease(leaseMs: number): ReturnType<StateStore["tryLease"]> {
    return this.#file.tryLease(leaseMs);
  }
  async compareAndSet(expected: string | undefined, next: string | undefined): Promise<boolean> {
    this.writes += 1;
    if (!this.isBack && this.writes >= this.#crashesAt) throw new Error("crashed");
    return this.#file.compareAndSet(expected, next);
  }
}

describe("a broker that ends between the provider's answer and the state", () => {
  /** The writes: the login, `asked`, the answer. */
  async function crashAtAnswer(): Promise<void> {
    const broker = await start({ state: new CrashingStore(statePath(), 3) });
    await expect(broker.token("api")).rejects.toThrow("crashed");
    await broker.close();
  }

  it("sends the old token once more, which works with a provider that repeats its answer", async () => {
    const first = provider.valid;
    await crashAtAnswer();
    const next = await start({ credentials: { api: refreshToken(first) } });
    await next.token("api");
    expect(provider.sent).toEqual([first, first]);
    expect(provider.reused).toEqual([]);
  });

  it("says that a new login is needed if the provider does not, and never sends the old token again", async () => {
    provider.settings.repeats = false;
    const first = provider.valid;
    await crashAtAnswer();
    for (const why of ["an earlier answer of the provider was lost", "the provider refused"]) {
      const next = await start({ credentials: { api: refreshToken(first) } });
      await expect(next.token("api")).rejects.toThrow(
        `The credential api needs a new login: ${why}`,
      );
      await next.close();
    }
    expect(provider.sent).toEqual([first, first]);
    await (await start({ credentials: { api: refreshToken(provider.newLogin()) } })).token("api");
    expect(provider.sent).toHaveLength(3);
  });

  it("keeps an answer that the store did not take, and sends nothing before the store has it", async () => {
    const store = new CrashingStore(statePath(), 3);
    const broker = await start({ state: store });
    for (let tries = 0; tries < 2; tries++)
      await expect(broker.token("api")).rejects.toThrow("crashed");
    expect(provider.sent).toHaveLength(1);
    store.isBack = true;
    expect((await broker.token("api")).token).toMatch(/^access-/);
    expect(provider.sent).toHaveLength(1);
    await broker.close();
    const next = await start({ credentials: { api: refreshToken(provider.sent[0]) } });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
    await next.token("api");
    expect(provider.reused).toEqual([]);
  });

  it("does not send a token before the state says so", async () => {
    const broker = await start({ state: new CrashingStore(statePath(), 2) });
    await expect(broker.token("api")).rejects.toThrow("crashed");
    expect(provider.sent).toEqual([]);
  });
});

describe("a broker's state", () => {
  it("shows no token, and is not readable with another key", async () => {
    const broker = await start();
    await broker.token("api");
    await broker.close();
    const text = await readFile(statePath(), "utf8");
    for (const secret of provider.secrets) expect(text).not.toContain(secret);
    expect(Object.keys((JSON.parse(text) as { credentials: object }).credentials)).toEqual(["api"]);
    const other = start({ encryptionKey: Buffer.alloc(32, 8).toString("hex") });
    await expect(other).rejects.toMatchObject({ code: "CREDENTIALS_NOT_READABLE" });
    // A record under another name does not pass for that name's.
    const moved = JSON.parse(text) as { credentials: Record<string, string> };
    moved.credentials["other"] = moved.credentials["api"] ?? "";
    await writeFile(statePath(), JSON.stringify(moved));
    await expect(start()).rejects.toMatchObject({ code: "CREDENTIALS_NOT_READABLE" });
  });

  it("is used by one broker at a time", async () => {
    const broker = await start();
    await expect(start()).rejects.toMatchObject({ code: "STATE_FILE_IN_USE" });
    const waiting = start({ standby: true });
    await broker.close();
    expect((await (await waiting).token("api")).token).toMatch(/^access-/);
  });

  it("of another program is not changed", async () => {
    await writeFile(statePath(), '{"format":"sparktide-supervisor","version":2}');
    await expect(start()).rejects.toMatchObject({ code: "STATE_FILE_FOREIGN" });
  });
});

describe("a broker's address", () => {
  it("answers nothing without the key", async () => {
    const broker = await start();
    for (const key of ["", "wrong", `${KEY}x`]) {
      const { status, document } = await ask(broker, "/v1/tokens/api", {}, key);
      expect(status).toBe(401);
      expect(document.error?.code).toBe("KEY_WRONG");
    }
    expect(provider.sent).toEqual([]);
    expect((await ask(broker, "/v1/tokens/apo")).document.error?.message).toBe(
      "The broker has no credential apo. Add it to the options of CredentialBroker.start().",
    );
    expect((await ask(broker, "/v1/else/api")).status).toBe(404);
    expect((await ask(broker, "/v1/budgets/api", { requests: 0, maxWaitMs: 1 })).status).toBe(400);
  });
});

describe("a broker with a private key", () => {
  const pem = (key: ReturnType<typeof generateKeyPairSync>["privateKey"]): string =>
    key.export({ type: "pkcs8", format: "pem" }).toString();
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

  it.each([
    ["RS256", rsa],
    ["ES256", ec],
  ] as const)("signs tokens with %s", async (algorithm, key) => {
    const credential: BrokerCredential = {
      type: "jwt",
      privateKey: pem(key),
      algorithm,
      keyId: "k1",
      issuer: "app",
      audience: "https://api.example.com",
      claims: { scope: "read" },
    };
    const broker = await start({ credentials: { api: credential } });
    const { token, expiresAt } = await broker.token("api");
    const [head = "", body = "", signature = ""] = token.split(".");
    const plain = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString());
    expect(plain(head)).toEqual({ alg: algorithm, typ: "JWT", kid: "k1" });
    const claims = plain(body) as { iat: number; exp: number };
    expect(claims).toMatchObject({ iss: "app", aud: "https://api.example.com", scope: "read" });
    expect(claims.exp - claims.iat).toBe(330);
    expect(expiresAt?.getTime()).toBe(claims.exp * 1000);
    const publicKey = { key: createPublicKey(key), dsaEncoding: "ieee-p1363" as const };
    const isValid = verify(
      "sha256",
      Buffer.from(`${head}.${body}`),
      publicKey,
      Buffer.from(signature, "base64url"),
    );
    expect(isValid).toBe(true);
  });

  it("exchanges a signed token for an access token, as a grant, as the client's proof or as a bearer", async () => {
    const jwt = {
      type: "jwt",
      privateKey: pem(ec),
      algorithm: "ES256",
      issuer: "app",
      tokenUrl: provider.tokenUrl,
    } as const;
    const broker = await start({
      credentials: {
        grant: jwt,
        client: { ...jwt, sendAs: "client", scope: "read" },
        bearer: { ...jwt, sendAs: "bearer" },
      },
    });
    for (const name of ["grant", "client", "bearer"])
      expect((await broker.token(name)).token).toMatch(/^access-/);
    const [grant, client, bearer] = provider.requests.map(({ body, headers }) => ({
      fields: new URLSearchParams(body),
      authorization: headers.authorization ?? "",
    }));
    expect(grant?.fields.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    expect(grant?.fields.get("assertion")?.split(".")).toHaveLength(3);
    expect(client?.fields.get("client_assertion_type")).toMatch(
      /client-assertion-type:jwt-bearer$/,
    );
    expect([...(client?.fields.keys() ?? [])]).toContain("scope");
    expect(bearer?.authorization).toMatch(/^Bearer ey/);
  });

  it("refuses a key that does not fit, and shows nothing of it", async () => {
    const jwt = { type: "jwt", privateKey: pem(ec), algorithm: "RS256", issuer: "app" } as const;
    await expect(start({ credentials: { api: jwt } })).rejects.toThrow(
      "credentials.api.privateKey is a key of the type ec, but RS256 needs one of the type rsa.",
    );
    const broken = { ...jwt, privateKey: "not-a-key" };
    await expect(start({ credentials: { api: broken } })).rejects.toThrow(
      "credentials.api.privateKey is not a private key in PEM.",
    );
  });
});

describe("a broker with a function", () => {
  it("calls it once at a time and keeps its token until it expires", async () => {
    let calls = 0;
    const broker = await start({
      credentials: {
        own: async ({ signal }) => {
          calls += 1;
          await Promise.resolve();
          expect(signal.aborted).toBe(false);
          return { token: `own-${calls}`, expiresAt: new Date(Date.now() + 100_000) };
        },
      },
    });
    const tokens = await Promise.all([broker.token("own"), broker.token("own")]);
    expect(tokens.map(({ token }) => token)).toEqual(["own-1", "own-1"]);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 90_000 });
    expect((await broker.token("own")).token).toBe("own-2");
  });
});

describe("a request rate at a broker", () => {
  it("is shared by all who ask, and never begins with a burst", async () => {
    const budgets = { api: { requestsPerSecond: 10, burst: 3 } };
    const broker = await start({ budgets, credentials: {} });
    const ten = { requests: 1, maxWaitMs: 60_000 };
    const waits = await Promise.all(
      Array.from({ length: 6 }, () => ask(broker, "/v1/budgets/api", ten)),
    );
    const sorted = waits.map(({ document }) => document.waitMs ?? 0).sort((a, b) => a - b);
    for (const [at, wait] of sorted.entries()) expect(wait).toBeGreaterThan(at * 100 - 50);
    expect(sorted.at(-1)).toBeLessThanOrEqual(600);
    const late = await ask(broker, "/v1/budgets/api", { requests: 100, maxWaitMs: 100 });
    expect(late.document).toMatchObject({ granted: false });
    expect((await ask(broker, "/v1/budgets/api", ten)).document.waitMs).toBeLessThanOrEqual(700);
  });
});

describe("the options of a broker", () => {
  it.each([
    [{ key: "short" }, "key must have at least 16 characters."],
    [{ key: "env:SPARKTIDE_TEST_UNSET" }, "key refers to the environment variable"],
    [{ encryptionKey: "c2hvcnQ=" }, "encryptionKey must be 32 bytes in Base64"],
    [{ host: "0.0.0.0" }, "Without tls, the broker would send tokens over the network"],
    [{ leaseMs: 10 }, "leaseMs must be at least 1000 milliseconds, got 10."],
    [{ budgets: { api: { requestsPerSecond: 0 } } }, "budgets.api.requestsPerSecond must be"],
    [
      {
        credentials: {
          api: { type: "refreshToken", tokenUrl: "http://a.example/", clientId: "c" },
        },
      },
      "credentials.api.tokenUrl must begin with https://",
    ],
    [
      {
        credentials: {
          api: {
            type: "refreshToken",
            tokenUrl: "https://a.example/",
            clientId: "c",
            parameters: { scope: "s" },
          },
        },
      },
      "credentials.api.parameters has scope, which the broker sets itself: use scope.",
    ],
    [{ credentials: { api: { type: "else" } as never } }, 'with type: "refreshToken" or "jwt"'],
    [{ credentail: {} } as never, "Did you mean credentials?"],
  ] as [Partial<CredentialBrokerOptions>, string][])(
    "are refused by name before anything is read: %j",
    async (options, message) => {
      await expect(start(options)).rejects.toThrow(message);
    },
  );
});
