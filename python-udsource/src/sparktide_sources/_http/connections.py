"""Connections that stay open between the requests of one poll or task.

The poll or task that opens them closes them. They never move to another process.
"""

from __future__ import annotations

import selectors
import socket
import ssl
from typing import NamedTuple

# Reading pages needs one connection, and a second one if the pages are on another host.
_MOST = 4


class Place(NamedTuple):
    """The target of a connection, and whether it may use the client certificate."""

    scheme: str
    host: str
    port: int
    own_origin: bool


class Connections:
    """At most one idle connection per place. The end of the `with` block closes all.

    The server may close an idle connection while a request is sent, which is then sent again on a
    new one. So only connections for requests that may be repeated are kept: those of GET, and of
    all methods if `repeatable` is set.
    """

    def __init__(self, repeatable: bool = False) -> None:
        self._repeatable = repeatable
        self._idle: dict[Place, socket.socket] = {}

    def __enter__(self) -> Connections:
        return self

    def __exit__(self, *_: object) -> None:
        while self._idle:
            self._idle.popitem()[1].close()

    def serve(self, method: str) -> bool:
        """Whether requests of this method may use a kept connection."""
        return method == "GET" or self._repeatable

    def take(self, place: Place) -> socket.socket | None:
        """The idle connection to this place, unless the server has closed it."""
        sock = self._idle.pop(place, None)
        if sock is None or not _has_news(sock):
            return sock
        sock.close()
        return None

    def keep(self, place: Place, sock: socket.socket) -> None:
        """Keeps a connection. Its last answer must have been read completely."""
        self._idle[place] = sock
        if len(self._idle) > _MOST:
            self._idle.pop(next(iter(self._idle))).close()


def _has_news(sock: socket.socket) -> bool:
    """Whether an idle connection was closed by the server or received unexpected data."""
    if isinstance(sock, ssl.SSLSocket) and sock.pending():
        return True
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        return bool(selector.select(0))
