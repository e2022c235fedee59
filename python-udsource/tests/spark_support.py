"""Shared by the tests on a real Spark: queries into parquet, and their checkpoints."""

from __future__ import annotations

import glob
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import sparktide_sources
from sparktide_replay import ReplayServer
from support import OPEN, eventually

# The marks of each test file that uses a real Spark.
ON_SPARK = [
    pytest.mark.spark,
    # PySpark does not close all its sockets, so the garbage collector reports them.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@contextmanager
def registered(home: Path, conf: Mapping[str, str]) -> Iterator[Any]:
    """A session on a Spark in this process, with the three sources registered."""
    from pyspark import cloudpickle
    from pyspark.sql import SparkSession

    # As on a cluster, workers do not have the package on their path.
    cloudpickle.register_pickle_by_value(sparktide_sources)
    builder = SparkSession.builder.config("spark.driver.memory", "1g")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "1",
        # Most queries run once on a few rows: compiling them would take most of the time.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.warehouse.dir": str(home / "warehouse"),
        "spark.local.dir": str(home / "local"),
        **conf,
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    try:
        sparktide_sources.register_all(session)
        yield session
    finally:
        session.stop()
        cloudpickle.unregister_pickle_by_value(sparktide_sources)


def begin_script(
    name: str,
    server: ReplayServer,
    folder: Path,
    conf: Mapping[str, str],
    environment: Mapping[str, str],
) -> subprocess.Popen[bytes]:
    """Starts a script of this folder that runs its own Spark. Its output goes to `folder`/log."""
    here = Path(__file__).parent
    places = [str(here.parent / "src"), str(here), os.environ.get("PYTHONPATH", "")]
    command = [sys.executable, "-B", str(here / name), server.url, str(folder), json.dumps(conf)]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(places), **environment},
            stdout=log,
            stderr=log,
            cwd=folder,
        )


def start(spark: Any, name: str, options: dict[str, str], folder: Path, **trigger: Any) -> Any:
    frame = spark.readStream.format(name).options(**OPEN).options(**options).load()
    writer = frame.writeStream.format("parquet").option("path", str(folder / "out"))
    writer = writer.option("checkpointLocation", str(folder / "check"))
    return (writer.trigger(**trigger) if trigger else writer).start()


def rows(spark: Any, folder: Path, column: str) -> list[Any]:
    # Spark cannot infer a schema before the first commit of the sink.
    if not (folder / "out" / "_spark_metadata" / "0").exists():
        return []
    return [row[0] for row in spark.read.parquet(str(folder / "out")).select(column).collect()]


def logged(folder: Path, batch: int) -> dict[str, Any]:
    lines = (folder / "check" / "offsets" / str(batch)).read_text().splitlines()
    return json.loads(lines[-1])


def undo_last_batch(folder: Path) -> int:
    """Makes the checkpoint look like after a crash: the last batch is logged, not committed."""
    last = max(int(Path(p).name) for p in glob.glob(str(folder / "check" / "commits" / "[0-9]*")))
    # stop() may interrupt Spark between the commit of the sink and its own: remove both.
    for part, first in (
        ("check/commits", last),
        ("out/_spark_metadata", last),
        ("check/offsets", last + 1),
    ):
        for path in (folder / part).iterdir():
            number = path.name.strip(".").split(".")[0]
            if number.isdigit() and int(number) >= first:
                path.unlink()
    return last


def committed(folder: Path, batch: int) -> bool:
    return (folder / "check" / "commits" / str(batch)).exists()


def settled(folder: Path) -> bool:
    """Whether every batch that was logged is committed."""

    def last(part: str) -> int:
        found = glob.glob(str(folder / "check" / part / "[0-9]*"))
        return max((int(Path(path).name) for path in found), default=-1)

    return last("commits") == last("offsets") >= 0


def repeat_alone(spark: Any, name: str, options: dict[str, str], folder: Path, batch: int) -> None:
    """Runs a query until it has repeated a logged batch. It makes no other poll for an hour."""
    query = start(spark, name, {**options, "streamingInterval": "3600"}, folder)
    stop_when(query, lambda: committed(folder, batch))


def wait_for(condition: Callable[[], Any], *queries: Any, within: float = 120.0) -> None:
    """Waits for a condition. Raises the error of a query that fails before."""
    eventually(lambda: condition() or any(query.exception() for query in queries), within)
    for query in queries:
        failure = query.exception()
        if failure is not None:
            raise failure


def start_each(
    spark: Any, sources: Mapping[str, tuple[str, dict[str, str]]], home: Path
) -> dict[str, Any]:
    """Starts queries one after the other: each waits for the first batch of the query before.

    Spark waits ten seconds for a Python process. Many starts at once may take longer.
    """
    queries: dict[str, Any] = {}
    try:
        for name, (source, options) in sources.items():
            query = queries[name] = start(spark, source, options, home / name)
            wait_for(partial(has_progress, query), *queries.values())
    except BaseException:
        stop_all(queries.values())
        raise
    return queries


def has_progress(query: Any) -> bool:
    return query.lastProgress is not None


def stop_all(queries: Iterable[Any]) -> None:
    for query in queries:
        query.stop()


def stop_when(query: Any, condition: Callable[[], Any]) -> None:
    """Stops a query when the condition holds."""
    try:
        wait_for(condition, query)
    finally:
        query.stop()
