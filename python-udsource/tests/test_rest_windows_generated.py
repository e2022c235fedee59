"""`windowStep` over generated APIs: it reads exactly the records of its windows, or it fails.

`SPARKTIDE_TEST_CASES` is the number of cases, `SPARKTIDE_TEST_SEED` the seed of the first one; the
seeds of the others count up. A failure prints the seed of its case.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from generated_windows import (
    DRIVES,
    FORMATS,
    MISTAKES,
    STYLES,
    WindowApi,
    make_window_case,
    run_window_case,
)
from sparktide_sources._http.wire import Reply

CASES = int(os.environ.get("SPARKTIDE_TEST_CASES", "120"))
SEED = int(os.environ.get("SPARKTIDE_TEST_SEED", "21000"))


def failures() -> list[str]:
    found: list[str] = []
    for seed in range(SEED, SEED + CASES):
        case = make_window_case(seed)
        problems = run_window_case(case)
        if problems:
            found.append(f"{case}\n  problems: {problems}")
    return found


def test_each_record_of_the_windows_is_read_exactly_once_or_the_read_fails(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("CRITICAL", "sparktide_sources")
    found = failures()
    assert not found, f"{len(found)} of {CASES} cases\n" + "\n".join(found[:5])


def test_generated_windows_contain_every_kind_of_api_run_and_mistake() -> None:
    cases = [make_window_case(seed) for seed in range(600)]
    assert {case.drive for case in cases} == set(DRIVES)
    assert {case.form for case in cases} == set(FORMATS)
    assert {case.style for case in cases} == set(STYLES)
    assert {case.mistake for case in cases} == set(MISTAKES)
    assert len(Counter(case.steps for case in cases)) > 20


@pytest.mark.parametrize(
    ("sent", "changed"),
    [
        pytest.param(b'{"number": 3,', b'{"number": 4,', id="one record twice, another lost"),
        pytest.param(b'"data": [{', b'"data": [{"number": 0}, {', id="repeated"),
        pytest.param(b'"data": [{"number": 1,', b'"data": [{"number": 99,', id="changed"),
    ],
)
def test_the_check_finds_a_record_that_is_missing_repeated_or_changed(
    sent: bytes,
    changed: bytes,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("CRITICAL", "sparktide_sources")
    whole = WindowApi.__call__

    def answer(self: WindowApi, *args: Any) -> Reply:
        reply = whole(self, *args)
        return replace(reply, body=reply.body.replace(sent, changed))

    monkeypatch.setattr(WindowApi, "__call__", answer)
    found = [run_window_case(make_window_case(seed)) for seed in range(40)]
    assert sum(bool(problems) for problems in found) > 2


def test_the_check_finds_a_range_that_excludes_an_end_that_the_options_include(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL", "sparktide_sources")
    cases = [make_window_case(seed) for seed in range(80)]
    wrong = [replace(case, inclusive=False) for case in cases if case.inclusive]
    assert sum(bool(run_window_case(case)) for case in wrong) > 2
