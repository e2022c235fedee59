"""Authentication of `rest`: None, Basic, Bearer, OAuth1 (HMAC-SHA1, RFC 5849).

A credential that the chosen scheme does not use is an error, never silence: a request that goes out
without the token one gave looks like success until rows are missing. OAuth1 is written out here
since workers have no OAuth library; RSA signatures need one and are not offered.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

from ._clock import Clock
from ._egress import ascii_host
from ._errors import OptionError
from ._http import Auth, NoAuth
from ._options import OptionReader, Secret

AUTH_OPTIONS = (
    "authType",
    "userId",
    "userPassword",
    "oauthToken",
    "oauthConsumerKey",
    "oauthConsumerSecret",
    "oauthTokenSecret",
)

_USED_BY = {
    "None": (),
    "Basic": ("userId", "userPassword"),
    "Bearer": ("oauthToken",),
    "OAuth1": ("oauthConsumerKey", "oauthConsumerSecret", "oauthToken", "oauthTokenSecret"),
}
_NEEDED_BY = {
    "None": (),
    "Basic": ("userId",),
    "Bearer": ("oauthToken",),
    "OAuth1": ("oauthConsumerKey", "oauthConsumerSecret"),
}


@dataclass(frozen=True)
class AuthPlan:
    """The scheme and its credentials, not yet resolved."""

    scheme: str
    secrets: dict[str, Secret]

    def resolve(self, clock: Clock) -> tuple[Auth, list[str]]:
        """The ready authentication, and the values that messages must not show."""
        values = {name: secret.resolve() for name, secret in self.secrets.items() if secret}
        hidden = [value for name, value in values.items() if name != "userId"]
        if self.scheme == "Basic":
            auth = basic(values["userId"], values.get("userPassword", ""))
            return auth, [*hidden, auth.value.partition(" ")[2]]
        if self.scheme == "Bearer":
            return HeaderAuth(f"Bearer {values['oauthToken']}"), hidden
        if self.scheme == "OAuth1":
            return OAuth1(
                values["oauthConsumerKey"],
                values["oauthConsumerSecret"],
                values.get("oauthToken", ""),
                values.get("oauthTokenSecret", ""),
                clock,
            ), hidden
        return NoAuth(), hidden


@dataclass(frozen=True)
class HeaderAuth:
    """A fixed Authorization header."""

    value: str

    def headers(self, method: str, url: str) -> dict[str, str]:
        return {"Authorization": self.value}


def basic(user: str, password: str) -> HeaderAuth:
    if ":" in user:
        raise OptionError("rest option 'userId': may not contain a colon with authType=Basic.")
    pair = f"{user}:{password}".encode()
    return HeaderAuth(f"Basic {base64.b64encode(pair).decode('ascii')}")


class OAuth1:
    """Signs each request with the consumer's and, if given, the token's secret."""

    def __init__(
        self,
        consumer_key: str,
        consumer_secret: str,
        token: str,
        token_secret: str,
        clock: Clock,
        nonce: Callable[[], str] = secrets.token_hex,
    ) -> None:
        self._consumer_key, self._token = consumer_key, token
        self._key = f"{encode(consumer_secret)}&{encode(token_secret)}".encode("ascii")
        self._clock, self._nonce = clock, nonce

    def headers(self, method: str, url: str) -> dict[str, str]:
        fields = {
            "oauth_consumer_key": self._consumer_key,
            "oauth_token": self._token,
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": str(int(self._clock.time())),
            "oauth_nonce": self._nonce(),
            "oauth_version": "1.0",
        }
        if not self._token:
            del fields["oauth_token"]
        base = signature_base(method, url, list(fields.items()))
        fields["oauth_signature"] = self.sign(base)
        listed = ", ".join(f'{name}="{encode(value)}"' for name, value in fields.items())
        return {"Authorization": f"OAuth {listed}"}

    def sign(self, base: str) -> str:
        """RFC 5849 §3.4.2: the signature of a base string."""
        digest = hmac.new(self._key, base.encode("ascii"), hashlib.sha1).digest()
        return base64.b64encode(digest).decode("ascii")


def signature_base(method: str, url: str, fields: Sequence[tuple[str, str]]) -> str:
    """RFC 5849 §3.4.1: what is signed. `fields` are the OAuth and, for forms, the body's ones."""
    parts = urlsplit(url)
    host = ascii_host(parts)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    authority = host if parts.port in (None, default) else f"{host}:{parts.port}"
    pairs = [*parse_qsl(parts.query, keep_blank_values=True), *fields]
    encoded = sorted((encode(name), encode(value)) for name, value in pairs)
    joined = "&".join(f"{name}={value}" for name, value in encoded)
    place = f"{parts.scheme}://{authority}{parts.path or '/'}"
    return f"{method.upper()}&{encode(place)}&{encode(joined)}"


def encode(text: str) -> str:
    """RFC 5849 §3.6: everything but letters, digits and `-._~`."""
    return quote(text, safe="-._~")


def read_auth(reader: OptionReader) -> AuthPlan:
    """Reads `AUTH_OPTIONS` and refuses credentials the scheme would leave unused."""
    given = [name for name in AUTH_OPTIONS[1:] if reader.text(name)]
    if reader.has("authType"):
        scheme = reader.choice("authType", "None", _USED_BY)
    else:
        # Basic is the historical default, but only a user id can mean it.
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
    return AuthPlan(scheme, {name: reader.secret(name) for name in given})
