"""HTTP for the sources: one client with retries, redirects, size and time limits, and discretion.

Common options and their defaults are in `HTTP_OPTIONS`; times are milliseconds where the name ends
in `Timeout`, else seconds. Every failure is an `HttpError` whose text names method, redacted URL,
status and the API's own message (2 KiB at most).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from ._clock import Clock
from ._egress import EgressPolicy, same_origin
from ._errors import EgressError, HttpError, Postponed
from ._options import OptionReader
from ._redact import Redactor, redact_url
from ._retry import RetryPolicy, asked_wait, is_transient, jitter
from ._wire import Limits, Reply, exchange

USER_AGENT = "sparktide-sources/0.1"

HTTP_OPTIONS = (
    "allowHttp",
    "allowPrivateHosts",
    "allowedHosts",
    "connectionTimeout",
    "readTimeout",
    "totalTimeout",
    "maxResponseBytes",
    "maxRetries",
    "maxRetryWait",
)

_MAX_REDIRECTS = 5
_MAX_MESSAGE = 2048
_URL_SAFE = "/%:@!$&'()*+,;=~-._?"
_T = TypeVar("_T")


class Auth(Protocol):
    """Makes the credential headers of one request; asked anew for each try."""

    def headers(self, method: str, url: str) -> dict[str, str]: ...


class NoAuth:
    """No credentials."""

    def headers(self, method: str, url: str) -> dict[str, str]:
        return {}


@dataclass(frozen=True)
class Request:
    """`headers` go anywhere, `private_headers` and `auth` only to the origin of `url`."""

    url: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    private_headers: dict[str, str] = field(default_factory=dict, repr=False)
    auth: Auth = field(default_factory=NoAuth, repr=False)
    body: bytes = b""


@dataclass(frozen=True)
class HttpSettings:
    """What the options say about egress, limits and retries."""

    policy: EgressPolicy
    limits: Limits
    retry: RetryPolicy


def http_settings(
    options: OptionReader, connect_ms: int = 5000, read_ms: int = 20000, retry_post: bool = False
) -> HttpSettings:
    """Reads `HTTP_OPTIONS`."""
    policy = EgressPolicy(
        options.boolean("allowHttp", False),
        options.boolean("allowPrivateHosts", False),
        tuple(options.names("allowedHosts")),
    )
    limits = Limits(
        options.integer("connectionTimeout", connect_ms, 1, 600_000) / 1000,
        options.integer("readTimeout", read_ms, 1, 600_000) / 1000,
        options.integer("totalTimeout", 60_000, 1, 3_600_000) / 1000,
        options.integer("maxResponseBytes", 64 * 1024 * 1024, 1, 1024 * 1024 * 1024),
    )
    retry = RetryPolicy(
        options.integer("maxRetries", 4, 0, 100),
        options.number("maxRetryWait", 300, 0, 86_400),
        retry_post,
    )
    return HttpSettings(policy, limits, retry)


class HttpClient:
    """Sends requests; made where it is used and never kept in a field that travels."""

    def __init__(
        self,
        settings: HttpSettings,
        secrets: Iterable[str] = (),
        clock: Clock | None = None,
        transport: Callable[..., Reply] = exchange,
        rng: Callable[[], float] = jitter,
    ) -> None:
        self._settings = settings
        self._redactor = Redactor(secrets)
        self._clock = clock or Clock()
        self._transport = transport
        self._rng = rng
        self.calls = 0

    def send(
        self,
        request: Request,
        decode: Callable[[Reply], _T],
        attempts: int = 0,
        patience: float | None = None,
    ) -> _T:
        """Sends until `decode` accepts a reply.

        `attempts` tries were made before. With `patience`, at most that many seconds pass in waits
        here; a longer one raises `Postponed` instead, for a caller who must not block.
        """
        left = float("inf") if patience is None else patience
        while True:
            try:
                return self._once(request, decode)
            except EgressError as error:
                raise EgressError(self._redactor.text(str(error))) from None
            except HttpError as failure:
                attempts += 1
                delay = self._settings.retry.delay(failure, attempts, request.method, self._rng)
                if delay > left:
                    raise Postponed(str(failure), delay, attempts) from None
                left -= delay
                self._wait(delay)

    def _wait(self, seconds: float) -> None:
        end = self._clock.monotonic() + seconds
        while True:
            left = end - self._clock.monotonic()
            if left <= 0:
                return
            # Slices, so that a signal to the worker is not held up by one long sleep.
            self._clock.sleep(min(left, 0.25))

    def _once(self, request: Request, decode: Callable[[Reply], _T]) -> _T:
        url = normal_url(request.url)
        try:
            reply = self._follow(request, url)
            if reply.status >= 400:
                raise self._refusal(reply)
            return decode(reply)
        except HttpError as error:
            text = f"{request.method} {redact_url(url)}: {error}"
            if not text.endswith("."):
                text += "."
            raise HttpError(
                self._redactor.text(text)[: _MAX_MESSAGE + 512],
                error.status,
                error.transient,
                error.wait,
                error.sent,
            ) from None

    def _follow(self, request: Request, url: str) -> Reply:
        method, here, body = request.method, url, request.body
        for _ in range(_MAX_REDIRECTS + 1):
            self.calls += 1
            reply = self._transport(
                method,
                here,
                self._headers(request, method, here, url),
                body,
                self._settings.policy,
                self._settings.limits,
                self._clock,
            )
            if reply.status not in (301, 302, 303, 307, 308):
                return reply
            here = self._next_hop(reply, method, url, here)
            if reply.status == 303:
                method, body = "GET", b""
        raise HttpError(f"more than {_MAX_REDIRECTS} redirects", status=reply.status)

    def _next_hop(self, reply: Reply, method: str, origin: str, here: str) -> str:
        location = reply.headers.get("location", "")
        if not location:
            raise HttpError(f"answered {reply.status} without a Location", status=reply.status)
        there = normal_url(urljoin(here, location))
        if method == "POST" and reply.status != 303 and not same_origin(origin, there):
            raise HttpError("a POST was redirected to another origin", status=reply.status)
        return there

    def _headers(self, request: Request, method: str, here: str, origin: str) -> dict[str, str]:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": USER_AGENT,
        }
        own = dict(request.headers)
        if same_origin(here, origin):
            own.update(request.private_headers)
            own.update(request.auth.headers(method, here))
        if method == "POST" and request.body:
            headers["Content-Type"] = "application/json"
        # The caller's spelling wins over ours: header names are case-insensitive.
        given = {name.lower() for name in own}
        kept = {name: value for name, value in headers.items() if name.lower() not in given}
        return {**kept, **own}

    def _refusal(self, reply: Reply) -> HttpError:
        message = api_message(reply.body)
        transient = is_transient(reply.status, reply.headers)
        wait = asked_wait(reply.headers, message, self._clock.time()) if transient else None
        said = f": {message}" if message else ""
        return HttpError(
            f"answered {reply.status} {reply.reason}".rstrip() + said, reply.status, transient, wait
        )


def normal_url(url: str) -> str:
    """Percent-encodes what a request line may not hold; leaves what is encoded already."""
    parts = urlsplit(url)
    return urlunsplit(
        (
            parts.scheme,
            parts.netloc,
            quote(parts.path or "/", safe=_URL_SAFE),
            quote(parts.query, safe=_URL_SAFE),
            "",
        )
    )


def api_message(body: bytes) -> str:
    """The API's own words about an error, from the places where APIs put them."""
    text = body[: 16 * 1024].decode("utf-8", "replace").strip()
    try:
        found = _said(json.loads(text))
    except (ValueError, RecursionError):
        found = "" if text.startswith("<") else text
    return " ".join(found.split())[:_MAX_MESSAGE]


def _said(document: Any) -> str:
    if isinstance(document, list) and document:
        return _said(document[0])
    if isinstance(document, str):
        return document
    if not isinstance(document, dict):
        return ""
    status = document.get("status")
    if isinstance(status, dict) and isinstance(status.get("error_message"), str):
        return str(status["error_message"])
    for name in ("reason", "message", "error_description", "error", "detail", "title", "errors"):
        said = _said(document.get(name))
        if said:
            return said
    return ""


def json_reply(reply: Reply) -> Any:
    """The reply's JSON. A body that is not JSON may be a cut one, and is worth another try."""
    return decode_json(reply, _strict_loads)


def _strict_loads(text: str) -> Any:
    # Python's parser takes NaN and Infinity, which no JSON has.
    return json.loads(text, parse_constant=_no_constant)


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def decode_json(reply: Reply, loads: Callable[[str], Any]) -> Any:
    """The reply's JSON through `loads`, which raises ValueError for anything else."""
    try:
        return loads(reply.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        kind = reply.headers.get("content-type", "no content type")
        raise HttpError(
            f"answered {reply.status} with a body that is not valid JSON "
            f"({kind}, {len(reply.body)} bytes)",
            reply.status,
            transient=True,
        ) from None
