"""Fixtures: a replay server per test, a fake clock, a local Spark per module."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from pyspark.sql.types import DataType

from spark_support import registered
from sparktide_replay import ReplayServer
from support import FakeClock


def pytest_make_parametrize_id(val: object) -> str | None:
    """Shows dicts, lists and Spark types by their content, where pytest would number them."""
    if isinstance(val, dict):
        text = ",".join(f"{name}={value}" for name, value in val.items()) or "none"
    elif isinstance(val, (list, tuple)):
        text = ",".join(map(str, val)) or "none"
    elif isinstance(val, DataType):
        text = val.simpleString()
    elif isinstance(val, (str, bytes)) and len(val) > 60:
        text = repr(val).strip("b'")
    else:
        return None
    return text if len(text) <= 60 else f"{text[:57]}..."


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
    before = os.environ.get("PYSPARK_PYTHON")
    # Workers use this Python, which has the packages that PySpark needs.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    # Three attempts per task: some tests make a task fail and expect Spark to retry it.
    conf = {"spark.master": "local[2,3]"}
    try:
        with registered(tmp_path_factory.mktemp("spark"), conf) as session:
            yield session
    finally:
        if before is None:
            del os.environ["PYSPARK_PYTHON"]
        else:
            os.environ["PYSPARK_PYTHON"] = before
