"""`rest` over generated APIs with stop rules and other forms of records."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest

from generated_api import Loopback
from generated_runs import run_case
from generated_stops import FORMS, RULES, make_stop_case

CASES = int(os.environ.get("SPARKTIDE_TEST_CASES", "200"))
SEED = int(os.environ.get("SPARKTIDE_TEST_SEED", "15000"))


@pytest.fixture(scope="module")
def loopback() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.mark.parametrize("streaming", [False, True], ids=["batch", "stream"])
def test_with_a_stop_rule_the_rows_are_exactly_the_records_or_the_read_fails(
    loopback: Loopback, streaming: bool
) -> None:
    failures: list[str] = []
    exact: Counter[str] = Counter()
    for seed in range(SEED, SEED + CASES):
        case = make_stop_case(seed, streaming)
        verdict = run_case(case, loopback)
        for name in (case.shape.form, *(rule for rule in RULES if rule in case.options)):
            exact[name] += verdict.exact
        if verdict.problems:
            said = f"{verdict.problems}\n  error: {verdict.outcome.error or 'none'}"
            failures.append(f"{case}\n  problems: {said}")
    assert not failures, f"{len(failures)} of {CASES} cases\n" + "\n".join(failures[:5])
    if CASES >= 200:
        # If all cases failed, the assertion above would hold and prove nothing.
        assert all(exact[name] > 5 for name in (*RULES, *FORMS)), exact


def test_generated_cases_contain_every_rule_and_form_with_right_and_with_wrong_options() -> None:
    cases = [make_stop_case(seed, streaming) for seed in range(200) for streaming in (False, True)]
    for rule in RULES:
        for form in FORMS:
            found = [c for c in cases if rule in c.options and c.shape.form == form]
            assert any(case.must_read for case in found), (rule, form)
            assert any(case.wrong for case in found), (rule, form)
    wrong = {case.wrong for case in cases}
    assert {"typo in totalField", "typo in totalPagesField", "typo in pageParam"} <= wrong
