"""One HTTP/1.1 exchange over a fresh connection, with three deadlines and a body cap.

Written by hand on `http.client` and `ssl` because a worker is sure to have the standard library and
nothing else, and because no common library connects to an address checked beforehand. Certificates
and host names are always verified; nothing turns that off.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import zlib
from dataclasses import dataclass

from ._clock import Clock
from ._egress import EgressPolicy, Target, split_url
from ._errors import HttpError

_CHUNK = 64 * 1024
# zlib: 32 + window bits means "gzip or zlib, look at the header".
_ANY_HEADER = 32 + zlib.MAX_WBITS


@dataclass(frozen=True)
class Limits:
    """Seconds to connect, to wait for each piece, for the whole exchange; bytes of a body."""

    connect_timeout: float
    read_timeout: float
    total_timeout: float
    max_bytes: int


@dataclass(frozen=True)
class Reply:
    """A complete answer; header names are lower-case, the body is decompressed."""

    status: int
    reason: str
    headers: dict[str, str]
    body: bytes
    url: str


class _DeadlineIO(io.RawIOBase):
    """Reads a socket, setting its timeout anew for each piece so that drops of data can't go on."""

    def __init__(self, sock: socket.socket, limits: Limits, clock: Clock, deadline: float) -> None:
        super().__init__()
        self._sock, self._limits, self._clock, self._deadline = sock, limits, clock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        left = self._deadline - self._clock.monotonic()
        if left > 0:
            self._sock.settimeout(min(self._limits.read_timeout, left))
            try:
                return self._sock.recv_into(buffer)
            except socket.timeout:
                if left > self._limits.read_timeout:
                    raise
        raise HttpError(
            f"the answer was not complete within {self._limits.total_timeout:g} s", transient=True
        )


class _Answer:
    """What http.client takes for a socket: only `makefile` is asked of it."""

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
) -> Reply:
    """Sends one request and returns the whole answer, whatever its status; follows nothing."""
    deadline = clock.monotonic() + limits.total_timeout
    target = policy.target(url)
    head = _request_head(method, url, target, headers, body)
    sock = _connect(policy, target, limits, clock)
    try:
        sock.settimeout(min(limits.read_timeout, limits.total_timeout))
        sock.sendall(head + body)
        raw = _DeadlineIO(sock, limits, clock, deadline)
        answer = http.client.HTTPResponse(_Answer(raw), method=method)  # type: ignore[arg-type]
        answer.begin()
        received = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, answer.reason, received, _body(answer, received, limits), url)
    except HttpError:
        raise
    except socket.timeout:
        raise HttpError(f"no data came for {limits.read_timeout:g} s", transient=True) from None
    except (OSError, http.client.HTTPException) as error:
        raise HttpError(f"the connection broke ({type(error).__name__})", transient=True) from None
    finally:
        sock.close()


def _request_head(
    method: str, url: str, target: Target, headers: dict[str, str], body: bytes
) -> bytes:
    parts = split_url(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fields = {"Host": target.host_header, **headers, "Connection": "close"}
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


def _connect(policy: EgressPolicy, target: Target, limits: Limits, clock: Clock) -> socket.socket:
    deadline = clock.monotonic() + min(limits.connect_timeout, limits.total_timeout)
    problem = "timed out"
    for address in policy.addresses(target, limits.connect_timeout):
        left = deadline - clock.monotonic()
        if left <= 0:
            break
        try:
            sock = socket.create_connection((address, target.port), timeout=left)
        except OSError as error:
            problem = error.strerror or "timed out"
            continue
        if target.scheme == "http":
            return sock
        try:
            return _tls(sock, target, max(deadline - clock.monotonic(), 0.001))
        except ssl.SSLCertVerificationError as error:
            sock.close()
            raise HttpError(
                f"the certificate of {target.host} was refused: {error.verify_message}", sent=False
            ) from None
        except OSError as error:
            sock.close()
            problem = f"TLS handshake: {error.strerror or 'timed out'}"
    raise HttpError(
        f"no connection to {target.host}:{target.port} within {limits.connect_timeout:g} s "
        f"({problem})",
        transient=True,
        sent=False,
    )


def _tls(sock: socket.socket, target: Target, timeout: float) -> socket.socket:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    sock.settimeout(timeout)
    return context.wrap_socket(sock, server_hostname=target.host)


def _body(answer: http.client.HTTPResponse, headers: dict[str, str], limits: Limits) -> bytes:
    too_long = f"the body is larger than maxResponseBytes ({limits.max_bytes})"
    promised = answer.length
    if promised is not None and promised > limits.max_bytes:
        raise HttpError(too_long, status=answer.status)
    pieces, size = [], 0
    while True:
        piece = answer.read(_CHUNK)
        if not piece:
            break
        size += len(piece)
        if size > limits.max_bytes:
            raise HttpError(too_long, status=answer.status)
        pieces.append(piece)
    if promised is not None and size < promised:
        raise HttpError(f"the body ended after {size} of {promised} bytes", transient=True)
    body = b"".join(pieces)
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding in ("", "identity") or not body:
        return body
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise HttpError(f"the body has the content coding {coding!r}, which was not asked for")
    return _inflate(body, coding, limits.max_bytes, too_long)


def _inflate(body: bytes, coding: str, limit: int, too_long: str) -> bytes:
    # Some servers send "deflate" without the zlib header that the name demands.
    bare = coding == "deflate" and body[0] & 0x0F != 8
    window = -zlib.MAX_WBITS if bare else _ANY_HEADER
    out = b""
    try:
        while body:
            decoder = zlib.decompressobj(window)
            out += decoder.decompress(body, limit - len(out) + 1)
            if len(out) > limit:
                raise HttpError(too_long)
            if not decoder.eof:
                raise HttpError("the compressed body is cut off", transient=True)
            # gzip allows several members, one after another.
            body = decoder.unused_data
    except zlib.error:
        raise HttpError("the compressed body is damaged", transient=True) from None
    return out
