"""Fixtures: a replay server per test, a clock turned by hand, readers without Spark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sparktide_replay import ReplayServer
from support import FakeClock


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    with ReplayServer() as running:
        yield running


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
