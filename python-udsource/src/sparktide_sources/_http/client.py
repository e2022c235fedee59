"""HTTP for the sources: a client with retries, redirects, size and time limits, and redaction.

`HTTP_OPTIONS` names the options. Times are in milliseconds if the name ends in `Timeout`, else in
seconds. Every failure is an `HttpError`. Its text names the method, the redacted URL, the status
and the API's own message (2 KiB at most).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol, TypeVar
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from .._clock import Clock
from .._credentials.path_secrets import path_secrets
from .._credentials.redact import Redactor, redact_url
from .._credentials.secrets import Secret
from .._errors import EgressError, HttpError, Postponed
from .._keyword_only import KeywordOnly
from .._options import OptionReader
from .api_message import LONGEST_MESSAGE, api_message
from .broker_place import BrokerPlace, Budget, broker_document, broker_message
from .connections import Connections
from .egress import EgressPolicy, same_origin
from .proxy import read_proxy
from .retry import RetryPolicy, is_transient, jitter
from .throttle import THROTTLE_OPTIONS, Throttle, read_throttle
from .tls import TLS_OPTIONS, TlsFiles, read_tls
from .waits import asked_wait, quota_wait
from .wire import Limits, Reply, Route, exchange

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
    "proxy",
    *THROTTLE_OPTIONS,
    *TLS_OPTIONS,
)

_MAX_REDIRECTS = 5
_MAX_SHOWN_URL = 400
_URL_SAFE = "/%:@!$&'()*+,;=~-._?"
_T = TypeVar("_T")


class Outgoing(NamedTuple):
    """One request, ready to be sent."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes = b""


class Auth(Protocol):
    """Adds the credentials to one request.

    `apply` runs for each try; its `send` makes one plain request, for schemes that fetch a token
    first. `renew` runs after a 401 and returns whether the next try would carry other credentials.
    `hidden` returns the texts that messages must not show.
    """

    def apply(self, request: Outgoing, send: Callable[[Outgoing], Reply]) -> Outgoing: ...

    def renew(self, refused: Outgoing) -> bool: ...

    def hidden(self) -> list[str]: ...


class NoAuth:
    """No credentials. Base class of the schemes."""

    def apply(self, request: Outgoing, send: Callable[[Outgoing], Reply]) -> Outgoing:
        return request

    def renew(self, refused: Outgoing) -> bool:
        return False

    def hidden(self) -> list[str]:
        return []


@dataclass(frozen=True)
class Request:
    """A request before authentication.

    `headers` are sent to every origin; `private_headers`, `auth` and the client certificate only to
    the origin of the URL `origin`, or of `url` if `origin` is empty.
    """

    url: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict[str, str])
    private_headers: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    auth: Auth = field(default_factory=NoAuth, repr=False)
    body: bytes = b""
    origin: str = ""


@dataclass(frozen=True)
class HttpSettings(KeywordOnly):
    """The options about egress, limits, retries, request rate and connections."""

    policy: EgressPolicy
    limits: Limits
    retry: RetryPolicy
    throttle: Throttle = field(default_factory=Throttle)
    tls: TlsFiles = field(default_factory=TlsFiles)
    proxy: Secret = field(default_factory=lambda: Secret("proxy", ""))
    broker: BrokerPlace | None = None
    budget: Budget = field(default_factory=Budget)

    def shared_by(self, readers: int) -> HttpSettings:
        """The settings for each of this many readers that call the same API at once."""
        return replace(self, throttle=self.throttle.shared_by(readers))


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
    return HttpSettings(
        policy=policy,
        limits=limits,
        retry=retry,
        throttle=read_throttle(options),
        tls=read_tls(options),
        proxy=read_proxy(options),
    )


class HttpClient:
    """Sends requests. Made in the process that uses it; it must not be pickled."""

    def __init__(
        self,
        settings: HttpSettings,
        secrets: Iterable[str] = (),
        clock: Clock | None = None,
        transport: Callable[..., Reply] = exchange,
        rng: Callable[[], float] = jitter,
        connections: Connections | None = None,
    ) -> None:
        self._settings = settings
        self._redactor = Redactor(secrets)
        self._clock = clock or Clock()
        self._transport = transport
        self._rng = rng
        self._route = Route(settings.tls, settings.proxy, connections)
        self._broker_route = Route(settings.tls, Secret("proxy", "none"))
        if settings.broker is not None:
            self._redactor.add([settings.broker.key.resolve()])
        self.calls = 0

    def discreet(self, text: str) -> str:
        """The text without any credential that this client knows."""
        return self._redactor.text(text)

    def discreet_of(self, url: str, text: str) -> str:
        """A text about this URL, also without possible credentials in the URL's path."""
        return Redactor(path_secrets(url)).text(self.discreet(text))

    def hide(self, secrets: Iterable[str]) -> None:
        """Removes these texts from all later messages."""
        self._redactor.add(secrets)

    def gives_away(self, url: str) -> bool:
        """Whether a URL that an API returned contains one of our credentials."""
        return self._redactor.holds(url)

    def send(
        self,
        request: Request,
        decode: Callable[[Reply], _T],
        attempts: int = 0,
        patience: float | None = None,
    ) -> _T:
        """Sends until `decode` accepts a reply.

        `attempts` is the number of earlier tries. `patience` limits the seconds that this call
        waits; a longer wait raises `Postponed`, for callers that must not block.
        """
        left = float("inf") if patience is None else patience
        while True:
            failure = self._reserve(request)
            if failure is None:
                left -= self._keep_pace(attempts, left)
                try:
                    return self._once(request, decode)
                except EgressError as error:
                    raise EgressError(self.discreet_of(request.url, str(error))) from None
                except HttpError as error:
                    failure = error
            # A 202 (not ready yet) does not count as a failed try.
            attempts += failure.left is None
            delay = self._settings.retry.delay(failure, attempts, request.method, self._rng)
            if delay > left:
                raise Postponed(str(failure), delay, attempts)
            left -= delay
            self._wait(delay)

    def _reserve(self, request: Request) -> HttpError | None:
        """Asks for permission if streams share a budget. Returns why the broker gave none."""
        budget, broker = self._settings.budget, self._settings.broker
        if not budget.name or broker is None:
            return None

        def ask(document: dict[str, Any]) -> dict[str, Any]:
            asked = Outgoing(*broker.call("budgets", budget.name, document))
            reply = self._send_plainly(asked)
            if reply.status == 200:
                return broker_document(broker.title, reply.body)
            said = broker_message(reply.body)
            raise HttpError(
                f"answered {reply.status} {reply.reason}".rstrip() + (f": {said}" if said else ""),
                reply.status,
                is_transient(reply.status, reply.headers),
            )

        try:
            budget.reserve(self._clock, self._settings.retry.max_wait, ask)
        except EgressError as error:
            raise EgressError(self.discreet(f"{broker.title}: {error}")) from None
        except HttpError as error:
            text = f"{broker.title} gave no permission for a request of {budget.name!r}: {error}"
            failure = HttpError(text, error.status, error.transient, error.wait, sent=False)
            return self._told(request.method, normal_url(request.url), failure)
        return None

    def _keep_pace(self, attempts: int, left: float) -> float:
        """Waits until the next request may be sent, and returns the seconds waited."""
        wait = max(
            self._settings.throttle.wait(self._clock), self._settings.budget.wait(self._clock)
        )
        longest = self._settings.retry.max_wait
        if wait > longest:
            raise HttpError(
                f"the next request must wait {wait:.0f} s (for the API's quota, "
                f"requestsPerMinute or rateBudget), more than maxRetryWait ({longest:g} s).",
                transient=True,
                sent=False,
            )
        if wait > left:
            raise Postponed("the rate limit is reached.", wait, attempts, failed=False)
        self._wait(wait)
        return wait

    def _wait(self, seconds: float) -> None:
        end = self._clock.monotonic() + seconds
        while True:
            left = end - self._clock.monotonic()
            if left <= 0:
                return
            # Short sleeps, so that the worker handles a signal soon.
            self._clock.sleep(min(left, 0.25))

    def _once(self, request: Request, decode: Callable[[Reply], _T]) -> _T:
        url = normal_url(request.url)
        try:
            reply, asked = self._follow(request, url)
            if reply.status == 401 and request.auth.renew(asked):
                reply, _ = self._follow(request, url)
            self._note_quota(reply)
            if reply.status >= 400:
                raise self._refusal(reply)
            return decode(reply)
        except HttpError as error:
            raise self._told(request.method, url, error) from None

    def _told(self, method: str, url: str, error: HttpError) -> HttpError:
        """The error with the request that failed, without credentials."""
        # Redacted before it is cut: the redactor does not find the beginning of a credential.
        shown = self.discreet_of(url, redact_url(url))
        if len(shown) > _MAX_SHOWN_URL:
            shown = f"{shown[:_MAX_SHOWN_URL]}… ({len(shown)} characters)"
        text = f"{method} {shown}: {error}"
        if not text.endswith("."):
            text += "."
        return HttpError(
            self.discreet_of(url, text)[: LONGEST_MESSAGE + 512],
            error.status,
            error.transient,
            error.wait,
            error.sent,
            error.left,
        )

    def _note_quota(self, reply: Reply) -> None:
        """Delays the next request if this answer used up the quota."""
        wait = quota_wait(reply.headers, self._clock.time()) if reply.status < 400 else None
        if wait:
            self._settings.throttle.hold(wait, self._clock)

    def _follow(self, request: Request, url: str) -> tuple[Reply, Outgoing]:
        """Follows redirects. Returns the last answer and its request."""
        method, here, body, status = request.method, url, request.body, 0
        home = request.origin or url
        for _ in range(_MAX_REDIRECTS + 1):
            own = same_origin(here, home)
            asked = Outgoing(method, here, self._headers(request, method, own), body)
            if own:
                asked = request.auth.apply(asked, self._send_plainly)
                self._redactor.add(request.auth.hidden())
            self.calls += 1
            self._settings.throttle.take(self._clock)
            self._settings.budget.take()
            # The URL without the API key, since later code builds the next URLs from it.
            reply = replace(self._exchange(asked, own), url=here)
            if reply.status not in (301, 302, 303, 307, 308):
                return reply, asked
            here, status = self._next_hop(reply, method, home, here), reply.status
            if status == 303:
                method, body = "GET", b""
        raise HttpError(f"more than {_MAX_REDIRECTS} redirects", status=status)

    def _exchange(self, asked: Outgoing, own_origin: bool) -> Reply:
        settings = self._settings
        return self._transport(
            *asked, settings.policy, settings.limits, self._clock, self._route, own_origin
        )

    def _send_plainly(self, asked: Outgoing) -> Reply:
        """One request to a token endpoint or to the broker, without redirects."""
        asked = asked._replace(headers={"User-Agent": USER_AGENT, **asked.headers})
        settings, broker = self._settings, self._settings.broker
        if broker is None or not broker.owns(asked.url):
            return self._exchange(asked, True)
        # The API's client certificate is not for the broker.
        return self._transport(
            *asked, broker.policy, settings.limits, self._clock, self._broker_route, False
        )

    def _next_hop(self, reply: Reply, method: str, origin: str, here: str) -> str:
        location = reply.headers.get("location", "")
        if not location:
            raise HttpError(f"answered {reply.status} without a Location", status=reply.status)
        there = normal_url(urljoin(here, location))
        if method != "GET" and reply.status != 303 and not same_origin(origin, there):
            raise HttpError(f"a {method} was redirected to another origin", status=reply.status)
        if not same_origin(origin, there) and self._redactor.holds(there):
            raise HttpError(
                f"was redirected to another origin ({urlsplit(there).netloc}) with a credential in "
                "the URL; if that host is the right one, set it in the options",
                status=reply.status,
            )
        return there

    def _headers(self, request: Request, method: str, own_origin: bool) -> dict[str, str]:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": USER_AGENT,
        }
        own = dict(request.headers)
        if own_origin:
            own.update(request.private_headers)
        if method != "GET" and request.body:
            headers["Content-Type"] = "application/json"
        # Header names are case-insensitive; the caller's headers replace the defaults.
        given = {name.lower() for name in own}
        kept = {name: value for name, value in headers.items() if name.lower() not in given}
        return {**kept, **own}

    def _refusal(self, reply: Reply) -> HttpError:
        message = api_message(reply.body)
        transient = self._settings.retry.is_transient(reply.status, reply.headers)
        wait = asked_wait(reply.headers, message, self._clock.time()) if transient else None
        said = f": {message}" if message else ""
        return HttpError(
            f"answered {reply.status} {reply.reason}".rstrip() + said, reply.status, transient, wait
        )


def normal_url(url: str) -> str:
    """Percent-encodes characters that a request line may not hold, but nothing twice."""
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
