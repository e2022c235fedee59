/** No credentials. */
export interface NoAuth {
  /**
   * The authentication scheme. A credential that the scheme does not use is an error.
   *
   * @default `Basic` if `userId` is set, else `None`
   */
  readonly authType?: "None";
}
/** HTTP Basic authentication: a user name and a password. */
export interface BasicAuth {
  /** May be omitted: `userId` implies it. */
  readonly authType?: "Basic";
  /** The user name, without a colon. May be a reference. */
  readonly userId: string;
  /** The password. May be a reference: `env:NAME` or `file:/path`, resolved on the server. */
  readonly userPassword?: string;
}
/** A fixed access token in the header `Authorization`. */
export interface BearerAuth {
  readonly authType: "Bearer";
  /** The access token. May be a reference. */
  readonly oauthToken: string;
}
/** A key in a header, a query parameter or a cookie. */
export interface ApiKeyAuth {
  readonly authType: "ApiKey";
  /** The key. May be a reference. */
  readonly apiKey: string;
  /**
   * Where the key goes.
   *
   * @default header
   */
  readonly apiKeyIn?: "header" | "query" | "cookie";
  /**
   * The name of the header, parameter or cookie.
   *
   * @default `X-API-Key` in a header, `api_key` elsewhere; for a token `Authorization`, `access_token` in a query, `session` in a cookie
   */
  readonly apiKeyName?: string;
}
/** OAuth 1.0: the source signs each request with the application's secret and, if the API needs it, the user's. */
export interface OAuth1Auth {
  readonly authType: "OAuth1";
  /** The application's key. May be a reference. */
  readonly oauthConsumerKey: string;
  /** The application's secret. May be a reference. */
  readonly oauthConsumerSecret: string;
  /** The user's token, if the API needs one. May be a reference. */
  readonly oauthToken?: string;
  /** The secret of `oauthToken`. May be a reference. */
  readonly oauthTokenSecret?: string;
  /**
   * How requests are signed.
   *
   * @default HMAC-SHA1
   */
  readonly oauthSignatureMethod?: "HMAC-SHA1" | "HMAC-SHA256";
  /** The realm. It is sent, but not signed. */
  readonly oauthRealm?: string;
}
/** OAuth 2.0: the source requests access tokens from a token endpoint and renews them. */
export interface OAuth2Auth {
  readonly authType: "OAuth2";
  /** The token endpoint. It grants tokens for the client's credentials or for a refresh token. */
  readonly oauthTokenUrl: string;
  /** The client's id. May be a reference. */
  readonly oauthClientId: string;
  /** The client's secret. May be a reference. */
  readonly oauthClientSecret?: string;
  /**
   * A refresh token that stays valid: if the server sends a new one, the read fails. May be a reference. For a refresh token with
   * one use, see `Broker`.
   */
  readonly oauthRefreshToken?: string;
  /**
   * True: the server replaces a refresh token at each use. The source then refuses `oauthRefreshToken` before it sends it.
   *
   * @default false
   */
  readonly oauthRefreshRotates?: boolean;
  /**
   * The grant: `client_credentials`, `refresh_token`, `password` (with `userId` and `userPassword`), or a name of the server's own.
   *
   * @default `refresh_token` if `oauthRefreshToken` is set, else `client_credentials`
   */
  readonly oauthGrantType?: string;
  /** The user of the grant `password`. May be a reference. */
  readonly userId?: string;
  /** The password of the grant `password`. May be a reference. */
  readonly userPassword?: string;
  /** Further fields of the token request, such as `account_id`. A value may be a reference. */
  readonly oauthParameters?: Readonly<Record<string, unknown>>;
  /**
   * The form of the token request's body.
   *
   * @default form
   */
  readonly oauthRequestFormat?: "form" | "json";
  /** Sent to the token endpoint as `scope`. */
  readonly oauthScope?: string;
  /** Sent to the token endpoint as `audience`. */
  readonly oauthAudience?: string;
  /**
   * How the client authenticates itself to the token endpoint.
   *
   * @default `basic`; `body` with `oauthRequestFormat=json`
   */
  readonly oauthClientAuth?: "basic" | "body";
  /**
   * The word before the token in the header `Authorization`; `none` for the token alone.
   *
   * @default Bearer
   */
  readonly tokenPrefix?: string;
}
/** A session: the source sends credentials to a login, and the requests carry the token that it answers. */
export interface SessionAuth {
  readonly authType: "Session";
  /** The address of the login. It receives a POST. */
  readonly loginUrl: string;
  /** The fields of the login's body. A value may be a reference. Needed, if `userId` is not set. */
  readonly loginBody?: Readonly<Record<string, unknown>>;
  /**
   * The form of the login's body.
   *
   * @default json
   */
  readonly loginFormat?: "json" | "form";
  /** The user name of the login, for a login with HTTP Basic authentication. May be a reference. */
  readonly userId?: string;
  /** The password of `userId`. May be a reference. */
  readonly userPassword?: string;
  /**
   * The field of the login's answer that holds the token: `data.token`, or `$` for the whole answer. Without it and
   * `loginTokenHeader`, the session is the cookies that the answer sets.
   */
  readonly loginTokenField?: string;
  /** The header of the login's answer that holds the token. */
  readonly loginTokenHeader?: string;
  /**
   * How long the source uses a token: seconds, or the field of the answer that holds them.
   *
   * @default until the API answers 401
   */
  readonly loginLife?: number | string;
  /** Where the token goes. */
  readonly apiKeyIn?: "header" | "query" | "cookie";
  /** The name of the header, parameter or cookie. */
  readonly apiKeyName?: string;
  /** The word before the token; `none` for the token alone. By default `Bearer` in `Authorization`, else `none`. */
  readonly tokenPrefix?: string;
}
/**
 * Access tokens of a `CredentialBroker`, which holds the refresh token or the private key. Needs `brokerUrl` and
 * `brokerKey`.
 */
export interface BrokerAuth {
  readonly authType: "Broker";
  /** The name of the credential. */
  readonly brokerCredential: string;
  /** As with `Session`. */
  readonly apiKeyIn?: "header" | "query" | "cookie";
  /** As with `Session`. */
  readonly apiKeyName?: string;
  /** As with `Session`. */
  readonly tokenPrefix?: string;
}
/** The broker of credentials and of request rates. */
export interface BrokerOptions {
  /** The address of a `CredentialBroker`, as workers reach it. It may be private. http needs `allowHttp`, except on the same machine. */
  readonly brokerUrl?: string;
  /** The broker's key. May be a reference. */
  readonly brokerKey?: string;
  /** The name of a request rate at the broker. All streams and tasks that name it share the rate. */
  readonly rateBudget?: string;
}
/** The credentials of format `rest`, by their kind. */
export type RestAuthOptions =
  NoAuth | BasicAuth | BearerAuth | ApiKeyAuth | OAuth1Auth | OAuth2Auth | SessionAuth | BrokerAuth;
