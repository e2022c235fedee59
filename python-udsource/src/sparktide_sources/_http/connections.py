"""Connections that stay open between the requests of one poll or task, for those that follow.

Made where the requests are and closed there: no socket outlives what it was opened for, nor travels
to another process.
"""

from __future__ import annotations

import selectors
import socket
import ssl
from typing import NamedTuple

# A walk over pages has one, and a second one where the pages are on another host.
_MOST = 4


class Place(NamedTuple):
    """Where a connection leads, and whether it shows the client certificate."""

    scheme: str
    host: str
    port: int
    own_origin: bool


class Connections:
    """At most one idle connection for each place; all are closed at the end of the `with`."""

    def __init__(self) -> None:
        self._idle: dict[Place, socket.socket] = {}

    def __enter__(self) -> Connections:
        return self

    def __exit__(self, *_: object) -> None:
        while self._idle:
            self._idle.popitem()[1].close()

    def take(self, place: Place) -> socket.socket | None:
        """The connection to this place, if there is one that the server has not closed yet."""
        sock = self._idle.pop(place, None)
        if sock is None or not _has_news(sock):
            return sock
        sock.close()
        return None

    def keep(self, place: Place, sock: socket.socket) -> None:
        """Keeps a connection whose last answer was read to its end."""
        self._idle[place] = sock
        if len(self._idle) > _MOST:
            self._idle.pop(next(iter(self._idle))).close()


def _has_news(sock: socket.socket) -> bool:
    """Whether anything arrived on an idle connection: its end, or what nobody asked for."""
    if isinstance(sock, ssl.SSLSocket) and sock.pending():
        return True
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        return bool(selector.select(0))
