"""`rest`, `weather` and `coingecko` on a real Spark: crashes, restarts, triggers, retries."""

from __future__ import annotations

import json
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from spark_idle_support import idle_triggers
from spark_support import (
    ON_SPARK,
    committed,
    logged,
    repeat_alone,
    rows,
    settled,
    start,
    stop_when,
    undo_last_batch,
)
from sparktide_replay import ReplayServer
from sparktide_sources._polling.payload import unpack
from sparktide_sources._spark import HAS_ADMISSION_CONTROL
from support import NYC, OPEN, eventually

pytestmark = ON_SPARK

EVENTS = {"offsetField": "id", "offsetType": "incremental", "streamingInterval": "0.3"}
needs_4_2 = pytest.mark.skipif(not HAS_ADMISSION_CONTROL, reason="rest drains on Spark 4.2")


def ids(spark: Any, folder: Path) -> list[str]:
    return sorted(json.loads(text)["id"] for text in rows(spark, folder, "output"))


def test_a_repeated_weather_batch_has_the_logged_values_and_time(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    options = {"baseUrl": server.url, "stations": NYC, "streamingInterval": "0.3"}
    query = start(spark, "weather", options, tmp_path)
    stop_when(query, lambda: len(rows(spark, tmp_path, "ts_ingest")) >= 2)
    last = undo_last_batch(tmp_path)
    (kept,) = unpack(logged(tmp_path, last)["data"])
    server.state.apply({"weather": {"temperature_2m": -99.5, "relative_humidity_2m": 1}})
    calls = len(server.journal())
    repeat_alone(spark, "weather", options, tmp_path, last)
    assert len(server.journal()) == calls
    query = start(spark, "weather", options, tmp_path)
    stop_when(query, lambda: -99.5 in rows(spark, tmp_path, "temperature_2m"))
    found = [tuple(row) for row in spark.read.parquet(str(tmp_path / "out")).collect()]
    assert found.count(tuple(kept)) == 1


@pytest.mark.parametrize("replay", ["auto", "payload", "spool"])
def test_a_repeated_rest_batch_has_the_logged_rows_after_the_api_deleted_them(
    spark: Any, server: ReplayServer, tmp_path: Path, replay: str
) -> None:
    options = {"url": f"{server.url}/tweets?since={{timestamp}}", "streamingInterval": "0.3"}
    if replay == "payload":
        options = {"url": f"{server.url}/events?per_page=100", **EVENTS, "replay": "payload"}
    if replay == "spool":
        server.state.apply({"grow": {"tweets": 60}})
        options.update(spoolDir=str(tmp_path / "spool"), maxOffsetBytes="1536")
    name = "events" if replay == "payload" else "tweets"
    known = sorted(record["id"] for record in server.state.records[name])
    query = start(spark, "rest", options, tmp_path)
    stop_when(query, lambda: settled(tmp_path) and query.lastProgress)
    assert ids(spark, tmp_path) == known
    shown = str(query.lastProgress["sources"][0]["endOffset"]).replace("'", '"').replace(" ", "")
    assert f'"g":"{"spool" if replay == "spool" else "payload"}"' in shown
    last = undo_last_batch(tmp_path)
    server.state.apply({"set": {name: []}})
    calls = len(server.journal())
    repeat_alone(spark, "rest", options, tmp_path, last)
    assert len(server.journal()) == calls
    assert ids(spark, tmp_path) == known
    query = start(spark, "rest", options, tmp_path)
    stop_when(query, lambda: len(server.journal()) >= calls + 2)
    assert ids(spark, tmp_path) == known


def test_a_range_reads_each_record_once_across_three_crashes(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    options = {"url": f"{server.url}/events?per_page=100", **EVENTS, "batchSize": "4"}

    def known() -> list[str]:
        return sorted(record["id"] for record in server.state.records["events"])

    for _ in range(4):
        query = start(spark, "rest", options, tmp_path)
        stop_when(query, lambda: len(ids(spark, tmp_path)) >= len(known()) and settled(tmp_path))
        assert ids(spark, tmp_path) == known()
        last = undo_last_batch(tmp_path)
        before = known()
        server.state.apply({"grow": {"events": 6}})
    calls = len(server.journal())
    repeat_alone(spark, "rest", options, tmp_path, last)
    # The query requests the range again, once.
    assert len(server.journal()) == calls + 1
    assert ids(spark, tmp_path) == before


def numbers(spark: Any, folder: Path) -> list[int]:
    return sorted(json.loads(text)["n"] for text in rows(spark, folder, "output"))


def test_a_cursor_reads_each_record_once_across_three_crashes(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    options = {"offsetField": "cursor", "offsetType": "cursor", "streamingInterval": "0.3"}
    options["url"] = f"{server.url}/stream?after={{cursor}}&limit=3"

    def known() -> list[int]:
        return [record["n"] for record in server.state.records["stream"]]

    for _ in range(4):
        query = start(spark, "rest", options, tmp_path)
        stop_when(
            query, lambda: len(numbers(spark, tmp_path)) >= len(known()) and settled(tmp_path)
        )
        assert numbers(spark, tmp_path) == known()
        last = undo_last_batch(tmp_path)
        before = known()
        server.state.apply({"grow": {"stream": 4}})
    calls = len(server.journal())
    repeat_alone(spark, "rest", options, tmp_path, last)
    # The query requests the page in the offset again, once.
    asked = [call["query"]["after"] for call in server.journal()[calls:]]
    assert asked == [logged(tmp_path, last)["from"]]
    assert numbers(spark, tmp_path) == before


@pytest.mark.parametrize(
    "position",
    [
        {"offsetType": "max_field", "inclusiveOffset": "true"},
        {"offsetType": "max_field", "lagSeconds": "2"},
        {"offsetType": "timestamp", "offsetScope": "record", "inclusiveOffset": "true"},
    ],
    ids=lambda position: "-".join(position.values()),
)
def test_records_with_equal_or_late_times_are_read_once_across_three_crashes(
    spark: Any, server: ReplayServer, tmp_path: Path, position: dict[str, str]
) -> None:
    options = {"url": f"{server.url}/events?per_page=100", "offsetField": "created_at"}
    options |= {"batchSize": "4", "streamingInterval": "0.3", **position}
    events = server.state.records["events"]

    def more(crash: int) -> None:
        """Adds a record with the time of the position, or two that are too young for the lag."""
        if "inclusiveOffset" in position:
            twin = {**events[-1], "id": f"twin-{crash}"}
            server.state.apply({"append": {"events": [twin]}})
            server.state.apply({"grow": {"events": 3}})
            return
        now = int(time.time())
        for name, at in (("new", now), ("late", now - 1)):
            text = datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
            event = {"id": f"{name}-{crash}", "created_at": text}
            server.state.apply({"append": {"events": [event]}})

    for crash in range(4):
        known = sorted(record["id"] for record in events)
        query = start(spark, "rest", options, tmp_path)
        stop_when(query, lambda: len(ids(spark, tmp_path)) >= len(events) and settled(tmp_path))
        assert ids(spark, tmp_path) == known
        undo_last_batch(tmp_path)
        more(crash)


def test_an_expired_cursor_ends_the_query_with_a_clear_error(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    options = {"offsetField": "cursor", "offsetType": "cursor", "streamingInterval": "0.3"}
    options["url"] = f"{server.url}/stream?after={{cursor}}&limit=2"
    query = start(spark, "rest", options, tmp_path)
    stop_when(query, lambda: len(rows(spark, tmp_path, "output")) == 5 and settled(tmp_path))
    last = undo_last_batch(tmp_path)
    server.state.apply({"config": {"stream_oldest": 99}})
    calls = len(server.journal())
    query = start(spark, "rest", options, tmp_path)
    with pytest.raises(Exception, match="of the batch to repeat is gone"):
        query.awaitTermination(60)
    # Each attempt of the single task requests the logged page, and no other page is requested.
    asked = [call["query"]["after"] for call in server.journal()[calls:]]
    assert set(asked) == {logged(tmp_path, last)["from"]}
    assert len(asked) <= 4


@needs_4_2
def test_ten_thousand_records_make_twenty_batches(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    server.state.apply({"set": {"stream": [{"n": n} for n in range(10_000)]}})
    options = {"offsetField": "cursor", "offsetType": "cursor", "batchSize": "500"}
    options["url"] = f"{server.url}/stream?after={{cursor}}&limit=10000"
    query = start(spark, "rest", options, tmp_path, availableNow=True)
    assert query.awaitTermination(120)
    found = [json.loads(text)["n"] for text in rows(spark, tmp_path, "output")]
    assert sorted(found) == list(range(10_000))
    counts = [logged(tmp_path, batch)["n"] for batch in range(20)]
    assert counts == [500] * 20
    assert sum(logged(tmp_path, batch)["req"] for batch in range(20)) == len(server.journal()) == 1
    assert not (tmp_path / "check" / "offsets" / "20").exists()


def test_the_schema_needs_no_request_and_a_batch_needs_one(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    options = {"url": f"{server.url}/tweets?since={{timestamp}}", "streamingInterval": "3600"}
    frame = spark.readStream.format("rest").options(**OPEN).options(**options).load()
    assert frame.schema.names == ["output"]
    frame.explain()
    assert server.journal() == []
    query = start(spark, "rest", options, tmp_path)
    stop_when(query, lambda: committed(tmp_path, 0))
    assert len(ids(spark, tmp_path)) == 3
    assert logged(tmp_path, 0)["req"] == len(server.journal()) == 1
    # After a restart, the offset gives the time of the last poll.
    with idle_triggers(spark) as idle:
        query = start(spark, "rest", options, tmp_path)
        stop_when(query, lambda: idle.seen[query.id] >= 3)
    assert len(server.journal()) == 1
    # Also if a batch must be repeated: its rows are in the offset.
    undo_last_batch(tmp_path)
    repeat_alone(spark, "rest", options, tmp_path, 0)
    assert len(ids(spark, tmp_path)) == 3
    assert len(server.journal()) == 1


@pytest.mark.parametrize("trigger", ["availableNow", "once"])
def test_a_snapshot_polls_once_in_each_run(
    spark: Any, server: ReplayServer, tmp_path: Path, trigger: str
) -> None:
    # Since 4.2 availableNow makes the source poll regardless of the interval. Before, Spark runs it
    # as a single batch, like once.
    drains = trigger == "availableNow" and HAS_ADMISSION_CONTROL
    options = {"baseUrl": server.url, "coins": "bitcoin"}
    options["streamingInterval"] = "3600" if drains else "0"
    for run in (1, 2, 3):
        query = start(spark, "coingecko", options, tmp_path, **{trigger: True})
        assert query.awaitTermination(60)
        assert query.exception() is None
        assert len(rows(spark, tmp_path, "usd_price")) == len(server.journal()) == run


def test_a_snapshot_within_its_interval_gives_no_row_to_a_run_of_once(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    options = {"baseUrl": server.url, "coins": "bitcoin", "streamingInterval": "3600"}
    for _ in (1, 2):
        query = start(spark, "coingecko", options, tmp_path, once=True)
        assert query.awaitTermination(60)
        assert query.exception() is None
        assert len(rows(spark, tmp_path, "usd_price")) == len(server.journal()) == 1


@needs_4_2
def test_once_reads_the_new_records_with_one_request(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    # A run within the poll interval of the API would read nothing.
    server.state.apply({"config": {"events_poll_interval": 0}})
    options = {"url": f"{server.url}/events?per_page=100", **EVENTS, "streamingInterval": "0"}
    for run, total in enumerate((5, 8, 11), 1):
        query = start(spark, "rest", options, tmp_path, once=True)
        assert query.awaitTermination(60)
        assert query.exception() is None
        known = sorted(record["id"] for record in server.state.records["events"])
        assert ids(spark, tmp_path) == known
        assert len(known) == total
        assert len(server.journal()) == run
        server.state.apply({"grow": {"events": 3}})


@pytest.mark.skipif(HAS_ADMISSION_CONTROL, reason="4.2 and newer drain")
def test_available_now_of_rest_is_refused_before_spark_4_2(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    options = {"url": f"{server.url}/events?per_page=100", **EVENTS}
    query = start(spark, "rest", options, tmp_path)
    stop_when(query, lambda: len(ids(spark, tmp_path)) == 5)
    # Without this conf, Spark runs the trigger as a single batch.
    wrapper = "spark.sql.streaming.triggerAvailableNowWrapper.enabled"
    spark.conf.set(wrapper, "true")
    try:
        query = start(spark, "rest", options, tmp_path, availableNow=True)
        with pytest.raises(Exception, match="AVAILABLE_NOW_NEEDS_SPARK_4_2"):
            query.awaitTermination(60)
    finally:
        spark.conf.unset(wrapper)
    assert len(ids(spark, tmp_path)) == 5


def test_stop_does_not_wait_for_a_retry_that_is_due_in_a_minute(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    server.fault("/tweets", status=429, headers={"Retry-After": "60"}, times=99)
    options = {"url": f"{server.url}/tweets?since={{timestamp}}", "streamingInterval": "60"}
    query = start(spark, "rest", options, tmp_path)
    eventually(lambda: len(server.journal()) == 1, 60)
    began = time.monotonic()
    query.stop()
    assert time.monotonic() - began < 2
    assert query.exception() is None
    assert len(server.journal()) == 1


def test_two_actions_on_a_batch_send_no_second_request(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    one, two = str(tmp_path / "one"), str(tmp_path / "two")

    def both(frame: Any, batch: int) -> None:
        frame.write.mode("append").parquet(one)
        frame.write.mode("append").parquet(two)

    options = {"url": f"{server.url}/tweets?since={{timestamp}}", "streamingInterval": "3600"}
    frame = spark.readStream.format("rest").options(**OPEN).options(**options).load()
    writer = frame.writeStream.option("checkpointLocation", str(tmp_path / "check"))
    query = writer.foreachBatch(both).start()
    stop_when(query, lambda: (tmp_path / "check" / "commits" / "0").exists())
    found = [
        sorted(row[0] for row in spark.read.parquet(folder).collect()) for folder in (one, two)
    ]
    assert found[0] == found[1]
    assert len(found[0]) == 3
    assert len(server.journal()) == 1


def test_a_retried_task_sends_no_second_request(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    if not str(spark.conf.get("spark.master")).startswith("local[2,"):
        pytest.skip("this Spark does not try tasks again")
    from pyspark.sql.functions import udf

    marker = str(tmp_path / "tried")

    def fail_once(text: str) -> str:
        import os

        if not os.path.exists(marker):
            with open(marker, "w"):
                pass
            raise RuntimeError("the first try fails")
        return text

    options = {"url": f"{server.url}/tweets?since={{timestamp}}", "streamingInterval": "3600"}
    frame = spark.readStream.format("rest").options(**OPEN).options(**options).load()
    tried = frame.select(udf(fail_once, "string", useArrow=False)("output").alias("output"))
    writer = tried.writeStream.format("parquet").option("path", str(tmp_path / "out"))
    query = writer.option("checkpointLocation", str(tmp_path / "check")).start()
    stop_when(query, lambda: len(ids(spark, tmp_path)) == 3)
    assert Path(marker).exists()
    assert len(server.journal()) == 1


def test_a_changed_option_ends_the_query_with_an_error_that_names_it(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    options = {"url": f"{server.url}/tweets?since={{timestamp}}", "streamingInterval": "0.3"}
    query = start(spark, "rest", options, tmp_path)
    stop_when(query, lambda: len(ids(spark, tmp_path)) == 3)
    calls = len(server.journal())
    changed = {**options, "offsetType": "max_field", "inclusiveOffset": "true"}
    query = start(spark, "rest", changed, tmp_path)
    with pytest.raises(Exception, match="written with another offsetType, inclusiveOffset"):
        query.awaitTermination(60)
    assert len(server.journal()) == calls
    allowed = start(spark, "rest", {**options, "allowConfigChange": "true"}, tmp_path)
    server.state.apply({"grow": {"tweets": 2}})
    stop_when(allowed, lambda: len(ids(spark, tmp_path)) == 5)


def over_rows(server: ReplayServer, *names: str) -> dict[str, str]:
    return {
        "url": f"{server.url}/events?per_page=100",
        "inputData": json.dumps([{"org": name} for name in names]),
        "includeInput": "true",
        **EVENTS,
    }


def counted(spark: Any, folder: Path) -> dict[str, int]:
    """The number of records of each input row, by the name of the row."""
    found = spark.read.parquet(str(folder / "out")).groupBy("_input").count()
    return {json.loads(row[0])["org"]: row[1] for row in found.collect()}


def test_input_rows_may_change_between_runs(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    query = start(spark, "rest", over_rows(server, "a", "b"), tmp_path)
    stop_when(query, lambda: len(ids(spark, tmp_path)) == 10 and settled(tmp_path))
    server.state.apply({"grow": {"events": 1}})
    query = start(spark, "rest", over_rows(server, "b", "c"), tmp_path)
    stop_when(query, lambda: len(ids(spark, tmp_path)) == 17 and settled(tmp_path))
    # The new input row starts from the beginning, the remaining one continues.
    assert counted(spark, tmp_path) == {"a": 5, "b": 6, "c": 6}


def test_an_input_row_of_an_uncommitted_batch_must_not_be_removed(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    query = start(spark, "rest", over_rows(server, "a", "b"), tmp_path)
    stop_when(query, lambda: len(ids(spark, tmp_path)) == 10 and settled(tmp_path))
    undo_last_batch(tmp_path)
    calls = len(server.journal())
    query = start(spark, "rest", over_rows(server, "c"), tmp_path)
    with pytest.raises(Exception, match="a row that inputData no longer has; add the row"):
        query.awaitTermination(60)
    assert len(server.journal()) == calls
    query = start(spark, "rest", over_rows(server, "a", "b", "c"), tmp_path)
    stop_when(query, lambda: len(ids(spark, tmp_path)) == 15 and settled(tmp_path))
    assert counted(spark, tmp_path) == {"a": 5, "b": 5, "c": 5}


def test_a_stream_over_input_rows_reads_each_row(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    options = over_rows(server, "a", "b")
    query = start(spark, "rest", options, tmp_path)
    stop_when(query, lambda: len(ids(spark, tmp_path)) == 10)
    undo_last_batch(tmp_path)
    server.state.apply({"grow": {"events": 1}})
    query = start(spark, "rest", options, tmp_path)
    stop_when(query, lambda: len(ids(spark, tmp_path)) == 12)
    assert counted(spark, tmp_path) == {"a": 6, "b": 6}
