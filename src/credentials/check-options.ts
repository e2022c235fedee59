import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import { kindOf, shown } from "../value-kind.js";
import { BearerKey } from "../bearer-key.js";
import type { BrokerCredential, CredentialBrokerOptions, RateBudget } from "./broker-options.js";
import type { BrokerAddress } from "./broker-server.js";
import { resolveSecret } from "./secret-reference.js";
import { checkTokenUrl } from "./token-request.js";
import { encryptionKeyOf } from "./vault.js";

const OPTIONS: readonly (keyof CredentialBrokerOptions)[] = [
  ...(["state", "encryptionKey", "key", "credentials", "budgets", "port", "host"] as const),
  ...(["tls", "allowHttp", "standby", "leaseMs", "onEvent", "signal"] as const),
];
const REFRESH_TOKEN = [
  ...["type", "tokenUrl", "clientId", "clientSecret", "clientAuth", "refreshToken", "scope"],
  ...["requestFormat", "parameters"],
];
const JWT = [
  ...["type", "privateKey", "algorithm", "keyId", "issuer", "subject", "audience", "claims"],
  ...["lifetimeSeconds", "tokenUrl", "sendAs", "scope"],
];
/** Fields of a refresh request that the broker sets, and the option for each of them. */
const OWN_FIELDS: Readonly<Record<string, string>> = {
  grant_type: "",
  refresh_token: ": use refreshToken",
  client_id: ": use clientId",
  client_secret: ": use clientSecret",
  scope: ": use scope",
};
const DEFAULT_PORT = 4050;
const DEFAULT_LEASE_MS = 30_000;
const SHORTEST_LEASE_MS = 1_000;
const SHORTEST_KEY = 16;
const LOOPBACK = /^(?:localhost|::1|127(?:\.\d{1,3}){3})$/;

/** The options of a broker that were checked. */
export interface CheckedOptions {
  readonly encryptionKey: Buffer;
  readonly key: BearerKey;
  readonly address: BrokerAddress;
  readonly leaseMs: number;
}

/**
 * Checks the options and resolves the references, before anything else happens.
 *
 * @throws {ArgumentError} an option is missing or has an invalid value
 */
export function checkedOptions(options: CredentialBrokerOptions): CheckedOptions {
  checkOptions("CredentialBroker.start()", options, OPTIONS);
  const key = resolveSecret("key", options.key);
  if (key.length < SHORTEST_KEY)
    throw new ArgumentError("key", `key must have at least ${SHORTEST_KEY} characters.`);
  const { leaseMs = DEFAULT_LEASE_MS } = options;
  if (!Number.isFinite(leaseMs) || leaseMs < SHORTEST_LEASE_MS)
    throw new ArgumentError(
      "leaseMs",
      `leaseMs must be at least ${SHORTEST_LEASE_MS} milliseconds, got ${shown(leaseMs)}.`,
    );
  for (const [name, one] of Object.entries(options.credentials ?? {})) checkCredential(name, one);
  for (const [name, one] of Object.entries(options.budgets ?? {})) checkBudget(name, one);
  return {
    encryptionKey: encryptionKeyOf(resolveSecret("encryptionKey", options.encryptionKey)),
    key: new BearerKey(key),
    address: addressOf(options),
    leaseMs,
  };
}

function addressOf({
  port = DEFAULT_PORT,
  host = "127.0.0.1",
  tls,
  allowHttp,
}: CredentialBrokerOptions): BrokerAddress {
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535))
    throw new ArgumentError(
      "port",
      `port must be a whole number from 0 to 65535, got ${shown(port)}.`,
    );
  const name = host.replace(/^\[|\]$/g, "");
  if (tls === undefined && allowHttp !== true && !LOOPBACK.test(name))
    throw new ArgumentError(
      "host",
      `Without tls, the broker would send tokens over the network in the clear, so host cannot be ${shown(host)}. Set tls; or allowHttp: true, if a proxy in front of it adds TLS.`,
    );
  checkOptions("tls", tls, ["cert", "key"]);
  return {
    host: name,
    port,
    tls: tls && {
      cert: resolveSecret("tls.cert", tls.cert),
      key: resolveSecret("tls.key", tls.key),
    },
  };
}

function checkCredential(name: string, credential: BrokerCredential): void {
  const option = `credentials.${name}`;
  if (typeof credential === "function") return;
  // JavaScript callers may pass any type.
  const type: unknown = (credential as { readonly type?: unknown } | undefined)?.type;
  if (credential.type === "refreshToken") {
    checkOptions(option, credential, REFRESH_TOKEN);
    checkTexts(option, credential, ["tokenUrl", "clientId"]);
    checkTokenUrl(`${option}.tokenUrl`, credential.tokenUrl);
    const own = Object.keys(credential.parameters ?? {}).find((name) => name in OWN_FIELDS);
    if (own !== undefined)
      throw new ArgumentError(
        `${option}.parameters`,
        `${option}.parameters has ${own}, which the broker sets itself${OWN_FIELDS[own] ?? ""}.`,
      );
  } else if (type === "jwt") {
    checkOptions(option, credential, JWT);
    checkTexts(option, credential, ["privateKey", "issuer"]);
    if (!["RS256", "ES256"].includes(credential.algorithm))
      throw new ArgumentError(`${option}.algorithm`, `${option}.algorithm must be RS256 or ES256.`);
    if (credential.tokenUrl !== undefined) checkTokenUrl(`${option}.tokenUrl`, credential.tokenUrl);
  } else
    throw new ArgumentError(
      option,
      `${option} must be a function, or an object with type: "refreshToken" or "jwt", got ${kindOf(credential)}.`,
    );
}

function checkTexts(option: string, credential: object, names: readonly string[]): void {
  for (const name of names) {
    const value: unknown = Reflect.get(credential, name);
    if (typeof value !== "string" || value === "")
      throw new ArgumentError(
        `${option}.${name}`,
        `${option}.${name} must be a text, got ${value === "" ? "an empty text" : kindOf(value)}.`,
      );
  }
}

function checkBudget(name: string, budget: RateBudget): void {
  const option = `budgets.${name}`;
  checkOptions(option, budget, ["requestsPerSecond", "burst"]);
  const { requestsPerSecond, burst = 1 } = budget;
  if (!(requestsPerSecond > 0 && Number.isFinite(requestsPerSecond)))
    throw new ArgumentError(
      `${option}.requestsPerSecond`,
      `${option}.requestsPerSecond must be a number above 0, got ${shown(requestsPerSecond)}.`,
    );
  if (!(Number.isInteger(burst) && burst >= 1))
    throw new ArgumentError(
      `${option}.burst`,
      `${option}.burst must be a whole number of at least 1, got ${shown(burst)}.`,
    );
}
