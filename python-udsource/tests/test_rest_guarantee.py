"""`rest`: the guarantees of a stream, and how it keeps them."""

from __future__ import annotations

import json
import logging
import random
from pathlib import Path
from typing import Any

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._errors import HttpError, OptionError, ReplayError
from sparktide_sources._rest.stream.keys import make_key, seconds_of
from sparktide_sources.rest import RestDataSource
from support import FakeClock, drain, rest_reader, rows_between, take

TWEETS = "/tweets?since={timestamp}"
STREAM = "/stream?after={cursor}"
CURSOR = {"offsetField": "cursor", "offsetType": "cursor"}
IDS = {"offsetField": "id", "offsetType": "incremental"}
NEWEST = {"offsetField": "at", "offsetType": "max_field"}
URL = {"url": "https://api.example.com/?since={timestamp}"}


def noise(rows: int, size: int = 400) -> list[dict[str, Any]]:
    """Random records, which compression cannot make small."""
    source = random.Random(7)
    return [{"n": n, "x": "".join(source.choices("0123456789abcdef", k=size))} for n in range(rows)]


@pytest.mark.parametrize(
    ("path", "options", "expected"),
    [
        ("/tweets?since={id}", IDS, "range"),
        (STREAM, CURSOR, "page"),
        ("/v3.0/users?starting_after={id}", {**CURSOR, "offsetField": "id"}, "page"),
        (TWEETS, {}, "payload"),
        (STREAM, {**CURSOR, "replay": "payload"}, "payload"),
        ("/tweets?since={id}", {**IDS, "replay": "payload"}, "payload"),
        (TWEETS, {"replay": "refetch"}, "refetch"),
        (STREAM, {**CURSOR, "onReplayMismatch": "warn"}, "refetch"),
    ],
)
def test_the_guarantee_follows_from_the_options_and_is_part_of_the_offset(
    server: ReplayServer, clock: FakeClock, path: str, options: dict[str, str], expected: str
) -> None:
    reader = rest_reader(server, path, clock, **options)
    rows, end = take(reader, reader.initialOffset())
    assert rows
    assert end["g"] == expected
    assert bool(end["data"]) == (expected == "payload")


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        (
            {"replay": "refetch", "offsetScope": "response", "inclusiveOffset": "true"},
            "Remove replay=refetch",
        ),
        ({"offsetScope": "response"}, "a record with the time .* set inclusiveOffset=true"),
        ({"onReplayMismatch": "warn", "offsetType": "cursor"}, "Remove onReplayMismatch=warn"),
        ({"offsetType": "max_field"}, "set inclusiveOffset=true or lagSeconds"),
        ({"offsetScope": "record"}, "or offsetType=incremental for unique ids"),
        ({"offsetType": "max_field", "lagSeconds": "30"}, "set pagination or inclusiveOffset=true"),
    ],
)
def test_require_guarantee_is_refused_with_the_option_that_would_provide_it(
    options: dict[str, str], advice: str
) -> None:
    with pytest.raises(OptionError, match=f"'requireGuarantee': exactly-once is not.*{advice}"):
        RestDataSource({**URL, **options, "requireGuarantee": "exactly-once"})


@pytest.mark.parametrize(
    "options",
    [
        {"offsetType": "incremental"},
        {"offsetType": "cursor"},
        {"offsetType": "cursor", "replay": "payload"},
        {"offsetType": "max_field", "inclusiveOffset": "true"},
        {"offsetType": "max_field", "lagSeconds": "30", "pagination": "link"},
        {"offsetType": "max_field", "lagSeconds": "30", "inclusiveOffset": "true"},
        {"offsetType": "max_field", "lagSeconds": "30", "url": "https://api.example.com/"},
        {"offsetScope": "response", "inclusiveOffset": "true"},
        {"offsetScope": "response", "url": "https://api.example.com/"},
        {},
    ],
)
def test_require_guarantee_is_accepted_if_the_options_provide_it(options: dict[str, str]) -> None:
    RestDataSource({**URL, **options, "requireGuarantee": "exactly-once"})


def test_replay_refetch_is_at_least_once_for_a_range_and_gives_no_guarantee_for_a_snapshot() -> (
    None
):
    wanted = {"requireGuarantee": "at-least-once", "replay": "refetch", "offsetScope": "response"}
    RestDataSource({**URL, **wanted, "inclusiveOffset": "true"})
    with pytest.raises(OptionError, match=r"they give none \(class refetch\)"):
        RestDataSource({**URL, **wanted})
    with pytest.raises(OptionError, match=r"they give none \(class refetch\)"):
        RestDataSource({"url": "https://api.example.com/", **wanted})


def test_require_guarantee_is_checked_again_when_the_first_answer_shows_the_mode(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", body=[{"timestamp": 1, "x": 1}])
    reader = rest_reader(server, TWEETS, clock, requireGuarantee="exactly-once")
    with pytest.raises(OptionError, match="inclusiveOffset=true or lagSeconds"):
        take(reader, reader.initialOffset())
    server.fault("/tweets", body={"timestamp": 1, "data": [{"x": 1}]})
    with pytest.raises(OptionError, match=r"none \(class payload\).*a record with the time"):
        take(reader, reader.initialOffset())


def test_a_gap_is_an_error_if_a_guarantee_is_required(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/events", body=[{"id": 2}, {"id": 1}])
    options = {**IDS, "requireGuarantee": "exactly-once"}
    reader = rest_reader(server, "/events", clock, **options)
    _, end = take(reader, reader.initialOffset())
    server.fault("/events", body=[{"id": 9}, {"id": 8}])
    with pytest.raises(HttpError, match=r"oldest record received \(8\) .* forbids it"):
        take(reader, end)


def test_the_first_batch_logs_the_guarantee_of_the_stream(
    server: ReplayServer, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    for path, options, expected in (
        (TWEETS, {}, "none (class payload, mode stamp)."),
        (
            TWEETS,
            {"replay": "refetch", "inclusiveOffset": "true"},
            "at-least-once (class refetch, mode stamp), for the records that the API",
        ),
        (
            "/events",
            IDS,
            "exactly-once (class range, mode keys), if ids come in ascending order: a lower",
        ),
        (
            STREAM,
            CURSOR,
            "exactly-once (class page, mode cursor), if the API's cursors skip no record",
        ),
    ):
        reader = rest_reader(server, path, clock, **options)
        with caplog.at_level(logging.INFO):
            take(reader, reader.initialOffset())
        assert f"rest: guarantee {expected}" in caplog.text


def test_replay_payload_repeats_records_that_the_api_no_longer_has(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The payload in the offset repeats the batch if the API no longer has its records."""
    options = {**CURSOR, "replay": "payload"}
    reader = rest_reader(server, STREAM + "&limit=3", clock, **options)
    start = reader.initialOffset()
    rows, end = take(reader, start)
    server.state.apply({"set": {"stream": []}})
    server.clear_journal()
    restarted = rest_reader(server, STREAM + "&limit=3", clock, **options)
    assert rows_between(restarted, start, json.loads(json.dumps(end))) == rows
    assert server.journal() == []


def test_replay_refetch_returns_too_many_rows_rather_than_too_few(
    server: ReplayServer, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """New records may come first in the list, so the first n rows need not be the batch."""
    server.fault("/tweets", body={"timestamp": 5, "data": [{"n": 1}, {"n": 2}]})
    reader = rest_reader(server, TWEETS, clock, replay="refetch")
    start = reader.initialOffset()
    _, end = take(reader, start)
    server.fault("/tweets", body={"timestamp": 9, "data": [{"n": 3}, {"n": 1}, {"n": 2}]})
    restarted = rest_reader(server, TWEETS, clock, replay="refetch")
    with caplog.at_level(logging.WARNING):
        again = rows_between(restarted, start, end)
    assert [row["n"] for row in again] == [3, 1, 2]
    assert "repeated batch differs" in caplog.text


def test_a_batch_too_large_for_an_offset_is_repeated_from_the_spool(
    server: ReplayServer, clock: FakeClock, tmp_path: Path
) -> None:
    records = noise(100)
    server.fault("/tweets", body={"timestamp": 5, "data": records})
    folder = tmp_path / "spool"
    options = {"spoolDir": str(folder), "maxOffsetBytes": "4096"}
    reader = rest_reader(server, TWEETS, clock, **options)
    start = reader.initialOffset()
    end = reader.latestOffset(start, reader.getDefaultReadLimit())
    assert (end["g"], end["n"], len(json.dumps(end)) < 2048) == ("spool", 100, True)
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    server.clear_journal()
    for again in (reader, rest_reader(server, TWEETS, clock, **options)):
        assert rows_between(again, start, json.loads(json.dumps(end))) == records
    assert server.journal() == []


def test_replay_spool_keeps_all_records_out_of_the_offset(
    server: ReplayServer, clock: FakeClock, tmp_path: Path
) -> None:
    options = {**CURSOR, "replay": "spool", "spoolDir": str(tmp_path)}
    reader = rest_reader(server, STREAM, clock, **options)
    start = reader.initialOffset()
    rows, end = take(reader, start)
    assert (end["g"], end["data"][:6], len(rows)) == ("spool", "spool:", 5)
    server.state.apply({"set": {"stream": []}})
    assert rows_between(rest_reader(server, STREAM, clock, **options), start, end) == rows
    with pytest.raises(OptionError, match="'replay': spool needs spoolDir"):
        RestDataSource({**URL, "replay": "spool"})


def test_commits_and_later_batches_delete_old_spool_files(
    server: ReplayServer, clock: FakeClock, tmp_path: Path
) -> None:
    options = {"spoolDir": str(tmp_path), "maxOffsetBytes": "2048"}
    position: Any = None
    other = tmp_path / "00112233445566aa-1-00112233445566778899aabbccddeeff.jsonl.gz"
    other.write_bytes(b"")
    for stamp in range(1, 6):
        server.fault("/tweets", body={"timestamp": stamp, "data": noise(40)})
        # A new reader each time, as after a crash before the commit.
        reader = rest_reader(server, TWEETS, clock, **options)
        start = position or reader.initialOffset()
        position = reader.latestOffset(start, reader.getDefaultReadLimit())
        assert position["seq"] == stamp
        mine = [path for path in tmp_path.iterdir() if path != other]
        assert len(mine) <= 2
    reader.commit(position)
    assert [p.name for p in tmp_path.iterdir() if p != other] == [position["data"][6:]]
    assert other.exists()


def test_an_unusable_spool_is_an_error_that_names_the_reason(
    server: ReplayServer, clock: FakeClock, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    page = {"timestamp": 5, "data": noise(50)}
    server.fault("/tweets", body=page, times=2)
    small = {"maxOffsetBytes": "2048"}
    reader = rest_reader(server, TWEETS, clock, spoolDir=str(tmp_path / "file" / "x"), **small)
    with pytest.raises(HttpError, match=r"spoolDir .* can't be written"):
        take(reader, reader.initialOffset())
    reader = rest_reader(server, TWEETS, clock, spoolDir=str(tmp_path), **small)
    start = reader.initialOffset()
    end = reader.latestOffset(start, reader.getDefaultReadLimit())
    with pytest.raises(ReplayError, match="set spoolDir again"):
        rest_reader(server, TWEETS, clock, **small).partitions(start, end)
    for file in tmp_path.glob("*.gz"):
        file.write_bytes(b"no gzip")
    restarted = rest_reader(server, TWEETS, clock, spoolDir=str(tmp_path), **small)
    with pytest.raises(ReplayError, match="can't be read"):
        restarted.partitions(start, end)
    for file in tmp_path.glob("*.gz"):
        file.unlink()
    with pytest.raises(ReplayError, match="which is gone"):
        restarted.partitions(start, end)
    with pytest.raises(ReplayError, match="does not name a spool file"):
        restarted.partitions(start, {**end, "data": "spool:../../etc/passwd"})
    for options, message in (
        ({"spoolDir": "here"}, "must be an absolute path, got 'here'"),
        ({"spoolDir": "/x", "replay": "refetch"}, "not used by replay=refetch"),
        (
            {"spoolDir": "/x", "offsetType": "incremental"},
            "by the class range; set replay=payload",
        ),
    ):
        with pytest.raises(OptionError, match=message):
            RestDataSource({**URL, **options})


def at(clock: FakeClock, ago: float, name: str) -> dict[str, Any]:
    return {"at": clock.now - ago, "name": name}


def test_lag_seconds_waits_for_records_that_arrive_late(
    server: ReplayServer, clock: FakeClock
) -> None:
    first = [at(clock, 90, "a"), at(clock, 70, "b"), at(clock, 30, "c")]
    late = at(clock, 50, "late")
    server.fault("/tweets", body=first)
    reader = rest_reader(server, "/tweets?since={at}", clock, lagSeconds="60", **NEWEST)
    rows, end = take(reader, reader.initialOffset())
    assert [row["name"] for row in rows] == ["a", "b"]
    server.fault("/tweets", body=[first[2], late], times=2)
    assert take(reader, end) == ([], end)
    clock.advance(40)
    rows, last = take(reader, end)
    assert [row["name"] for row in rows] == ["late", "c"]
    server.fault("/tweets", body=[late, first[2]])
    restarted = rest_reader(server, "/tweets?since={at}", clock, lagSeconds="60", **NEWEST)
    assert [row["name"] for row in rows_between(restarted, end, last)] == ["late", "c"]


def test_lag_seconds_emits_each_record_of_a_shared_key_once(
    server: ReplayServer, clock: FakeClock
) -> None:
    page = [at(clock, 100, "a"), at(clock, 80, "b"), at(clock, 80, "c")]
    options = {"lagSeconds": "60", "inclusiveOffset": "true", **NEWEST}
    reader = rest_reader(server, "/tweets?since={at}", clock, **options)
    server.fault("/tweets", body=page)
    rows, end = take(reader, reader.initialOffset())
    assert [row["name"] for row in rows] == ["a", "b", "c"]
    server.fault("/tweets", body=[*page, at(clock, 80, "d")])
    rows, end = take(reader, end)
    assert [row["name"] for row in rows] == ["d"]


def test_lag_seconds_uses_the_slower_clock_and_sends_no_etag(
    server: ReplayServer, clock: FakeClock
) -> None:
    from email.utils import formatdate

    server.fault(
        "/tweets",
        body=[at(clock, 65, "a")],
        headers={"Date": formatdate(clock.now - 10), "ETag": '"1"'},
    )
    reader = rest_reader(server, "/tweets?since={at}", clock, lagSeconds="60", **NEWEST)
    assert take(reader, reader.initialOffset())[0] == []
    server.fault("/tweets", body=[at(clock, 65, "a")])
    assert len(take(reader, reader.initialOffset())[0]) == 1
    assert all("if-none-match" not in call["headers"] for call in server.journal())


def test_lag_seconds_requires_times_in_the_records(server: ReplayServer, clock: FakeClock) -> None:
    for options in ({"offsetType": "incremental"}, {"offsetScope": "response"}):
        with pytest.raises(OptionError, match="'lagSeconds': needs times in the records"):
            RestDataSource({**URL, **options, "lagSeconds": "5"})
    reader = rest_reader(server, TWEETS, clock, lagSeconds="60")
    with pytest.raises(OptionError, match="'lagSeconds': the position is in the response"):
        take(reader, reader.initialOffset())
    server.fault("/tweets", body=[{"at": "abc"}])
    reader = rest_reader(server, "/tweets?since={at}", clock, lagSeconds="60", **NEWEST)
    with pytest.raises(HttpError, match="'abc', but lagSeconds needs a time"):
        take(reader, reader.initialOffset())


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (1_750_000_000, 1_750_000_000),
        (1_750_000_000_000, 1_750_000_000),
        ("1750000000000000", 1_750_000_000),
        (1_750_000_000_000_000_000, 1_750_000_000),
        ("2025-06-15T15:06:40Z", 1_750_000_000),
        ("2025-06-15T17:06:40+02:00", 1_750_000_000),
        ("2025-06-15 15:06:40", 1_750_000_000),
        ("2025-06-15 15:06:40 UTC", 1_750_000_000),
        ("2025-06-15 17:06:40+02", 1_750_000_000),
        ("2025/06/15 15:06:40", 1_750_000_000),
        ("20250615T150640Z", 1_750_000_000),
        ("Sun, 15 Jun 2025 15:06:40 GMT", 1_750_000_000),
        ("15 Jun 2025 17:06:40 +0200", 1_750_000_000),
        ("Sun Jun 15 15:06:40 +0000 2025", 1_750_000_000),
        (20_250_615, None),
        ("abc", None),
    ],
)
def test_times_are_read_as_epoch_numbers_iso_or_date_header_text(
    value: object, seconds: int | None
) -> None:
    key = make_key(value, "at", False)
    assert key is not None
    assert seconds_of(key) == seconds


@pytest.mark.parametrize(
    ("first", "then", "named"),
    [
        ({}, {"path": TWEETS + "&limit=2"}, "url"),
        ({}, {"method": "POST"}, "method"),
        ({}, {"dataField": "data"}, ""),
        ({"dataField": "data"}, {"dataField": "rows"}, "dataField"),
        ({}, {"offsetField": "other", "path": "/tweets?since={other}"}, "url, offsetField"),
        ({}, {"offsetType": "max_field"}, "offsetType"),
        ({}, {"inclusiveOffset": "true"}, "inclusiveOffset"),
        ({}, {"outputType": "variant"}, "outputType"),
        ({}, {"responseFormat": "jsonl"}, "responseFormat"),
        ({}, {"offsetScope": "response"}, ""),
        ({}, {"offsetScope": "record"}, "offsetScope"),
        ({}, {"streamingInterval": "3", "batchSize": "7", "maxRetries": "1"}, ""),
    ],
)
def test_changing_an_option_under_a_checkpoint_is_refused_by_name(
    server: ReplayServer,
    clock: FakeClock,
    first: dict[str, str],
    then: dict[str, str],
    named: str,
) -> None:
    reader = rest_reader(server, TWEETS, clock, **first)
    _, end = take(reader, reader.initialOffset())
    options = {**first, **then}
    changed = rest_reader(server, options.pop("path", TWEETS), clock, **options)
    if not named:
        clock.advance(5)
        assert take(changed, end) == ([], end)
        return
    with pytest.raises(ReplayError, match=f"written with another {named}; .*allowConfigChange"):
        take(changed, end)


def test_each_record_is_read_once_regardless_of_the_batch_size(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.state.apply({"grow": {"tweets": 300, "stream": 300}})
    for path, options, name in (
        (TWEETS, {"batchSize": "17"}, "tweets"),
        (STREAM + "&limit=50", {**CURSOR, "batchSize": "17", "replay": "payload"}, "stream"),
    ):
        reader = rest_reader(server, path, clock, **options)
        rows, _ = drain(reader, reader.initialOffset())
        assert rows == server.state.records[name]
