"""Authentication of `rest`: None, Basic, Bearer, ApiKey, OAuth1, OAuth2, Session and Broker.

| `authType` | needs | may have |
|---|---|---|
| `Basic` | `userId` | `userPassword` |
| `Bearer` | `oauthToken` | |
| `ApiKey` | `apiKey` | `apiKeyIn` (`header`, `query`, `cookie`), `apiKeyName` |
| `OAuth1` | `oauthConsumerKey`, `oauthConsumerSecret` | `oauthToken`, `oauthTokenSecret`, `oauthSignatureMethod`, `oauthRealm` |
| `OAuth2` | `oauthTokenUrl`, `oauthClientId` | `oauthClientSecret`, `oauthRefreshToken`, `userId`, `userPassword`, `oauthGrantType`, `oauthParameters`, `oauthRequestFormat`, `oauthScope`, `oauthAudience`, `oauthClientAuth`, `oauthRefreshRotates`, `tokenPrefix` |
| `Session` | `loginUrl`, and `loginBody` or `userId` | `userPassword`, `loginFormat`, `loginTokenField` or `loginTokenHeader`, `loginLife`, `apiKeyIn`, `apiKeyName`, `tokenPrefix` |
| `Broker` | `brokerCredential`, `brokerUrl`, `brokerKey` | `apiKeyIn`, `apiKeyName`, `tokenPrefix` |

A credential that the scheme does not use is an error: without it the API might return fewer rows and
no error. Client certificates work with every scheme, see `_http.tls`. Credentials are sent only to
the origin of `url`.
"""  # noqa: E501 - a table row can't be wrapped

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from .._clock import Clock
from .._credentials.plan_redaction import AUTH_SECRETS, SECRET_OBJECTS
from .._credentials.secret_fields import SecretFields
from .._credentials.secrets import Secret, resolve_all
from .._errors import OptionError
from .._http.broker_auth import BrokerAuth
from .._http.broker_place import BrokerPlace, Budget, read_broker
from .._http.client import Auth, HttpSettings, NoAuth, Outgoing
from .._http.oauth1 import SIGNATURE_METHODS, UNSUPPORTED_METHODS, OAuth1, OAuth1Keys
from .._http.oauth2 import OAuth2, OAuth2Client
from .._http.session_login import SessionAuth
from .._http.tokens import TokenPlace, TokenStore
from .._http.urls import without_parameter
from .._http.wire import Reply
from .._options import OptionReader
from .login_options import (
    find_value,
    login_of,
    prefix_of,
    read_fields,
    read_grant,
    read_key_place,
    read_login,
    read_token_place,
    token_place,
)

_PLACE = ("apiKeyIn", "apiKeyName", "tokenPrefix")
_GRANT = (
    "oauthTokenUrl",
    "oauthGrantType",
    "oauthRequestFormat",
    "oauthScope",
    "oauthAudience",
    "oauthClientAuth",
    "oauthRefreshRotates",
)
_LOGIN = ("loginUrl", "loginFormat", "loginTokenField", "loginTokenHeader", "loginLife")
_PLAIN = (*_PLACE, "oauthSignatureMethod", "oauthRealm", *_GRANT, *_LOGIN, "brokerCredential")
AUTH_OPTIONS = ("authType", *AUTH_SECRETS, *SECRET_OBJECTS, *_PLAIN)

_NEEDED_BY = {
    "None": (),
    "Basic": ("userId",),
    "Bearer": ("oauthToken",),
    "ApiKey": ("apiKey",),
    "OAuth1": ("oauthConsumerKey", "oauthConsumerSecret"),
    "OAuth2": ("oauthTokenUrl", "oauthClientId"),
    "Session": ("loginUrl",),
    "Broker": ("brokerCredential",),
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
        "oauthClientId",
        "oauthClientSecret",
        "oauthRefreshToken",
        "userId",
        "userPassword",
        "oauthParameters",
        "tokenPrefix",
        *_GRANT,
    ),
    "Session": ("userId", "userPassword", "loginBody", *_LOGIN, *_PLACE),
    "Broker": ("brokerCredential", *_PLACE),
}
_KEY_NAMES = {"header": "X-API-Key", "query": "api_key", "cookie": "api_key"}


@dataclass(frozen=True)
class AuthPlan:
    """The scheme, its unresolved credentials, and the store for one reader's token."""

    scheme: str
    secrets: dict[str, Secret]
    plain: dict[str, str]
    objects: dict[str, SecretFields] = field(default_factory=dict[str, SecretFields])
    broker: BrokerPlace | None = None
    tokens: TokenStore = field(default_factory=TokenStore, repr=False, compare=False)

    def resolve(self, clock: Clock) -> tuple[Auth, list[str]]:
        """The authentication with resolved credentials, and the values to hide in messages."""
        values = {name: secret.resolve() for name, secret in self.secrets.items() if secret}
        hidden = [*values.values(), *resolve_all(self._hidden_fields())]
        if self.scheme == "Basic":
            auth = basic(values["userId"], values.get("userPassword", ""))
            return auth, [*hidden, auth.value.partition(" ")[2]]
        if self.scheme == "Bearer":
            return HeaderAuth(f"Bearer {values['oauthToken']}"), hidden
        if self.scheme == "ApiKey":
            place = TokenPlace(self.plain["apiKeyIn"], self.plain["apiKeyName"])
            return ApiKey(place, values["apiKey"]), hidden
        if self.scheme == "OAuth1":
            return OAuth1(self._oauth1_keys(values), clock), hidden
        if self.scheme == "OAuth2":
            client = self._oauth2_client(values)
            return OAuth2(client, self.tokens, clock), [*hidden, client.basic_pair()]
        if self.scheme == "Session":
            return self._session(values, hidden, clock)
        if self.scheme == "Broker" and self.broker is not None:
            name, place = self.plain["brokerCredential"], token_place(self.plain)
            return BrokerAuth(self.broker, name, place, self.tokens, clock), hidden
        return NoAuth(), hidden

    def without_key(self, url: str) -> str:
        """A URL that the API returned, without our key, which is added again when it is sent.

        Other texts, such as a cursor, are returned unchanged.
        """
        if self.plain.get("apiKeyIn") != "query":
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
        found = {self.secrets[name].resolve() for name in names}
        for fields in self.objects.values():
            secret = set(resolve_all(fields.credentials()))
            others |= secret
            # If no name says which text is the credential, each of them may be it.
            found |= set(resolve_all(fields.texts())) - secret if secret else set[str]()
        return found - others

    def _hidden_fields(self) -> list[Secret]:
        """The texts of `loginBody`, and those of `oauthParameters` that are credentials."""
        login, parameters = (self.objects.get(name) for name in SECRET_OBJECTS)
        shown = parameters.credentials() if parameters else []
        return [*(login.texts() if login else []), *shown]

    def _session(
        self, values: dict[str, str], hidden: list[str], clock: Clock
    ) -> tuple[Auth, list[str]]:
        authorization = ""
        if "userId" in values:
            authorization = basic(values["userId"], values.get("userPassword", "")).value
            hidden = [*hidden, authorization.partition(" ")[2]]
        body = self.objects.get("loginBody")
        login = login_of(self.plain, body.resolve() if body else {}, authorization)
        place = token_place(self.plain)
        return SessionAuth(login, place, self.tokens, clock, find_value), hidden

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
        parameters = self.objects.get("oauthParameters")
        return OAuth2Client(
            token_url=self.plain["oauthTokenUrl"],
            client_id=values["oauthClientId"],
            client_secret=values.get("oauthClientSecret", ""),
            refresh_token=values.get("oauthRefreshToken", ""),
            scope=self.plain["oauthScope"],
            audience=self.plain["oauthAudience"],
            secret_in_body=self.plain["oauthClientAuth"] == "body",
            grant=self.plain["oauthGrantType"],
            user=(values.get("userId", ""), values.get("userPassword", "")),
            as_json=self.plain["oauthRequestFormat"] == "json",
            parameters=parameters.resolve() if parameters else {},
            prefix=prefix_of(self.plain),
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

    place: TokenPlace
    value: str = field(repr=False)

    def apply(self, request: Outgoing, send: Callable[[Outgoing], Reply]) -> Outgoing:
        return self.place.put(request, self.value)


def basic(user: str, password: str) -> HeaderAuth:
    if ":" in user:
        raise OptionError("rest option 'userId': may not contain a colon.")
    pair = f"{user}:{password}".encode()
    return HeaderAuth(f"Basic {base64.b64encode(pair).decode('ascii')}")


def read_auth(reader: OptionReader, broker: BrokerPlace | None = None) -> AuthPlan:
    """Reads `AUTH_OPTIONS`. Refuses credentials that the scheme does not use."""
    given = [name for name in AUTH_OPTIONS[1:] if reader.text(name)]
    scheme = read_scheme(reader)
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
    if "userPassword" in given and "userId" not in given:
        raise reader.fail("userPassword", "needs userId.")
    secrets = {name: reader.secret(name) for name in given if name in AUTH_SECRETS}
    plain = _read_plain(reader, scheme)
    as_json = "form" not in (plain.get("loginFormat"), plain.get("oauthRequestFormat"))
    objects = {name: read_fields(reader, name, as_json) for name in SECRET_OBJECTS if name in given}
    return AuthPlan(scheme, secrets, plain, objects, broker if scheme == "Broker" else None)


def with_broker(reader: OptionReader, settings: HttpSettings) -> HttpSettings:
    """The settings with the broker that grants tokens and rates, if the options name one."""
    needed = read_scheme(reader) == "Broker"
    return replace(
        settings,
        broker=read_broker(reader, settings.policy.allow_http, needed=needed),
        budget=Budget(reader.text("rateBudget").strip()),
    )


def read_scheme(reader: OptionReader) -> str:
    """`authType`, or its default."""
    if reader.has("authType"):
        return reader.choice("authType", "None", _USED_BY)
    # Basic is the default of earlier versions, but it needs a user id.
    return "Basic" if reader.text("userId") else "None"


def _read_plain(reader: OptionReader, scheme: str) -> dict[str, str]:
    """The options of the scheme that are not credentials."""
    if scheme == "ApiKey":
        return read_key_place(reader, _KEY_NAMES)
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
        return read_grant(reader)
    if scheme == "Session":
        return read_login(reader)
    if scheme == "Broker":
        name = reader.text("brokerCredential").strip()
        return {"brokerCredential": name, **read_token_place(reader)}
    return {}
