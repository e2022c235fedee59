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
from support import OPEN, FakeClock, drain, rest_reader, rows_between, take

HOST = "https://api.example.com/"


def _ids(rows: list[Any]) -> list[int]:
    return [int(row["id"]) for row in rows]


def _batch(server: ReplayServer, options: dict[str, str]) -> dict[str, Any]:
    reader = RestBatchReader(read_config({**OPEN, **options}), FakeClock())
    rows = [json.loads(row[0]) for part in reader.partitions() for row in reader.read(part)]
    return {"ids": sorted(_ids(rows)), "requests": len(server.journal())}


def _stream(server: ReplayServer, options: dict[str, str]) -> dict[str, Any]:
    url = options.pop("url").removeprefix(server.url)

    def reader() -> Any:
        return rest_reader(server, url, FakeClock(), **options)

    first = reader()
    rows, start = drain(first, first.initialOffset())
    requests = len(server.journal())
    server.state.apply({"grow": {"orders": 2}})
    again, end = take(reader(), start)
    repeated = rows_between(reader(), start, end)
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
