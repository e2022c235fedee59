"""Writes with `rest` on a real Spark whose driver is killed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from run_sink import APIS
from spark_support import ON_SPARK, begin_script
from sparktide_replay import ReplayServer
from support import eventually

pytestmark = ON_SPARK

FILES, ROWS_PER_FILE = 4, 10
KILLS = 1
# Three tries of each task: some failures of the API fail a task.
CONF = {"spark.master": "local[2,3]"}


def accepted(server: ReplayServer, api: str) -> list[dict[str, Any]]:
    rows = server.state.document()["accepted"]
    return [entry for entry in rows if entry["path"] == f"/{api}"]


def begin(server: ReplayServer, folder: Path) -> subprocess.Popen[bytes]:
    return begin_script("run_sink.py", server, folder, CONF, {"PYSPARK_PYTHON": sys.executable})


def kill_at(goal: int, server: ReplayServer, folder: Path) -> None:
    """Runs the driver until the API has this many rows, and kills it."""
    driver = begin(server, folder)
    try:
        eventually(
            lambda: len(accepted(server, "orders")) >= goal or driver.poll() is not None, 120
        )
    finally:
        driver.kill()
        driver.wait()
    assert not (folder / "done").exists(), (folder / "log").read_text()[-3000:]


def test_each_row_arrives_after_kills_and_once_where_the_api_honours_the_key(
    server: ReplayServer, tmp_path: Path
) -> None:
    chance = random.Random(21)
    (tmp_path / "in").mkdir()
    numbers = [chance.randrange(30) for _ in range(FILES * ROWS_PER_FILE)]
    for file in range(FILES):
        part = numbers[file * ROWS_PER_FILE : (file + 1) * ROWS_PER_FILE]
        lines = [json.dumps({"id": number, "name": f"file {file}"}) for number in part]
        (tmp_path / "in" / f"{file}.json").write_text("\n".join(lines))
    for api in APIS:
        for fault in ({"status": 500}, {"truncate": 2}, {"close": True}, {"status": 400}):
            server.fault(f"/{api}", skip=chance.randrange(2, 9), **fault)
    for kill in range(KILLS):
        kill_at(len(numbers) * (kill + 1) // (KILLS + 1), server, tmp_path)
    last = begin(server, tmp_path)
    try:
        assert last.wait(120) == 0, (tmp_path / "log").read_text()[-3000:]
    finally:
        last.kill()
    wanted = Counter(numbers)
    orders = Counter(entry["row"]["id"] for entry in accepted(server, "orders"))
    hooks = Counter(entry["row"]["id"] for entry in accepted(server, "hooks"))
    assert orders == wanted
    assert all(hooks[number] >= count for number, count in wanted.items())
    # Rows were sent again, so the keys had work to do.
    assert len(server.journal("/orders")) > len(numbers)
