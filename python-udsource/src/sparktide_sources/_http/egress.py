"""Which addresses a source may call.

By default https to public addresses only. `allowHttp` permits plain http; `allowPrivateHosts`
permits loopback and private networks; `allowedHosts` (comma list, `*.example.com` for sub-domains,
`host:port` to pin a port) permits nothing else. Link-local addresses, where clouds keep their
machine credentials, multicast and unspecified ones are never called. The environment variable
SPARKTIDE_ALLOWED_HOSTS on the server narrows this for everybody; options can't widen it.

A name is resolved once, every address it has is checked, and the connection goes to a checked one,
so that a name which changes its mind in between gains nothing.
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
# Long deprecated, but some systems still route it to the IPv4 address in its last four bytes.
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Where clouds keep machine credentials outside the link-local range: AWS over IPv6, Alibaba,
# Oracle, and Azure, whose address is even a public one.
_METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in ("fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16")
)


@dataclass(frozen=True)
class Target:
    """A checked URL: where to connect and what to call it."""

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
    """The rules of one source; see the module."""

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
        """Refuses a host that allowedHosts or the server's own list leaves out."""
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
        """Resolves the host and returns its addresses, all of them checked."""
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
            return f"{address} leads to an address that is refused: {problem}" if problem else ""
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
    """Splits an absolute http(s) URL, or says what is wrong with it."""
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
    """Whether two URLs share scheme, host and port: the limit within which credentials travel."""
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
    """The IPv4 address that an IPv6 one leads to, if it is only a wrapping."""
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
    # getaddrinfo knows no time limit, hence a thread that may be left behind.
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
