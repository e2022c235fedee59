"""Which addresses a source may call.

By default, only https to public addresses is allowed. `allowHttp` permits plain http;
`allowPrivateHosts` permits loopback and private networks; `allowedHosts` (comma-separated,
`*.example.com` for sub-domains, `host:port` for one port) permits only the hosts that it lists.
Link-local addresses, where clouds keep machine credentials, and multicast and unspecified addresses
are never called. The environment variable SPARKTIDE_ALLOWED_HOSTS on the server restricts all
sources further; options can't lift that.

A name is resolved once, all its addresses are checked, and the connection uses a checked address.
So a DNS answer that changes after the check has no effect.
"""

from __future__ import annotations

import ipaddress
import os
import queue
import socket
import threading
from dataclasses import dataclass
from typing import Union
from urllib.parse import SplitResult, urlsplit

from .._errors import EgressError, HttpError

SERVER_ALLOW_LIST = "SPARKTIDE_ALLOWED_HOSTS"

_Address = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]
_DEFAULT_PORTS = {"http": 80, "https": 443}
_URL_FORM = "a URL must read https://host[:port]/path."
# Deprecated, but some systems still route it to the IPv4 address in its last four bytes.
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Addresses of cloud metadata services outside the link-local range: AWS over IPv6, Alibaba,
# Oracle, and Azure (a public address).
_METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in ("fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16")
)


@dataclass(frozen=True)
class Target:
    """A checked URL: the host and port to connect to."""

    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> tuple[str, str, int]:
        return (self.scheme, self.host, self.port)

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _DEFAULT_PORTS[self.scheme] else f"{name}:{self.port}"


@dataclass(frozen=True)
class EgressPolicy:
    """The rules of one source; see the module's text."""

    allow_http: bool = False
    allow_private: bool = False
    allowed_hosts: tuple[str, ...] = ()

    def target(self, url: str) -> Target:
        """Checks scheme and host of the URL, without any I/O."""
        parts = split_url(url)
        host, port = ascii_host(parts), parts.port or _DEFAULT_PORTS[parts.scheme]
        if parts.scheme == "http" and not self.allow_http:
            raise EgressError(
                f"http://{host} is refused: only https is called unless allowHttp=true."
            )
        target = Target(parts.scheme, host, port)
        self.require_listed(target)
        return target

    def require_listed(self, target: Target) -> None:
        """Refuses a host that is not in allowedHosts, or not in the server's list if it is set."""
        if self.allowed_hosts and not _listed(target.host, target.port, self.allowed_hosts):
            raise EgressError(f"the host {target.host!r} is not in allowedHosts.")
        listed = _server_list()
        if listed and not _listed(target.host, target.port, listed):
            raise EgressError(
                f"the host {target.host!r} is not in the server's {SERVER_ALLOW_LIST}."
            )

    def vouched_for(self, target: Target) -> bool:
        """Whether the server's own list names this host."""
        return _listed(target.host, target.port, _server_list())

    def addresses(self, target: Target, timeout: float) -> list[str]:
        """Resolves the host, checks all its addresses and returns them."""
        found = _resolve(target.host, target.port, timeout)
        for address in found:
            problem = self._problem(ipaddress.ip_address(address.partition("%")[0]))
            if problem:
                raise EgressError(f"the host {target.host!r} is refused: {problem}.")
        return found

    def _problem(self, address: _Address) -> str:
        inner = _embedded(address)
        if inner is not None:
            problem = self._problem(inner)
            return f"{address} contains an address that is refused: {problem}" if problem else ""
        if address.is_link_local or address in _METADATA:
            return f"{address} is link-local or a metadata address"
        if address.is_multicast or address.is_unspecified:
            return f"{address} is not an address of a host"
        # Python counts some reserved and site-local IPv6 blocks as global.
        reserved = address.is_reserved or (
            isinstance(address, ipaddress.IPv6Address) and address.is_site_local
        )
        if (reserved or not address.is_global) and not self.allow_private:
            return f"{address} is not public; allowPrivateHosts=true permits it"
        return ""


def _server_list() -> tuple[str, ...]:
    items = (item.strip() for item in os.environ.get(SERVER_ALLOW_LIST, "").split(","))
    return tuple(item for item in items if item)


def split_url(url: str) -> SplitResult:
    """Splits an absolute http(s) URL, or raises `EgressError` with the reason."""
    if any(ord(char) <= 32 or ord(char) == 127 for char in url):
        raise EgressError("a URL may not contain blanks, line breaks or control characters.")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise EgressError(_URL_FORM) from None
    if not usable:
        raise EgressError(_URL_FORM)
    if "@" in parts.netloc:
        raise EgressError("a URL may not carry a user or password; use the authentication options.")
    return parts


def ascii_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise EgressError(f"{host!r} is not a host name.") from None


def same_origin(first: str, second: str) -> bool:
    """Whether two URLs share scheme, host and port. Credentials are sent only within an origin."""
    return _origin(split_url(first)) == _origin(split_url(second))


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    return (parts.scheme, ascii_host(parts), parts.port or _DEFAULT_PORTS[parts.scheme])


def _listed(host: str, port: int, allowed: tuple[str, ...]) -> bool:
    for item in allowed:
        pattern, sep, pinned = item.lower().rpartition(":")
        if not sep or not pinned.isdigit():
            pattern, pinned = item.lower(), ""
        pattern = pattern.strip("[]")
        if pinned and int(pinned) != port:
            continue
        if host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:])):
            return True
    return False


def _embedded(address: _Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that is embedded in an IPv6 address, or None."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _resolve(host: str, port: int, timeout: float) -> list[str]:
    # getaddrinfo has no timeout, so it runs in a thread, which may outlive this call.
    answers: queue.Queue[list[str] | OSError] = queue.Queue()

    def work() -> None:
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(info[4][0]) for info in infos)))
        except OSError as error:
            answers.put(error)
        except UnicodeError as error:
            answers.put(OSError(str(error)))

    threading.Thread(target=work, daemon=True, name="sparktide-resolve").start()
    try:
        found = answers.get(timeout=max(timeout, 0.001))
    except queue.Empty:
        raise HttpError(
            f"the name {host!r} was not resolved within {timeout:g} s", transient=True, sent=False
        ) from None
    if isinstance(found, OSError) or not found:
        reason = found.strerror if isinstance(found, OSError) and found.strerror else "no address"
        raise HttpError(
            f"the name {host!r} does not resolve ({reason})", transient=True, sent=False
        )
    return found
