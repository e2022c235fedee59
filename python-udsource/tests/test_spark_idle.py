"""Queries on a real Spark without new data: their requests, memory, files and logs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from spark_idle_support import idle_triggers
from spark_support import ON_SPARK, start_each, stop_all, wait_for
from sparktide_replay import ReplayServer
from support import NYC

pytestmark = [
    *ON_SPARK,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc to measure by"),
]

WARM_UP, IDLE = 20, 200
# 2.5 KiB per poll, less than a tenth of an answer with a body.
MOST_GROWTH_KIB = 512


def descendants_of_this_process() -> Iterator[tuple[int, str]]:
    parents, commands = {}, {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
            commands[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
        except OSError:
            # The process ended meanwhile.
            continue
        parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    for process, command in commands.items():
        ancestor = process
        while ancestor in parents and ancestor != os.getpid():
            ancestor = parents[ancestor]
        if ancestor == os.getpid():
            yield process, command


def source_processes() -> list[int]:
    """The Python processes of running queries: each holds the reader of one query."""
    found = descendants_of_this_process()
    return sorted(process for process, command in found if "streaming_source_runner" in command)


def measured(process: int) -> dict[str, int]:
    """Private memory in KiB, open files and threads."""
    folder = Path(f"/proc/{process}")
    status = (folder / "status").read_text()
    return {
        "memory": int(re.findall(r"^RssAnon:\s+(\d+) kB", status, re.MULTILINE)[0]),
        "files": len(list((folder / "fd").iterdir())),
        "threads": int(re.findall(r"^Threads:\s+(\d+)", status, re.MULTILINE)[0]),
    }


def logs(folder: Path) -> dict[str, int]:
    """The files of the offset and commit logs, with their sizes."""
    return {
        str(path.relative_to(folder)): path.stat().st_size
        for part in ("offsets", "commits")
        for path in sorted((folder / "check" / part).iterdir())
    }


def test_two_hundred_idle_polls_leak_no_memory_files_or_threads(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    server.state.apply({"grow": {"events": 60, "tweets": 300, "stream": 500}})
    server.state.apply({"config": {"events_poll_interval": 0}})
    rest = {"streamingInterval": "0.15", "maxOffsetBytes": "262144"}
    # An idle poll reads an answer without a body, 300 known records, or the last page again. The
    # interval of a snapshot is an hour: Spark calls the reader, which sends no request.
    queries: dict[str, tuple[str, dict[str, str]]] = {
        "/events": ("rest", {"offsetField": "id", "offsetType": "incremental"}),
        "/tweets": ("rest", {"offsetField": "created_at", "offsetType": "max_field"}),
        "/stream": ("rest", {"offsetField": "cursor", "offsetType": "cursor"}),
        "/v1/forecast": ("weather", {"stations": NYC}),
        "/api/v3/simple/price": ("coingecko", {"coins": "bitcoin,ethereum"}),
    }
    urls = {"/events": "/events?per_page=100", "/stream": "/stream?after={cursor}&limit=1000"}
    sources: dict[str, tuple[str, dict[str, str]]] = {}
    folders = {path: tmp_path / path.strip("/").replace("/", "-") for path in queries}
    for path, (name, given) in queries.items():
        where = {"url": server.url + urls.get(path, path), **rest}
        if name != "rest":
            where = {"baseUrl": server.url, "streamingInterval": "3600"}
        sources[folders[path].name] = (name, {**where, **given})

    def polls(path: str) -> int:
        """The number of requests; for a snapshot, the number of calls from Spark."""
        if queries[path][0] == "rest":
            return len(server.journal(path))
        return idle.seen[running[folders[path].name].id]

    def after(more: int) -> dict[str, int]:
        """Waits for `more` polls of each query, and returns the number of polls of each."""
        goals = {path: polls(path) + more for path in queries}
        reached = lambda: all(polls(path) >= goals[path] for path in queries)  # noqa: E731
        wait_for(reached, *running.values(), within=300)
        return {path: polls(path) for path in queries}

    with idle_triggers(spark) as idle:
        running = start_each(spark, sources, tmp_path)
        try:
            written = [folder / "check" / "commits" / "0" for folder in folders.values()]
            wait_for(lambda: all(path.exists() for path in written), *running.values())
            before = after(WARM_UP)
            processes = source_processes()
            assert len(processes) == len(queries)
            logged = {path: logs(folder) for path, folder in folders.items()}
            used = {process: measured(process) for process in processes}

            now = after(IDLE)

            assert source_processes() == processes
            for process in processes:
                grown = {k: n - used[process][k] for k, n in measured(process).items()}
                assert grown["memory"] < MOST_GROWTH_KIB, grown
                # A connection that is being opened or closed is not a leak.
                assert grown["files"] <= 2, grown
                assert grown["threads"] <= 1, grown
            assert all(now[path] - before[path] >= IDLE for path in queries)
            assert {path: logs(folder) for path, folder in folders.items()} == logged
            assert len(server.journal("/v1/forecast")) == 1
            assert len(server.journal("/api/v3/simple/price")) == 1
        finally:
            stop_all(running.values())
