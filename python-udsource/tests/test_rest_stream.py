"""`rest` as a stream: positions and batches."""

from __future__ import annotations

import json
import logging

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._errors import HttpError, OptionError
from sparktide_sources._polling.payload import unpack
from sparktide_sources.rest import RestDataSource
from support import FakeClock, drain, rest_reader, rows_between, take, texts_between

TWEETS = "/tweets?since={timestamp}"
STREAM = "/stream?after={cursor}"
CURSOR = {"offsetField": "cursor", "offsetType": "cursor"}
EVENTS = {"offsetField": "id", "offsetType": "incremental"}
NEWEST = {"offsetField": "id", "offsetType": "max_field"}


def records(server: ReplayServer, name: str, found: list[object]) -> None:
    server.state.apply({"set": {name: found}})


def numbered(*numbers: int) -> list[object]:
    return [{"id": str(n)} for n in numbers]


def test_a_batch_ends_at_the_last_record_that_it_emits(
    server: ReplayServer, clock: FakeClock
) -> None:
    """Each kind of position loses no records beyond batchSize."""
    server.state.apply({"grow": {"tweets": 20, "stream": 20, "events": 20, "users": 20}})
    cases = [
        (TWEETS, {}, "tweets", "id"),
        (STREAM, CURSOR, "stream", "n"),
        ("/events?per_page=100", EVENTS, "events", "id"),
        ("/v3.0/users?starting_after={id}", {**CURSOR, "offsetField": "id"}, "users", "data"),
    ]
    for path, options, name, field in cases:
        reader = rest_reader(server, path, clock, batchSize="4", **options)
        start, seen = reader.initialOffset(), []
        for _ in range(100):
            rows, end = take(reader, start)
            if not rows:
                break
            assert len(rows) <= 4
            assert end["n"] == len(rows)
            seen += [row[field] for row in rows]
            start = end
            clock.advance(2)
        known = server.state.records[name]
        assert seen == [record if field == "data" else record[field] for record in known]


def test_ten_thousand_records_of_one_request_make_twenty_batches(
    server: ReplayServer, clock: FakeClock
) -> None:
    records(server, "events", numbered(*range(10_000)))
    server.fault("/events", body=list(reversed(numbered(*range(10_000)))))
    reader = rest_reader(server, "/events", clock, batchSize="500", **EVENTS)
    start, seen, batches = reader.initialOffset(), [], 0
    while len(seen) < 10_000 and batches < 30:
        rows, start = take(reader, start)
        seen += [int(row["id"]) for row in rows]
        batches += 1
    assert (batches, seen) == (20, list(range(10_000)))
    assert len(server.journal("/events")) == 1


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_fatal_status_fails_the_batch(
    server: ReplayServer, clock: FakeClock, status: int
) -> None:
    """The stream does not stay empty and look healthy."""
    server.fault("/tweets", status=status, body={"message": "no such thing"})
    reader = rest_reader(server, TWEETS, clock, onTransient="skipPoll")
    with pytest.raises(HttpError, match=f"answered {status} .*no such thing"):
        take(reader, reader.initialOffset())


def test_a_missing_offset_field_is_an_error_that_names_it(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The source never invents an offset."""
    for body in ({"data": [{"x": 1}]}, [{"x": 1}]):
        server.fault("/tweets", body=body)
        reader = rest_reader(server, TWEETS, clock)
        with pytest.raises(HttpError, match="offsetField 'timestamp'"):
            take(reader, reader.initialOffset())


def test_an_offset_field_that_is_missing_in_a_later_response_is_an_error(
    server: ReplayServer, clock: FakeClock
) -> None:
    reader = rest_reader(server, TWEETS, clock)
    _, end = take(reader, reader.initialOffset())
    server.fault("/tweets", body={"data": [{"x": 1}]})
    with pytest.raises(HttpError, match="has no 'timestamp'"):
        take(reader, end)


def test_every_record_must_have_the_offset_field(server: ReplayServer, clock: FakeClock) -> None:
    """The source checks each record, not only the last."""
    records(server, "events", [{"x": 1}, {"id": "7"}])
    reader = rest_reader(server, "/events", clock, **EVENTS)
    with pytest.raises(HttpError, match="a record has no field 'id'"):
        take(reader, reader.initialOffset())


@pytest.mark.parametrize(
    ("values", "greatest"),
    [
        (["9", "10"], "10"),
        ([9, 10.5, 10], "10.5"),
        (["2025-01-01T00:00:00Z", "2025-01-01T00:00:00.250Z"], "2025-01-01T00:00:00.250Z"),
        (["2025-01-01T12:00:00+02:00", "2025-01-01T10:30:00Z"], "2025-01-01T10:30:00Z"),
        (["2025-01-02", "2025-01-01T23:59:59"], "2025-01-02"),
        ([2**63, 2**63 - 1], str(2**63)),
        (
            ["Wed, 01 Jan 2025 00:00:00 GMT", "Thu, 02 Jan 2025 00:00:00 GMT"],
            "Thu, 02 Jan 2025 00:00:00 GMT",
        ),
        (["1 Apr 2025 09:00 +0200", "2025-04-01T07:30:00Z"], "2025-04-01T07:30:00Z"),
        (
            ["Wed Oct 10 20:19:24 +0000 2018", "Mon Oct 15 20:19:24 +0000 2018"],
            "Mon Oct 15 20:19:24 +0000 2018",
        ),
        (
            ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "01BX5ZZKBKACTAV9WEVGEMMVRZ"],
            "01BX5ZZKBKACTAV9WEVGEMMVRZ",
        ),
        (["507f1f77bcf86cd799439011", "507011112233445566778899"], "507f1f77bcf86cd799439011"),
        (
            ["01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac97-774b-bcce-b302099a8057"],
            "01890a5d-ac97-774b-bcce-b302099a8057",
        ),
    ],
)
def test_max_field_compares_values_by_type(
    server: ReplayServer, clock: FakeClock, values: list[object], greatest: str
) -> None:
    """It compares numbers as numbers and times as times."""
    server.fault("/tweets", body=[{"at": value} for value in values])
    reader = rest_reader(
        server, "/tweets?since={at}", clock, offsetField="at", offsetType="max_field"
    )
    _, end = take(reader, reader.initialOffset())
    assert end["pos"] == greatest


def test_a_null_offset_field_is_an_error_and_not_a_lost_record(
    server: ReplayServer, clock: FakeClock
) -> None:
    """Null has no order, so the source could only repeat the record or drop it silently."""
    server.fault("/tweets", body=[{"at": None}, {"at": "b"}])
    reader = rest_reader(
        server, "/tweets?since={at}", clock, offsetField="at", offsetType="max_field"
    )
    with pytest.raises(HttpError, match=r"'at' \(offsetField\) is null"):
        take(reader, reader.initialOffset())


@pytest.mark.parametrize("values", [[1, "x"], ["2025-01-01", "2025-01-01T00:00:00Z"], [1, "1"]])
def test_offset_values_of_different_types_are_an_error(
    server: ReplayServer, clock: FakeClock, values: list[object]
) -> None:
    """The values have different types."""
    server.fault("/tweets", body=[{"at": value} for value in values])
    reader = rest_reader(
        server, "/tweets?since={at}", clock, offsetField="at", offsetType="max_field"
    )
    with pytest.raises(HttpError, match="can't be compared"):
        take(reader, reader.initialOffset())


@pytest.mark.parametrize(
    "value",
    [
        "01/02/2025",
        "01-02-2025",
        "1-Feb-2025",
        "Jan 5, 2025",
        "a b",
        "",
        "Wed, 31 Feb 2025 00:00:00 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "f47ac10b-58cc-4372-a567-0e02b2c3d479",
    ],
)
def test_offset_text_without_a_reliable_order_is_an_error_with_advice(
    server: ReplayServer, clock: FakeClock, value: str
) -> None:
    """In text order Thursday comes before Wednesday, so a newer record would be dropped."""
    server.fault("/tweets", body=[{"at": value}])
    options = {"offsetField": "at", "offsetType": "max_field"}
    reader = rest_reader(server, "/tweets?since={at}", clock, **options)
    with pytest.raises(HttpError, match=r"'at' holds .*id of fixed width.*another offsetField"):
        take(reader, reader.initialOffset())


def test_text_ids_of_different_widths_are_an_error(server: ReplayServer, clock: FakeClock) -> None:
    server.fault("/tweets", body=[{"at": "a9"}, {"at": "a10"}])
    options = {"offsetField": "at", "offsetType": "max_field"}
    reader = rest_reader(server, "/tweets?since={at}", clock, **options)
    with pytest.raises(HttpError, match=r"can't be compared: text2 before, now 'a10' \(text3\)"):
        take(reader, reader.initialOffset())


def test_an_old_position_compared_as_text_continues_only_if_that_is_safe(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = {"offsetField": "at", "offsetType": "max_field"}
    for old, new, safe in (
        ("01ARZ3NDEK", "01BX5ZZKBK", True),
        ("Wed, 01 Jan 2025 00:00:00 GMT", "Thu, 02 Jan 2025 00:00:00 GMT", False),
    ):
        server.fault("/tweets", body=[{"at": old}])
        reader = rest_reader(server, "/tweets?since={at}", clock, **options)
        start = reader.initialOffset()
        _, end = take(reader, start)
        before = {**end, "kind": "text"}
        server.fault("/tweets", body=[{"at": old}, {"at": new}], times=2)
        if safe:
            assert take(reader, before)[0] == [{"at": new}]
            assert rows_between(reader, start, before) == [{"at": old}]
            continue
        with pytest.raises(HttpError, match=r"compared as plain text.*use a new checkpoint"):
            take(reader, before)


def test_a_cursor_with_the_default_offset_type_is_an_error_and_not_a_stalled_stream(
    server: ReplayServer, clock: FakeClock
) -> None:
    """Compared as text, the cursor b5 after c9 would look older, and its records be dropped."""
    for body in (
        {"items": [{"n": 1}], "next_cursor": "c9"},
        {"items": [{"next_cursor": "a/9=="}]},
        {"items": [{"next_cursor": "c9"}]},
    ):
        server.fault("/tweets", body=body)
        options = {"offsetField": "next_cursor", "dataField": "items"}
        reader = rest_reader(server, "/tweets?c={next_cursor}", clock, **options)
        with pytest.raises(HttpError, match="offsetType=cursor"):
            take(reader, reader.initialOffset())


def test_incremental_refuses_ids_that_are_not_numbers(
    server: ReplayServer, clock: FakeClock
) -> None:
    records(server, "events", [{"id": "a1"}])
    reader = rest_reader(server, "/events", clock, **EVENTS)
    with pytest.raises(HttpError, match="not a whole number; use offsetType=max_field"):
        take(reader, reader.initialOffset())


def test_a_url_without_a_placeholder_emits_new_records_only(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The events of GitHub have ids as text and come newest first."""
    reader = rest_reader(server, "/events?per_page=100", clock, **EVENTS)
    rows, end = take(reader, reader.initialOffset())
    ids = [row["id"] for row in rows]
    assert ids == sorted(ids)
    assert len(ids) == 5
    server.state.apply({"grow": {"events": 2}})
    clock.advance(2)
    rows, end = take(reader, end)
    assert [row["id"] for row in rows] == [r["id"] for r in server.state.records["events"][5:]]
    clock.advance(2)
    assert take(reader, end) == ([], end)


def test_records_out_of_reach_are_reported_as_a_gap(
    server: ReplayServer, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """The source never skips them silently."""
    records(server, "events", numbered(*range(1, 6)))
    reader = rest_reader(server, "/events?per_page=5", clock, **EVENTS)
    _, end = take(reader, reader.initialOffset())
    records(server, "events", numbered(*range(1, 30)))
    clock.advance(2)
    with caplog.at_level(logging.WARNING):
        rows, end = take(reader, end)
    assert (len(rows), end["gaps"]) == (5, 1)
    assert "records may be missing" in caplog.text


def test_a_range_with_more_pages_is_refused_if_its_newest_page_comes_first(
    server: ReplayServer, clock: FakeClock
) -> None:
    """Otherwise the position would skip the older pages."""
    link = {"Link": '</tweets?page=2>; rel="next"'}
    server.fault("/tweets", body=[{"id": 9}, {"id": 8}], headers=link)
    reader = rest_reader(server, "/tweets?since={id}", clock, **EVENTS)
    with pytest.raises(HttpError, match="set pagination=link"):
        take(reader, reader.initialOffset())


@pytest.mark.parametrize(
    ("path", "options", "page", "problem"),
    [
        ("?since={id}", EVENTS, [5, 100, 7], "lists its records in no order and has more"),
        ("?since={id}", EVENTS, [], ""),
        ("?since={id}", NEWEST, [5, 5, 5], "first one has only the key '5'"),
        ("?since={id}", {**NEWEST, "inclusiveOffset": "true"}, [5, 5], "has only the key '5'"),
        ("?since={id}", EVENTS, [5], "has only the key '5'"),
        ("?since={id}", NEWEST, [5, 6, 7], ""),
        ("", EVENTS, [5, 6, 7], "lists the oldest records first and has more"),
        ("", EVENTS, [7, 9, 8], ""),
        ("?since={id}", {"offsetField": "id", "offsetScope": "response"}, [5], "has more pages of"),
    ],
)
def test_an_unread_page_is_an_error_if_its_records_would_be_lost(
    server: ReplayServer,
    clock: FakeClock,
    path: str,
    options: dict[str, str],
    page: list[int],
    problem: str,
) -> None:
    body = {"id": 9, "data": [{"id": number} for number in page]}
    server.fault("/tweets", body=body, headers={"Link": '</tweets?page=2>; rel="next"'})
    reader = rest_reader(server, "/tweets" + path, clock, **options)
    if not problem:
        take(reader, reader.initialOffset())
        return
    with pytest.raises(HttpError, match=f"{problem}.*; set pagination=link, or the others"):
        take(reader, reader.initialOffset())


def test_more_records_of_one_key_than_a_page_holds_are_an_error_and_not_a_stalled_stream(
    server: ReplayServer, clock: FakeClock
) -> None:
    """Otherwise each poll would read the same page forever."""
    first = [{"id": 4, "n": 0}, {"id": 5, "n": 0}]
    link = {"Link": '</tweets?page=2>; rel="next"'}
    server.fault("/tweets", body=first, headers=link)
    server.fault("/tweets", body=[{"id": 5, "n": n} for n in range(3)], headers=link)
    options = {**NEWEST, "inclusiveOffset": "true"}
    reader = rest_reader(server, "/tweets?since={id}", clock, **options)
    rows, end = take(reader, reader.initialOffset())
    assert rows == first
    with pytest.raises(HttpError, match=r"the first one has only the key '5'.*pagination=link"):
        take(reader, end)


def test_records_of_a_key_that_may_continue_on_an_unread_page_wait_for_the_rest(
    server: ReplayServer, clock: FakeClock
) -> None:
    link = {"Link": '</tweets?page=2>; rel="next"'}
    server.fault("/tweets", body=[{"id": n} for n in (4, 5, 6, 6)], headers=link)
    reader = rest_reader(server, "/tweets?since={id}", clock, **NEWEST)
    rows, end = take(reader, reader.initialOffset())
    assert ([row["id"] for row in rows], end["pos"]) == ([4, 5], "5")


def test_a_list_longer_than_max_pages_is_an_error_even_at_the_first_poll(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The newest records come first, so the older ones would be skipped silently."""
    records(server, "events", numbered(*range(1, 31)))
    options = {"pagination": "link", "maxPages": "2", **EVENTS}
    reader = rest_reader(server, "/events?per_page=5", clock, **options)
    with pytest.raises(HttpError, match=r"did not end within maxPages \(2\); raise it"):
        take(reader, reader.initialOffset())


def test_unread_older_pages_count_as_a_gap_even_at_the_first_poll(
    server: ReplayServer, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """A stream of GitHub events without pagination continues and logs a warning."""
    records(server, "events", numbered(*range(1, 31)))
    reader = rest_reader(server, "/events?per_page=5", clock, **EVENTS)
    with caplog.at_level(logging.WARNING):
        rows, end = take(reader, reader.initialOffset())
    assert (len(rows), end["gaps"]) == (5, 1)
    assert "Set pagination=link to begin with them" in caplog.text
    clock.advance(2)
    assert take(reader, end) == ([], end)
    assert server.journal()[-1]["headers"]["if-none-match"] == end["etag"]
    strict = rest_reader(
        server, "/events?per_page=5", clock, requireGuarantee="exactly-once", **EVENTS
    )
    with pytest.raises(HttpError, match=r"with older records.*exactly-once forbids it"):
        take(strict, strict.initialOffset())


def test_a_timestamp_in_the_records_makes_a_range_that_can_be_repeated(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The source looks for the field in the response first, then in the records."""
    page = [{"timestamp": "2025-01-01T00:00:00Z"}, {"timestamp": "2025-01-01T00:00:00.5Z"}]
    server.fault("/tweets", body=page, times=2)
    reader = rest_reader(server, TWEETS, clock)
    start = reader.initialOffset()
    rows, end = take(reader, start)
    assert (end["g"], end["pos"], end["data"]) == ("range", "2025-01-01T00:00:00.5Z", "")
    restarted = rest_reader(server, TWEETS, clock)
    assert rows_between(restarted, start, end) == rows


def test_pagination_reads_records_that_one_page_would_miss(
    server: ReplayServer, clock: FakeClock
) -> None:
    """With pagination the poll reads back to the last known record, and no further."""
    records(server, "events", numbered(*range(1, 6)))
    reader = rest_reader(server, "/events?per_page=5", clock, pagination="link", **EVENTS)
    _, end = take(reader, reader.initialOffset())
    records(server, "events", numbered(*range(1, 30)))
    clock.advance(2)
    server.clear_journal()
    rows, end = take(reader, end)
    assert [int(row["id"]) for row in rows] == list(range(6, 30))
    assert (end["gaps"], len(server.journal())) == (0, 6)


@pytest.mark.parametrize("ending", ["null", "absent", "same"])
def test_the_last_page_keeps_the_last_cursor_and_is_not_emitted_twice(
    server: ReplayServer, clock: FakeClock, ending: str
) -> None:
    """The cursor is never "None", and records that join the last page later are emitted."""
    server.state.apply({"config": {"stream_end": ending}})
    reader = rest_reader(server, STREAM + "&limit=3", clock, **CURSOR)
    rows, end = drain(reader, reader.initialOffset())
    assert [row["n"] for row in rows] == [0, 1, 2, 3, 4]
    assert end["pos"] == "c3"
    server.state.apply({"grow": {"stream": 4}})
    more, end = drain(reader, end)
    assert [row["n"] for row in more] == [5, 6, 7, 8]
    assert "None" not in [call["query"]["after"] for call in server.journal()]


def test_a_run_of_available_now_that_ends_at_max_pages_logs_it_and_the_next_run_continues(
    server: ReplayServer, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    server.state.apply({"grow": {"stream": 3}})
    path, offset = STREAM + "&limit=1", None
    found: list[int] = []
    for _ in range(20):
        reader = rest_reader(server, path, clock, maxPages="2", **CURSOR)
        offset = offset or reader.initialOffset()
        reader.prepareForTriggerAvailableNow()
        rows, offset = drain(reader, offset)
        found += [row["n"] for row in rows]
    assert found == list(range(8))
    assert "ended this run after maxPages (2) polls" in caplog.text


def test_a_single_page_without_the_cursor_field_requires_next_field_missing_end(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The field may be misspelled, or this is the last page: only the user knows."""
    server.state.apply({"config": {"stream_end": "absent"}})
    reader = rest_reader(server, STREAM, clock, **CURSOR)
    with pytest.raises(HttpError, match="set offsetScope=response and nextFieldMissing=end"):
        take(reader, reader.initialOffset())
    options = {"offsetScope": "response", **CURSOR}
    reader = rest_reader(server, STREAM, clock, **options)
    with pytest.raises(
        HttpError, match=r"no answer had 'cursor' \(offsetField\); it has: data, has"
    ):
        take(reader, reader.initialOffset())
    allowed = rest_reader(server, STREAM, clock, nextFieldMissing="end", **options)
    assert len(drain(allowed, allowed.initialOffset())[0]) == 5


def test_a_clever_url_with_last_id_is_an_error_that_names_both_solutions(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The API of Clever has no field last_id."""
    reader = rest_reader(
        server,
        "/v3.0/users?role=student&starting_after={last_id}",
        clock,
        offsetField="last_id",
        offsetType="cursor",
        dataField="data",
    )
    with pytest.raises(HttpError, match=r"write \{id\} in the url, offsetField=id") as caught:
        take(reader, reader.initialOffset())
    assert "offsetField=links.next and no placeholder" in str(caught.value)


@pytest.mark.parametrize(
    ("path", "field"),
    [("/v3.0/users?limit=2&starting_after={id}", "id"), ("/v3.0/users?limit=2", "links.next")],
)
def test_clever_users_are_read_by_last_id_or_by_relative_next_link(
    server: ReplayServer, clock: FakeClock, path: str, field: str
) -> None:
    reader = rest_reader(server, path, clock, offsetField=field, offsetType="cursor")
    rows, end = drain(reader, reader.initialOffset())
    assert [row["data"] for row in rows] == server.state.records["users"]
    server.state.apply({"grow": {"users": 3}})
    more, _ = drain(reader, end)
    assert [row["data"] for row in more] == server.state.records["users"][5:]


def test_a_repeated_range_excludes_records_that_arrived_later(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The batch holds start < key <= end, although the API has newer records."""
    reader = rest_reader(server, "/events", clock, **EVENTS)
    start = reader.initialOffset()
    rows, end = take(reader, start)
    server.state.apply({"grow": {"events": 5}})
    clock.advance(2)
    restarted = rest_reader(server, "/events", clock, **EVENTS)
    assert rows_between(restarted, start, json.loads(json.dumps(end))) == rows
    following, _ = take(restarted, end)
    assert not {row["id"] for row in following} & {row["id"] for row in rows}
    assert len(following) == 5


def test_records_at_the_position_are_emitted_once(server: ReplayServer, clock: FakeClock) -> None:
    """The range of this API includes the position."""
    page = {"data": [{"a": 1, "at": 100}, {"a": 2, "at": 100}], "timestamp": 100}
    server.fault("/tweets", body=page, times=3)
    reader = rest_reader(server, TWEETS, clock)
    rows, end = take(reader, reader.initialOffset())
    assert len(rows) == 2
    assert take(reader, end) == ([], end)
    moved = {"data": [{"a": 2, "at": 100}, {"a": 3, "at": 101}], "timestamp": 101}
    inclusive = rest_reader(server, TWEETS, clock, inclusiveOffset="true")
    _, end = take(inclusive, inclusive.initialOffset())
    server.fault("/tweets", body=moved)
    assert [row["a"] for row in take(inclusive, end)[0]] == [3]


def test_equal_records_of_a_later_time_are_not_dropped(
    server: ReplayServer, clock: FakeClock
) -> None:
    """A sensor may report the same value twice."""
    reader = rest_reader(server, TWEETS, clock)
    server.fault("/tweets", body={"data": [{"t": 20}], "timestamp": 1})
    _, end = take(reader, reader.initialOffset())
    server.fault("/tweets", body={"data": [{"t": 20}], "timestamp": 2})
    assert take(reader, end)[0] == [{"t": 20}]


def test_inclusive_offset_finds_late_records_with_the_same_key(
    server: ReplayServer, clock: FakeClock
) -> None:
    """inclusiveOffset=true distinguishes records at the boundary by their content."""
    options = {"offsetField": "at", "offsetType": "max_field", "inclusiveOffset": "true"}
    first = [{"at": 5, "n": 1}, {"at": 5, "n": 2}]
    server.fault("/tweets", body=first)
    reader = rest_reader(server, "/tweets?since={at}", clock, batchSize="1", **options)
    start = reader.initialOffset()
    one, middle = take(reader, start)
    two, end = take(reader, middle)
    assert [row["n"] for row in one + two] == [1, 2]
    server.fault("/tweets", body=[*first, {"at": 5, "n": 3}], times=2)
    three, last = take(reader, end)
    assert [row["n"] for row in three] == [3]
    restarted = rest_reader(server, "/tweets?since={at}", clock, batchSize="1", **options)
    assert rows_between(restarted, end, last) == three


def test_a_batch_sends_one_request_and_planning_sends_none(
    server: ReplayServer, clock: FakeClock
) -> None:
    """Partitions carry the rows, and planning twice gives the same rows."""
    reader = rest_reader(server, TWEETS, clock)
    start = reader.initialOffset()
    limit = reader.getDefaultReadLimit()
    end = reader.latestOffset(start, limit)
    assert isinstance(end, dict)
    assert reader.latestOffset(start, limit) is end
    first, second = (texts_between(reader, start, end) for _ in range(2))
    assert first == second
    assert reader.partitions(end, end) == []
    assert len(server.journal()) == end["req"] == 1


def test_rows_are_json_text_with_exact_numbers_and_the_original_order_of_keys(
    server: ReplayServer, clock: FakeClock
) -> None:
    record = (
        '{"z":12.10,"a":1e400,"m":-0,"big":9223372036854775808,"s":"ü\\u2028","e":1E5,"n":null}'
    )
    server.fault("/tweets", body=f'{{"timestamp":5,"data":[{record}]}}')
    reader = rest_reader(server, TWEETS, clock)
    start = reader.initialOffset()
    end = reader.latestOffset(start, reader.getDefaultReadLimit())
    (text,) = texts_between(reader, start, end)
    assert text == record.replace("\\u2028", "\u2028")
    assert unpack(end["data"]) == [text]


def test_a_poll_before_its_time_returns_no_data_quickly(
    server: ReplayServer, clock: FakeClock
) -> None:
    reader = rest_reader(server, TWEETS, clock, streamingInterval="60")
    _, end = take(reader, reader.initialOffset())
    for _ in range(20):
        assert take(reader, end) == ([], end)
    assert max(clock.slept) <= 0.25
    assert len(server.journal()) == 1


def test_a_longer_poll_interval_of_the_server_is_kept_across_a_restart(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.state.apply({"config": {"events_poll_interval": 60}})
    reader = rest_reader(server, "/events", clock, streamingInterval="1", **EVENTS)
    _, end = take(reader, reader.initialOffset())
    restarted = rest_reader(server, "/events", clock, streamingInterval="1", **EVENTS)
    clock.advance(30)
    for known in (reader, restarted):
        assert take(known, end) == ([], end)
    assert len(server.journal()) == 1
    clock.advance(31)
    for calls, known in enumerate((reader, restarted), 2):
        take(known, end)
        assert len(server.journal()) == calls


def test_a_stream_continues_from_an_older_offset_without_the_server_interval(
    server: ReplayServer, clock: FakeClock
) -> None:
    reader = rest_reader(server, "/events", clock, **EVENTS)
    _, end = take(reader, reader.initialOffset())
    older = {name: value for name, value in end.items() if name != "wait"}
    server.state.apply({"grow": {"events": 2}})
    clock.advance(2)
    rows, newer = take(rest_reader(server, "/events", clock, **EVENTS), older)
    assert (len(rows), end["wait"], newer["wait"]) == (2, 1, 1)


def test_an_unchanged_answer_is_a_304_and_starts_no_batch(
    server: ReplayServer, clock: FakeClock
) -> None:
    reader = rest_reader(server, "/events", clock, **EVENTS)
    _, end = take(reader, reader.initialOffset())
    for known in (reader, rest_reader(server, "/events", clock, **EVENTS)):
        clock.advance(2)
        assert take(known, end) == ([], end)
        assert server.journal()[-1]["headers"]["if-none-match"] == end["etag"]


@pytest.mark.parametrize("restarted", [False, True])
def test_an_unchanged_first_page_does_not_hide_new_records_of_a_later_page(
    server: ReplayServer, clock: FakeClock, restarted: bool
) -> None:
    """With the oldest first, page 1 is full and never changes when page 3 grows."""
    pages: list[list[object]] = [numbered(1, 2), numbered(3, 4), numbered(5)]
    options = {"pagination": "page", "pageSize": "2", **EVENTS}

    def answer() -> None:
        for number, page in enumerate([*pages, []]):
            server.fault("/tweets", body=page, headers={"ETag": f'"{number}{len(page)}"'})

    answer()
    reader = rest_reader(server, "/tweets", clock, **options)
    _, end = take(reader, reader.initialOffset())
    assert end["etag"] == ""
    pages[2] = numbered(5, 6)
    pages.append(numbered(7))
    answer()
    if restarted:
        reader = rest_reader(server, "/tweets", clock, **options)
    assert take(reader, end)[0] == numbered(6, 7)
    assert all("if-none-match" not in call["headers"] for call in server.journal())


def test_a_post_sends_the_position_in_its_body(server: ReplayServer, clock: FakeClock) -> None:
    reader = rest_reader(
        server, "/tweets", clock, method="POST", body='{"since":"{timestamp}","q":"a {timestamp}"}'
    )
    _, end = take(reader, reader.initialOffset())
    take(reader, end)
    sent = [json.loads(call["body"]) for call in server.journal()]
    assert sent == [
        {"since": "0", "q": "a 0"},
        {"since": 1_700_000_002, "q": "a 1700000002"},
    ]
    assert {call["method"] for call in server.journal()} == {"POST"}


def test_incremental_sends_the_initial_offset_as_given_and_then_the_next_id(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", body={"data": [{"id": 100}, {"id": 101}]})
    reader = rest_reader(server, "/tweets?start_id={id}", clock, **EVENTS)
    _, end = take(reader, reader.initialOffset())
    server.fault("/tweets", body=[])
    take(reader, end)
    assert [call["query"]["start_id"] for call in server.journal()] == ["0", "102"]


def test_a_placeholder_with_an_unknown_name_is_refused() -> None:
    with pytest.raises(OptionError, match=r"write \{timestamp\} or set offsetField=latest"):
        RestDataSource({"url": "https://api.example.com/?since={latest}"}).schema()
    with pytest.raises(OptionError, match="host may not be a placeholder"):
        RestDataSource({"url": "https://{timestamp}.example.com/"})


def test_positions_are_encoded_in_the_url(server: ReplayServer, clock: FakeClock) -> None:
    server.fault("/tweets", body={"data": [{"x": 1}], "next": "a&b=c d/é"})
    reader = rest_reader(
        server, "/tweets?since={next}", clock, offsetField="next", offsetType="cursor"
    )
    _, end = take(reader, reader.initialOffset())
    take(reader, end)
    assert server.journal()[-1]["query"] == {"since": "a&b=c d/é"}
