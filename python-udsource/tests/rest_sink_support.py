"""Shared by the tests of writes with `rest`: rows as Spark passes them, and one task."""

from __future__ import annotations

import inspect
import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from pyspark.sql import types as T

from sparktide_replay import ReplayServer
from sparktide_sources._clock import Clock
from sparktide_sources._rest.sink.dead_letters import DeadLetters
from sparktide_sources._rest.sink.writers import RestWriter
from support import OPEN, FakeClock

IDS = T.StructType().add("id", T.LongType())
ORDERS = (
    T.StructType()
    .add("id", T.LongType())
    .add("name", T.StringType())
    .add("refuse", T.IntegerType())
)


def order(number: int, name: str | None = "a", refuse: int | None = None) -> dict[str, Any]:
    return {"id": number, "name": name, "refuse": refuse}


def batch(schema: T.StructType, rows: Sequence[dict[str, Any]]) -> Any:
    from pyspark.sql.pandas.types import to_arrow_schema

    # Spark 4.0 has no such parameter, and always takes UTC.
    has_zone = "timezone" in inspect.signature(to_arrow_schema).parameters
    arrow = to_arrow_schema(schema, **({"timezone": "UTC"} if has_zone else {}))
    return pa.RecordBatch.from_pylist(list(rows), schema=arrow)


def writer(
    url: str, schema: T.StructType = ORDERS, clock: Clock | None = None, **options: Any
) -> RestWriter:
    transport = {"transport": options.pop("transport")} if "transport" in options else {}
    given = {"url": url, **OPEN, **options}
    return RestWriter(given, schema, False, clock=clock or FakeClock(), **transport)


def run_task(
    task: RestWriter, *rows: dict[str, Any], scope: str = "write w", partition: int = 0
) -> DeadLetters:
    """Sends the rows as one try of a task does."""
    return task._send(iter([batch(task._schema, rows)]), scope, partition)


def sent(server: ReplayServer) -> list[tuple[str, str, Any]]:
    """Method, path and JSON body of each request."""
    return [
        (entry["method"], entry["path"], json.loads(entry["body"] or "null"))
        for entry in server.journal()
    ]


def keys(server: ReplayServer) -> list[str]:
    return [entry["headers"].get("idempotency-key", "") for entry in server.journal()]


def accepted(server: ReplayServer) -> list[Any]:
    """The rows that the server took."""
    return [entry["row"] for entry in server.state.document()["accepted"]]
