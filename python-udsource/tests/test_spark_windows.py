"""`windowStep` of `rest` on a real Spark: batch, stream, crashes and a backlog."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from spark_support import ON_SPARK, logged, rows, settled, start, stop_when, undo_last_batch
from sparktide_replay import ReplayServer
from sparktide_sources._spark import HAS_ADMISSION_CONTROL
from support import OPEN

pytestmark = ON_SPARK

needs_4_2 = pytest.mark.skipif(not HAS_ADMISSION_CONTROL, reason="rest drains on Spark 4.2")


def windows_of(server: ReplayServer, **options: str) -> dict[str, str]:
    """Options for days of readings from 2025 on, one reading each hour."""
    return {
        "url": f"{server.url}/readings?from={{start}}&to={{end}}",
        "windowStep": "1 day",
        "initialOffset": "2025-01-01",
        "positionFormat": "date",
        **options,
    }


def hours(days: int) -> list[int]:
    """The numbers of the readings of the first days of 2025."""
    first = int(datetime(2025, 1, 1, tzinfo=timezone.utc).timestamp()) // 3600
    return list(range(first, first + days * 24))


def asked(server: ReplayServer) -> Counter[tuple[str, str]]:
    calls = server.journal("/readings")
    return Counter((call["query"]["from"], call["query"]["to"]) for call in calls)


def numbers(spark: Any, folder: Path) -> list[int]:
    return sorted(json.loads(text)["n"] for text in rows(spark, folder, "output"))


def holds(spark: Any, folder: Path, wanted: list[int]) -> bool:
    return len(numbers(spark, folder)) >= len(wanted) and settled(folder)


def test_a_batch_requests_each_window_once_in_as_many_tasks_as_partitions(
    spark: Any, server: ReplayServer
) -> None:
    options = windows_of(server, finalOffset="2025-01-13", partitions="3")
    frame = spark.read.format("rest").options(**OPEN).options(**options).load()
    parts = frame.selectExpr("output", "spark_partition_id() AS part").collect()
    assert sorted(json.loads(row.output)["n"] for row in parts) == hours(12)
    assert {row.part for row in parts} == {0, 1, 2}
    assert sorted(asked(server).values()) == [1] * 12


def test_a_stream_has_no_gap_and_no_overlap_across_crashes_and_changes_of_the_step(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    repeated: set[tuple[str, str]] = set()
    for days, step, size in ((5, "1 day", "2"), (12, "3 days", "3"), (20, "1 day", "5")):
        final = f"2025-01-{days + 1:02}"
        options = windows_of(server, windowStep=step, windowsPerBatch=size, finalOffset=final)
        options["streamingInterval"] = "0.1"
        query = start(spark, "rest", options, tmp_path)

        wanted = hours(days)
        stop_when(query, partial(holds, spark, tmp_path, wanted))
        assert numbers(spark, tmp_path) == wanted
        counts = asked(server)
        assert {window for window in counts if counts[window] > 1} == repeated
        # The next run repeats this batch, with the step of its offset.
        last = undo_last_batch(tmp_path)
        begin = logged(tmp_path, last - 1)["pos"][:10]
        repeated |= {window for window in counts if begin <= window[0]}
    assert len(repeated) >= 3
    assert max(counts.values()) == 2


@needs_4_2
def test_a_backlog_of_400_windows_is_requested_once_in_four_batches(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    options = windows_of(server, initialOffset="2024-01-01", finalOffset="2025-02-04")
    options["url"] += "&every=86400"
    query = start(spark, "rest", options, tmp_path, availableNow=True)
    query.awaitTermination(120)
    assert query.exception() is None
    assert len(numbers(spark, tmp_path)) == 400
    assert sorted(asked(server).values()) == [1] * 400
    steps = [logged(tmp_path, batch)["seq"] for batch in range(4)]
    assert steps == [1, 2, 3, 4]
    assert len(json.dumps(logged(tmp_path, 3))) < 300
