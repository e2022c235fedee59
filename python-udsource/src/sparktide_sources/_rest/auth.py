"""Authentication of `rest`: None, Basic, Bearer, ApiKey, OAuth1 and OAuth2.

| `authType` | needs | may have |
|---|---|---|
| `Basic` | `userId` | `userPassword` |
| `Bearer` | `oauthToken` | |
| `ApiKey` | `apiKey` | `apiKeyIn` (`header`, `query`, `cookie`), `apiKeyName` |
| `OAuth1` | `oauthConsumerKey`, `oauthConsumerSecret` | `oauthToken`, `oauthTokenSecret`, `oauthSignatureMethod`, `oauthRealm` |
| `OAuth2` | `oauthTokenUrl`, `oauthClientId` | `oauthClientSecret`, `oauthRefreshToken`, `oauthScope`, `oauthAudience`, `oauthClientAuth` |

A credential that the scheme does not use is an error: without it the API might return fewer rows and
no error. Client certificates work with every scheme, see `_http.tls`. Credentials are sent only to
the origin of `url`.
"""  # noqa: E501 - a table row can't be wrapped

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

from .._clock import Clock
from .._credentials.plan_redaction import AUTH_SECRETS
from .._credentials.secrets import Secret
from .._errors import EgressError, OptionError
from .._http.client import Auth, NoAuth, Outgoing
from .._http.egress import split_url
from .._http.oauth1 import SIGNATURE_METHODS, UNSUPPORTED_METHODS, OAuth1, OAuth1Keys
from .._http.oauth2 import OAuth2, OAuth2Client, TokenStore
from .._http.urls import with_parameter, without_parameter
from .._http.wire import Reply
from .._options import OptionReader
from .stray_braces import require_no_braces

_PLAIN = (
    "apiKeyIn",
    "apiKeyName",
    "oauthSignatureMethod",
    "oauthRealm",
    "oauthTokenUrl",
    "oauthScope",
    "oauthAudience",
    "oauthClientAuth",
)
AUTH_OPTIONS = ("authType", *AUTH_SECRETS, *_PLAIN)

_NEEDED_BY = {
    "None": (),
    "Basic": ("userId",),
    "Bearer": ("oauthToken",),
    "ApiKey": ("apiKey",),
    "OAuth1": ("oauthConsumerKey", "oauthConsumerSecret"),
    "OAuth2": ("oauthTokenUrl", "oauthClientId"),
}
_USED_BY = {
    "None": (),
    "Basic": ("userId", "userPassword"),
    "Bearer": ("oauthToken",),
    "ApiKey": ("apiKey", "apiKeyIn", "apiKeyName"),
    "OAuth1": (
        *_NEEDED_BY["OAuth1"],
        "oauthToken",
        "oauthTokenSecret",
        "oauthSignatureMethod",
        "oauthRealm",
    ),
    "OAuth2": (
        *_NEEDED_BY["OAuth2"],
        "oauthClientSecret",
        "oauthRefreshToken",
        "oauthScope",
        "oauthAudience",
        "oauthClientAuth",
    ),
}
_KEY_NAMES = {"header": "X-API-Key", "query": "api_key", "cookie": "api_key"}
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


@dataclass(frozen=True)
class AuthPlan:
    """The scheme, its unresolved credentials, and the store for one reader's token."""

    scheme: str
    secrets: dict[str, Secret]
    plain: dict[str, str]
    tokens: TokenStore = field(default_factory=TokenStore, repr=False, compare=False)

    def resolve(self, clock: Clock) -> tuple[Auth, list[str]]:
        """The authentication with resolved credentials, and the values to hide in messages."""
        values = {name: secret.resolve() for name, secret in self.secrets.items() if secret}
        hidden = list(values.values())
        if self.scheme == "Basic":
            auth = basic(values["userId"], values.get("userPassword", ""))
            return auth, [*hidden, auth.value.partition(" ")[2]]
        if self.scheme == "Bearer":
            return HeaderAuth(f"Bearer {values['oauthToken']}"), hidden
        if self.scheme == "ApiKey":
            return ApiKey(
                self.plain["apiKeyIn"], self.plain["apiKeyName"], values["apiKey"]
            ), hidden
        if self.scheme == "OAuth1":
            return OAuth1(self._oauth1_keys(values), clock), hidden
        if self.scheme == "OAuth2":
            client = self._oauth2_client(values)
            return OAuth2(client, self.tokens, clock), [*hidden, client.basic_pair()]
        return NoAuth(), hidden

    def without_key(self, url: str) -> str:
        """A URL that the API returned, without our key, which is added again when it is sent.

        Other texts, such as a cursor, are returned unchanged.
        """
        if self.scheme != "ApiKey" or self.plain["apiKeyIn"] != "query":
            return url
        name = self.plain["apiKeyName"]
        return without_parameter(url, name) if f"{quote(name, safe='')}=" in url else url

    def names_of_users(self) -> set[str]:
        """Values that only identify the user and are not secret: any URL may contain them."""
        proof = {
            "userId": ("userPassword",),
            "oauthConsumerKey": ("oauthConsumerSecret",),
            "oauthClientId": ("oauthClientSecret", "oauthRefreshToken"),
        }
        names = [
            name
            for name, proofs in proof.items()
            if name in self.secrets and any(other in self.secrets for other in proofs)
        ]
        others = {value.resolve() for name, value in self.secrets.items() if name not in names}
        return {self.secrets[name].resolve() for name in names} - others

    def _oauth1_keys(self, values: dict[str, str]) -> OAuth1Keys:
        return OAuth1Keys(
            consumer_key=values["oauthConsumerKey"],
            consumer_secret=values["oauthConsumerSecret"],
            token=values.get("oauthToken", ""),
            token_secret=values.get("oauthTokenSecret", ""),
            method=self.plain["oauthSignatureMethod"],
            realm=self.plain["oauthRealm"],
        )

    def _oauth2_client(self, values: dict[str, str]) -> OAuth2Client:
        return OAuth2Client(
            token_url=self.plain["oauthTokenUrl"],
            client_id=values["oauthClientId"],
            client_secret=values.get("oauthClientSecret", ""),
            refresh_token=values.get("oauthRefreshToken", ""),
            scope=self.plain["oauthScope"],
            audience=self.plain["oauthAudience"],
            secret_in_body=self.plain["oauthClientAuth"] == "body",
        )


@dataclass(frozen=True)
class HeaderAuth(NoAuth):
    """A fixed Authorization header."""

    value: str = field(repr=False)

    def apply(self, request: Outgoing, send: Callable[[Outgoing], Reply]) -> Outgoing:
        return request._replace(headers={**request.headers, "Authorization": self.value})


@dataclass(frozen=True)
class ApiKey(NoAuth):
    """A key in a header, a query parameter or a cookie."""

    place: str
    name: str
    value: str = field(repr=False)

    def apply(self, request: Outgoing, send: Callable[[Outgoing], Reply]) -> Outgoing:
        if self.place == "query":
            return request._replace(url=with_parameter(request.url, self.name, self.value))
        if self.place == "header":
            return request._replace(headers={**request.headers, self.name: self.value})
        headers = dict(request.headers)
        # One Cookie header for all cookies, since some servers ignore a second one.
        known = next((name for name in headers if name.lower() == "cookie"), "Cookie")
        others = f"{headers[known]}; " if headers.get(known) else ""
        headers[known] = f"{others}{self.name}={self.value}"
        return request._replace(headers=headers)


def basic(user: str, password: str) -> HeaderAuth:
    if ":" in user:
        raise OptionError("rest option 'userId': may not contain a colon with authType=Basic.")
    pair = f"{user}:{password}".encode()
    return HeaderAuth(f"Basic {base64.b64encode(pair).decode('ascii')}")


def read_auth(reader: OptionReader) -> AuthPlan:
    """Reads `AUTH_OPTIONS`. Refuses credentials that the scheme does not use."""
    given = [name for name in AUTH_OPTIONS[1:] if reader.text(name)]
    if reader.has("authType"):
        scheme = reader.choice("authType", "None", _USED_BY)
    else:
        # Basic is the default of earlier versions, but it needs a user id.
        scheme = "Basic" if "userId" in given else "None"
    unused = [name for name in given if name not in _USED_BY[scheme]]
    if unused:
        fitting = [name for name, used in _USED_BY.items() if unused[0] in used]
        raise reader.fail(
            unused[0],
            f"is given but authType={scheme} does not use it; set authType={' or '.join(fitting)}.",
        )
    for name in _NEEDED_BY[scheme]:
        if name not in given:
            raise reader.fail("authType", f"{scheme} needs {name!r}.")
    secrets = {name: reader.secret(name) for name in given if name in AUTH_SECRETS}
    return AuthPlan(scheme, secrets, _read_plain(reader, scheme))


def _read_plain(reader: OptionReader, scheme: str) -> dict[str, str]:
    """The options of the scheme that are not credentials."""
    if scheme == "ApiKey":
        return _read_key_place(reader)
    if scheme == "OAuth1":
        method = reader.text("oauthSignatureMethod", "HMAC-SHA1").strip().upper()
        if method in UNSUPPORTED_METHODS:
            raise reader.fail(
                "oauthSignatureMethod",
                f"{method} is not supported: workers have no RSA, and a plain secret is not safe; "
                f"use {' or '.join(SIGNATURE_METHODS)}.",
            )
        return {
            "oauthSignatureMethod": reader.choice(
                "oauthSignatureMethod", "HMAC-SHA1", SIGNATURE_METHODS
            ),
            "oauthRealm": reader.text("oauthRealm").strip(),
        }
    if scheme == "OAuth2":
        return _read_grant(reader)
    return {}


def _read_key_place(reader: OptionReader) -> dict[str, str]:
    place = reader.choice("apiKeyIn", "header", _KEY_NAMES)
    name = reader.text("apiKeyName", _KEY_NAMES[place]).strip()
    # Separators in a name could inject another header or cookie.
    if not name or (place != "query" and not _TOKEN.fullmatch(name)):
        raise reader.fail("apiKeyName", f"is not the name of a {place}.")
    if place == "header" and name.lower() in ("host", "content-length", "cookie", "connection"):
        raise reader.fail("apiKeyName", f"{name!r} can't carry a key; see apiKeyIn.")
    return {"apiKeyIn": place, "apiKeyName": name}


def _read_grant(reader: OptionReader) -> dict[str, str]:
    url = reader.text("oauthTokenUrl").strip()
    try:
        parts = split_url(url)
    except EgressError as error:
        raise reader.fail("oauthTokenUrl", str(error)) from None
    if parts.fragment:
        raise reader.fail("oauthTokenUrl", "may not have a fragment.")
    require_no_braces(reader, "oauthTokenUrl", url)
    proofs = ("oauthClientSecret", "oauthRefreshToken", "clientCertFile")
    if not any(reader.text(name) for name in proofs):
        raise reader.fail("authType", f"OAuth2 needs {', '.join(proofs[:2])} or {proofs[2]}.")
    return {
        "oauthTokenUrl": url,
        "oauthScope": reader.text("oauthScope").strip(),
        "oauthAudience": reader.text("oauthAudience").strip(),
        "oauthClientAuth": reader.choice("oauthClientAuth", "basic", ("basic", "body")),
    }
