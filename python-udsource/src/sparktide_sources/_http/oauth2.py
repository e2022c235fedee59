"""OAuth 2.0 (RFC 6749): access tokens from a token endpoint, and how they are requested.

The same egress rules apply to the token endpoint and the API. Redirects of the token endpoint are
not followed, since they would carry the client's secret.

A reply that replaces the refresh token is an error: the source could keep the new token only in
memory, and after a restart it would send a token that is no longer valid. A `CredentialBroker` of
the client's package keeps such tokens.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode

from .._clock import Clock
from .._credentials.path_secrets import discreet_url
from .._errors import HttpError
from .._exact_json import write_ascii
from .._json_types import as_object
from .._placeholders import plain_text
from .api_message import api_message
from .client import Outgoing, normal_url
from .tokens import (
    Fetched,
    FetchedTokenAuth,
    TokenPlace,
    TokenStore,
    life_of,
    token_failure,
)
from .wire import Reply

USE_BROKER = (
    "Give the refresh token to a CredentialBroker, which stores each new one, and set "
    "authType=Broker"
)


@dataclass(frozen=True)
class OAuth2Client:
    """The client, the token endpoint, and what a request for a token says.

    `parameters` holds further fields of the request. `prefix` is the word before the token; None
    stands for `Bearer`, if the answer calls its token a bearer token.
    """

    token_url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    scope: str = ""
    audience: str = ""
    secret_in_body: bool = False
    grant: str = "client_credentials"
    user: tuple[str, str] = field(default=("", ""), repr=False)
    as_json: bool = False
    parameters: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)
    prefix: str | None = None

    def request(self) -> Outgoing:
        """The request for a token (§4.3.2, §4.4.2, §6)."""
        fields: dict[str, Any] = {"grant_type": self.grant}
        if self.refresh_token:
            fields["refresh_token"] = self.refresh_token
        if self.grant == "password":
            fields["username"], fields["password"] = self.user
        if self.scope:
            fields["scope"] = self.scope
        if self.audience:
            fields["audience"] = self.audience
        headers = {
            "Content-Type": "application/json"
            if self.as_json
            else "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        if self.client_secret and not self.secret_in_body:
            headers["Authorization"] = f"Basic {self.basic_pair()}"
        else:
            fields["client_id"] = self.client_id
            if self.client_secret:
                fields["client_secret"] = self.client_secret
        fields.update(self.parameters)
        return Outgoing("POST", normal_url(self.token_url), headers, encoded(fields, self.as_json))

    def basic_pair(self) -> str:
        """§2.3.1: both halves are form-encoded first."""
        pair = f"{quote_plus(self.client_id)}:{quote_plus(self.client_secret)}"
        return base64.b64encode(pair.encode("ascii")).decode("ascii")


def encoded(fields: dict[str, Any], as_json: bool) -> bytes:
    """The fields as a body: JSON, or a form."""
    if as_json:
        return write_ascii(fields)
    return urlencode({name: plain_text(value) for name, value in fields.items()}).encode("ascii")


class OAuth2(FetchedTokenAuth):
    """Adds the access token, and fetches it if necessary."""

    def __init__(self, client: OAuth2Client, store: TokenStore, clock: Clock) -> None:
        prefix = "Bearer" if client.prefix is None else client.prefix
        super().__init__(TokenPlace(prefix=prefix), store, clock)
        self._client = client
        self._at = f"the token endpoint {discreet_url(client.token_url)}"

    def _fetch(self, request: Outgoing, send: Callable[[Outgoing], Reply]) -> Fetched:
        return self._granted(self._ask(self._at, self._client.request(), send))

    def _refusal(self, place: str, reply: Reply) -> HttpError:
        message = api_message(reply.body)
        code = _document(reply).get("error")
        if isinstance(code, str) and code not in message:
            message = f"{code[:100]}: {message}"
        if code == "invalid_grant" and self._client.refresh_token:
            message += (
                "; if the endpoint replaces a refresh token at its use, this one is used up. "
                f"{USE_BROKER}"
            )
        if 300 <= reply.status <= 399:
            message = "redirects of a token endpoint are not followed; set the final address"
        return token_failure(place, reply, message, self._clock)

    def _granted(self, reply: Reply) -> Fetched:
        answer = _document(reply)
        token, kind = answer.get("access_token"), answer.get("token_type", "bearer")
        if not isinstance(token, str) or not token:
            raise HttpError(
                f"{self._at} answered without an access_token; it has: "
                f"{', '.join(sorted(answer)[:20]) or 'no fields'}",
                reply.status,
                sent=False,
            )
        bearer = isinstance(kind, str) and kind.lower() == "bearer"
        if self._client.prefix is None and not bearer:
            raise HttpError(
                f"{self._at} gave a token of type {str(kind)[:40]!r}; if the API takes it without "
                "a signature, set tokenPrefix to the word before the token, such as "
                "tokenPrefix=Bearer",
                reply.status,
                sent=False,
            )
        self._require_lasting(answer.get("refresh_token"))
        return Fetched(token, life_of(answer.get("expires_in")))

    def _require_lasting(self, refresh_token: Any) -> None:
        asked = self._client.refresh_token
        if asked and isinstance(refresh_token, str) and refresh_token not in ("", asked):
            raise HttpError(
                f"OAUTH2_ROTATING_REFRESH_TOKEN: {self._at} replaced the refresh token, and a "
                "reader has no place to keep the new one across restarts. Log in again for a new "
                f"refresh token. {USE_BROKER}",
                sent=False,
            )


def _document(reply: Reply) -> dict[str, Any]:
    try:
        found = json.loads(reply.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    return as_object(found) or {}
