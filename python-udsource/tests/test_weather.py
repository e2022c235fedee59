"""`weather` against the replay server."""

from __future__ import annotations

import json

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._errors import EgressError, HttpError, OptionError, Postponed
from sparktide_sources._polling.snapshot import SnapshotBatchReader
from sparktide_sources.weather import WeatherDataSource, weather_plan
from support import MOSCOW_AND_NYC, NYC, OPEN, FakeClock, second_server, weather_reader, with_clock


def test_a_poll_gives_one_row_per_station_in_schema_order(
    server: ReplayServer, clock: FakeClock
) -> None:
    """Rows are tuples; each station has the id from the option."""
    server.state.apply({"weather": {"temperature_2m": 21.5, "relative_humidity_2m": 40}})
    reader = weather_reader(server, clock, stations=MOSCOW_AND_NYC)
    rows, end = reader.read(reader.initialOffset())
    assert list(rows) == [("NYC", 21.5, 40.0, int(clock.now)), ("MSK", 21.5, 40.0, int(clock.now))]
    assert list(end) == ["v", "src", "g", "seq", "n", "polled", "data"]


def test_all_stations_are_read_with_one_request(server: ReplayServer, clock: FakeClock) -> None:
    """Open-Meteo accepts lists of coordinates, separated by commas."""
    reader = weather_reader(server, clock, stations=MOSCOW_AND_NYC)
    reader.read(reader.initialOffset())
    (call,) = server.journal("/v1/forecast")
    assert call["query"]["latitude"] == "40.71,55.75"
    assert call["query"]["longitude"] == "-74.01,37.62"
    assert call["query"]["current"] == "temperature_2m,relative_humidity_2m"


def test_answers_are_matched_to_stations_by_order_because_the_api_changes_coordinates(
    server: ReplayServer, clock: FakeClock
) -> None:
    one = weather_reader(server, clock)
    alone = next(one.read(one.initialOffset())[0])
    both = weather_reader(server, clock, stations=MOSCOW_AND_NYC)
    rows = list(both.read(both.initialOffset())[0])
    assert [row[0] for row in rows] == ["NYC", "MSK"]
    # Both calls answer from the same seed, one step apart.
    assert rows[0][1] == pytest.approx(alone[1] + 0.1)


def test_the_first_poll_emits_rows_at_once(server: ReplayServer, clock: FakeClock) -> None:
    """A first poll within the second of the start does not lose its batch."""
    reader = weather_reader(server, clock, streamingInterval="3600")
    start = reader.initialOffset()
    rows, end = reader.read(start)
    assert len(list(rows)) == 1
    assert json.dumps(end) != json.dumps(start)


def test_an_api_error_fails_with_the_reason_of_the_api(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The error is not a KeyError."""
    server.fault("/v1/forecast", status=400, body={"error": True, "reason": "Wrong place."})
    reader = weather_reader(server, clock)
    with pytest.raises(HttpError, match=r"answered 400 Bad Request: Wrong place\."):
        reader.read(reader.initialOffset())


@pytest.mark.parametrize(
    ("reason", "calls"),
    [
        ("Too many concurrent requests", 3),
        ("The service is overloaded", 3),
        ("Latitude must be in range of -90 to 90°. Given: 200.0.", 1),
    ],
)
def test_an_error_in_a_200_body_fails_with_its_reason_and_is_retried_if_transient(
    server: ReplayServer, clock: FakeClock, reason: str, calls: int
) -> None:
    server.fault("/v1/forecast", body={"error": True, "reason": reason}, times=9)
    reader = weather_reader(server, clock, maxRetries="2")
    reader.prepareForTriggerAvailableNow()
    with pytest.raises(HttpError, match=f"answered 200 with an error: {reason}"):
        reader.read(reader.initialOffset())
    assert len(server.journal()) == calls


def test_a_rate_limit_in_a_200_body_is_retried_after_its_reset(
    server: ReplayServer, clock: FakeClock
) -> None:
    body = {"error": True, "reason": "Minutely API request limit exceeded."}
    server.fault("/v1/forecast", body=body)
    began = clock.now
    reader = weather_reader(server, clock)
    reader.prepareForTriggerAvailableNow()
    rows, _ = reader.read(reader.initialOffset())
    assert len(list(rows)) == 1
    assert clock.now >= began - began % 60 + 60


def test_a_missing_measurement_is_an_error_that_names_it(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The source also checks the shape of the answer."""
    server.fault("/v1/forecast", body={"current": {"temperature_2m": 1}})
    reader = weather_reader(server, clock)
    with pytest.raises(HttpError, match=r"'NYC' has no 'current\.relative_humidity_2m'"):
        reader.read(reader.initialOffset())


def test_a_null_measurement_becomes_null(server: ReplayServer, clock: FakeClock) -> None:
    server.state.apply({"weather": {"temperature_2m": None}})
    reader = weather_reader(server, clock)
    assert next(reader.read(reader.initialOffset())[0])[1] is None


def test_a_single_network_error_does_not_end_the_query(
    server: ReplayServer, clock: FakeClock
) -> None:
    """A broken connection and a server error are each retried once."""
    server.fault("/v1/forecast", close=True)
    server.fault("/v1/forecast", status=500, body="oops")
    reader = weather_reader(server, clock)
    start, rows = reader.initialOffset(), []
    while not rows:
        found, end = reader.read(start)
        rows = list(found)
        clock.advance(0.5)
    assert len(server.journal()) == 3
    assert end["seq"] == 1


def test_a_body_that_breaks_off_with_an_error_text_is_retried(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/v1/forecast", body='{"current":{"temp Unexpected error while streaming data: x')
    reader = weather_reader(server, clock)
    start, rows = reader.initialOffset(), []
    while not rows:
        rows = list(reader.read(start)[0])
        clock.advance(0.5)
    assert rows[0][0] == "NYC"


def test_a_repeated_batch_has_the_rows_that_were_read_first(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The rows are the same with another reader, other values in the API and a later time."""
    reader = weather_reader(server, clock, stations=MOSCOW_AND_NYC)
    start = reader.initialOffset()
    rows, end = reader.read(start)
    first = list(rows)
    clock.advance(1000)
    again = weather_reader(server, clock, stations=MOSCOW_AND_NYC)
    assert list(again.readBetweenOffsets(start, json.loads(json.dumps(end)))) == first
    assert len(server.journal()) == 1


def test_a_checkpoint_can_continue_with_other_stations(
    server: ReplayServer, clock: FakeClock
) -> None:
    """A stream with other stations continues from the offset and can repeat its batch."""
    old = weather_reader(server, clock, stations=MOSCOW_AND_NYC)
    start = old.initialOffset()
    rows, end = old.read(start)
    first = list(rows)
    new = weather_reader(server, clock, stations="[{'id':'OSL','lat':59.9,'lon':10.7}]")
    assert list(new.readBetweenOffsets(start, end)) == first
    clock.advance(10)
    assert [row[0] for row in new.read(end)[0]] == ["OSL"]


def test_a_batch_read_sends_one_request_and_planning_sends_none(
    server: ReplayServer, clock: FakeClock
) -> None:
    plan = weather_plan({"baseUrl": server.url, "stations": NYC, **OPEN})
    reader = SnapshotBatchReader(with_clock(plan, clock))
    source = WeatherDataSource({"stations": NYC})
    assert source.schema().startswith("station string")
    (part,) = reader.partitions()
    assert server.journal() == []
    assert len(list(reader.read(part))) == 1
    assert len(server.journal()) == 1


@pytest.mark.parametrize(
    ("stations", "problem"),
    [
        ("", "must be a list"),
        ("[]", "at least one station"),
        ("{'id':'a','lat':1,'lon':2}", "at least one station"),
        ("[{'id':'a','lat':1}]", "exactly 'id', 'lat' and 'lon'"),
        ("[{'id':'a','lat':1,'lon':2,'alt':3}]", "exactly 'id', 'lat' and 'lon'"),
        ("[{'id':1,'lat':1,'lon':2}]", "non-empty string"),
        ("[{'id':'a','lat':91,'lon':2}]", "'lat' must be a number from -90 to 90"),
        ("[{'id':'a','lat':1,'lon':-180.5}]", "'lon' must be a number from -180 to 180"),
        ('[{"id":"a","lat":NaN,"lon":2}]', "'lat' must be a number"),
        ("[{'id':'a','lat':'1','lon':2}]", "'lat' must be a number"),
        ("[{'id':'a','lat':1,'lon':2},{'id':'a','lat':3,'lon':4}]", "'a' occurs twice"),
        ("__import__('os').getcwd()", "must be a list"),
    ],
)
def test_wrong_stations_are_refused_with_one_clear_error_before_any_request(
    stations: str, problem: str
) -> None:
    """For example, an id must be a string, and unique."""
    with pytest.raises(OptionError, match=problem):
        WeatherDataSource({"stations": stations})


def test_an_api_key_is_sent_and_never_shown_in_an_error(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/v1/forecast", status=400, body={"reason": "The supplied SENTINEL is invalid."})
    reader = weather_reader(server, clock, apiKey="SENTINEL")
    with pytest.raises(HttpError) as caught:
        reader.read(reader.initialOffset())
    assert "SENTINEL" not in str(caught.value)
    assert server.journal()[0]["query"]["apikey"] == "SENTINEL"


def test_a_redirect_to_a_forbidden_host_is_refused(server: ReplayServer, clock: FakeClock) -> None:
    with second_server() as other:
        server.fault("/v1/forecast", status=302, headers={"Location": other.url + "/v1/forecast"})
        reader = weather_reader(server, clock, allowedHosts=f"127.0.0.1:{server.port}")
        with pytest.raises(EgressError, match="not in allowedHosts"):
            reader.read(reader.initialOffset())
        assert other.journal() == []


def test_a_rate_limit_of_open_meteo_without_a_header_is_retried_after_its_reset(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The wait comes from the text of the 429."""
    reason = "Minutely API request limit exceeded. Please try again in one minute."
    server.fault("/v1/forecast", status=429, body={"error": True, "reason": reason})
    reader = weather_reader(server, clock)
    start = reader.initialOffset()
    assert list(reader.read(start)[0]) == []
    until_next_minute = 60 - clock.now % 60
    clock.advance(until_next_minute - 1)
    assert list(reader.read(start)[0]) == []
    assert len(server.journal()) == 1
    clock.advance(2.5)
    assert len(list(reader.read(start)[0])) == 1


def test_a_rate_limit_longer_than_max_retry_wait_fails_and_names_the_wait(
    server: ReplayServer, clock: FakeClock
) -> None:
    reason = "Daily API request limit exceeded. Please try again tomorrow."
    server.fault("/v1/forecast", status=429, body={"error": True, "reason": reason})
    reader = weather_reader(server, clock)
    with pytest.raises(HttpError, match=r"asks to wait \d+ s, more than maxRetryWait \(300 s\)"):
        reader.read(reader.initialOffset())


def test_postponed_is_not_an_http_error() -> None:
    assert not issubclass(Postponed, HttpError)
