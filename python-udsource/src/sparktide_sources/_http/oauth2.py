"""OAuth 2.0 (RFC 6749): access tokens by client credentials or by a refresh token.

A token is fetched when the first request needs it, kept until shortly before it expires, and
fetched again when the API answers 401. The same egress rules apply to the token endpoint and the
API. Redirects of the token endpoint are not followed, since they would carry the client's secret.

A reply that replaces the refresh token is an error: the source could keep the new token only in
memory, and after a restart it would send a token that is no longer valid.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode

from .._clock import Clock
from .._credentials.path_secrets import discreet_url
from .._errors import EgressError, HttpError
from .._json_types import as_object
from .client import NoAuth, Outgoing, api_message, normal_url
from .retry import is_transient
from .waits import asked_wait
from .wire import Reply

# A token is not used in its last seconds: it could expire before the API receives it.
_MARGIN = 30.0
_LONGEST_LIFE = 10 * 365 * 86_400.0


class TokenStore:
    """Keeps the access token of one reader. A pickled store is empty."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value, self._until = "", 0.0

    def __reduce__(self) -> tuple[Any, ...]:
        return TokenStore, ()

    def get(self, clock: Clock, fetch: Callable[[], tuple[str, float]]) -> str:
        """The kept token, or a new one. Callers that arrive during the fetch wait for its token."""
        with self._lock:
            if not self._value or clock.monotonic() >= self._until:
                self._value = ""
                self._value, life = fetch()
                margin = min(_MARGIN, life / 10)
                self._until = clock.monotonic() + life - margin
            return self._value

    def drop(self, token: str) -> None:
        """Forgets this token, unless a newer one has replaced it already."""
        with self._lock:
            if self._value == token:
                self._value = ""


@dataclass(frozen=True)
class OAuth2Client:
    """The client, the token endpoint and the scope of the tokens."""

    token_url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    scope: str = ""
    audience: str = ""
    secret_in_body: bool = False

    def request(self) -> Outgoing:
        """The request for a token (§4.4.2, §6)."""
        fields = {"grant_type": "client_credentials"}
        if self.refresh_token:
            fields = {"grant_type": "refresh_token", "refresh_token": self.refresh_token}
        if self.scope:
            fields["scope"] = self.scope
        if self.audience:
            fields["audience"] = self.audience
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        if self.client_secret and not self.secret_in_body:
            headers["Authorization"] = f"Basic {self.basic_pair()}"
        else:
            fields["client_id"] = self.client_id
            if self.client_secret:
                fields["client_secret"] = self.client_secret
        body = urlencode(fields).encode("ascii")
        return Outgoing("POST", normal_url(self.token_url), headers, body)

    def basic_pair(self) -> str:
        """§2.3.1: both halves are form-encoded first."""
        pair = f"{quote_plus(self.client_id)}:{quote_plus(self.client_secret)}"
        return base64.b64encode(pair.encode("ascii")).decode("ascii")


class OAuth2(NoAuth):
    """Adds the access token, and fetches it if necessary."""

    def __init__(self, client: OAuth2Client, store: TokenStore, clock: Clock) -> None:
        self._client, self._store, self._clock = client, store, clock
        self._used: list[str] = []

    def apply(self, request: Outgoing, send: Callable[[Outgoing], Reply]) -> Outgoing:
        token = self._store.get(self._clock, lambda: self._fetch(send))
        if token not in self._used:
            self._used.append(token)
        return request._replace(headers={**request.headers, "Authorization": f"Bearer {token}"})

    def renew(self, refused: Outgoing) -> bool:
        scheme, _, token = refused.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self._used:
            return False
        self._store.drop(token)
        return True

    def hidden(self) -> list[str]:
        return list(self._used)

    def _fetch(self, send: Callable[[Outgoing], Reply]) -> tuple[str, float]:
        place = f"the token endpoint {discreet_url(self._client.token_url)}"
        try:
            reply = send(self._client.request())
        except EgressError as error:
            raise EgressError(f"{place}: {error}") from None
        except HttpError as error:
            # The request to the API was not sent, so even a POST may be tried again.
            raise HttpError(
                f"{place}: {error}", error.status, error.transient, error.wait, sent=False
            ) from None
        if reply.status != 200:
            raise self._refusal(place, reply)
        return self._granted(place, reply)

    def _refusal(self, place: str, reply: Reply) -> HttpError:
        message = api_message(reply.body)
        code = _document(reply).get("error")
        if isinstance(code, str) and code not in message:
            message = f"{code[:100]}: {message}"
        if 300 <= reply.status <= 399:
            message = "redirects of a token endpoint are not followed; set the final address"
        transient = is_transient(reply.status, reply.headers)
        wait = asked_wait(reply.headers, message, self._clock.time()) if transient else None
        said = f": {message}" if message else ""
        return HttpError(
            f"{place} answered {reply.status} {reply.reason}".rstrip() + said,
            reply.status,
            transient,
            wait,
            sent=False,
        )

    def _granted(self, place: str, reply: Reply) -> tuple[str, float]:
        answer = _document(reply)
        token, kind = answer.get("access_token"), answer.get("token_type", "bearer")
        if not isinstance(token, str) or not token:
            raise HttpError(
                f"{place} answered without an access_token; it has: "
                f"{', '.join(sorted(answer)[:20]) or 'no fields'}",
                reply.status,
                sent=False,
            )
        if not isinstance(kind, str) or kind.lower() != "bearer":
            raise HttpError(
                f"{place} gave a token of type {str(kind)[:40]!r}; only bearer tokens can be used",
                reply.status,
                sent=False,
            )
        self._require_lasting(place, answer.get("refresh_token"))
        return token, _life(answer.get("expires_in"))

    def _require_lasting(self, place: str, refresh_token: Any) -> None:
        asked = self._client.refresh_token
        if asked and isinstance(refresh_token, str) and refresh_token not in ("", asked):
            raise HttpError(
                f"OAUTH2_ROTATING_REFRESH_TOKEN: {place} replaced the refresh token, and a reader "
                "has no place to keep the new one across restarts. Use client credentials, or have "
                "the provider issue refresh tokens that stay valid, and set a new one",
                sent=False,
            )


def _document(reply: Reply) -> dict[str, Any]:
    try:
        found = json.loads(reply.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    return as_object(found) or {}


def _life(expires_in: Any) -> float:
    """Seconds. Without `expires_in` the token is used until the API refuses it."""
    try:
        seconds = float(expires_in)
    except (TypeError, ValueError, OverflowError):
        return _LONGEST_LIFE
    # This comparison also makes NaN a lifetime of 0.
    return min(seconds, _LONGEST_LIFE) if seconds > 0 else 0.0
