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
   * @default `X-API-Key` in a header, `api_key` elsewhere
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
   * A refresh token that stays valid: if the server sends a new one, the read fails. May be a reference.
   */
  readonly oauthRefreshToken?: string;
  /** Sent to the token endpoint as `scope`. */
  readonly oauthScope?: string;
  /** Sent to the token endpoint as `audience`. */
  readonly oauthAudience?: string;
  /**
   * How the client authenticates itself to the token endpoint.
   *
   * @default basic
   */
  readonly oauthClientAuth?: "basic" | "body";
}
/** The credentials of format `rest`, by their kind. */
export type RestAuthOptions =
  NoAuth | BasicAuth | BearerAuth | ApiKeyAuth | OAuth1Auth | OAuth2Auth;
