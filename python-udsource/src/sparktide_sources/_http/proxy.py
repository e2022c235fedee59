"""Proxies: the choice of the proxy for a connection, and the tunnel (CONNECT).

`proxy` is `http://[user:password@]host:port` or `none`. Without it, the server's environment
decides (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY). A proxy from the environment is trusted; the
egress rules apply to a proxy from the options.

Every request uses a tunnel to the address that was checked here, so that the proxy can't resolve
the name to another address. Only hosts in the server's SPARKTIDE_ALLOWED_HOSTS are passed to the
proxy by name, because in many networks only the proxy can resolve external names.
"""

from __future__ import annotations

import base64
import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies_environment

from .._credentials.secrets import Secret
from .._errors import EgressError, HttpError, OptionError
from .._options import OptionReader
from .egress import Target

_LONGEST_HEAD = 64 * 1024


@dataclass(frozen=True)
class Proxy:
    """A proxy to connect to; `trusted` if the server's environment names it."""

    host: str
    port: int
    authorization: str = field(repr=False)
    trusted: bool

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"

    def open_tunnel(self, sock: socket.socket, place: str, left: Callable[[], float]) -> None:
        """Asks for a tunnel to `place`; `left` returns the remaining seconds."""
        lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
        if self.authorization:
            lines.append(f"Proxy-Authorization: {self.authorization}")
        sock.settimeout(max(left(), 0.001))
        sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        status = self._status(sock, left)
        if status.isdigit() and 200 <= int(status) <= 299:
            return
        number = int(status) if status.isdigit() else 0
        advice = "; give its user and password in 'proxy'" if number == 407 else ""
        raise HttpError(
            f"the proxy {self.name} refused the tunnel to {place} ({status or '?'}){advice}",
            transient=number >= 500,
            sent=False,
        )

    def _status(self, sock: socket.socket, left: Callable[[], float]) -> str:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            sock.settimeout(max(left(), 0.001))
            # One byte at a time: the bytes after the head belong to the tunnel.
            byte = sock.recv(1)
            head += byte
            if not byte or len(head) > _LONGEST_HEAD or left() <= 0:
                raise HttpError(
                    f"the proxy {self.name} gave no usable answer", transient=True, sent=False
                )
        words = head.split(b"\r\n", 1)[0].decode("latin-1").split(None, 2)
        return words[1] if len(words) > 1 and words[0].startswith("HTTP/1.") else ""


def read_proxy(options: OptionReader) -> Secret:
    """Reads `proxy`. It may hold a password, so it is kept as a secret."""
    given = options.text("proxy").strip()
    secret = Secret("proxy", given)
    if given and given.lower() != "none" and not secret.is_reference:
        try:
            _parse(given, False)
        except (EgressError, ValueError):
            raise options.fail(
                "proxy", "must read http://[user:password@]host:port, or none."
            ) from None
    return secret


def proxy_for(target: Target, option: Secret) -> Proxy | None:
    """The proxy for this target, or None for a direct connection."""
    given = option.resolve().strip()
    if given.lower() == "none":
        return None
    if given:
        try:
            return _parse(given, False)
        except (EgressError, ValueError):
            raise OptionError(
                "option 'proxy' must read http://[user:password@]host:port, or none."
            ) from None
    known = getproxies_environment()
    found = known.get(target.scheme) or known.get("all") or ""
    if not found or _is_loopback(target.host) or _passed_by(target, known.get("no", "")):
        return None
    try:
        return _parse(found if "://" in found else f"http://{found}", True)
    except ValueError:
        raise EgressError("the proxy in the server's environment is not a URL.") from None


def _parse(url: str, trusted: bool) -> Proxy:
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise EgressError(
            f"the proxy scheme {parts.scheme!r} is not supported; it must be http:// (a tunnel "
            "keeps https inside)."
        )
    authorization = ""
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        authorization = f"Basic {base64.b64encode(pair).decode('ascii')}"
    return Proxy(parts.hostname, parts.port or 3128, authorization, trusted)


def _passed_by(target: Target, no_proxy: str) -> bool:
    """Whether NO_PROXY names the target: `*`, a host, a domain, an address or a network."""
    for item in (part.strip().lower() for part in no_proxy.split(",")):
        name, _, port = item.rpartition(":") if item.count(":") == 1 else (item, "", "")
        if port and port != str(target.port):
            continue
        domain = name.removeprefix("*").lstrip(".")
        if item == "*" or (domain and f".{target.host}".endswith(f".{domain}")):
            return True
        if _in_network(target.host, name.strip("[]")):
            return True
    return False


def _in_network(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
