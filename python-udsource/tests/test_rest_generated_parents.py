"""`rest` with `parent` over generated APIs: each record of each parent is read exactly once.

The variables SPARKTIDE_TEST_CASES and SPARKTIDE_TEST_SEED are those of `test_rest_generated.py`.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from generated_parents import POSITIONS, Run

CASES = int(os.environ.get("SPARKTIDE_TEST_CASES", "30"))
SEED = int(os.environ.get("SPARKTIDE_TEST_SEED", "15000"))


@pytest.mark.filterwarnings("ignore")
def test_each_record_of_each_parent_is_read_exactly_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A slow disk would take most of the time, and no case loses power.
    monkeypatch.setattr("os.fsync", lambda _: None)
    failures: list[str] = []
    seen: Counter[str] = Counter()
    for seed in range(SEED, SEED + CASES):
        run = Run(seed, str(tmp_path / str(seed)))
        run.whole()
        wanted = Counter((p, n) for p, numbers in run.api.records.items() for n in numbers)
        found = Counter((row["of"], row["id"]) for rows in run.sink for row in rows)
        problems = [*run.faults]
        if found != wanted:
            problems.append(f"lost {wanted - found}, repeated or invented {found - wanted}")
        if problems:
            failures.append(f"seed {seed}, {run.drive}, {run.options}: {problems}")
        seen.update((run.position, run.drive, "renamed" if _renamed(run) else ""))
    assert not failures, f"{len(failures)} of {CASES} cases\n" + "\n".join(failures[:5])
    if CASES >= 30:
        assert all(seen[kind] for kind in (*POSITIONS, "available now", "before 4.2", "renamed"))


def _renamed(run: Run) -> bool:
    return any(not name.endswith("-0") for name in run.api.names.values())
