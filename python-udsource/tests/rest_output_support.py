"""Shared by the tests of outputs and policies: reads with a schema, as a batch or a stream."""

from __future__ import annotations

from typing import Any

from pyspark.sql.types import (
    IntegerType,
    StringType,
    StructField,
    StructType,
)

from sparktide_replay import ReplayServer
from sparktide_sources._rest.batch_reader import RestBatchReader
from sparktide_sources._rest.config import read_config
from sparktide_sources._rest.stream.readers import RestStreamReader
from sparktide_sources.rest import rest_stream
from support import OPEN, FakeClock

ERROR = StructField(
    "_error",
    StructType(
        [
            StructField("kind", StringType()),
            StructField("message", StringType()),
            StructField("status", IntegerType()),
            StructField("raw", StringType()),
        ]
    ),
)
META = StructField(
    "_meta",
    StructType(
        [
            StructField("url", StringType()),
            StructField("status", IntegerType()),
            StructField("page", IntegerType()),
            StructField("index", IntegerType()),
        ]
    ),
)
INPUT = StructField("_input", StringType())
OUTPUT = StructField("output", StringType())


def fields(**types: Any) -> list[StructField]:
    return [StructField(name, kind) for name, kind in types.items()]


def struct(**types: Any) -> StructField:
    return StructField("output", StructType(fields(**types)))


def read(
    server: ReplayServer,
    clock: FakeClock,
    schema: list[StructField] | None = None,
    path: str = "/tweets",
    **options: str,
) -> list[tuple[Any, ...]]:
    config = read_config({"url": server.url + path, **OPEN, **options})
    given = None if schema is None else StructType(schema)
    reader = RestBatchReader(config, clock, schema=given)
    return [row for part in reader.partitions() for row in reader.read(part)]


def stream(
    server: ReplayServer, clock: FakeClock, schema: list[StructField], path: str, **options: str
) -> RestStreamReader:
    given = {"url": server.url + path, "streamingInterval": "0", **OPEN, **options}
    config = read_config(given)
    return RestStreamReader(rest_stream(given, config, clock, StructType(schema)), config)


def batch(reader: RestStreamReader, start: Any) -> tuple[list[Any], Any]:
    end = reader.latestOffset(start, reader.getDefaultReadLimit())
    parts = reader.partitions(start, end)
    return [row for part in parts for row in reader.read(part)], end
