"""How often queries on a real Spark send requests, and how fast they stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from spark_support import (
    ON_SPARK,
    logged,
    rows,
    start,
    start_each,
    stop_all,
    stop_when,
    undo_last_batch,
    wait_for,
)
from sparktide_replay import ReplayServer
from sparktide_replay.answers import Call
from sparktide_sources._spark import HAS_ADMISSION_CONTROL
from support import NYC, eventually

pytestmark = ON_SPARK

INTERVAL = 2
# Seconds by which the time from poll to request may vary.
JITTER = 0.3
# On a busy machine a request may be this late. If the next is on time, it is not too early.
LATEST = 1.0
KEYED = {"offsetField": "id", "offsetType": "incremental"}


def early(gaps: list[float]) -> list[float]:
    """The gaps in seconds before requests that came too early."""
    found: list[float] = []
    late = 0.0
    for gap in gaps:
        if gap + late < INTERVAL - JITTER:
            found.append(gap)
        late = min(max(gap - INTERVAL, 0.0), LATEST)
    return found


class TimedServer(ReplayServer):
    """Records the time of each request."""

    def __init__(self) -> None:
        self.times: list[tuple[str, float]] = []
        super().__init__()

    def record(self, call: Call) -> None:
        self.times.append((call.path, time.time()))
        super().record(call)

    def forget_unlogged(self, path: str, polled_ms: int) -> None:
        """Forgets the requests that came after the last poll in the checkpoint.

        A stop can come between a request and Spark's offset log. The next run cannot know of such
        a request, so it keeps the distance from the one before it.
        """
        unlogged = polled_ms / 1000 + INTERVAL - JITTER
        self.times = [(asked, at) for asked, at in self.times if asked != path or at < unlogged]

    def gaps(self, path: str) -> list[float]:
        times = [at for asked, at in self.times if asked == path]
        return [later - earlier for earlier, later in zip(times, times[1:])]


@pytest.fixture
def timed() -> Iterator[TimedServer]:
    with TimedServer() as running:
        yield running


def all_asked(timed: TimedServer, paths: list[str], times: int) -> bool:
    return all(len(timed.journal(path)) >= times for path in paths)


def test_a_query_without_a_trigger_keeps_its_interval_across_crashes(
    spark: Any, timed: TimedServer, tmp_path: Path
) -> None:
    """Every answer has new records, so that each poll makes a batch."""
    timed.state.apply({"config": {"grow": 1, "events_poll_interval": 0}})
    pace = {"streamingInterval": str(INTERVAL)}
    queries = {
        "/tweets": ("rest", {"url": f"{timed.url}/tweets?since={{timestamp}}", **pace}),
        "/v1/forecast": ("weather", {"baseUrl": timed.url, "stations": NYC, **pace}),
        "/api/v3/simple/price": ("coingecko", {"baseUrl": timed.url, **pace}),
    }
    folders = [tmp_path / path.strip("/").replace("/", "-") for path in queries]
    sources = {folder.name: given for folder, given in zip(folders, queries.values())}
    for run in range(1, 4):
        running = start_each(spark, sources, tmp_path)
        try:
            asked = partial(all_asked, timed, list(queries), 2 * run)
            wait_for(asked, *running.values())
            wait_for(lambda: all(rows(spark, folder, "*") for folder in folders), *running.values())
        finally:
            stop_all(running.values())
        for folder, path in zip(folders, queries):
            polled_ms = logged(folder, undo_last_batch(folder))["polled"]
            timed.forget_unlogged(path, polled_ms)
    for path in queries:
        # Each of the three stops can remove one of the six requests.
        assert len(timed.gaps(path)) >= 2
        assert not early(timed.gaps(path)), (path, timed.gaps(path))


def test_requesting_a_batch_again_counts_as_a_poll(
    spark: Any, timed: TimedServer, tmp_path: Path
) -> None:
    timed.state.apply({"config": {"grow": 1, "events_poll_interval": 0}})
    options = {"url": f"{timed.url}/events?per_page=100", **KEYED}
    options["streamingInterval"] = str(INTERVAL)
    query = start(spark, "rest", options, tmp_path)
    stop_when(query, lambda: rows(spark, tmp_path, "*") and all_asked(timed, ["/events"], 2))
    undo_last_batch(tmp_path)
    asked = len(timed.journal())
    query = start(spark, "rest", options, tmp_path)
    stop_when(query, lambda: all_asked(timed, ["/events"], asked + 3))
    # The first of them repeats the batch, the others look for new records.
    assert not early(timed.gaps("/events")[asked:]), timed.gaps("/events")


def waiting_poll(spark: Any, server: ReplayServer, folder: Path, **trigger: Any) -> Any:
    options = {"url": f"{server.url}/tweets?since={{timestamp}}", "streamingInterval": "60"}
    return start(spark, "rest", options, folder, **trigger)


def waiting_snapshot(spark: Any, server: ReplayServer, folder: Path) -> Any:
    options = {"baseUrl": server.url, "streamingInterval": "60"}
    return start(spark, "coingecko", options, folder)


def waiting_drain(spark: Any, server: ReplayServer, folder: Path) -> Any:
    """The wait is in a single call from Spark, which returns when all records are read."""
    return waiting_poll(spark, server, folder, availableNow=True)


def waiting_replay(spark: Any, server: ReplayServer, folder: Path) -> Any:
    """The wait is in a task that requests a logged batch again."""
    options = {"url": f"{server.url}/events?per_page=100", **KEYED, "streamingInterval": "60"}
    server.clear_faults()
    stop_when(start(spark, "rest", options, folder), lambda: rows(spark, folder, "output"))
    undo_last_batch(folder)
    server.clear_journal()
    server.fault("/events", status=429, headers={"Retry-After": "60"}, times=99)
    return start(spark, "rest", options, folder)


@pytest.mark.parametrize(
    "begin",
    [waiting_poll, waiting_snapshot, waiting_drain, waiting_replay],
    ids=lambda f: f.__name__,
)
def test_stop_returns_within_two_seconds_during_a_wait_of_a_minute(
    spark: Any, server: ReplayServer, tmp_path: Path, begin: Callable[..., Any]
) -> None:
    if begin is waiting_drain and not HAS_ADMISSION_CONTROL:
        pytest.skip("rest drains on Spark 4.2 and newer")
    for route in ("/tweets", "/events", "/api/v3/simple/price"):
        server.fault(route, status=429, headers={"Retry-After": "60"}, times=99)
    query = begin(spark, server, tmp_path)
    eventually(lambda: len(server.journal()) == 1, 60)
    began = time.monotonic()
    query.stop()
    assert time.monotonic() - began < 2
    assert query.exception() is None
    assert len(server.journal()) == 1
