"""Counts triggers that found no new data on a real Spark. Spark reports them as idle events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyspark.sql.streaming.listener import StreamingQueryListener

EACH_IDLE_TRIGGER = "spark.sql.streaming.noDataProgressEventInterval"


class IdleTriggers(StreamingQueryListener):
    """Counts the triggers of each query that found no new data."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    def onQueryStarted(self, event: Any) -> None:
        pass

    def onQueryProgress(self, event: Any) -> None:
        pass

    def onQueryIdle(self, event: Any) -> None:
        self.seen[str(event.id)] += 1

    def onQueryTerminated(self, event: Any) -> None:
        pass


@contextmanager
def idle_triggers(spark: Any) -> Iterator[IdleTriggers]:
    before, listener = spark.conf.get(EACH_IDLE_TRIGGER), IdleTriggers()
    spark.conf.set(EACH_IDLE_TRIGGER, "0")
    spark.streams.addListener(listener)
    try:
        yield listener
    finally:
        spark.streams.removeListener(listener)
        spark.conf.set(EACH_IDLE_TRIGGER, before)
