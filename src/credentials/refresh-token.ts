import { createHash } from "node:crypto";
import { SparkError } from "../errors.js";
import type { HeldLease } from "../supervisor/store/held-lease.js";
import type { RefreshTokenCredential } from "./broker-options.js";
import { resolveSecret } from "./secret-reference.js";
import { encodedBody, requestToken, TokenFailure, type TokenRequest } from "./token-request.js";
import type { StoredGrant, StoredToken, Vault } from "./vault.js";

/** Refreshes the access token of one refresh token, which may be valid for one use only. */
export class RefreshedToken {
  readonly #name: string;
  readonly #credential: RefreshTokenCredential;
  readonly #vault: Vault;
  readonly #lease: HeldLease;
  readonly #timeoutMs: number;
  readonly #clientSecret: string;
  /** A refresh and a new login take turns, so that the answer of the old token does not replace the new one. */
  #turn: Promise<unknown> = Promise.resolve();
  /** An answer that the state does not have yet, because the store failed. */
  #unsaved: StoredGrant | undefined;

  constructor(
    name: string,
    credential: RefreshTokenCredential,
    { vault, lease, timeoutMs }: { vault: Vault; lease: HeldLease; timeoutMs: number },
  ) {
    this.#name = name;
    this.#credential = credential;
    this.#vault = vault;
    this.#lease = lease;
    this.#timeoutMs = timeoutMs;
    const { clientSecret } = credential;
    this.#clientSecret =
      clientSecret === undefined
        ? ""
        : resolveSecret(`credentials.${name}.clientSecret`, clientSecret);
  }

  /** The access token that the state has. */
  get stored(): StoredToken | undefined {
    return this.#vault.get(this.#name)?.access;
  }

  /** Takes the refresh token of the options, if it is another one than at the last start. */
  async takeLogin(): Promise<void> {
    const { refreshToken } = this.#credential;
    if (refreshToken === undefined) return;
    const token = resolveSecret(`credentials.${this.#name}.refreshToken`, refreshToken);
    const seed = createHash("sha256").update(token).digest("hex");
    if (this.#vault.get(this.#name)?.seed === seed) return;
    await this.#vault.set(this.#name, { refreshToken: token, stage: "ready", seed });
  }

  /** Takes the refresh token of a new login. */
  setRefreshToken(refreshToken: string): Promise<void> {
    return this.#inTurn(() => {
      const seed = this.#vault.get(this.#name)?.seed ?? "";
      return this.#save({ refreshToken, stage: "ready", seed });
    });
  }

  /** Waits for a running refresh, and stores its answer if the store failed before. */
  finish(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#unsaved !== undefined) await this.#save(this.#unsaved);
    });
  }

  /**
   * Gets a new access token. Before the request, the state says that the refresh token is perhaps used. After the answer, the state has the
   * new refresh token before anyone receives the access token. A process that ends in between leaves `asked`: the next try sends
   * the same refresh token again, because it is the only one. If the first request never arrived, or if the provider accepts a repetition,
   * this works. Otherwise the provider refuses the token, and someone must log in again.
   *
   * @throws {SparkError} code CREDENTIAL_LOGIN_NEEDED, CREDENTIAL_REFUSED or CREDENTIAL_PROVIDER_FAILED
   */
  refresh(): Promise<StoredToken> {
    return this.#inTurn(() => this.#refresh());
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #refresh(): Promise<StoredToken> {
    if (this.#unsaved !== undefined) {
      // The refresh token in the state is used up, so nothing may be sent before the state has the newest one.
      const { access } = this.#unsaved;
      await this.#save(this.#unsaved);
      if (access !== undefined) return access;
    }
    const grant = this.#vault.get(this.#name);
    if (grant === undefined)
      throw this.#loginNeeded(
        "it has no refresh token yet. Set refreshToken, or call setRefreshToken()",
      );
    if (grant.stage === "spent")
      throw this.#loginNeeded(
        "the provider refused its refresh token. Log in again, and set the new one",
      );
    await this.#lease.confirm();
    if (grant.stage !== "asked") await this.#vault.set(this.#name, { ...grant, stage: "asked" });
    // The write may have taken long, and another process must not send the same token.
    await this.#lease.confirm();
    try {
      const { access, refreshToken = grant.refreshToken } = await requestToken(
        this.#request(grant),
      );
      await this.#save({ seed: grant.seed, refreshToken, stage: "ready", access });
      return access;
    } catch (error) {
      if (error instanceof TokenFailure) return await this.#failed(error, grant);
      throw error;
    }
  }

  async #failed(failure: TokenFailure, grant: StoredGrant): Promise<StoredToken> {
    const wasAsked = grant.stage === "asked";
    if (failure.refreshToken !== undefined) {
      const { refreshToken } = failure;
      await this.#save({ seed: grant.seed, refreshToken, stage: "ready" });
    } else if (failure.outcome === "unused" && !wasAsked) {
      await this.#vault.set(this.#name, grant);
    } else if (failure.outcome === "used") {
      // A process that lost the lease in the middle may have stored the answer meanwhile.
      const now = await this.#vault.reread(this.#name);
      if (now?.access !== undefined && now.refreshToken !== grant.refreshToken) return now.access;
      await this.#vault.set(this.#name, { ...grant, stage: "spent", access: undefined });
      throw this.#loginNeeded(
        wasAsked
          ? `an earlier answer of the provider was lost, and it does not accept the same refresh token again. Log in again, and set the new one. ${failure.message}`
          : `the provider refused its refresh token. Log in again, and set the new one. ${failure.message}`,
      );
    }
    throw failure;
  }

  /** Stores a refresh token that exists nowhere else. If the store fails, the next call tries again. */
  async #save(grant: StoredGrant): Promise<void> {
    this.#unsaved = grant;
    await this.#vault.set(this.#name, grant);
    this.#unsaved = undefined;
  }

  #request({ refreshToken }: StoredGrant): TokenRequest {
    const {
      tokenUrl,
      clientId,
      clientAuth = "basic",
      scope,
      parameters,
      requestFormat,
    } = this.#credential;
    const fields: Record<string, string> = {
      grant_type: "refresh_token",
      refresh_token: refreshToken,
      ...(scope !== undefined && { scope }),
      ...parameters,
    };
    const headers: Record<string, string> = {};
    const secret = this.#clientSecret;
    // RFC 6749, section 2.3.1: both halves are form-encoded first.
    const pair = [clientId, secret].map((half) =>
      new URLSearchParams({ "": half }).toString().slice(1),
    );
    const basic = Buffer.from(pair.join(":")).toString("base64");
    if (secret !== "" && clientAuth === "basic") headers["Authorization"] = `Basic ${basic}`;
    else {
      fields["client_id"] = clientId;
      if (secret !== "") fields["client_secret"] = secret;
    }
    const { body, type } = encodedBody(fields, requestFormat);
    headers["Content-Type"] = type;
    const secrets = [refreshToken, secret, secret === "" ? "" : basic];
    return { url: tokenUrl, headers, body, secrets, timeoutMs: this.#timeoutMs };
  }

  #loginNeeded(why: string): SparkError {
    return new SparkError(
      "CREDENTIAL_LOGIN_NEEDED",
      `The credential ${this.#name} needs a new login: ${why}.`.replace(/\.\.$/, "."),
    );
  }
}
