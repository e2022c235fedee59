"""The CredentialBroker of the client's package, which runs in the user's service.

It holds credentials that change, such as refresh tokens with one use, and gives out access tokens.
It also keeps request rates that several streams share, by name:

| request | answer |
|---|---|
| `POST /v1/tokens/NAME`, `{"refused": SHA-256}` | `{"token", "expiresInSeconds"}` |
| `POST /v1/budgets/NAME`, `{"requests": 1, "maxWaitMs": 300000}` | `{"granted", "waitMs"}` |

Each request carries the broker's key as a Bearer token. If the broker does not answer, the request
to the API waits and then fails; it is never sent without the token or without permission.

An option names the broker's address, so it may be a private one. The broker is called directly,
never through a proxy, and http needs `allowHttp=true`, except on the same machine.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from .._clock import Clock
from .._credentials.secrets import Secret
from .._errors import EgressError, HttpError
from .._json_types import as_object
from .._options import OptionReader
from .api_message import api_message
from .egress import EgressPolicy, ascii_host, same_origin, split_url

BROKER_OPTIONS = ("brokerUrl", "brokerKey", "rateBudget")

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class BrokerPlace:
    """The broker's address and key, and the rules for connections to it."""

    url: str
    key: Secret
    policy: EgressPolicy

    @property
    def title(self) -> str:
        return f"the broker {self.url}"

    def owns(self, url: str) -> bool:
        return same_origin(url, self.url)

    def call(
        self, kind: str, name: str, document: dict[str, Any]
    ) -> tuple[str, str, dict[str, str], bytes]:
        """Method, URL, headers and body of a request to the broker."""
        url = f"{self.url}/v1/{kind}/{quote(name, safe='')}"
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Authorization": f"Bearer {self.key.resolve()}",
            "Content-Type": "application/json",
        }
        return "POST", url, headers, json.dumps(document).encode("ascii")


def broker_document(title: str, body: bytes) -> dict[str, Any]:
    """The JSON of the broker's answer."""
    try:
        found = as_object(json.loads(body.decode("utf-8")))
    except (ValueError, RecursionError):
        found = None
    if found is None:
        raise HttpError(
            f"{title} gave an answer that is not from a broker; check brokerUrl", sent=False
        )
    return found


def broker_message(body: bytes) -> str:
    """The code and the message of an answer that refuses, or the words of another server."""
    try:
        error = as_object((as_object(json.loads(body.decode("utf-8"))) or {}).get("error")) or {}
    except (ValueError, RecursionError):
        error = {}
    code, said = error.get("code"), error.get("message")
    if isinstance(code, str) and isinstance(said, str):
        return f"{code}: {said}"
    return api_message(body)


class Budget:
    """A request rate of this name at the broker. A pickle carries the name only.

    The broker reserves a time for each request. A reservation stays until the request is sent, also
    if the caller must wait elsewhere.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name
        self._due: float | None = None
        # Redirects do not wait, so the next reservation covers them, too.
        self._unpaid = 0
        self._refused = 0.0

    def __reduce__(self) -> tuple[Any, ...]:
        return Budget, (self.name,)

    def reserve(
        self, clock: Clock, longest: float, ask: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> None:
        """Asks the broker for the time of the next request, unless it is known already."""
        self._refused = 0.0
        if not self.name or self._due is not None:
            return
        asked = {"requests": 1 + self._unpaid, "maxWaitMs": int(longest * 1000)}
        answer = ask(asked)
        wait = answer.get("waitMs")
        if not isinstance(wait, (int, float)) or isinstance(wait, bool) or wait < 0:
            raise HttpError("the broker's answer has no waitMs; check brokerUrl", sent=False)
        if answer.get("granted") is not True:
            self._refused = wait / 1000
            return
        self._due, self._unpaid = clock.monotonic() + wait / 1000, 0

    def wait(self, clock: Clock) -> float:
        """Seconds until the next request may be sent."""
        if self._due is None:
            return self._refused
        return max(self._due - clock.monotonic(), 0.0)

    def take(self) -> None:
        """Counts a sent request."""
        if self.name and self._due is None:
            self._unpaid += 1
        self._due = None


def read_broker(reader: OptionReader, allow_http: bool, needed: bool) -> BrokerPlace | None:
    """Reads `BROKER_OPTIONS`. `needed` says whether the authentication asks the broker."""
    budget = reader.text("rateBudget").strip()
    if not needed and not budget:
        for name in ("brokerUrl", "brokerKey"):
            if reader.has(name):
                raise reader.fail(name, "is not used; set authType=Broker or rateBudget.")
        return None
    url = reader.text("brokerUrl").strip().rstrip("/")
    what = "authType=Broker" if needed else "rateBudget"
    if not url:
        raise reader.fail("brokerUrl", f"is missing: {what} needs the address of the broker.")
    if not reader.text("brokerKey").strip():
        raise reader.fail("brokerKey", f"is missing: {what} needs it, for example env:NAME.")
    try:
        parts = split_url(url)
        host = ascii_host(parts)
    except EgressError as error:
        raise reader.fail("brokerUrl", str(error)) from None
    if parts.query or parts.fragment or "{" in url:
        raise reader.fail("brokerUrl", "may not have a query, a fragment or braces.")
    if parts.scheme == "http" and host not in _LOOPBACK and not allow_http:
        raise reader.fail(
            "brokerUrl", f"http would send the key to {host} in the clear: use https, or allowHttp."
        )
    return BrokerPlace(url, reader.secret("brokerKey"), EgressPolicy(True, True))
