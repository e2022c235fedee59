"""Connections that are kept between requests, tested with a scripted server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._clock import Clock
from sparktide_sources._errors import HttpError
from sparktide_sources._http.connections import Connections, Place
from sparktide_sources._http.egress import EgressPolicy
from sparktide_sources._http.wire import Limits, Route, exchange
from sparktide_sources._rest.batch_reader import RestBatchReader
from sparktide_sources._rest.config import read_config
from support import OPEN, FakeClock

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Scripted:
    """Answers each connection by its script, then closes it. Records the request methods."""

    def __init__(self, *scripts: list[bytes]) -> None:
        self.asked: list[list[str]] = []
        self._scripts = list(scripts)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        self.closed = [threading.Event() for _ in scripts]

    def run(self) -> None:
        for script, closed in zip(self._scripts, self.closed):
            connection, _ = self._listener.accept()
            methods: list[str] = []
            self.asked.append(methods)
            with connection, connection.makefile("rb") as lines:
                for answer in script:
                    methods.append(lines.readline().split(b" ")[0].decode())
                    while lines.readline() not in (b"\r\n", b""):
                        pass
                    connection.sendall(answer)
            closed.set()

    def close(self) -> None:
        self._listener.close()


@contextmanager
def scripted(*scripts: list[bytes]) -> Iterator[Scripted]:
    server = Scripted(*scripts)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
        thread.join(30)
    finally:
        server.close()


def ask(server: Scripted, kept: Connections, method: str = "GET", own_origin: bool = True) -> str:
    policy = EgressPolicy(allow_http=True, allow_private=True)
    limits = Limits(5, 5, 5, 1000)
    route = Route(connections=kept)
    reply = exchange(method, server.url, {}, b"", policy, limits, Clock(), route, own_origin)
    return reply.body.decode()


def test_a_request_reuses_the_connection_of_the_request_before() -> None:
    with scripted([OK, OK, OK]) as server, Connections() as kept:
        assert [ask(server, kept) for _ in range(3)] == ["{}"] * 3
    assert server.asked == [["GET"] * 3]


def test_a_kept_connection_that_the_server_closed_is_replaced() -> None:
    with scripted([OK], [OK]) as server, Connections() as kept:
        ask(server, kept)
        assert server.closed[0].wait(30)
        assert ask(server, kept) == "{}"
    assert server.asked == [["GET"], ["GET"]]


def test_a_kept_connection_that_ends_before_any_answer_is_replaced_once() -> None:
    # The server closes while the request is on its way, so the client cannot know the outcome.
    with scripted([OK, b""], [OK]) as server, Connections() as kept:
        ask(server, kept)
        assert ask(server, kept) == "{}"
    assert server.asked == [["GET", "GET"], ["GET"]]


def test_the_requests_of_a_write_share_a_connection_until_the_server_closes_it() -> None:
    with scripted([OK, OK, b""], [OK]) as server, Connections(repeatable=True) as kept:
        assert [ask(server, kept, "POST") for _ in range(3)] == ["{}"] * 3
    assert server.asked == [["POST"] * 3, ["POST"]]


def test_a_new_connection_that_ends_before_any_answer_is_an_error() -> None:
    with scripted([b""]) as server, Connections() as kept:
        with pytest.raises(HttpError, match="the connection broke") as caught:
            ask(server, kept)
    assert caught.value.transient


def test_an_incomplete_answer_on_a_kept_connection_is_an_error() -> None:
    with scripted([OK, OK[:-1]]) as server, Connections() as kept:
        ask(server, kept)
        with pytest.raises(HttpError, match="the body ended after 1 of 2 bytes"):
            ask(server, kept)
    assert server.asked == [["GET", "GET"]]


@pytest.mark.parametrize(
    "answer",
    [
        OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),
        OK.replace(b"1.1", b"1.0"),
        b"HTTP/1.1 200 OK\r\n\r\n{}",
    ],
    ids=["asked to close", "HTTP/1.0", "without a length"],
)
def test_a_connection_that_the_server_will_close_is_not_kept(answer: bytes) -> None:
    with scripted([answer], [OK]) as server, Connections() as kept:
        assert [ask(server, kept) for _ in range(2)] == ["{}"] * 2
    assert server.asked == [["GET"], ["GET"]]


def test_a_post_uses_a_new_connection_because_it_must_not_be_sent_twice() -> None:
    with scripted([OK, OK], [OK]) as server, Connections() as kept:
        ask(server, kept)
        # The server accepts one connection at a time, so the first must close before.
        ask(server, kept)
        assert server.closed[0].wait(30)
        ask(server, kept, "POST")
    assert server.asked == [["GET", "GET"], ["POST"]]


def test_a_connection_with_a_client_certificate_is_reused_for_its_origin_only() -> None:
    with scripted([OK], [OK]) as server:
        with Connections() as kept:
            ask(server, kept, own_origin=True)
            assert kept.take(Place("http", "127.0.0.1", port_of(server), False)) is None
            ask(server, kept, own_origin=False)
    assert server.asked == [["GET"], ["GET"]]


def port_of(server: Scripted) -> int:
    return int(server.url.rstrip("/").rpartition(":")[2])


def test_the_pages_of_all_input_rows_of_a_task_share_one_connection(
    server: ReplayServer, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []
    connect = socket.create_connection

    def counted(*args: Any, **named: Any) -> socket.socket:
        opened.append(args)
        return connect(*args, **named)

    monkeypatch.setattr(socket, "create_connection", counted)
    server.state.apply({"set": {"items": [{"id": value} for value in range(25)]}})
    options = {"authType": "Bearer", "oauthToken": "replay-token", "pagination": "page"}
    rows = '[{"a": 1}, {"a": 2}]'
    config = read_config(
        {"url": f"{server.url}/items", **OPEN, **options, "inputData": rows, "partitions": "1"}
    )
    reader = RestBatchReader(config, clock)
    found = [row for part in reader.partitions() for row in reader.read(part)]
    assert len(found) == 50
    assert len(server.journal("/items")) == 6
    assert len(opened) == 1
