import type { Server } from "node:http";
import { SparkError } from "../errors.js";
import { settledWithin } from "../supervisor/aborting.js";
import { systemClock } from "../supervisor/clock.js";
import { FileStateStore } from "../supervisor/store/file-state-store.js";
import type { HeldLease } from "../supervisor/store/held-lease.js";
import { takeLease } from "../supervisor/store/take-lease.js";
import type {
  AccessToken,
  CredentialBrokerOptions,
  CredentialEvent,
  FetchedCredential,
} from "./broker-options.js";
import { serve, type BrokerCalls } from "./broker-server.js";
import { checkedOptions } from "./check-options.js";
import { IssuedToken } from "./issued-token.js";
import { RefreshedToken } from "./refresh-token.js";
import { RequestBudget } from "./request-budget.js";
import { SignedToken } from "./signed-token.js";
import { Vault, type StoredToken } from "./vault.js";

/** The part of the lease in which a provider must answer: the rest of it is the lease's own safety. */
const ANSWER_PART = 0.2;
/** How long close() waits for running requests. */
const CLOSE_MS = 5_000;

/**
 * Holds credentials that change, in the user's service: refresh tokens that the provider replaces at each use, and private keys that sign.
 * It is the only one who uses them. Readers with `authType: "Broker"` get access tokens from it, and readers with `rateBudget`
 * share a request rate. Start one with `CredentialBroker.start()`.
 */
export class CredentialBroker implements AsyncDisposable {
  /** Its address: `http://127.0.0.1:4050`. */
  readonly url: string;
  readonly #server: Server;
  readonly #lease: HeldLease;
  readonly #parts: BrokerParts;
  #closing: Promise<void> | undefined;

  private constructor(server: Server, url: string, lease: HeldLease, parts: BrokerParts) {
    this.#server = server;
    this.url = url;
    this.#lease = lease;
    this.#parts = parts;
  }

  /**
   * Starts a broker. Resolves when it holds the state and listens. It keeps the process alive until `close()`.
   *
   * @throws {ArgumentError} an option has an invalid value
   * @throws {SparkError} code STATE_FILE_IN_USE: another broker holds the state; STATE_FILE_FOREIGN or CREDENTIALS_NOT_READABLE: the
   *   state is not readable; BROKER_NOT_LISTENING
   * @example
   * await using broker = await CredentialBroker.start({
   *   state: "/var/lib/app/credentials.json",
   *   encryptionKey: "env:APP_ENCRYPTION_KEY",
   *   key: "env:APP_BROKER_KEY",
   * });
   */
  static async start(options: CredentialBrokerOptions): Promise<CredentialBroker> {
    const { encryptionKey, key, address, leaseMs } = checkedOptions(options);
    const { state, standby = false, signal = new AbortController().signal } = options;
    const store = typeof state === "string" ? new FileStateStore(state) : state;
    const lease = await takeLease(store, {
      leaseMs,
      standby,
      isKnown: false,
      clock: systemClock,
      signal,
      onStandby: () => undefined,
      onFailure: () => undefined,
    });
    try {
      const vault = await Vault.open(store, encryptionKey, () => lease.confirm());
      const parts = await brokerParts(options, vault, lease, leaseMs * ANSWER_PART);
      const { server, url } = await serve(address, key, callsOf(parts, lease));
      return new CredentialBroker(server, url, lease, parts);
    } catch (error) {
      await lease.release().catch(() => undefined);
      throw error;
    }
  }

  /** Aborts when another process has the state, or may have it. Then this broker answers every request with 503: end the process. */
  get lost(): AbortSignal {
    return this.#lease.lost;
  }

  /**
   * The access token of a credential, for calls of the service itself. Renews it, if it expires soon.
   *
   * @throws {SparkError} code CREDENTIAL_LOGIN_NEEDED, CREDENTIAL_REFUSED, CREDENTIAL_PROVIDER_FAILED, or NOT_FOUND
   */
  async token(name: string): Promise<AccessToken> {
    await this.#lease.confirm();
    const { token, expiresAtMs } = await issuedOf(this.#parts, name).get();
    return { token, expiresAt: expiresAtMs === undefined ? undefined : new Date(expiresAtMs) };
  }

  /**
   * Replaces the refresh token of a credential after a new login. It is stored once this resolves.
   *
   * @throws {SparkError} code NOT_FOUND: no credential with this name has a refresh token
   */
  async setRefreshToken(name: string, refreshToken: string): Promise<void> {
    await this.#lease.confirm();
    const refreshed = this.#parts.refreshed.get(name);
    if (refreshed === undefined) throw notFound(`credential with a refresh token ${name}`);
    await refreshed.setRefreshToken(refreshToken);
    issuedOf(this.#parts, name).forget();
  }

  /** Stops listening, waits for running refreshes, and gives the state back. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  /** Calls close() at the end of `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    this.#server.closeIdleConnections();
    await Promise.allSettled([...this.#parts.refreshed.values()].map((one) => one.finish()));
    // A client may hold its connection open without a request.
    await settledWithin(closed, CLOSE_MS, systemClock);
    this.#server.closeAllConnections();
    await closed;
    await this.#lease.release().catch(() => undefined);
  }
}

interface BrokerParts {
  readonly issued: ReadonlyMap<string, IssuedToken>;
  readonly refreshed: ReadonlyMap<string, RefreshedToken>;
  readonly budgets: ReadonlyMap<string, RequestBudget>;
}

async function brokerParts(
  { credentials = {}, budgets = {}, onEvent }: CredentialBrokerOptions,
  vault: Vault,
  lease: HeldLease,
  timeoutMs: number,
): Promise<BrokerParts> {
  // An error in the callback must not fail the refresh.
  const told = (event: CredentialEvent): void => {
    if (onEvent !== undefined)
      queueMicrotask(() => {
        onEvent(event);
      });
  };
  const issued = new Map<string, IssuedToken>();
  const refreshed = new Map<string, RefreshedToken>();
  for (const [name, credential] of Object.entries(credentials)) {
    const watched =
      (renew: () => Promise<StoredToken>): (() => Promise<StoredToken>) =>
      async () => {
        try {
          const token = await renew();
          told({ kind: "refreshed", credential: name });
          return token;
        } catch (error) {
          const isOver = error instanceof SparkError && error.code === "CREDENTIAL_LOGIN_NEEDED";
          const kind = isOver ? "loginNeeded" : "failed";
          told({ kind, credential: name, error: error as Error });
          throw error;
        }
      };
    if (typeof credential === "function") {
      issued.set(name, new IssuedToken(watched(() => fetched(credential, timeoutMs))));
    } else if (credential.type === "jwt") {
      const signed = new SignedToken(name, credential, timeoutMs);
      issued.set(name, new IssuedToken(watched(() => signed.fetch())));
    } else {
      const one = new RefreshedToken(name, credential, { vault, lease, timeoutMs });
      await one.takeLogin();
      refreshed.set(name, one);
      issued.set(
        name,
        new IssuedToken(
          watched(() => one.refresh()),
          one.stored,
        ),
      );
    }
  }
  const rates = Object.entries(budgets).map(
    ([name, rate]) => [name, new RequestBudget(rate)] as const,
  );
  return { issued, refreshed, budgets: new Map(rates) };
}

async function fetched(fetch: FetchedCredential, timeoutMs: number): Promise<StoredToken> {
  const { token, expiresAt } = await fetch({ signal: AbortSignal.timeout(timeoutMs) });
  return { token, expiresAtMs: expiresAt?.getTime(), fetchedAtMs: Date.now() };
}

function callsOf(parts: BrokerParts, lease: HeldLease): BrokerCalls {
  return {
    async token(name, refused) {
      await lease.confirm();
      const { token, expiresAtMs } = await issuedOf(parts, name).get(refused);
      const leftMs = expiresAtMs === undefined ? undefined : expiresAtMs - Date.now();
      return { token, expiresInSeconds: leftMs === undefined ? null : Math.max(leftMs, 0) / 1000 };
    },
    budget(name, requests, maxWaitMs) {
      lease.lost.throwIfAborted();
      const budget = parts.budgets.get(name);
      if (budget === undefined) throw notFound(`rate budget ${name}`);
      return budget.reserve(requests, maxWaitMs);
    },
  };
}

function issuedOf(parts: BrokerParts, name: string): IssuedToken {
  const issued = parts.issued.get(name);
  if (issued === undefined) throw notFound(`credential ${name}`);
  return issued;
}

function notFound(what: string): SparkError {
  return new SparkError(
    "NOT_FOUND",
    `The broker has no ${what}. Add it to the options of CredentialBroker.start().`,
  );
}
