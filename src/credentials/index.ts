/** A broker of credentials that change, and of request rates that streams share. */
export { CredentialBroker } from "./credential-broker.js";
export type {
  AccessToken,
  BrokerCredential,
  CredentialBrokerOptions,
  CredentialEvent,
  FetchedCredential,
  JwtCredential,
  RateBudget,
  RefreshTokenCredential,
} from "./broker-options.js";
