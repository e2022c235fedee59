"""`rest` as a stream: repeated batches, idle polls, AvailableNow, and Spark before 4.2."""

from __future__ import annotations

import gc
import json
import logging

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._errors import HttpError, ReplayError, SourceError
from sparktide_sources._http.wire import Reply
from sparktide_sources._rest.config import read_config
from sparktide_sources._rest.stream.readers import RestStreamReader
from sparktide_sources._rest.stream.stream import RestStream
from sparktide_sources.rest import rest_stream
from support import FakeClock, drain, rest_reader, rows_between, take, texts_between

TWEETS = "/tweets?since={timestamp}"
STREAM = "/stream?after={cursor}"
CURSOR = {"offsetField": "cursor", "offsetType": "cursor"}
EVENTS = {"offsetField": "id", "offsetType": "incremental"}


def records(server: ReplayServer, name: str, found: list[object]) -> None:
    server.state.apply({"set": {name: found}})


def test_a_timestamp_batch_is_repeated_from_its_offset_without_a_request(
    server: ReplayServer, clock: FakeClock
) -> None:
    reader = rest_reader(server, TWEETS, clock)
    start = reader.initialOffset()
    rows, end = take(reader, start)
    server.state.apply({"set": {"tweets": []}})
    server.clear_journal()
    restarted = rest_reader(server, TWEETS, clock)
    assert rows_between(restarted, start, json.loads(json.dumps(end))) == rows
    assert server.journal() == []
    assert end["g"] == "payload"


def test_a_payload_above_max_offset_bytes_makes_smaller_batches_and_loses_no_record(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.state.apply({"grow": {"tweets": 200}})
    reader = rest_reader(server, TWEETS, clock, maxOffsetBytes="4096")
    start, seen = reader.initialOffset(), []
    for _ in range(300):
        rows, end = take(reader, start)
        if not rows:
            break
        assert len(json.dumps(end)) <= 4096
        seen += [row["id"] for row in rows]
        start = end
    assert seen == [record["id"] for record in server.state.records["tweets"]]


def test_a_single_record_above_max_offset_bytes_is_an_error_that_names_the_options(
    server: ReplayServer, clock: FakeClock
) -> None:
    import random

    noise = "".join(random.Random(1).choices("0123456789abcdef", k=4000))
    server.fault("/tweets", body={"timestamp": 1, "data": [{"x": noise}]})
    reader = rest_reader(server, TWEETS, clock, maxOffsetBytes="1024")
    with pytest.raises(HttpError, match=r"maxOffsetBytes .*offsetType=max_field"):
        take(reader, reader.initialOffset())


def test_repeating_a_batch_with_an_expired_cursor_is_an_error_that_names_the_cursor(
    server: ReplayServer, clock: FakeClock
) -> None:
    reader = rest_reader(server, STREAM + "&limit=3", clock, **CURSOR)
    _, middle = take(reader, reader.initialOffset())
    _, end = take(reader, middle)
    server.state.apply({"config": {"stream_oldest": 99}})
    restarted = rest_reader(server, STREAM + "&limit=3", clock, **CURSOR)
    with pytest.raises(ReplayError, match=r"'c3' of the batch to repeat is gone.*cursor expired"):
        texts_between(restarted, middle, end)


def test_repeating_a_batch_from_a_changed_page_fails_or_warns(
    server: ReplayServer, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    reader = rest_reader(server, STREAM, clock, **CURSOR)
    start = reader.initialOffset()
    rows, end = take(reader, start)
    server.state.apply({"set": {"stream": [{"n": 99}]}})
    strict = rest_reader(server, STREAM, clock, **CURSOR)
    with pytest.raises(ReplayError, match=f"5 rows with digest {end['digest']} were logged"):
        texts_between(strict, start, end)
    lax = rest_reader(server, STREAM, clock, onReplayMismatch="warn", **CURSOR)
    with caplog.at_level(logging.WARNING):
        assert rows_between(lax, start, end) == [{"n": 99}]
    assert "repeated batch differs" in caplog.text
    assert rows


@pytest.mark.parametrize(
    ("options", "now", "problem"),
    [
        ({}, [1, 2], "3 rows were logged up to '3', the API now has 2"),
        ({"onReplayMismatch": "warn"}, [1, 2], ""),
        ({}, [1, 2, 2, 3], ""),
        ({"requireGuarantee": "exactly-once", "inclusiveOffset": "true"}, [1, 1, 2, 3], "now has"),
        ({"inclusiveOffset": "true"}, [1, 3], "the API now has 2"),
    ],
)
def test_repeating_a_range_that_lost_rows_fails_or_warns(
    server: ReplayServer,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
    options: dict[str, str],
    now: list[int],
    problem: str,
) -> None:
    """An additional row arrived late: the repeated batch emits it rather than losing it."""
    options = {"offsetField": "at", "offsetType": "max_field", **options}
    server.fault("/tweets", body=[{"at": n} for n in (1, 2, 3)])
    reader = rest_reader(server, "/tweets?since={at}", clock, **options)
    start = reader.initialOffset()
    _, end = take(reader, start)
    server.fault("/tweets", body=[{"at": n} for n in now])
    restarted = rest_reader(server, "/tweets?since={at}", clock, **options)
    if problem:
        with pytest.raises(ReplayError, match=f"{problem}.*comes again with its new key"):
            rows_between(restarted, start, end)
        return
    assert [row["at"] for row in rows_between(restarted, start, end)] == now
    assert "repeated batch differs" in caplog.text


RANGE = {"offsetField": "at", "offsetType": "max_field"}


def at(*found: tuple[int, str]) -> list[dict[str, object]]:
    return [{"at": moment, "v": text} for moment, text in found]


@pytest.mark.parametrize("inclusive", ["true", "false"])
def test_repeating_a_range_with_other_rows_of_the_same_number_fails_or_warns(
    server: ReplayServer, clock: FakeClock, caplog: pytest.LogCaptureFixture, inclusive: str
) -> None:
    """One row left the list and another arrived late, so the count alone stays the same."""
    options = {**RANGE, "inclusiveOffset": inclusive}
    server.fault("/tweets", body=at((1, "a"), (3, "b"), (4, "c")))
    reader = rest_reader(server, "/tweets", clock, **options)
    start = reader.initialOffset()
    _, end = take(reader, start)
    now = at((2, "late"), (3, "b"), (4, "c"))
    server.fault("/tweets", body=now, times=9)
    restarted = rest_reader(server, "/tweets", clock, **options)
    with pytest.raises(ReplayError, match=r"3 rows with digest .*, so some rows have changed"):
        rows_between(restarted, start, end)
    lax = rest_reader(server, "/tweets", clock, onReplayMismatch="warn", **options)
    assert rows_between(lax, start, end) == now
    assert "repeated batch differs: 3 rows with digest" in caplog.text


def test_a_range_is_repeated_in_any_order_and_from_offsets_of_older_versions(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", body=at((3, "a"), (3, "b"), (1, "c")))
    reader = rest_reader(server, "/tweets", clock, **RANGE)
    start = reader.initialOffset()
    _, end = take(reader, start)
    again = at((1, "c"), (3, "b"), (3, "a"))
    server.fault("/tweets", body=again)
    restarted = rest_reader(server, "/tweets", clock, **RANGE)
    assert rows_between(restarted, start, end) == again
    # An offset of an older version has no digest of a range, so only the counts are compared.
    changed = at((1, "c"), (3, "b"), (3, "changed"))
    server.fault("/tweets", body=changed)
    restarted = rest_reader(server, "/tweets", clock, **RANGE)
    assert rows_between(restarted, start, {**end, "digest": ""}) == changed


def test_changing_the_url_under_a_checkpoint_is_refused_unless_allowed(
    server: ReplayServer, clock: FakeClock
) -> None:
    reader = rest_reader(server, TWEETS, clock)
    _, end = take(reader, reader.initialOffset())
    with pytest.raises(ReplayError, match="allowConfigChange=true"):
        take(rest_reader(server, TWEETS + "&limit=1", clock), end)
    allowed = rest_reader(server, TWEETS + "&limit=1", clock, allowConfigChange="true")
    server.state.apply({"grow": {"tweets": 1}})
    assert len(take(allowed, end)[0]) == 1


class Idle:
    """Always answers with one document, or with a 304 if the request has its ETag."""

    def __init__(self, document: object, etag: str) -> None:
        self.document, self.headers, self.calls = document, {"etag": etag} if etag else {}, 0

    def __call__(self, method: str, url: str, headers: dict[str, str], *_: object) -> Reply:
        self.calls += 1
        if self.headers and headers.get("If-None-Match") == self.headers["etag"]:
            return Reply(304, "Not Modified", self.headers, b"", url)
        return Reply(200, "OK", self.headers, json.dumps(self.document).encode(), url)


def test_idle_polls_return_the_start_offset_and_keep_no_state(
    server: ReplayServer, clock: FakeClock
) -> None:
    reader = rest_reader(server, TWEETS, clock, streamingInterval="1")
    _, end = take(reader, reader.initialOffset())
    limit = reader.getDefaultReadLimit()
    for _ in range(10_000):
        assert reader.latestOffset(end, limit) is end
    assert reader._stream.state.batches == {}


@pytest.mark.parametrize(
    ("path", "options", "document", "etag"),
    [
        ("/events", EVENTS, [{"id": 2}, {"id": 1}], '"1"'),
        (
            "/events?since={id}",
            {**EVENTS, "offsetType": "max_field", "inclusiveOffset": "true"},
            [{"id": 1}, {"id": 2}],
            "",
        ),
        (STREAM, CURSOR, {"cursor": None, "data": [{"n": 1}, {"n": 2}]}, ""),
    ],
)
def test_ten_thousand_idle_polls_after_a_batch_do_not_leak_objects(
    clock: FakeClock, path: str, options: dict[str, str], document: object, etag: str
) -> None:
    given = {"url": f"https://a.example{path}", "streamingInterval": "1", **options}
    config = read_config(given)
    stream = rest_stream(given, config, clock)
    assert isinstance(stream, RestStream)
    stream._transport = api = Idle(document, etag)
    reader = RestStreamReader(stream, config)
    rows, end = take(reader, reader.initialOffset())
    assert len(rows) == 2
    limit, before = reader.getDefaultReadLimit(), json.dumps(end)

    def idle(polls: int) -> int:
        calls = api.calls
        for _ in range(polls):
            clock.advance(1.1)
            assert reader.latestOffset(end, limit) is end
        assert api.calls == calls + polls
        gc.collect()
        return len(gc.get_objects())

    settled = idle(500)
    assert idle(9500) - settled < 500
    assert json.dumps(end) == before
    state = stream.state
    assert (state.batches, state.left, state.memory, clock.slept) == ({}, None, {}, [])


def test_available_now_reads_all_records_without_a_pause_and_then_stops(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.state.apply({"grow": {"stream": 15}})
    reader = rest_reader(server, STREAM + "&limit=4", clock, streamingInterval="3600", **CURSOR)
    reader.prepareForTriggerAvailableNow()
    rows, end = drain(reader, reader.initialOffset())
    assert [row["n"] for row in rows] == list(range(20))
    calls = len(server.journal())
    server.state.apply({"grow": {"stream": 1}})
    assert take(reader, end) == ([], end)
    assert len(server.journal()) == calls


def test_the_reader_for_spark_before_4_2_gets_its_position_from_an_empty_range(
    server: ReplayServer, clock: FakeClock
) -> None:
    from support import rest_reader_before_42

    reader = rest_reader_before_42(server, "/events", clock, **EVENTS)
    start = reader.initialOffset()
    end = reader.latestOffset()
    assert len(rows_between(reader, start, end)) == 5
    reader.commit(end)
    restarted = rest_reader_before_42(server, "/events", clock, **EVENTS)
    server.clear_journal()
    assert restarted.partitions(end, end) == []
    assert server.journal() == []
    clock.advance(2)
    assert restarted.latestOffset() == end


def test_available_now_before_spark_4_2_is_refused_before_it_can_lose_its_position(
    server: ReplayServer, clock: FakeClock
) -> None:
    from support import rest_reader_before_42

    first = rest_reader_before_42(server, "/events", clock, **EVENTS)
    end = first.latestOffset()
    clock.advance(2)
    restarted = rest_reader_before_42(server, "/events", clock, **EVENTS)
    restarted.latestOffset()
    with pytest.raises(SourceError, match="AVAILABLE_NOW_NEEDS_SPARK_4_2"):
        restarted.partitions(end, end)
