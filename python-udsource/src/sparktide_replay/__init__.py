"""A local server that answers like the APIs that the sources read. For demos, tests and users.

    with ReplayServer() as server:
        server.url            # http://127.0.0.1:PORT
        server.fault("/api/v3/simple/price", status=429, headers={"Retry-After": "3"})
        server.journal()      # the requests so far

From a shell: `python -m sparktide_replay --port 0`. It uses the standard library alone
and sends no requests.
"""

from .server import ReplayServer

__all__ = ["ReplayServer"]
