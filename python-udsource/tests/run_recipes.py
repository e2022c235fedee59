"""Runs the recipes of docs/sources/rest-recipes.md without a Spark, each against its own API.

Reads `{title: options}` as JSON from stdin. The `url` is the one on the page. A recipe with
`offsetField` is a stream: it reads all orders, then two more after a restart, and repeats its last
batch. Prints `{title: {"ids": …, "requests": …}}`, and for streams also `again` and `repeated`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from sparktide_replay import ReplayServer
from sparktide_sources._rest.batch_reader import RestBatchReader
from sparktide_sources._rest.config import read_config
from sparktide_sources.rest import rest_stream
from support import OPEN, FakeClock

HOST = "https://api.example.com/"


def _ids(rows: list[Any]) -> list[int]:
    return [int(row["id"]) for row in rows]


def _batch(server: ReplayServer, options: dict[str, str]) -> dict[str, Any]:
    reader = RestBatchReader(read_config({**OPEN, **options}), FakeClock())
    rows = [json.loads(row[0]) for part in reader.partitions() for row in reader.read(part)]
    return {"ids": sorted(_ids(rows)), "requests": len(server.journal())}


def _open(options: dict[str, str]) -> Any:
    """The stream itself, since the readers of Spark differ between its versions."""
    given = {**OPEN, **options, "streamingInterval": "0"}
    return rest_stream(given, read_config(given), FakeClock())


def _rows(stream: Any, start: Any, end: Any) -> list[Any]:
    parts = stream.partitions(start, end)
    return [json.loads(row[0]) for part in parts for row in stream.read(part)]


def _drained(stream: Any, start: Any) -> tuple[list[Any], Any]:
    """The rows of all batches until nothing is new, and the last offset."""
    rows: list[Any] = []
    while (end := stream.advance(start, 1000)) != start:
        rows += _rows(stream, start, end)
        stream.commit(end)
        start = end
    return rows, start


def _stream(server: ReplayServer, options: dict[str, str]) -> dict[str, Any]:
    first = _open(options)
    rows, start = _drained(first, first.initial())
    requests = len(server.journal())
    server.state.apply({"grow": {"orders": 2}})
    restarted = _open(options)
    end = restarted.advance(start, 1000)
    again = _rows(restarted, start, end)
    repeated = _rows(_open(options), start, end)
    found = {"ids": _ids(rows), "again": _ids(again), "repeated": _ids(repeated)}
    return {**found, "requests": requests}


def main() -> None:
    found: dict[str, Any] = {}
    for title, given in json.load(sys.stdin).items():
        with ReplayServer() as server:
            options = {**given, "url": given["url"].replace(HOST, f"{server.url}/recipes/")}
            run = _stream if "offsetField" in options else _batch
            try:
                found[title] = run(server, options)
            except Exception as error:
                found[title] = f"{type(error).__name__}: {error}"
    print(json.dumps(found))  # noqa: T201 - this is the result for the caller


if __name__ == "__main__":
    main()
