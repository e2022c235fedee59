"""`rest` over generated APIs: it reads exactly the records of the API, or it fails.

`SPARKTIDE_TEST_CASES` is the number of cases of each test, `SPARKTIDE_TEST_SEED` the seed of the
first case; the seeds of the others count up. A failure prints the seed of its case. To run that
case alone, set its seed and one case.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from generated_api import FAULTS, STYLES, GeneratedApi, Loopback
from generated_options import STREAMS, make_case
from generated_runs import Outcome, judged, run_case
from support import FakeClock

CASES = int(os.environ.get("SPARKTIDE_TEST_CASES", "400"))
SEED = int(os.environ.get("SPARKTIDE_TEST_SEED", "15000"))


@pytest.fixture(scope="module")
def loopback() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.mark.parametrize("streaming", [False, True], ids=["batch", "stream"])
def test_the_rows_are_exactly_the_records_of_the_api_or_the_read_fails(
    loopback: Loopback, streaming: bool
) -> None:
    failures: list[str] = []
    exact: Counter[str] = Counter()
    for seed in range(SEED, SEED + CASES):
        case = make_case(seed, streaming)
        verdict = run_case(case, loopback)
        exact[case.stream or case.shape.style] += verdict.exact
        if verdict.problems:
            said = f"{verdict.problems}\n  error: {verdict.outcome.error or 'none'}"
            failures.append(f"{case}\n  problems: {said}")
    assert not failures, f"{len(failures)} of {CASES} cases\n" + "\n".join(failures[:5])
    if CASES >= 400:
        # If all cases failed, the assertion above would hold and prove nothing.
        assert exact.total() > CASES / 5
        assert all(exact[kind] for kind in (STREAMS if streaming else STYLES)), exact


def test_generated_cases_contain_every_kind_of_api_fault_and_wrong_option() -> None:
    cases = [make_case(seed, streaming) for seed in range(600) for streaming in (False, True)]
    assert {case.shape.style for case in cases} == set(STYLES)
    assert {case.stream for case in cases} == {"", *STREAMS}
    assert {fault.kind for case in cases for fault in case.shape.faults} == set(FAULTS)
    wrong = {case.wrong.partition("=")[0] for case in cases}
    assert {"", "inverted flag", "page size", "pageStart", "inclusiveOffset"} <= wrong
    assert {"pagination", "offsetType", "typo in nextField", "without dataField"} <= wrong
    assert sum(case.must_read for case in cases) > 50


def test_the_same_seed_always_makes_the_same_case() -> None:
    assert [make_case(seed, True) for seed in range(50)] == [
        make_case(seed, True) for seed in range(50)
    ]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda rows: rows[1:], r"lost: \[1\]"),
        (lambda rows: [*rows, rows[0]], r"twice or more: \[1\]"),
        (lambda rows: [*rows[1:], {**rows[0], "v": "u 1.10"}], "invented"),
        (lambda rows: [*rows, None], "invented: null"),
        (lambda rows: [*rows, {"status": "queued"}], "invented"),
    ],
)
def test_the_check_finds_a_row_that_is_missing_repeated_or_changed(
    change: Callable[[list[Any]], list[Any]], problem: str
) -> None:
    shape = next(
        case.shape
        for case in (make_case(seed, False) for seed in range(100))
        if case.shape.records > 2 and not case.shape.hidden and not case.shape.id_text
    )
    api = GeneratedApi(shape, FakeClock())
    rows = list(api.ever.values())

    def problems(found: list[Any], error: str = "") -> str:
        outcome = Outcome(found, error, [], [])
        return "; ".join(judged(outcome, api, api.at_first, set(), set(), [], False).problems)

    assert problems(rows) == ""
    assert re.search(problem, problems(change(rows)))
    # An error excuses missing rows, but no repeated or changed rows.
    assert (problems(change(rows), "HttpError") == "") == problem.startswith("lost")
