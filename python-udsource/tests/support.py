"""Clocks, readers and servers that the tests share."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sparktide_replay import ReplayServer
from sparktide_sources._clock import Clock
from sparktide_sources._http.wire import Reply
from sparktide_sources._polling.snapshot import (
    SnapshotBatchReader,
    SnapshotPlan,
    SnapshotStreamReader,
)
from sparktide_sources._rest.config import read_config
from sparktide_sources._rest.stream.readers import RestStreamReader, RestStreamReaderBefore42
from sparktide_sources.coingecko import coingecko_plan
from sparktide_sources.rest import rest_stream
from sparktide_sources.weather import weather_plan

OPEN = {"allowHttp": "true", "allowPrivateHosts": "true"}
NYC = "[{'id':'NYC','lat':40.71,'lon':-74.01}]"
MOSCOW_AND_NYC = '[{"id":"NYC","lat":40.71,"lon":-74.01},{"id":"MSK","lat":55.75,"lon":37.62}]'


class FakeClock(Clock):
    """A clock that moves only in sleep() and advance()."""

    def __init__(self, now: float = 1_750_000_000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def advance(self, seconds: float) -> None:
        self.now += seconds


def with_clock(plan: SnapshotPlan, clock: Clock) -> SnapshotPlan:
    return dataclasses.replace(plan, clock=clock)


def coins_reader(server: ReplayServer, clock: Clock, **options: str) -> SnapshotStreamReader:
    plan = coingecko_plan({"baseUrl": server.url, **OPEN, **options})
    return SnapshotStreamReader(with_clock(plan, clock))


def coins_batch(server: ReplayServer, clock: Clock, **options: str) -> list[tuple[Any, ...]]:
    plan = coingecko_plan({"baseUrl": server.url, **OPEN, **options})
    return list(SnapshotBatchReader(with_clock(plan, clock)).read(None))  # type: ignore[arg-type]


def weather_reader(server: ReplayServer, clock: Clock, **options: str) -> SnapshotStreamReader:
    plan = weather_plan({"baseUrl": server.url, "stations": NYC, **OPEN, **options})
    return SnapshotStreamReader(with_clock(plan, clock))


def rest_reader(
    server: ReplayServer, path: str, clock: Clock | None = None, **options: str
) -> RestStreamReader:
    given = {"url": server.url + path, "streamingInterval": "0", **OPEN, **options}
    config = read_config(given)
    return RestStreamReader(rest_stream(given, config, clock), config)


def rest_reader_before_42(
    server: ReplayServer, path: str, clock: Clock | None = None, **options: str
) -> RestStreamReaderBefore42:
    given = {"url": server.url + path, "streamingInterval": "0", **OPEN, **options}
    config = read_config(given)
    return RestStreamReaderBefore42(rest_stream(given, config, clock), config)


def rows_between(reader: Any, start: Any, end: Any) -> list[Any]:
    """The records of a batch, parsed."""
    return [json.loads(text) for text in texts_between(reader, start, end)]


def texts_between(reader: Any, start: Any, end: Any) -> list[str]:
    parts = reader.partitions(start, end)
    return [row[0] for part in parts for row in reader.read(part)]


def take(reader: RestStreamReader, start: Any) -> tuple[list[Any], Any]:
    """Reads one batch after `start`, as Spark does. Without new data: no rows, and `start`."""
    end = reader.latestOffset(start, reader.getDefaultReadLimit())
    if json.dumps(end) == json.dumps(start):
        return [], start
    rows = rows_between(reader, start, end)
    reader.commit(end)
    return rows, end


def drain(reader: RestStreamReader, start: Any, batches: int = 1000) -> tuple[list[Any], Any]:
    """Reads batches until a poll finds no rows. Returns all rows and the last offset."""
    rows: list[Any] = []
    for _ in range(batches):
        found, end = take(reader, start)
        if not found:
            return rows, start
        rows += found
        start = end
    raise AssertionError(f"no end after {batches} batches")


def eventually(condition: Callable[[], bool], within: float = 30.0) -> None:
    """Waits for a condition, with a deadline."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not true within {within} s")
        time.sleep(0.05)


class Recorder:
    """Replaces the network: records the requests and always gives the same answer."""

    def __init__(self, body: Any, headers: dict[str, str] | None = None) -> None:
        self.body, self.headers = body, headers or {}
        self.requests: list[dict[str, Any]] = []

    def __call__(
        self, method: str, url: str, headers: dict[str, str], body: bytes, *_: Any
    ) -> Reply:
        self.requests.append(
            {"method": method, "url": url, "headers": headers, "body": body.decode("utf-8")}
        )
        return Reply(200, "OK", self.headers, json.dumps(self.body).encode("utf-8"), url)


@contextmanager
def second_server(**options: Any) -> Iterator[ReplayServer]:
    """A second server, which is another origin."""
    with ReplayServer(**options) as running:
        yield running
