"""Runs the recipes of docs/sources/rest-recipes.md without a Spark, each against its own API.

Reads `{title: options}` as JSON from stdin. The addresses are those on the page. A recipe with a
position is a stream: it reads all orders, then two more after a restart, and repeats its last
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
# The orders of the range have the days from 2025-01-01 on. The restart is two days later.
BEFORE, AFTER = 1_736_125_200.0, 1_736_298_000.0


def _ids(rows: list[Any]) -> list[int]:
    return sorted(int(row["id"]) for row in rows)


def _batch(server: ReplayServer, options: dict[str, str]) -> dict[str, Any]:
    reader = RestBatchReader(read_config({**OPEN, **options}), FakeClock())
    rows = [json.loads(row[0]) for part in reader.partitions() for row in reader.read(part)]
    return {"ids": _ids(rows), "requests": len(server.journal())}


def _open(options: dict[str, str], now: float) -> Any:
    """The stream itself, since the readers of Spark differ between its versions."""
    given = {**OPEN, **options, "streamingInterval": "0"}
    return rest_stream(given, read_config(given), FakeClock(now))


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
    first = _open(options, BEFORE)
    rows, start = _drained(first, first.initial())
    requests = len(server.journal())
    server.state.apply({"grow": {"orders": 2}})
    restarted = _open(options, AFTER)
    end = restarted.advance(start, 1000)
    again = _rows(restarted, start, end)
    repeated = _rows(_open(options, AFTER), start, end)
    found = {"ids": _ids(rows), "again": _ids(again), "repeated": _ids(repeated)}
    return {**found, "requests": requests}


def main() -> None:
    found: dict[str, Any] = {}
    for title, given in json.load(sys.stdin).items():
        with ReplayServer() as server:
            own = f"{server.url}/recipes/"
            options = {name: text.replace(HOST, own) for name, text in given.items()}
            run = _stream if {"offsetField", "windowStep"} & options.keys() else _batch
            try:
                found[title] = run(server, options)
            except Exception as error:
                found[title] = f"{type(error).__name__}: {error}"
    print(json.dumps(found))  # noqa: T201 - this is the result for the caller


if __name__ == "__main__":
    main()
