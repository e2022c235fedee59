"""Checkpoints of earlier builds, whose offsets name the guarantee classes `G1` to `G5`."""

from __future__ import annotations

from typing import Any

import pytest

from sparktide_replay import ReplayServer
from support import FakeClock, coins_reader, rest_reader, rows_between, take

LETTERS = {"range": "G1", "page": "G2", "payload": "G3", "spool": "G4", "refetch": "G5"}
CURSOR = {"offsetField": "cursor", "offsetType": "cursor"}
STREAM = "/stream?after={cursor}"


def earlier(offset: Any) -> Any:
    """The offset as an earlier build wrote it."""
    written = {**offset, "g": LETTERS.get(offset["g"], "")}
    if "subs" in offset:
        subs: dict[str, Any] = offset["subs"]
        written["subs"] = {
            key: {**sub, "g": LETTERS[sub["g"]]} if "g" in sub else sub for key, sub in subs.items()
        }
    return written


@pytest.mark.parametrize(
    ("path", "options", "word"),
    [
        ("/events", {"offsetField": "id", "offsetType": "incremental"}, "range"),
        (STREAM, CURSOR, "page"),
        (STREAM, {**CURSOR, "replay": "payload"}, "payload"),
        (STREAM, {**CURSOR, "replay": "spool"}, "spool"),
        (STREAM, {**CURSOR, "replay": "refetch"}, "refetch"),
    ],
)
def test_a_stream_repeats_and_continues_a_batch_whose_class_is_a_letter(
    server: ReplayServer, clock: FakeClock, tmp_path: Any, path: str, options: Any, word: str
) -> None:
    given = {"batchSize": "2", **options}
    if word == "spool":
        given["spoolDir"] = str(tmp_path / "spool")
    before = rest_reader(server, path, clock, **given)
    start = before.initialOffset()
    end = before.latestOffset(start, before.getDefaultReadLimit())
    rows = rows_between(before, start, end)
    assert (len(rows), end["g"]) == (2, word)
    restarted = rest_reader(server, path, clock, **given)
    assert rows_between(restarted, earlier(start), earlier(end)) == rows
    # The API may ask for a pause between polls, which the offset keeps.
    clock.advance(3600)
    following, after = take(restarted, earlier(end))
    assert following == take(before, end)[0] != []
    assert after["g"] == word


def test_a_stream_over_input_data_reads_the_letters_of_its_rows(
    server: ReplayServer, clock: FakeClock
) -> None:
    path, options = "/tweets?since={id}&team={team}", {"offsetField": "id"}
    options = {**options, "offsetType": "incremental", "inputData": '[{"team":"a"},{"team":"b"}]'}
    server.fault("/tweets", body=[{"id": 1}])
    server.fault("/tweets", body=[{"id": 7}])
    before = rest_reader(server, path, clock, **options)
    start = before.initialOffset()
    rows, end = take(before, start)
    assert [row["id"] for row in rows] == [1, 7]
    old = earlier(end)
    assert {old["g"], *(sub["g"] for sub in old["subs"].values())} == {"G1"}

    # Only the first row has something new: the offset of the other one is carried along.
    server.fault("/tweets", body=[{"id": 2}])
    server.fault("/tweets", body=[])
    restarted = rest_reader(server, path, clock, **options)
    rows, after = take(restarted, old)
    assert [row["id"] for row in rows] == [2]
    assert {after["g"], *(sub["g"] for sub in after["subs"].values())} == {"range"}

    server.fault("/tweets", body=[{"id": 1}])
    server.fault("/tweets", body=[{"id": 7}])
    again = rest_reader(server, path, clock, **options)
    assert [row["id"] for row in rows_between(again, earlier(start), old)] == [1, 7]


def test_a_snapshot_source_reads_the_letter(server: ReplayServer, clock: FakeClock) -> None:
    options = {"coins": "bitcoin,ethereum", "streamingInterval": "0"}
    before = coins_reader(server, clock, **options)
    rows, end = before.read(before.initialOffset())
    restarted = coins_reader(server, clock, **options)
    old = earlier(end)
    assert old["g"] == "G3"
    assert list(restarted.readBetweenOffsets(before.initialOffset(), old)) == list(rows)
    assert restarted.read(old)[1]["g"] == "payload"
