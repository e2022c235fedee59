"""Access tokens: where one is kept, where a request carries it, and when a new one is fetched.

A token is fetched when the first request needs it, kept until shortly before it expires, and
fetched again when the API answers 401. It is never pickled.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote, unquote_plus, urlsplit

from .._clock import Clock
from .._errors import EgressError, HttpError
from .api_message import api_message
from .client import NoAuth, Outgoing
from .retry import is_transient
from .urls import with_parameter
from .waits import asked_wait
from .wire import Reply

# A token is not used in its last seconds: it could expire before the API receives it.
_MARGIN = 30.0
LONGEST_LIFE = 10 * 365 * 86_400.0


class Fetched(NamedTuple):
    """A token and its remaining life in seconds."""

    token: str
    life: float = LONGEST_LIFE


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
class TokenPlace:
    """Where a request carries its token: a header, a query parameter or a cookie.

    `prefix` comes before the token, after it a blank. A cookie without a name stands for a token
    that is a whole list of cookies.
    """

    kind: str = "header"
    name: str = "Authorization"
    prefix: str = ""

    def put(self, request: Outgoing, token: str) -> Outgoing:
        value = f"{self.prefix} {token}" if self.prefix else token
        if self.kind == "query":
            return request._replace(url=with_parameter(request.url, self.name, value))
        if self.kind == "header":
            return request._replace(headers={**request.headers, self.name: value})
        headers = dict(request.headers)
        # One Cookie header for all cookies, since some servers ignore a second one.
        known = next((name for name in headers if name.lower() == "cookie"), "Cookie")
        others = f"{headers[known]}; " if headers.get(known) else ""
        headers[known] = f"{others}{self.name}={value}" if self.name else f"{others}{value}"
        return request._replace(headers=headers)

    def carried(self, request: Outgoing) -> str:
        """The text in this place of a request that `put` made. It ends with the token."""
        if self.kind == "query":
            start = f"{quote(self.name, safe='')}="
            pairs = urlsplit(request.url).query.split("&")
            found = next((pair for pair in pairs if pair.startswith(start)), "")
            return unquote_plus(found[len(start) :])
        wanted = self.name.lower() if self.kind == "header" else "cookie"
        return next((v for name, v in request.headers.items() if name.lower() == wanted), "")


class FetchedTokenAuth(NoAuth):
    """Adds a token that `_fetch` gets, and has it fetched again after a 401."""

    def __init__(self, place: TokenPlace, store: TokenStore, clock: Clock) -> None:
        self._place, self._store, self._clock = place, store, clock
        self._used: list[str] = []

    def apply(self, request: Outgoing, send: Callable[[Outgoing], Reply]) -> Outgoing:
        token = self._store.get(self._clock, lambda: self._fetch(request, send))
        if token not in self._used:
            self._used.append(token)
        return self._place.put(request, token)

    def renew(self, refused: Outgoing) -> bool:
        carried = self._place.carried(refused)
        token = next((used for used in self._used if used and carried.endswith(used)), "")
        if not token:
            return False
        self._store.drop(token)
        return True

    def hidden(self) -> list[str]:
        return list(self._used)

    def _fetch(self, request: Outgoing, send: Callable[[Outgoing], Reply]) -> Fetched:
        """A new token. `request` is the first request that needs it."""
        raise NotImplementedError

    def _ask(self, place: str, asked: Outgoing, send: Callable[[Outgoing], Reply]) -> Reply:
        """Sends a request for a token. Messages name the address as `place`."""
        try:
            reply = send(asked)
        except EgressError as error:
            raise EgressError(f"{place}: {error}") from None
        except HttpError as error:
            # The request to the API was not sent, so even a POST may be tried again.
            raise HttpError(
                f"{place}: {error}", error.status, error.transient, error.wait, sent=False
            ) from None
        if 200 <= reply.status <= 299:
            return reply
        raise self._refusal(place, reply)

    def _refusal(self, place: str, reply: Reply) -> HttpError:
        message = api_message(reply.body)
        if 300 <= reply.status <= 399:
            message = "redirects of this address are not followed; set the final address"
        return token_failure(place, reply, message, self._clock)


def token_failure(place: str, reply: Reply, message: str, clock: Clock) -> HttpError:
    """The error for an answer that has no token because its status says so."""
    transient = is_transient(reply.status, reply.headers)
    wait = asked_wait(reply.headers, message, clock.time()) if transient else None
    said = f": {message}" if message else ""
    return HttpError(
        f"{place} answered {reply.status} {reply.reason}".rstrip() + said,
        reply.status,
        transient,
        wait,
        sent=False,
    )


def life_of(seconds: Any) -> float:
    """A token's life as a number of seconds. A value that is not a number means: until a 401."""
    try:
        life = float(seconds)
    except (TypeError, ValueError, OverflowError):
        return LONGEST_LIFE
    # This comparison also makes NaN a lifetime of 0.
    return min(life, LONGEST_LIFE) if life > 0 else 0.0
