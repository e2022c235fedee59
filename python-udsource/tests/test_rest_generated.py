"""`rest` over generated APIs: exactly the API's records, or an error.

`SPARKTIDE_TEST_CASES` is the number of cases of each test, `SPARKTIDE_TEST_SEED` that of the first;
the others count up from it. A failure prints the seed of its case: to run it alone, set that seed
and one case.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from generated_api import Loopback
from generated_options import make_case
from generated_runs import run_case

CASES = int(os.environ.get("SPARKTIDE_TEST_CASES", "250"))
SEED = int(os.environ.get("SPARKTIDE_TEST_SEED", "15000"))


@pytest.fixture(scope="module")
def loopback() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.mark.parametrize("streaming", [False, True], ids=["batch", "stream"])
def test_the_rows_are_exactly_the_records_of_the_api_or_there_is_an_error(
    loopback: Loopback, streaming: bool
) -> None:
    failures: list[str] = []
    for seed in range(SEED, SEED + CASES):
        case = make_case(seed, streaming)
        verdict = run_case(case, loopback)
        if verdict.problems:
            failures.append(f"{case}\n  problems: {verdict.problems}")
    assert not failures, f"{len(failures)} of {CASES} cases\n" + "\n".join(failures[:5])
