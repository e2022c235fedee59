"""Snapshot sources: the readers for each Spark version, and user-defined sources."""

from __future__ import annotations

import gc
import json
import pickle
import tracemalloc
from typing import Any

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._http.client import Request
from sparktide_sources._http.json_replies import json_reply
from sparktide_sources._options import OptionReader
from sparktide_sources._polling.snapshot import (
    SNAPSHOT_OPTIONS,
    SnapshotDataSource,
    SnapshotPlan,
    SnapshotStreamReaderBefore42,
    snapshot_plan,
)
from sparktide_sources._spark import HAS_ADMISSION_CONTROL
from sparktide_sources.coingecko import CoinGeckoDataSource, coingecko_plan
from support import OPEN, FakeClock, coins_reader, with_clock


def before_42(
    server: ReplayServer, clock: FakeClock, **options: str
) -> SnapshotStreamReaderBefore42:
    plan = coingecko_plan({"baseUrl": server.url, **OPEN, **options})
    return SnapshotStreamReaderBefore42(with_clock(plan, clock))


def rows(reader: SnapshotStreamReaderBefore42, start: Any, end: Any) -> list[Any]:
    parts = [pickle.loads(pickle.dumps(part)) for part in reader.partitions(start, end)]
    return [row for part in parts for row in reader.read(part)]


def test_before_spark_4_2_a_batch_is_repeated_from_its_offset(
    server: ReplayServer, clock: FakeClock
) -> None:
    reader = before_42(server, clock)
    start = reader.initialOffset()
    end = reader.latestOffset()
    first = rows(reader, start, end)
    assert [row[0] for row in first] == ["bitcoin"]
    server.state.apply({"prices": {"bitcoin": 1.0}})
    restarted = before_42(server, clock)
    assert rows(restarted, start, json.loads(json.dumps(end))) == first
    assert len(server.journal()) == 1


def test_before_spark_4_2_a_restarted_query_keeps_its_interval(
    server: ReplayServer, clock: FakeClock
) -> None:
    end = before_42(server, clock).latestOffset()
    restarted = before_42(server, clock)
    assert restarted.partitions(end, end) == []
    assert restarted.latestOffset() == end
    clock.advance(11)
    later = restarted.latestOffset()
    assert (later["seq"], len(server.journal())) == (2, 2)
    restarted.commit(later)


def test_before_spark_4_2_available_now_continues_without_knowing_its_position(
    server: ReplayServer, clock: FakeClock
) -> None:
    """Spark asks for the latest offset first and passes the position later."""
    end = before_42(server, clock).latestOffset()
    clock.advance(3)
    server.state.apply({"prices": {"bitcoin": 5.0}})
    restarted = before_42(server, clock)
    latest = restarted.latestOffset()
    assert restarted.partitions(end, end) == []
    assert [row[1] for row in rows(restarted, end, latest)] == [5.0]
    assert json.dumps(latest) != json.dumps(end)
    # A partition that Spark plans for an empty batch has no rows.
    assert list(restarted.read(None)) == []


def test_each_spark_version_gets_the_reader_for_it(server: ReplayServer) -> None:
    from pyspark.errors import PySparkNotImplementedError
    from pyspark.sql.types import DoubleType, LongType, StringType, StructField, StructType

    types = {"coin": StringType(), "usd_price": DoubleType(), "ts_ingest": LongType()}
    schema = StructType([StructField(name, kind) for name, kind in types.items()])
    source = CoinGeckoDataSource({"baseUrl": server.url})
    if HAS_ADMISSION_CONTROL:
        # This error makes Spark call simpleStreamReader.
        with pytest.raises(PySparkNotImplementedError):
            source.streamReader(schema)
        return
    assert isinstance(source.streamReader(schema), SnapshotStreamReaderBefore42)


class TicksDataSource(SnapshotDataSource):
    """A user-defined source."""

    columns = "tick string, ts_ingest long"

    @classmethod
    def name(cls) -> str:
        return "ticks"

    def plan(self) -> SnapshotPlan:
        options = OptionReader("ticks", self.options, ("url", *SNAPSHOT_OPTIONS))
        url = options.required("url", "https://api.example.com/ticks")
        return snapshot_plan(
            "ticks",
            options,
            lambda: Request(url),
            lambda reply, ts_ingest: [(json.dumps(json_reply(reply)), ts_ingest)],
        )


def test_a_user_defined_snapshot_source_reads_rows(server: ReplayServer) -> None:
    server.fault("/ticks", body={"n": 1})
    source = TicksDataSource({"url": f"{server.url}/ticks", **OPEN})
    assert (source.name(), source.schema()) == ("ticks", "tick string, ts_ingest long")
    reader = SnapshotStreamReaderBefore42(source.plan())
    end = reader.latestOffset()
    assert (end["src"], [row[0] for row in rows(reader, {}, end)]) == ("ticks", ['{"n": 1}'])


def test_ten_thousand_idle_polls_of_a_snapshot_do_not_leak_memory(
    server: ReplayServer, clock: FakeClock
) -> None:
    reader = coins_reader(server, clock, streamingInterval="31536000")
    _, end = reader.read(reader.initialOffset())

    def idle(times: int) -> None:
        for _ in range(times):
            found, same = reader.read(end)
            assert same is end
            assert list(found) == []
        clock.slept.clear()
        gc.collect()

    idle(100)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    idle(10_000)
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 20_000
    assert len(server.journal()) == 1
