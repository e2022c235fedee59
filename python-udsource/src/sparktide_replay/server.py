"""The server: routes, journal, scripted faults, control endpoints.

| endpoint | meaning |
|---|---|
| `GET /__journal` | the requests so far: method, path, query, headers, body |
| `DELETE /__journal` | clears the journal |
| `POST /__faults` | adds a list of faults, see `Fault` |
| `DELETE /__faults` | removes the remaining faults |
| `GET /__state` | records and values |
| `POST /__state` | changes records and values, see `ReplayState.apply` |
| `POST /__reset` | restores the state after the start |

The journal does not hold control requests.
"""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import threading
import zlib
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import unquote

from .answers import Answer, Call, read_query
from .auth_apis import token
from .login_apis import LOGIN_ROUTES
from .parent_apis import is_issues, issues, repos
from .range_apis import readings
from .recipe_apis import RECIPES
from .record_apis import events, items, stream, tweets, users
from .sink_apis import bulk, hooks, orders
from .snapshot_apis import forecast, simple_price
from .state import ReplayState

_ROUTES = {
    "/v1/forecast": forecast,
    "/api/v3/simple/price": simple_price,
    "/events": events,
    "/v3.0/users": users,
    "/tweets": tweets,
    "/stream": stream,
    "/items": items,
    "/readings": readings,
    "/oauth/token": token,
    **LOGIN_ROUTES,
    "/orders": orders,
    "/orders/*": orders,
    "/hooks": hooks,
    "/bulk": bulk,
    **RECIPES,
    "/orgs/acme/repos": repos,
}
_ZEROES = b"0" * 65536


@dataclass
class Fault:
    """A fault of a route. It happens `times` times, after `skip` good answers.

    `status`, `headers` and `body` replace the answer (a text body is sent as it is); `delay_s`
    waits before it; `drip_s` waits between bytes; `truncate` sends that many bytes of the body and
    closes; `close` closes without an answer; `body_bytes` sends a body of that many zeroes;
    `gzip_bomb` compresses it; `coding` (gzip, deflate) compresses a given `body`; `chunked` sends
    without a Content-Length.
    """

    route: str
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: Any = None
    delay_s: float = 0.0
    drip_s: float = 0.0
    truncate: int | None = None
    close: bool = False
    body_bytes: int = 0
    gzip_bomb: bool = False
    coding: str = ""
    chunked: bool = False
    times: int = 1
    skip: int = 0


class ReplayServer:
    """Listens on its port until `stop()`, or until the `with` block ends."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: int = 1,
        grow: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.state = ReplayState(seed, grow)
        self.stopping = threading.Event()
        self._journal: list[dict[str, Any]] = []
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._server = _Listener((host, port), _Handler)
        self._server.replay = self
        if tls is not None:
            # Each handler does its own handshake, so that a bad one does not block other clients.
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.host, self.port = self._server.server_address[0], self._server.server_address[1]
        name = f"[{host}]" if ":" in host else host
        self.url = f"{'https' if tls else 'http'}://{name}:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def __enter__(self) -> ReplayServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Closes the port. A second call does nothing."""
        if not self.stopping.is_set():
            self.stopping.set()
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def journal(self, path: str = "") -> list[dict[str, Any]]:
        """The requests so far; with `path`, only the requests to that path."""
        with self._lock:
            return [entry for entry in self._journal if path in ("", entry["path"])]

    def clear_journal(self) -> None:
        with self._lock:
            self._journal.clear()

    def fault(self, route: str, **fields: Any) -> None:
        """Adds a `Fault`."""
        with self._lock:
            self._faults.append(Fault(route, **fields))

    def clear_faults(self) -> None:
        with self._lock:
            self._faults.clear()

    def record(self, call: Call) -> None:
        entry = {
            "method": call.method,
            "path": call.path,
            "query": call.query,
            "headers": call.headers,
            "body": call.body.decode("utf-8", "replace"),
        }
        with self._lock:
            self._journal.append(entry)

    def take_fault(self, route: str) -> Fault | None:
        """The fault for this request, or None. Counts down its `skip` and `times`."""
        with self._lock:
            for fault in self._faults:
                if fault.route != route:
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    return None
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None

    def control(self, call: Call) -> Answer:
        """Answers a request to one of the `/__` endpoints."""
        key = (call.method, call.path)
        try:
            if key == ("POST", "/__faults"):
                for fields in json.loads(call.body):
                    self.fault(**fields)
            elif key == ("POST", "/__state"):
                self.state.apply(json.loads(call.body))
            elif key == ("POST", "/__reset"):
                self.clear_journal()
                self.clear_faults()
                self.state.reset()
            elif key == ("DELETE", "/__journal"):
                self.clear_journal()
            elif key == ("DELETE", "/__faults"):
                self.clear_faults()
            elif key == ("GET", "/__journal"):
                return Answer(body=self.journal())
            elif key == ("GET", "/__state"):
                return Answer(body=self.state.document())
            else:
                return Answer(404, {"error": f"no control endpoint {call.method} {call.path}"})
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            return Answer(400, {"error": str(error)})
        return Answer(204)

    def answer(self, call: Call) -> Answer:
        """Answers a request to one of the APIs."""
        above = f"{call.path.rpartition('/')[0]}/*"
        route = issues if is_issues(call.path) else _ROUTES.get(call.path) or _ROUTES.get(above)
        if route is None:
            return Answer(404, {"message": "Not Found", "routes": sorted(_ROUTES)})
        with self.state.lock:
            return route(self.state, call)


def _bomb(size: int) -> bytes:
    """A gzip body of `size` zeroes, made without all of them in memory."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    pieces = [packer.compress(_ZEROES) for _ in range(size // len(_ZEROES))]
    pieces.append(packer.compress(_ZEROES[: size % len(_ZEROES)]))
    return b"".join(pieces) + packer.flush()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    # stop() must not wait for a handler that sleeps in the delay of a fault.
    block_on_close = False
    request_queue_size = 128
    replay: ReplayServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignores clients that disconnect: tests do so on purpose."""


def _pump(source: socket.socket, sink: socket.socket) -> None:
    """Copies bytes from `source` to `sink` until one side closes."""
    try:
        while True:
            piece = source.recv(65536)
            if not piece:
                break
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sparktide-replay"
    server: _Listener  # pyright: ignore[reportIncompatibleVariableOverride]
    timeout = 60
    # Headers and body are two writes. Without this, the second one waits 40 ms.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_PATCH(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def do_CONNECT(self) -> None:
        """Acts as a proxy that tunnels to ports of this machine only."""
        replay = self.server.replay
        headers = {name.lower(): value for name, value in self.headers.items()}
        replay.record(Call("CONNECT", self.path, {}, headers, b""))
        fault = replay.take_fault("CONNECT")
        self.close_connection = True
        if fault is not None:
            self.wfile.write(f"HTTP/1.1 {fault.status or 502} Refused\r\n\r\n".encode("ascii"))
            return
        host, _, port = self.path.rpartition(":")
        if host.strip("[]") not in ("127.0.0.1", "::1", "localhost") or not port.isdigit():
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            return
        with socket.create_connection((host.strip("[]"), int(port)), timeout=60) as there:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_pump, args=(there, self.connection), daemon=True)
            back.start()
            _pump(self.connection, there)
            back.join(60)

    def log_message(self, format: str, *args: Any) -> None:
        """Logs nothing: the journal holds the requests."""

    def _serve(self) -> None:
        replay = self.server.replay
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(length)
        call = Call(self.command, unquote(path), read_query(query), headers, body)
        if call.path.startswith("/__"):
            self._send(replay.control(call), None, False)
            return
        replay.record(call)
        fault = replay.take_fault(call.path)
        if fault is not None:
            replay.stopping.wait(fault.delay_s)
            if fault.close:
                self.close_connection = True
                return
        if fault is not None and (fault.status is not None or fault.body is not None):
            answer = Answer(fault.status or 200, fault.body, fault.headers)
        elif fault is not None and fault.body_bytes:
            answer = Answer(200, None, fault.headers)
        else:
            answer = replay.answer(call)
            answer.headers.update(fault.headers if fault else {})
        accepts = "gzip" in headers.get("accept-encoding", "")
        self._send(answer, fault, accepts and bool(replay.state.config["gzip"]))

    def _send(self, answer: Answer, fault: Fault | None, compress: bool) -> None:
        payload = answer.payload()
        size, coding = len(payload), ""
        headers = {"Content-Type": "application/json; charset=utf-8", **answer.headers}
        if fault is not None and fault.body_bytes:
            size = fault.body_bytes
            if fault.gzip_bomb:
                payload, coding = _bomb(size), "gzip"
        elif fault is not None and fault.coding:
            coding = fault.coding
            payload = gzip.compress(payload, 1) if coding == "gzip" else zlib.compress(payload, 1)
        elif compress:
            payload, coding = gzip.compress(payload, 1), "gzip"
        if coding:
            size = len(payload)
            headers["Content-Encoding"] = coding
        self.send_response(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        chunked = fault is not None and fault.chunked
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(size))
        self.end_headers()
        if fault is not None and fault.truncate is not None:
            payload = payload[: fault.truncate]
            self.close_connection = True
        if fault is not None and fault.drip_s:
            for byte in payload:
                if self.server.replay.stopping.wait(fault.drip_s):
                    return
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
        elif chunked:
            pieces = [payload] if payload else [_ZEROES] * (size // len(_ZEROES) + 1)
            for piece in pieces:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
        elif payload or not size:
            self.wfile.write(payload)
        else:
            for _ in range(size // len(_ZEROES) + 1):
                self.wfile.write(_ZEROES)
            self.close_connection = True
