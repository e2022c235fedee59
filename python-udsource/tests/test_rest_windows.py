"""`windowStep`: calls for windows of time, in batch and in streams."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone
from typing import Any

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._errors import HttpError, OptionError, ReplayError
from sparktide_sources._rest.config import read_config
from sparktide_sources._rest.stream.readers import RestStreamReader
from sparktide_sources._rest.stream.window_stream import WindowStream
from sparktide_sources._rest.stream.windows import MOST_CALLS
from sparktide_sources._rest.window_reader import WindowReader
from sparktide_sources.rest import RestDataSource
from support import OPEN, FakeClock, drain, rest_reader, rest_reader_before_42, rows_between, take

READINGS = "/readings?from={start}&to={end}"
DAYS = {"initialOffset": "2025-01-01", "windowStep": "1 day"}


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp()


def hours(first: str, after: str) -> list[int]:
    """The numbers of the readings from `first` to before `after`, one each hour."""
    return list(range(int(at(first)) // 3600, int(at(after)) // 3600))


def asked(server: ReplayServer) -> list[tuple[str, str]]:
    return [(call["query"]["from"], call["query"]["to"]) for call in server.journal("/readings")]


def numbers(rows: list[Any]) -> list[int]:
    return [row["n"] for row in rows]


def batch(
    server: ReplayServer, clock: FakeClock, path: str = READINGS, **options: str
) -> list[Any]:
    """The rows of a batch read."""
    config = read_config({"url": server.url + path, **OPEN, **options})
    assert config.windows is not None
    reader = WindowReader(config, config.windows, clock)
    return [json.loads(row[0]) for part in reader.partitions() for row in reader.read(part)]


@pytest.mark.parametrize(
    ("options", "bounds"),
    [
        ({}, [("2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z")]),
        ({"positionFormat": "date"}, [("2025-01-01", "2025-01-02")]),
        ({"positionFormat": "date", "inclusiveEnd": "true"}, [("2025-01-01", "2025-01-01")]),
        ({"positionFormat": "epoch"}, [("1735689600", "1735776000")]),
        ({"positionFormat": "epoch", "inclusiveEnd": "true"}, [("1735689600", "1735775999")]),
        (
            {"positionFormat": "epochMillis", "inclusiveEnd": "true"},
            [("1735689600000", "1735775999999")],
        ),
        (
            {"positionFormat": "yyyy-MM-dd'T'HH:mm", "inclusiveEnd": "true"},
            [("2025-01-01T00:00", "2025-01-01T23:59")],
        ),
        (
            {"positionFormat": "yyyy-MM", "windowStep": "1 month", "finalOffset": "2025-03-01"},
            [("2025-01", "2025-02"), ("2025-02", "2025-03")],
        ),
        (
            {
                "positionFormat": "yyyy-MM",
                "windowStep": "1 month",
                "finalOffset": "2025-03-01",
                "inclusiveEnd": "true",
            },
            [("2025-01", "2025-01"), ("2025-02", "2025-02")],
        ),
    ],
)
def test_the_bounds_of_a_window_have_the_format_of_the_api(
    options: dict[str, str], bounds: list[tuple[str, str]]
) -> None:
    config = read_config(
        {"url": "https://a.example" + READINGS, **DAYS, "finalOffset": "2025-01-02", **options}
    )
    assert config.windows is not None
    found = [config.windows.values(window) for window in config.windows.of_batch(2e9, 1)]
    assert [(str(value["start"]), str(value["end"])) for value in found] == bounds


@pytest.mark.parametrize(
    ("first", "step", "second"),
    [
        ("2025-01-01", "15 minutes", "2025-01-01T00:15:00"),
        ("2025-01-01", "6 Hours", "2025-01-01T06:00:00"),
        ("2025-01-01", "30 seconds", "2025-01-01T00:00:30"),
        ("2024-02-28", "1day", "2024-02-29"),
        ("2024-12-30", "2 weeks", "2025-01-13"),
        ("2024-01-31", "1 month", "2024-02-29"),
        ("2024-11-15", "3 months", "2025-02-15"),
        ("2024-02-29", "1 year", "2025-02-28"),
        ("2025-01-01T02:00:00+02:00", "1 hour", "2025-01-01T01:00:00"),
        ("0", "1 day", "1970-01-02"),
        ("1735689600", "1 day", "2025-01-02"),
    ],
)
def test_a_step_has_the_length_that_spark_gives_an_interval(
    first: str, step: str, second: str
) -> None:
    url = "https://a.example" + READINGS
    config = read_config({"url": url, "initialOffset": first, "windowStep": step})
    assert config.windows is not None
    (window,) = config.windows.complete(config.windows.first, int(at(second)), 10)
    assert window[1] == at(second)


def test_a_batch_reads_every_window_once_up_to_the_final_offset(
    server: ReplayServer, clock: FakeClock
) -> None:
    found = batch(server, clock, **{**DAYS, "windowStep": "2 days"}, finalOffset="2025-01-06")
    assert sorted(numbers(found)) == hours("2025-01-01", "2025-01-06")
    ends = ["2025-01-03T00:00:00Z", "2025-01-05T00:00:00Z", "2025-01-06T00:00:00Z"]
    assert sorted(end for _, end in asked(server)) == ends


def test_a_batch_without_final_offset_ends_at_the_lag_before_now(
    server: ReplayServer, clock: FakeClock
) -> None:
    clock.now = at("2025-01-03T05:30:20.700")
    batch(server, clock, **DAYS, lagSeconds="60")
    assert max(end for _, end in asked(server)) == "2025-01-03T05:29:20Z"
    server.clear_journal()
    batch(server, clock, **DAYS, lagSeconds="60", positionFormat="date")
    assert sorted(asked(server)) == [("2025-01-01", "2025-01-02"), ("2025-01-02", "2025-01-03")]
    server.clear_journal()
    batch(server, clock, **DAYS, finalOffset="2031-01-01")
    assert max(end for _, end in asked(server)) == "2025-01-03T05:30:20Z"


def test_a_batch_makes_one_call_for_each_row_of_input_and_window(
    server: ReplayServer, clock: FakeClock
) -> None:
    found = batch(
        server,
        clock,
        READINGS + "&station={id}",
        **DAYS,
        finalOffset="2025-01-04",
        inputData='[{"id": "NYC"}, {"id": "MSK"}]',
        partitions="4",
    )
    assert len(server.journal("/readings")) == 6
    for station in ("NYC", "MSK"):
        own = [row["n"] for row in found if row["station"] == station]
        assert sorted(own) == hours("2025-01-01", "2025-01-04")


def test_partitions_share_the_windows_and_the_rate_of_requests() -> None:
    config = read_config(
        {
            "url": "https://a.example" + READINGS,
            **DAYS,
            "finalOffset": "2025-01-11",
            "partitions": "3",
            "requestsPerSecond": "6",
        }
    )
    assert config.windows is not None
    parts = WindowReader(config, config.windows, FakeClock()).partitions()
    assert [len(part.calls) for part in parts] == [4, 3, 3]  # type: ignore[attr-defined]
    assert {part.tasks for part in parts} == {3}  # type: ignore[attr-defined]


def test_a_window_may_have_several_pages(server: ReplayServer, clock: FakeClock) -> None:
    options = {**DAYS, "finalOffset": "2025-01-03", "pagination": "link"}
    found = batch(server, clock, READINGS + "&limit=10", **options)
    assert sorted(numbers(found)) == hours("2025-01-01", "2025-01-03")
    assert len(server.journal("/readings")) == 6


def test_a_body_has_the_bounds_as_numbers_if_the_format_is_a_number(clock: FakeClock) -> None:
    config = read_config(
        {
            "url": "https://a.example/x",
            "method": "POST",
            "body": '{"range": ["{start}", "{end}"], "text": "from {start}"}',
            **DAYS,
            "positionFormat": "epoch",
            "finalOffset": "2025-01-02",
        }
    )
    assert config.windows is not None
    reader = WindowReader(config, config.windows, clock)
    call = reader._prepared(None, config.windows.of_batch(2e9, 1)[0])
    assert json.loads(call.body) == {"range": [1735689600, 1735776000], "text": "from 1735689600"}


def test_the_start_alone_names_a_window_of_one_day(server: ReplayServer, clock: FakeClock) -> None:
    options = {**DAYS, "positionFormat": "date", "inclusiveEnd": "false"}
    path = "/readings?from={start}&to={start}&inclusive=1"
    found = batch(server, clock, path, **options, finalOffset="2025-01-03")
    assert sorted(numbers(found)) == hours("2025-01-01", "2025-01-03")


def test_a_stream_reads_each_complete_window_once_and_none_that_is_not_over(
    server: ReplayServer, clock: FakeClock
) -> None:
    clock.now = at("2025-01-04T05:00")
    reader = rest_reader(server, READINGS, clock, **DAYS)
    found, end = drain(reader, reader.initialOffset())
    assert sorted(numbers(found)) == hours("2025-01-01", "2025-01-04")
    assert end["pos"] == "2025-01-04T00:00:00Z"
    clock.now = at("2025-01-04T23:59:59.9")
    assert take(reader, end) == ([], end)
    clock.now = at("2025-01-05")
    found, end = take(reader, end)
    assert sorted(numbers(found)) == hours("2025-01-04", "2025-01-05")
    assert len(server.journal("/readings")) == 4


def test_the_newest_window_ends_at_least_the_lag_before_now(
    server: ReplayServer, clock: FakeClock
) -> None:
    clock.now = at("2025-01-02T00:59:59")
    reader = rest_reader(server, READINGS, clock, **DAYS, lagSeconds="3600")
    first = reader.initialOffset()
    assert take(reader, first) == ([], first)
    clock.advance(1)
    assert len(take(reader, first)[0]) == 24


def test_the_driver_makes_no_request_and_a_plan_can_be_repeated(
    server: ReplayServer, clock: FakeClock
) -> None:
    clock.now = at("2025-01-11")
    reader = rest_reader(server, READINGS, clock, **DAYS, partitions="4")
    first = reader.initialOffset()
    end = reader.latestOffset(first, reader.getDefaultReadLimit())
    assert len(reader.partitions(first, end)) == len(reader.partitions(first, end)) == 4
    assert server.journal("/readings") == []


def test_a_backlog_is_read_in_batches_of_the_set_number_of_windows_without_pause(
    server: ReplayServer, clock: FakeClock
) -> None:
    clock.now = at("2026-02-05")
    options = {**DAYS, "windowsPerBatch": "150", "streamingInterval": "3600"}
    reader = rest_reader(server, READINGS + "&every=86400", clock, **options)
    start, sizes = reader.initialOffset(), []
    for _ in range(2):
        rows, start = take(reader, start)
        sizes.append(len(rows))
    assert sizes == [150, 150]
    # The last batch is not full, so it waits for the interval.
    assert take(reader, start)[0] == []
    clock.advance(3600)
    assert len(take(reader, start)[0]) == 100
    assert len(set(asked(server))) == len(asked(server)) == 400


def test_a_batch_of_a_stream_has_at_least_one_window_of_each_row(
    server: ReplayServer, clock: FakeClock
) -> None:
    clock.now = at("2025-01-04")
    rows = json.dumps([{"station": f"S{n}"} for n in range(5)])
    reader = rest_reader(server, READINGS, clock, **DAYS, inputData=rows, windowsPerBatch="3")
    found, end = take(reader, reader.initialOffset())
    assert end["pos"] == "2025-01-02T00:00:00Z"
    assert len(found) == 5 * 24
    assert len(json.dumps(end)) < 300


def test_a_repeated_batch_requests_the_same_windows_although_the_step_was_changed(
    server: ReplayServer, clock: FakeClock
) -> None:
    clock.now = at("2025-01-04T05:00")
    reader = rest_reader(server, READINGS, clock, **DAYS)
    first = reader.initialOffset()
    end = reader.latestOffset(first, reader.getDefaultReadLimit())
    rows = rows_between(reader, first, end)
    before = sorted(asked(server))
    server.clear_journal()
    again = rest_reader(server, READINGS, clock, **{**DAYS, "windowStep": "5 hours"})
    assert rows_between(again, first, json.loads(json.dumps(end))) == rows
    assert sorted(asked(server)) == before
    # The next batch begins at its end, with the new step.
    found, end = take(again, end)
    assert sorted(numbers(found)) == hours("2025-01-04", "2025-01-04T05:00")
    assert end["step"] == "5 hours"


def test_a_stream_ends_at_the_final_offset_with_a_shorter_window(
    server: ReplayServer, clock: FakeClock
) -> None:
    clock.now = at("2025-02-01")
    options = {**DAYS, "windowStep": "3 days", "finalOffset": "2025-01-05"}
    reader = rest_reader(server, READINGS, clock, **options)
    found, end = drain(reader, reader.initialOffset())
    assert sorted(numbers(found)) == hours("2025-01-01", "2025-01-05")
    clock.advance(1e6)
    assert take(reader, end) == ([], end)


def test_available_now_reads_all_windows_that_were_over_when_it_began(
    server: ReplayServer, clock: FakeClock
) -> None:
    clock.now = at("2025-01-10T12:00")
    options = {**DAYS, "windowsPerBatch": "4", "streamingInterval": "3600"}
    reader = rest_reader(server, READINGS, clock, **options)
    reader.prepareForTriggerAvailableNow()
    start, all_rows = reader.initialOffset(), list[Any]()
    while True:
        rows, end = take(reader, start)
        clock.advance(86_400)
        if end == start:
            break
        all_rows, start = all_rows + rows, end
    assert sorted(numbers(all_rows)) == hours("2025-01-01", "2025-01-10")


def test_on_spark_before_4_2_a_restarted_stream_continues_at_the_next_window(
    server: ReplayServer, clock: FakeClock
) -> None:
    clock.now = at("2025-01-03")
    reader = rest_reader_before_42(server, READINGS, clock, **DAYS)
    first, end = reader.initialOffset(), reader.latestOffset()
    assert sorted(numbers(rows_between(reader, first, end))) == hours("2025-01-01", "2025-01-03")
    clock.advance(86_400)
    again = rest_reader_before_42(server, READINGS, clock, **DAYS)
    assert list(again.partitions(end, end)) == []
    found = rows_between(again, end, again.latestOffset())
    assert sorted(numbers(found)) == hours("2025-01-03", "2025-01-04")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"url": "/readings?from={start}&to={end}&x=1"}, "written with another url"),
        ({"inputData": '[{"station": "A"}]'}, "written with another inputData"),
        ({"windowStep": "1 day", "positionFormat": "date"}, "can't be expressed in positionFormat"),
        ({"windowStep": ""}, "Set windowStep again"),
    ],
)
def test_a_checkpoint_that_does_not_fit_the_options_is_refused(
    server: ReplayServer, clock: FakeClock, changed: dict[str, str], message: str
) -> None:
    clock.now = at("2025-01-01T05:00")
    options = {"initialOffset": "2025-01-01", "windowStep": "5 hours"}
    options["inputData"] = '[{"station": "A"}, {"station": "B"}]'
    reader = rest_reader(server, READINGS, clock, **options)
    _, end = take(reader, reader.initialOffset())
    path = changed.pop("url", READINGS)
    if changed.get("windowStep") == "":
        path, options, changed = "/tweets?since={timestamp}", {}, {"allowConfigChange": "true"}
    clock.advance(86_400)
    again = rest_reader(server, path, clock, **{**options, **changed})
    with pytest.raises(ReplayError, match=message):
        again.latestOffset(end, again.getDefaultReadLimit())


def test_the_rows_of_input_may_come_in_another_order_after_a_restart(
    server: ReplayServer, clock: FakeClock
) -> None:
    clock.now = at("2025-01-02")
    rows = [{"station": "A"}, {"station": "B"}]
    reader = rest_reader(server, READINGS, clock, **DAYS, inputData=json.dumps(rows))
    _, end = take(reader, reader.initialOffset())
    clock.advance(86_400)
    again = rest_reader(server, READINGS, clock, **DAYS, inputData=json.dumps(rows[::-1]))
    assert len(take(again, end)[0]) == 48


def test_a_checkpoint_without_windows_is_refused_by_a_stream_of_windows(
    server: ReplayServer, clock: FakeClock
) -> None:
    start = rest_reader(server, "/tweets?since={timestamp}", clock).initialOffset()
    reader = rest_reader(server, READINGS, clock, **DAYS, allowConfigChange="true")
    with pytest.raises(ReplayError, match="written without windowStep"):
        reader.latestOffset(start, reader.getDefaultReadLimit())


@pytest.mark.parametrize("option", [{"onError": "skip"}, {"onError": "deadLetter"}])
def test_a_window_that_fails_ends_the_stream_with_an_error_and_is_not_skipped(
    server: ReplayServer, clock: FakeClock, option: dict[str, str]
) -> None:
    clock.now = at("2025-01-02")
    server.fault("/readings", status=400, body={"error": "no"})
    reader = rest_reader(server, READINGS, clock, **DAYS, **option)
    with pytest.raises(HttpError, match="answered 400"):
        take(reader, reader.initialOffset())


def test_a_status_that_is_skipped_counts_as_a_window_without_records(
    server: ReplayServer, clock: FakeClock
) -> None:
    clock.now = at("2025-01-03")
    server.fault("/readings", status=404)
    reader = rest_reader(server, READINGS, clock, **DAYS, onStatus="404=skip", partitions="1")
    found, end = take(reader, reader.initialOffset())
    assert numbers(found) == hours("2025-01-02", "2025-01-03")
    assert end["pos"] == "2025-01-03T00:00:00Z"


def test_a_named_page_that_is_missing_fails_the_window_although_its_status_is_skipped(
    server: ReplayServer, clock: FakeClock
) -> None:
    clock.now = at("2025-01-02")
    server.fault("/readings", status=404, skip=1)
    options = {**DAYS, "onStatus": "404=skip", "pagination": "link"}
    reader = rest_reader(server, READINGS + "&limit=10", clock, **options)
    with pytest.raises(HttpError, match="answered 404"):
        take(reader, reader.initialOffset())


def test_pages_that_would_not_be_read_fail_a_stream(server: ReplayServer, clock: FakeClock) -> None:
    clock.now = at("2025-01-02")
    reader = rest_reader(server, READINGS + "&limit=10", clock, **DAYS)
    with pytest.raises(HttpError, match="no later batch would read them; set pagination=link"):
        take(reader, reader.initialOffset())


@pytest.mark.parametrize(("seconds", "early"), [(0, True), (1, False)])
def test_an_answer_from_before_the_end_of_its_window_is_an_error(
    server: ReplayServer, clock: FakeClock, seconds: int, early: bool
) -> None:
    clock.now = at("2025-01-02")
    # Whole seconds: this moment may be almost a second later than the header says.
    date = (
        f"Wed, 01 Jan 2025 23:59:{58 + seconds} GMT" if early else "Thu, 02 Jan 2025 00:00:00 GMT"
    )
    server.fault("/readings", headers={"Date": date}, body={"data": []})
    reader = rest_reader(server, READINGS, clock, **DAYS)
    if not early:
        assert take(reader, reader.initialOffset())[0] == []
        return
    with pytest.raises(HttpError, match=r"clock is 2 seconds before the end.*set lagSeconds"):
        take(reader, reader.initialOffset())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"windowStep": "1 fortnight"}, "'windowStep': must be a number and a unit"),
        ({"windowStep": "0 days"}, "'windowStep': must be a number and a unit"),
        ({"windowStep": "1 day 2 hours"}, "'windowStep': must be a number and a unit"),
        ({"windowStep": "9000 years"}, "'windowStep': ends the first window after the year 9999"),
        ({"initialOffset": ""}, "'initialOffset': is required"),
        ({"initialOffset": "yesterday"}, "'initialOffset': must be a date or a time"),
        ({"initialOffset": "2025-01-01T00:00:00.5Z"}, "'initialOffset': must be a date or a time"),
        ({"finalOffset": "2025-01-01"}, "'finalOffset': must be after initialOffset"),
        ({"finalOffset": "soon"}, "'finalOffset': must be a date or a time"),
        ({"url": "/x?to={end}"}, r"'windowStep': needs \{start\} and \{end\}"),
        ({"url": "/x?from={start}"}, r"'windowStep': needs \{end\}"),
        (
            {"url": "/x?a={start}&b={end}&c={timestamp}"},
            r"'url': has the placeholder \{timestamp\}",
        ),
        (
            {"inputData": '[{"start": 1}]'},
            "'inputData': item 0 has a field 'start'.*rename the field",
        ),
        (
            {"positionFormat": "date", "windowStep": "6 hours"},
            "'windowStep': '6 hours' makes a bound of 2025-01-01T06:00:00Z, which "
            "positionFormat=date can't express",
        ),
        (
            {"positionFormat": "date", "initialOffset": "2025-01-01T06:00:00Z"},
            "'initialOffset': '2025-01-01T06:00:00Z' makes a bound",
        ),
        (
            {"positionFormat": "yyyy-MM", "windowStep": "30 days"},
            "'windowStep': '30 days' makes a bound of 2025-01-31",
        ),
        (
            {"positionFormat": "date", "finalOffset": "2025-02-01T01:00:00Z"},
            "'finalOffset': '2025-02-01T01:00:00Z' makes a bound",
        ),
        ({"inclusiveEnd": "true"}, "'inclusiveEnd': needs a positionFormat with a smallest unit"),
        (
            {"url": "/x/{start}", "positionFormat": "date", "inclusiveEnd": "true"},
            r"'inclusiveEnd': needs \{end\}",
        ),
        ({"offsetField": "at"}, "'offsetField': is not used by windowStep"),
        ({"offsetType": "cursor"}, "'offsetType': is not used by windowStep"),
        ({"offsetScope": "record"}, "'offsetScope': is not used by windowStep"),
        ({"inclusiveOffset": "true"}, "'inclusiveOffset': is not used.*set inclusiveEnd"),
        ({"batchSize": "10"}, "'batchSize': is not used.*windowsPerBatch"),
        ({"maxBatchBytes": "10"}, "'maxBatchBytes': is not used.*windowsPerBatch"),
        ({"maxOffsetBytes": "1000"}, "'maxOffsetBytes': is not used by windowStep"),
        ({"replay": "payload"}, "'replay': is not used.*requests its windows again"),
        ({"spoolDir": "/tmp/x"}, "'spoolDir': is not used by windowStep"),
        ({"onReplayMismatch": "warn"}, "'onReplayMismatch': is not used by windowStep"),
        ({"onTransient": "skipPoll"}, "'onTransient': is not used.*would be lost"),
        ({"windowStep": "", "finalOffset": "2025-02-01"}, "'finalOffset': needs windowStep"),
        ({"windowStep": "", "inclusiveEnd": "true"}, "'inclusiveEnd': needs windowStep"),
        ({"windowStep": "", "windowsPerBatch": "5"}, "'windowsPerBatch': needs windowStep"),
        ({"windowStep": ""}, "or set offsetField=start. For windows of time set windowStep"),
        (
            {"requireGuarantee": "exactly-once"},
            "give none .class window.. A record that comes after its window is over would be lost: "
            "set lagSeconds",
        ),
    ],
)
def test_options_that_contradict_windows_are_refused_by_name(
    options: dict[str, str], message: str
) -> None:
    path = options.pop("url", READINGS)
    with pytest.raises(OptionError, match=message):
        read_config({"url": "https://a.example" + path, **DAYS, **options})


def test_options_with_their_default_are_no_contradiction() -> None:
    defaults = {"offsetType": "timestamp", "replay": "auto", "inclusiveOffset": "false"}
    assert read_config({"url": "https://a.example" + READINGS, **DAYS, **defaults}).windows


def test_more_calls_than_a_plan_can_hold_are_refused() -> None:
    url = "https://a.example" + READINGS
    config = read_config({"url": url, "windowStep": "1 second", "initialOffset": "2025-01-01"})
    assert config.windows is not None
    with pytest.raises(OptionError, match=f"'windowStep': 1 second makes more than {MOST_CALLS}"):
        WindowReader(config, config.windows, FakeClock()).partitions()


def test_a_stream_of_windows_is_exactly_once_with_a_lag_and_says_on_what_condition(
    server: ReplayServer, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    options = {**DAYS, "lagSeconds": "60", "requireGuarantee": "exactly-once"}
    reader = rest_reader(server, READINGS, clock, **options)
    assert reader.initialOffset()["g"] == "window"
    with caplog.at_level(logging.INFO, "sparktide_sources"):
        take(reader, reader.initialOffset())
    (text,) = [record.getMessage() for record in caplog.records if "guarantee" in record.msg]
    assert "exactly-once (class window), if records come no later than lagSeconds (60)" in text


def test_the_source_makes_readers_for_windows() -> None:
    source = RestDataSource({"url": "https://a.example" + READINGS, **DAYS})
    assert isinstance(source.reader(None), WindowReader)
    stream = source.streamReader(None)
    assert isinstance(stream, RestStreamReader)
    assert isinstance(stream._stream, WindowStream)
