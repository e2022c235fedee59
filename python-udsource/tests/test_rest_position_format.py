"""`positionFormat`: sends the position in the format that the parameter of the API needs."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sparktide_sources._errors import HttpError, OptionError
from sparktide_sources._http.wire import Reply
from sparktide_sources._rest.batch_reader import RestBatchReader
from sparktide_sources._rest.config import read_config
from sparktide_sources._rest.stream.position_format import PositionFormat
from sparktide_sources._rest.stream.readers import RestStreamReader
from sparktide_sources.rest import RestDataSource, rest_stream
from support import FakeClock, rows_between

NANOS = "2025-01-31T10:00:00.123456789Z"


@pytest.mark.parametrize(
    ("form", "kind", "text", "sent"),
    [
        ("iso", "instant", NANOS, NANOS),
        ("iso", "instant", "2025-01-31T12:00:00.5+02:00", "2025-01-31T10:00:00.5Z"),
        ("iso", "datetime", "2025-01-31 10:00:00", "2025-01-31T10:00:00"),
        ("iso", "number", "1738317600123", "2025-01-31T10:00:00.123Z"),
        ("iso", "digits", "1738317600.25", "2025-01-31T10:00:00.25Z"),
        ("iso", "number", "1738317600123456789", NANOS),
        ("epoch", "instant", NANOS, "1738317600"),
        ("epoch", "instant", "2025-01-31T10:00:00.999999Z", "1738317600"),
        ("epoch", "instant", "Fri, 31 Jan 2025 10:00:00 GMT", "1738317600"),
        ("epoch", "instant", "1960-01-01T00:00:00.5Z", "-315619200"),
        ("epoch", "number", "1738317600123", "1738317600"),
        ("epochMillis", "instant", NANOS, "1738317600123"),
        ("epochMillis", "instant", "1960-01-01T00:00:00.0005Z", "-315619200000"),
        ("epochMillis", "number", "1738317600", "1738317600000"),
        ("date", "instant", "2025-01-31T23:59:59.9Z", "2025-01-31"),
        ("date", "instant", "2025-01-31T23:59:59-02:00", "2025-02-01"),
        ("yyyy-MM-dd HH:mm:ss", "instant", NANOS, "2025-01-31 10:00:00"),
        ("dd.MM.uuuu 'at' HH'h'", "instant", NANOS, "31.01.2025 at 10h"),
        ("yyyyMMdd'T'HHmmss.SSSX", "instant", NANOS, "20250131T100000.123Z"),
        ("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSxxx", "instant", NANOS, NANOS[:-1] + "+00:00"),
    ],
)
def test_a_position_is_formatted_as_requested_and_never_rounded_up(
    form: str, kind: str, text: str, sent: str
) -> None:
    assert PositionFormat(form).of_position(kind, text, exact=False) == sent


@pytest.mark.parametrize(
    ("form", "first", "sent"),
    [
        ("iso", "0", "1970-01-01T00:00:00Z"),
        ("date", "0", "1970-01-01"),
        ("epoch", "0", "0"),
        ("epoch", "2025-01-31T10:00:00Z", "1738317600"),
        ("epoch", "1738317600", "1738317600"),
        ("iso", "1738317600", "2025-01-31T10:00:00Z"),
        ("iso", "20250131", "20250131"),
        ("iso", "", ""),
        ("epoch", "now-1d", "now-1d"),
    ],
)
def test_initial_offset_may_be_a_time_or_any_text_of_the_api(
    form: str, first: str, sent: str
) -> None:
    assert PositionFormat(form).of_start(first) == sent


class Api:
    """Records with times as text, and a parameter in seconds since 1970."""

    def __init__(self, times: list[str]) -> None:
        self.times = times
        self.asked: list[str] = []

    def __call__(self, method: str, url: str, headers: Any, body: bytes, *_: Any) -> Reply:
        since = parse_qs(urlsplit(url).query).get("since", [""])[0] or json.loads(body)["since"]
        self.asked.append(since)
        if not str(since).isdigit():
            return Reply(400, "Bad Request", {}, b'{"message":"since is no number"}', url)
        moment = datetime.fromtimestamp(int(since), timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
        found = [{"id": n, "at": at} for n, at in enumerate(self.times) if at >= moment]
        return Reply(200, "OK", {}, json.dumps(found[:3]).encode("utf-8"), url)


def reader(api: Api, clock: FakeClock, **options: str) -> RestStreamReader:
    given = {
        "url": "https://a.example/x?since={at}",
        "offsetField": "at",
        "offsetType": "max_field",
        "initialOffset": "2025-01-01T00:00:00Z",
        "streamingInterval": "0",
        "positionFormat": "epoch",
        **options,
    }
    config = read_config(given)
    stream = rest_stream(given, config, clock)
    stream._transport = api  # type: ignore[union-attr]
    return RestStreamReader(stream, config)


@pytest.mark.parametrize("inclusive", ["false", "true"])
def test_each_record_is_read_once_across_restarts_although_the_parameter_is_coarser(
    clock: FakeClock, inclusive: str
) -> None:
    times = [f"2025-01-31T10:00:0{n // 2}.{n % 2}00000001Z" for n in range(10)]
    api, ids = Api(times), list[int]()
    offset = reader(api, clock, inclusiveOffset=inclusive).initialOffset()
    for _ in range(20):
        # A new reader each time, as after a restart, with the offset as JSON of a checkpoint.
        fresh = reader(api, clock, inclusiveOffset=inclusive)
        offset = json.loads(json.dumps(offset))
        end = fresh.latestOffset(offset, fresh.getDefaultReadLimit())
        if end == offset:
            break
        ids += [row["id"] for row in rows_between(fresh, offset, end)]
        repeated = reader(api, clock, inclusiveOffset=inclusive)
        assert rows_between(repeated, offset, end) == rows_between(fresh, offset, end)
        offset = end
    assert ids == list(range(10))
    assert offset["pos"] == times[-1]


def test_a_page_full_of_known_records_is_an_error_and_not_an_endless_idle_stream(
    clock: FakeClock,
) -> None:
    api = Api([f"2025-01-31T10:00:00.{n}Z" for n in range(5)])
    stream = reader(api, clock, pageSize="3")
    end = stream.latestOffset(stream.initialOffset(), stream.getDefaultReadLimit())
    assert end["n"] == 3
    with pytest.raises(HttpError, match=r"has no record after .*set pagination, raise pageSize"):
        stream.latestOffset(end, stream.getDefaultReadLimit())


def test_without_position_format_the_api_refuses_the_second_batch(clock: FakeClock) -> None:
    api = Api(["2025-01-31T10:00:00Z"])
    plain = reader(api, clock, positionFormat="", initialOffset="0")
    end = plain.latestOffset(plain.initialOffset(), plain.getDefaultReadLimit())
    with pytest.raises(HttpError, match="since is no number"):
        plain.latestOffset(end, plain.getDefaultReadLimit())


def test_a_number_in_a_json_body_is_sent_as_a_number(clock: FakeClock) -> None:
    api = Api([])
    options = {"url": "https://a.example/x", "method": "POST", "body": '{"since": "{at}"}'}
    first = reader(api, clock, **options)
    first.latestOffset(first.initialOffset(), first.getDefaultReadLimit())
    assert api.asked == [1735689600]


def test_a_batch_sends_the_same_initial_position_as_a_stream(clock: FakeClock) -> None:
    api = Api(["2025-01-31T10:00:00Z"])
    config = read_config(
        {"url": "https://a.example/x?since={timestamp}", "positionFormat": "epoch"}
        | {"initialOffset": "2025-01-01"}
    )
    batch = RestBatchReader(config, clock, api)
    assert len(list(batch.read(batch.partitions()[0]))) == 1
    assert api.asked == ["1735689600"]


def test_a_position_that_is_not_a_time_is_an_error_that_shows_it() -> None:
    with pytest.raises(HttpError, match="the position '17' is not a time, as positionFormat=epoch"):
        PositionFormat("epoch").of_position("number", "17", exact=False)


def test_a_position_in_the_response_must_fit_the_format_exactly() -> None:
    form = PositionFormat("epoch")
    assert form.of_position("instant", "2025-01-31T10:00:00Z", exact=True) == "1738317600"
    with pytest.raises(HttpError, match=r"does not fit positionFormat=epoch \(1738317600\)"):
        form.of_position("instant", NANOS, exact=True)


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ("unix", "must be iso, epoch, epochMillis, date, http, or a pattern"),
        ("%Y-%m-%d", "must be iso"),
        ("YYYY-MM-DD", "must be iso"),
        ("yyyy-MM-dd'T", "must be iso"),
        ("--", "must be iso"),
        ("yyyy-dd", "omits a part of the time before a finer one"),
        ("yyyy-MM-dd mm:ss", "omits a part"),
        ("HH:mm", "omits a part"),
    ],
)
def test_a_wrong_position_format_is_refused_with_one_clear_error(form: str, problem: str) -> None:
    url = "https://a.example/x?since={timestamp}"
    with pytest.raises(OptionError, match=f"'positionFormat': .*{problem}"):
        RestDataSource({"url": url, "positionFormat": form})
