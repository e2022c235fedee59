import type { StateStore } from "../supervisor/store/state-store.js";

/** An access token, as a broker gives it to readers. */
export interface AccessToken {
  readonly token: string;
  /** When it expires. Undefined if the provider did not say it. */
  readonly expiresAt?: Date | undefined;
}

/** A refresh token that the provider may replace at each use (RFC 6749, section 6). */
export interface RefreshTokenCredential {
  readonly type: "refreshToken";
  /** The token endpoint of the provider. */
  readonly tokenUrl: string;
  readonly clientId: string;
  /** May be a reference: `env:NAME` or `file:/path`. */
  readonly clientSecret?: string | undefined;
  /** How the client authenticates itself. Default: `basic`. */
  readonly clientAuth?: "basic" | "body" | undefined;
  /**
   * The refresh token of the last login, for the first use. Later the state has the newest one. If this value changes, a new login has
   * taken place, and the broker uses the new value. May be a reference. Without it, call `setRefreshToken()` after a login.
   */
  readonly refreshToken?: string | undefined;
  readonly scope?: string | undefined;
  /** The form of the request's body. Default: `form`. */
  readonly requestFormat?: "form" | "json" | undefined;
  /** Further fields of the request. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/** A private key that signs JSON Web Tokens, as for service accounts and GitHub Apps. */
export interface JwtCredential {
  readonly type: "jwt";
  /** The private key as PEM. May be a reference. */
  readonly privateKey: string;
  readonly algorithm: "RS256" | "ES256";
  /** The id of the key, for the header `kid`. */
  readonly keyId?: string | undefined;
  /** The claim `iss`: the client's id, or the address of the service account. */
  readonly issuer: string;
  /** The claim `sub`. */
  readonly subject?: string | undefined;
  /** The claim `aud`. Default: `tokenUrl`. */
  readonly audience?: string | undefined;
  /** Further claims, such as `scope`. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** How long a signed token is valid, in seconds. Default: 300. */
  readonly lifetimeSeconds?: number | undefined;
  /** Where the signed token is exchanged for an access token. Without it, the signed token is the access token. */
  readonly tokenUrl?: string | undefined;
  /**
   * How `tokenUrl` receives the signed token. `grant`: as a grant (RFC 7523, section 2.1), as Google's service accounts do. `client`:
   * as the proof of the client, with the grant `client_credentials` (section 2.2). `bearer`: in the header `Authorization`, as
   * GitHub Apps do. Default: `grant`.
   */
  readonly sendAs?: "grant" | "client" | "bearer" | undefined;
  /** Sent to `tokenUrl` as `scope`, with `sendAs: "client"`. */
  readonly scope?: string | undefined;
}

/** Fetches an access token in a way of its own. The broker calls it once at a time, and keeps the token until it expires. */
export type FetchedCredential = (options: { readonly signal: AbortSignal }) => Promise<AccessToken>;

/** How a broker gets the access tokens of one name. */
export type BrokerCredential = RefreshTokenCredential | JwtCredential | FetchedCredential;

/** A request rate that all readers share that name it in `rateBudget`. */
export interface RateBudget {
  readonly requestsPerSecond: number;
  /** Requests that may start at once after a pause. Default: 1. */
  readonly burst?: number | undefined;
}

/**
 * Something that happened to a credential. `refreshed`: it has a new access token. `failed`: a try failed, and the next request tries
 * again. `loginNeeded`: the provider takes the refresh token no more, so someone must log in again.
 */
export interface CredentialEvent {
  readonly kind: "refreshed" | "failed" | "loginNeeded";
  readonly credential: string;
  /** Why it failed. It shows no secret. */
  readonly error?: Error | undefined;
}

/** Options of `CredentialBroker.start()`. */
export interface CredentialBrokerOptions {
  /** Where the newest refresh tokens are: the path of a file, or a store of its own, which no supervisor uses. */
  readonly state: string | StateStore;
  /**
   * The key that encrypts what is in the state: 32 bytes in Base64 or hexadecimal digits, as `openssl rand -base64 32` prints them. May
   * be a reference.
   */
  readonly encryptionKey: string;
  /** The secret that readers send: option `brokerKey` of `rest`. At least 16 characters. May be a reference. */
  readonly key: string;
  readonly credentials?: Readonly<Record<string, BrokerCredential>> | undefined;
  readonly budgets?: Readonly<Record<string, RateBudget>> | undefined;
  /** Default: 4050. 0 takes a free port. */
  readonly port?: number | undefined;
  /** Default: `127.0.0.1`. Another address needs `tls`, or `allowHttp`. */
  readonly host?: string | undefined;
  /** The server's certificate and its private key, as PEM. May be references. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** True: http also at addresses that other machines reach, for example behind a proxy that adds TLS. Default: false. */
  readonly allowHttp?: boolean | undefined;
  /** Waits while another broker holds the state, and takes over when that ends. Default: false, start() fails. */
  readonly standby?: boolean | undefined;
  /**
   * After this time without a sign of life, in milliseconds, another broker may take over. A provider must answer within a fifth of it.
   * Default: 30 000. It must be longer than the event loop is ever blocked.
   */
  readonly leaseMs?: number | undefined;
  /** Called for each new token and each failure. */
  readonly onEvent?: ((event: CredentialEvent) => void) | undefined;
  /** Ends the wait of `standby`. */
  readonly signal?: AbortSignal | undefined;
}
