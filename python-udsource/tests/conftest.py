"""Fixtures: a replay server per test, a clock turned by hand, a local Spark per module."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest

import sparktide_sources
from sparktide_replay import ReplayServer
from support import FakeClock


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    with ReplayServer() as running:
        yield running


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("no Java: neither JAVA_HOME nor java on PATH")
    from pyspark import cloudpickle
    from pyspark.sql import SparkSession

    home = tmp_path_factory.mktemp("spark")
    before = os.environ.get("PYSPARK_PYTHON")
    # The workers' Python, which must have what PySpark needs.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    # Workers don't have the package on their path, as on a cluster.
    cloudpickle.register_pickle_by_value(sparktide_sources)
    # A task may fail twice: retries are among what is tested.
    session = (
        SparkSession.builder.master("local[2,3]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "1g")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.warehouse.dir", str(home / "warehouse"))
        .config("spark.local.dir", str(home / "local"))
        .getOrCreate()
    )
    sparktide_sources.register_all(session)
    yield session
    session.stop()
    cloudpickle.unregister_pickle_by_value(sparktide_sources)
    if before is None:
        del os.environ["PYSPARK_PYTHON"]
    else:
        os.environ["PYSPARK_PYTHON"] = before
