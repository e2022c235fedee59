"""A local server that answers like the APIs the sources read: for demos, tests and users.

    with ReplayServer() as server:
        server.url            # http://127.0.0.1:PORT
        server.fault("/api/v3/simple/price", status=429, headers={"Retry-After": "3"})
        server.journal()      # what was asked

From a shell: `python -m sparktide_replay --port 0`. Standard library only; nothing is sent
anywhere.
"""

from .server import ReplayServer

__all__ = ["ReplayServer"]
