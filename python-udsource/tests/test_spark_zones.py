"""Drivers, executors and Python processes in different time zones give the same times."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from spark_support import ON_SPARK, begin_script
from sparktide_replay import ReplayServer

pytestmark = ON_SPARK

# Python processes for tasks run in one time zone, those that plan and poll in another.
PYTHON = """#!/bin/sh
case "$*" in
  *pyspark.worker*) TZ='{executor}' ;;
  *) TZ='{driver}' ;;
esac
export TZ
exec '{python}' "$@"
"""


def record(number: int, at: str, local: str, day: str) -> dict[str, Any]:
    return {"id": number, "at": at, "local": local, "day": day, "nested": {"at": at}}


def records() -> list[dict[str, Any]]:
    """Times near changes of daylight saving time; the last record is too young for the lag."""
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    # Read in the time zone of Kathmandu, it would be hours old.
    soon, tomorrow = (now + timedelta(hours=1)).isoformat(), (now + timedelta(days=1)).date()
    return [
        record(0, "2024-03-10T06:59:59.999999Z", "2024-03-10T02:30:00", "2024-03-10"),
        record(1, "2024-11-03T01:30:00-03:30", "2024-11-03T01:30:00.000001", "2024-11-03"),
        record(2, "2024-12-31T23:59:59+05:45", "2024-12-31T23:59:59", "2024-12-31"),
        record(3, f"{soon}Z", soon, tomorrow.isoformat()),
    ]


def begin(server: ReplayServer, folder: Path, driver: str, executor: str) -> Any:
    folder.mkdir()
    python = folder / "python"
    python.write_text(PYTHON.format(driver=driver, executor=executor, python=sys.executable))
    python.chmod(0o755)
    conf = {
        # Executors in another time zone need processes of their own.
        "spark.master": "local[2]" if driver == executor else "local-cluster[1,2,1024]",
        "spark.driver.extraJavaOptions": f"-Duser.timezone={driver}",
        "spark.executor.extraJavaOptions": f"-Duser.timezone={executor}",
    }
    changes = {"TZ": driver, "PYSPARK_PYTHON": str(python)}
    return begin_script("run_in_zones.py", server, folder, conf, changes)


def test_a_driver_in_kathmandu_and_executors_in_st_johns_give_the_same_times_as_utc(
    server: ReplayServer, tmp_path: Path
) -> None:
    server.state.apply({"set": {"tweets": records()}})
    running = {
        "utc": begin(server, tmp_path / "utc", "UTC", "UTC"),
        "apart": begin(server, tmp_path / "apart", "Asia/Kathmandu", "America/St_Johns"),
    }
    found = {}
    try:
        for name, process in running.items():
            assert process.wait(600) == 0, (tmp_path / name / "log").read_text()[-4000:]
            found[name] = json.loads((tmp_path / name / "found.json").read_text())
    finally:
        for process in running.values():
            process.kill()
            process.wait()
    assert set(found["utc"].pop("zones").values()) == {"UTC"}
    assert found["apart"].pop("zones") == {
        "driver": "+0545",
        "driver's Java": "Asia/Kathmandu",
        "executor": "NST",
        "executor's Java": "America/St_Johns",
    }
    assert found["apart"] == found["utc"]

    times = found["apart"]
    assert times["at"] == times["local"] == times["batch"][:3]
    assert times["at"][1] == [
        1,
        1730610000000000,
        "2024-11-03 01:30:00.000001",
        "2024-11-03",
        1730610000000000,
    ]
    assert times["offset by at"] == ["instant", "2024-12-31T23:59:59+05:45", 3]
    assert times["offset by local"] == ["datetime", "2024-12-31T23:59:59", 3]
    assert times["weather"] == times["coingecko"] == [True, True]
