"""One HTTP/1.1 exchange, with three deadlines and a limit on the body.

Built on `http.client` and `ssl`, because workers have only the standard library for certain, and
because common HTTP libraries cannot connect to an address that was checked before. Certificates and
host names are always verified; this can't be turned off.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .._clock import Clock
from .._credentials.secrets import Secret
from .._errors import HttpError
from .connections import Connections, Place
from .egress import EgressPolicy, Target, split_url
from .inflate import CODINGS, Inflater
from .proxy import Proxy, proxy_for
from .tls import TlsFiles

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK = 64 * 1024
# The same class since Python 3.10.
_TIMED_OUT = (TimeoutError, socket.timeout)

# These headers are not lists: joining two of them would give a value that nobody sent.
_SINGLE = frozenset({"content-type", "date", "etag", "last-modified", "location", "retry-after"})


@dataclass(frozen=True)
class Limits:
    """Seconds to connect, between pieces, and for the whole exchange; largest body in bytes."""

    connect_timeout: float
    read_timeout: float
    total_timeout: float
    max_bytes: int


@dataclass(frozen=True)
class Reply:
    """A complete answer, with unique lower-case header names and a decompressed body."""

    status: int
    reason: str
    headers: dict[str, str]
    body: bytes
    url: str


@dataclass
class Route:
    """How to connect, and the connections to reuse. Belongs to one client."""

    tls: TlsFiles = field(default_factory=TlsFiles)
    proxy: Secret = field(default_factory=lambda: Secret("proxy", ""))
    connections: Connections | None = field(default=None, repr=False)
    # Key: whether the context is for the origin that may receive the client certificate.
    _contexts: dict[bool, ssl.SSLContext] = field(
        default_factory=dict[bool, ssl.SSLContext], repr=False
    )

    def context(self, own_origin: bool) -> ssl.SSLContext:
        """The context, made on first use because loading the authorities is slow."""
        if own_origin not in self._contexts:
            self._contexts[own_origin] = self.tls.context(own_origin)
        return self._contexts[own_origin]


class _DeadlineIO(io.RawIOBase):
    """Reads a socket up to a deadline, so that a slow trickle of data also times out."""

    def __init__(self, sock: socket.socket, limits: Limits, clock: Clock, deadline: float) -> None:
        super().__init__()
        self._sock, self._limits, self._clock, self._deadline = sock, limits, clock, deadline
        self.answered = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        left = self._deadline - self._clock.monotonic()
        if left > 0:
            self._sock.settimeout(min(self._limits.read_timeout, left))
            try:
                size = self._sock.recv_into(buffer)
                self.answered = self.answered or size > 0
                return size
            except _TIMED_OUT:
                if left > self._limits.read_timeout:
                    raise
        raise HttpError(
            f"the answer was not complete within {self._limits.total_timeout:g} s", transient=True
        )


class _Answer:
    """Replaces the socket for http.client, which only calls `makefile`."""

    def __init__(self, raw: io.RawIOBase) -> None:
        self._raw = raw

    def makefile(self, *_: object, **__: object) -> io.BufferedReader:
        return io.BufferedReader(self._raw)


def exchange(
    method: str,
    url: str,
    headers: dict[str, str],
    body: bytes,
    policy: EgressPolicy,
    limits: Limits,
    clock: Clock,
    route: Route | None = None,
    own_origin: bool = True,
) -> Reply:
    """Sends one request and returns the whole answer with any status, without redirects."""
    deadline = clock.monotonic() + limits.total_timeout
    target = policy.target(url)
    route = route or Route()
    kept = route.connections if route.connections and route.connections.serve(method) else None
    head = _request_head(method, url, target, headers, body, kept is not None)
    place = Place(target.scheme, target.host, target.port, own_origin)

    def converse(sock: socket.socket, fresh: bool) -> Reply:
        whole = False
        raw = _DeadlineIO(sock, limits, clock, deadline)
        try:
            sock.settimeout(min(limits.read_timeout, limits.total_timeout))
            sock.sendall(head + body)
            answer = http.client.HTTPResponse(
                _Answer(raw),  # pyright: ignore[reportArgumentType] - see _Answer
                method=method,
            )
            answer.begin()
            received = one_of_each(answer.getheaders())
            content = _body(answer, received, limits)
            whole = answer.isclosed() and not answer.will_close
            return Reply(answer.status, answer.reason, received, content, url)
        except HttpError:
            raise
        except _TIMED_OUT:
            raise HttpError(f"no data came for {limits.read_timeout:g} s", transient=True) from None
        except (OSError, http.client.HTTPException) as error:
            if not fresh and not raw.answered:
                raise _StaleError from None
            text = f"the connection broke ({type(error).__name__})"
            raise HttpError(text, transient=True) from None
        finally:
            if whole and kept is not None:
                kept.keep(place, sock)
            else:
                sock.close()

    idle = kept.take(place) if kept is not None else None
    if idle is not None:
        try:
            return converse(idle, fresh=False)
        except _StaleError:
            pass
    return converse(
        _Connector(policy, limits, clock, route, own_origin).connect(target), fresh=True
    )


class _StaleError(Exception):
    """The server closed a kept connection before it received the request."""


def one_of_each(headers: list[tuple[str, str]]) -> dict[str, str]:
    """Headers by lower-case name. Repeated headers become one list (RFC 9110 §5.3).

    A Set-Cookie may hold commas, so these become lines of one text (RFC 6265 §3).
    """
    lines: dict[str, dict[str, None]] = {}
    for name, value in headers:
        # A proxy may repeat a header with the same value, which counts once.
        lines.setdefault(name.lower(), {})[value] = None
    return {
        name: list(values)[-1]
        if name in _SINGLE
        else ("\n" if name == "set-cookie" else ", ").join(values)
        for name, values in lines.items()
    }


def _request_head(
    method: str, url: str, target: Target, headers: dict[str, str], body: bytes, keeps: bool
) -> bytes:
    parts = split_url(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = "keep-alive" if keeps else "close"
    fields = {"Host": target.host_header, **headers, "Connection": connection}
    if body or method == "POST":
        fields["Content-Length"] = str(len(body))
    lines = [f"{method} {path} HTTP/1.1"]
    for name, value in fields.items():
        if not name or not all(33 <= ord(char) < 127 and char != ":" for char in name):
            raise HttpError("a header name contains a character that is not allowed there.")
        if any(ord(char) < 32 and char != "\t" for char in value) or "\x7f" in value:
            raise HttpError(f"the value of the header {name!r} contains a control character.")
        lines.append(f"{name}: {value}")
    try:
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    except UnicodeEncodeError:
        raise HttpError("a header contains a character beyond Latin-1.") from None


class _Connector:
    """Opens one connection to a checked address, through a proxy if there is one."""

    def __init__(
        self, policy: EgressPolicy, limits: Limits, clock: Clock, route: Route, own_origin: bool
    ) -> None:
        self._policy, self._limits, self._clock = policy, limits, clock
        self._route, self._own_origin = route, own_origin
        self._deadline = clock.monotonic() + min(limits.connect_timeout, limits.total_timeout)

    def connect(self, target: Target) -> socket.socket:
        proxy = proxy_for(target, self._route.proxy)
        problem = "timed out"
        for address in self._places(target, proxy):
            if self._left() <= 0:
                break
            try:
                sock = self._open(target, address, proxy)
            except OSError as error:
                problem = error.strerror or "timed out"
                continue
            try:
                return self._secured(sock, target)
            except ssl.SSLCertVerificationError as error:
                sock.close()
                raise HttpError(
                    f"the certificate of {target.host} was refused: {error.verify_message}",
                    sent=False,
                ) from None
            except OSError as error:
                sock.close()
                problem = f"TLS handshake: {error.strerror or 'timed out'}"
            except BaseException:
                sock.close()
                raise
        through = f" through the proxy {proxy.name}" if proxy else ""
        raise HttpError(
            f"no connection to {target.host}:{target.port}{through} within "
            f"{self._limits.connect_timeout:g} s ({problem})",
            transient=True,
            sent=False,
        )

    def _left(self) -> float:
        return self._deadline - self._clock.monotonic()

    def _places(self, target: Target, proxy: Proxy | None) -> list[str]:
        """The checked addresses, or the name if the proxy resolves it."""
        if proxy and self._policy.vouched_for(target):
            return [target.host]
        return self._policy.addresses(target, self._limits.connect_timeout)

    def _open(self, target: Target, address: str, proxy: Proxy | None) -> socket.socket:
        if proxy is None:
            return socket.create_connection((address, target.port), timeout=self._left())
        gateway = Target("http", proxy.host, proxy.port)
        # Only the server's environment, but no option, may name a proxy in a private network.
        policy = EgressPolicy(allow_private=True) if proxy.trusted else self._policy
        if not proxy.trusted:
            policy.require_listed(gateway)
        hop = policy.addresses(gateway, self._limits.connect_timeout)[0]
        sock = socket.create_connection((hop, proxy.port), timeout=max(self._left(), 0.001))
        try:
            name = f"[{address}]" if ":" in address else address
            proxy.open_tunnel(sock, f"{name}:{target.port}", self._left)
        except BaseException:
            sock.close()
            raise
        return sock

    def _secured(self, sock: socket.socket, target: Target) -> socket.socket:
        if target.scheme == "http":
            return sock
        context = self._route.context(self._own_origin)
        sock.settimeout(max(self._left(), 0.001))
        return context.wrap_socket(sock, server_hostname=target.host)


def _body(answer: http.client.HTTPResponse, headers: dict[str, str], limits: Limits) -> bytes:
    too_long = f"the body is larger than maxResponseBytes ({limits.max_bytes})"
    promised = answer.length
    if promised is not None and promised > limits.max_bytes:
        raise HttpError(too_long, status=answer.status)
    coding = headers.get("content-encoding", "identity").strip().lower()
    inflater = Inflater(coding, limits.max_bytes, too_long) if coding in CODINGS else None
    pieces: list[bytes] = []
    size = 0
    while True:
        piece = answer.read(_CHUNK)
        if not piece:
            break
        size += len(piece)
        if size > limits.max_bytes:
            raise HttpError(too_long, status=answer.status)
        if inflater is None and coding not in ("", "identity"):
            raise HttpError(f"the body has the content coding {coding!r}, which was not asked for")
        pieces += inflater.feed(piece) if inflater else [piece]
    if promised is not None and size < promised:
        raise HttpError(f"the body ended after {size} of {promised} bytes", transient=True)
    if inflater:
        inflater.finish()
    return b"".join(pieces)
