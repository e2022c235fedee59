"""How often sources send requests: intervals, rate limits, quotas, and bounded waits."""

from __future__ import annotations

import email.utils
import gc
import json
import logging
import tracemalloc
from typing import Any

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._clock import Clock
from sparktide_sources._errors import HttpError, OptionError, Postponed
from sparktide_sources._http.client import HTTP_OPTIONS, HttpClient, Request, http_settings
from sparktide_sources._http.json_replies import json_reply
from sparktide_sources._http.throttle import Throttle
from sparktide_sources._http.waits import asked_wait, plain_number, poll_interval, quota_wait
from sparktide_sources._options import OptionReader
from sparktide_sources._rest.batch_reader import RestBatchReader
from sparktide_sources._rest.config import read_config
from sparktide_sources.rest import RestDataSource
from support import OPEN, FakeClock, Recorder, coins_reader, rest_reader, take, weather_reader

TWEETS = "/tweets?since={timestamp}"
NOW = 1_750_000_000.0


def client(clock: Clock, **options: str) -> HttpClient:
    reader = OptionReader("test", {**OPEN, **options}, HTTP_OPTIONS)
    return HttpClient(http_settings(reader), (), clock, rng=lambda: 1.0)


class Timed(Recorder):
    """Records the time of each request."""

    def __init__(self, clock: FakeClock, headers: dict[str, str] | None = None) -> None:
        super().__init__({"data": [{"x": 1}], "timestamp": 1}, headers)
        self.clock = clock
        self.at: list[float] = []

    def __call__(self, *given: Any) -> Any:
        self.at.append(self.clock.now)
        return super().__call__(*given)


@pytest.mark.parametrize(
    ("options", "times"),
    [
        ({"requestsPerSecond": "4"}, [0, 0.25, 0.5, 0.75, 1.0]),
        ({"requestsPerMinute": "6"}, [0, 10, 20, 30, 40]),
        ({"requestsPerSecond": "2", "burst": "3"}, [0, 0, 0, 0.5, 1.0]),
        ({"requestsPerSecond": "5", "requestsPerMinute": "60"}, [0, 1, 2, 3, 4]),
        ({}, [0, 0, 0, 0, 0]),
    ],
)
def test_requests_are_sent_at_the_rate_that_the_options_allow(
    clock: FakeClock, options: dict[str, str], times: list[float]
) -> None:
    transport = Timed(clock)
    reader = OptionReader("test", options, HTTP_OPTIONS)
    sender = HttpClient(http_settings(reader), (), clock, transport)
    for _ in times:
        sender.send(Request("https://a.example/"), json_reply)
    assert [at - NOW for at in transport.at] == pytest.approx(times, abs=1e-3)


def test_the_tasks_of_a_batch_share_the_rate(clock: FakeClock) -> None:
    rows = json.dumps([{"id": n} for n in range(8)])
    config = read_config(
        {
            "url": "https://a.example/?id={id}",
            "inputData": rows,
            "partitions": "4",
            "requestsPerSecond": "2",
        }
    )
    transport = Timed(clock)
    reader = RestBatchReader(config, clock, transport)
    (first, *_) = reader.partitions()
    list(reader.read(first))
    # Each of four tasks sends a request every two seconds: two per second together.
    assert [at - NOW for at in transport.at] == pytest.approx([0, 2], abs=1e-3)


def test_a_pickled_throttle_keeps_its_rules_but_not_its_state() -> None:
    import pickle

    clock, throttle = FakeClock(), Throttle(0.1, 2)
    for _ in range(2):
        throttle.take(clock)
    assert throttle.wait(clock) == pytest.approx(10)
    assert pickle.loads(pickle.dumps(throttle)).wait(clock) <= 0


def test_a_poll_of_many_pages_continues_where_it_had_to_wait(
    server: ReplayServer, clock: FakeClock
) -> None:
    """It reads a page per minute and no page twice, and no call takes more than a second."""
    options = {"authType": "Bearer", "oauthToken": "replay-token", "pagination": "link"}
    reader = rest_reader(
        server,
        "/items",
        clock,
        requestsPerMinute="1",
        offsetField="id",
        offsetType="incremental",
        **options,
    )
    start, rows, calls = reader.initialOffset(), [], 0
    while not rows and calls < 1000:
        before = clock.now
        rows, _ = take(reader, start)
        assert clock.now - before <= 1.0
        clock.advance(0.5)
        calls += 1
    assert [row["id"] for row in rows] == list(range(1, 26))
    assert len(server.journal("/items")) == 3
    assert 120 <= clock.now - NOW < 125


def test_a_retry_on_a_later_page_does_not_request_the_first_page_again(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/items", status=429, headers={"Retry-After": "30"}, skip=1)
    options = {"authType": "Bearer", "oauthToken": "replay-token", "pagination": "link"}
    reader = rest_reader(
        server, "/items", clock, offsetField="id", offsetType="incremental", **options
    )
    start = reader.initialOffset()
    assert take(reader, start)[0] == []
    clock.advance(31)
    rows, _ = take(reader, start)
    assert len(rows) == 25
    assert [call["query"].get("page", "1") for call in server.journal()] == ["1", "2", "2", "3"]


def test_a_used_up_quota_delays_the_next_request(clock: FakeClock) -> None:
    transport = Timed(clock, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "7"})
    reader = OptionReader("test", {}, HTTP_OPTIONS)
    settings = http_settings(reader)
    HttpClient(settings, (), clock, transport).send(Request("https://a.example/"), json_reply)
    # Another client of the same reader, as for the next poll or the next input row.
    second = HttpClient(settings, (), clock, transport)
    with pytest.raises(Postponed) as caught:
        second.send(Request("https://a.example/"), json_reply, 2, 1.0)
    assert (caught.value.delay, caught.value.attempts, caught.value.failed) == (7, 2, False)
    second.send(Request("https://a.example/"), json_reply)
    assert [at - NOW for at in transport.at] == pytest.approx([0, 7])


def test_a_quota_that_resets_too_late_is_an_error_that_names_the_wait(clock: FakeClock) -> None:
    transport = Timed(clock, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "3600"})
    sender = HttpClient(http_settings(OptionReader("t", {}, [])), (), clock, transport)
    sender.send(Request("https://a.example/"), json_reply)
    with pytest.raises(HttpError, match=r"must wait 3600 s .* more than maxRetryWait \(300 s\)"):
        sender.send(Request("https://a.example/"), json_reply)
    assert len(transport.at) == 1


@pytest.mark.parametrize(
    ("headers", "message", "wait"),
    [
        ({"retry-after": "3"}, "", 3),
        ({"retry-after": " 3.5 "}, "", 3.5),
        # Such a number is a time since 1970: no server asks for a wait of sixty years.
        ({"retry-after": str(int(NOW) + 9)}, "", 9),
        ({"retry-after": f"{int(NOW) + 9}500"}, "", 9.5),
        ({"retry-after": f"{int(NOW) + 9}000000"}, "", 9),
        ({"retry-after": str(int(NOW) - 9)}, "", 0),
        ({"retry-after": "2025-06-15T15:06:50Z"}, "", 10),
        ({"retry-after": "2025-06-15T17:06:50.5+02:00"}, "", 10.5),
        ({"retry-after": "2025-02-30T00:00:00Z"}, "", None),
        ({"retry-after-ms": "1500", "retry-after": "2"}, "", 1.5),
        ({"x-ms-retry-after-ms": "20"}, "", 0.02),
        ({"retry-after-ms": f"{int(NOW) + 9}000"}, "", 9),
        ({"retry-after-ms": "soon", "retry-after": "2"}, "", 2),
        ({"retry-after": email.utils.formatdate(NOW + 9, usegmt=True)}, "", 9),
        ({"retry-after": email.utils.formatdate(NOW - 9, usegmt=True)}, "", 0),
        # A date without a zone, as asctime writes it, is GMT in every time zone.
        ({"retry-after": "Sun Jun 15 15:06:50 2025"}, "", 10),
        ({"retry-after": "Sunday, 15-Jun-25 15:06:50 GMT"}, "", 10),
        ({"retry-after": "\u00b2"}, "", None),
        ({"retry-after": "-5"}, "", None),
        ({"retry-after": "soon"}, "", None),
        ({"retry-after": "9" * 31}, "", None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW) + 8)}, "", 8),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": f"{int(NOW) + 8}000"}, "", 8),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "8"}, "", 8),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "8"}, "", 8),
        (
            {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2025-06-15T15:06:50.250Z"},
            "",
            10.25,
        ),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2025-06-15 15:06:50"}, "", 10),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2025-06-15T16:06:50-0100"}, "", 7210),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "1.5"}, "", 1.5),
        # The RateLimit field in the three forms of the IETF drafts.
        ({"ratelimit": '"default";r=0;t=30'}, "", 30),
        ({"ratelimit": '"t=9, r=1";r=0;t=30, "day";r=0;t=60;pk=:cHI=:, "hour";r=5;t=900'}, "", 60),
        ({"ratelimit": "limit=100, remaining=0, reset=5"}, "", 5),
        ({"ratelimit": '"default";r=7;t=30'}, "", None),
        ({"ratelimit": '"default";r=0'}, "", None),
        ({"ratelimit": "soon"}, "", None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "\u00b2"}, "", None),
        ({"x-ratelimit-remaining": "5", "x-ratelimit-reset": "8"}, "", None),
        (
            {},
            "Minutely API request limit exceeded. Please try again in one minute.",
            60 - NOW % 60 + 1,
        ),
        ({}, "Hourly API request limit exceeded.", 3600 - NOW % 3600 + 1),
        ({}, "Daily API request limit exceeded.", 86400 - NOW % 86400 + 1),
        ({}, "", None),
    ],
)
def test_every_form_of_a_requested_wait_is_understood(
    headers: dict[str, str], message: str, wait: float | None
) -> None:
    assert asked_wait(headers, message, NOW) == (None if wait is None else pytest.approx(wait))


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        ({"headers": {"Retry-After": "3"}}, 3),
        ({"headers": {"Retry-After": email.utils.formatdate(NOW + 3, usegmt=True)}}, 3),
        (
            {"body": {"reason": "Minutely API request limit exceeded. Please try again."}},
            60 - NOW % 60 + 1,
        ),
    ],
)
def test_a_stream_waits_as_long_as_the_server_asks_without_blocking(
    server: ReplayServer, clock: FakeClock, fault: dict[str, Any], wait: float
) -> None:
    """No call takes more than a second, so that Spark can stop the query in between."""
    server.fault("/v1/forecast", status=429, **fault)
    reader = weather_reader(server, clock)
    start = reader.initialOffset()
    rows: list[Any] = []
    while not rows and clock.now < NOW + 1000:
        before = clock.now
        found, _ = reader.read(start)
        rows = list(found)
        assert clock.now - before <= 1.0
    assert wait <= clock.now - NOW <= wait + 0.5 + 0.21
    assert len(server.journal()) == 2


def test_a_requested_wait_above_the_cap_fails_the_stream_and_names_the_wait(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/v1/forecast", status=429, body={"reason": "Daily API request limit exceeded."})
    reader = weather_reader(server, clock)
    with pytest.raises(HttpError, match=r"asks to wait \d+ s, more than maxRetryWait \(300 s\)"):
        reader.read(reader.initialOffset())
    assert clock.slept == []


def test_no_call_takes_more_than_a_second_even_if_the_server_asks_for_a_long_wait(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", status=429, headers={"Retry-After": "60"}, times=3)
    reader = rest_reader(server, TWEETS, clock, streamingInterval="60")
    start = reader.initialOffset()
    longest = 0.0
    while not server.state.calls.get("tweets") and clock.now < NOW + 1000:
        before = clock.now
        take(reader, start)
        longest = max(longest, clock.now - before)
    assert longest <= 1.0
    assert 180 <= clock.now - NOW <= 180 + 0.5 + 1 + 2 + 1


def test_a_stream_sends_at_most_one_request_per_interval_even_across_restarts(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.state.apply({"config": {"grow": 1}})
    start: Any = None
    for _ in range(5):
        # After a crash the new reader knows only the logged offset.
        reader = rest_reader(server, TWEETS, clock, streamingInterval="2")
        start = start or reader.initialOffset()
        for _ in range(10):
            _, start = take(reader, start)
    assert len(server.journal()) <= (clock.now - NOW) / 2 + 1
    assert len(server.journal()) >= 3


def test_a_coingecko_stream_polls_once_per_interval(server: ReplayServer, clock: FakeClock) -> None:
    reader = coins_reader(server, clock, streamingInterval="2")
    start: Any = reader.initialOffset()
    while clock.now < NOW + 20:
        _, start = reader.read(start)
    assert len(server.journal()) == pytest.approx(10, abs=1)


def test_a_longer_poll_interval_of_the_server_is_kept_unless_it_exceeds_the_cap(
    server: ReplayServer, clock: FakeClock
) -> None:
    assert poll_interval({"x-poll-interval": "60"}, 300) == 60
    assert poll_interval({"x-poll-interval": "\u00b2"}, 300) == 0
    server.state.apply({"config": {"events_poll_interval": 100_000}})
    reader = rest_reader(server, "/events", clock, offsetField="id", offsetType="incremental")
    with pytest.raises(HttpError, match=r"100000 s between polls .*maxRetryWait \(300 s\)"):
        take(reader, reader.initialOffset())


def test_ten_thousand_idle_polls_do_not_leak_memory(clock: FakeClock) -> None:
    options = {"url": "https://a.example/?since={timestamp}", "streamingInterval": "1"}
    from sparktide_sources._rest.stream.readers import RestStreamReader
    from sparktide_sources._rest.stream.stream import RestStream
    from sparktide_sources.rest import rest_stream

    config = read_config(options)
    made = rest_stream(options, config, clock)
    transport = Timed(clock)
    transport.body = {"data": [], "timestamp": 1}
    reader = RestStreamReader(RestStream(config, lambda *_: made._guard, clock, transport), config)
    start = reader.initialOffset()

    def poll(times: int) -> None:
        for _ in range(times):
            assert take(reader, start) == ([], start)
            clock.advance(1.1)
            transport.requests.clear()
            transport.at.clear()
            clock.slept.clear()

    tracemalloc.start()
    try:
        poll(2000)
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        poll(8000)
        gc.collect()
        # Less memory than one small object per poll.
        assert tracemalloc.get_traced_memory()[0] - before < 50_000
    finally:
        tracemalloc.stop()


def test_unchanged_answers_start_no_batch(server: ReplayServer, clock: FakeClock) -> None:
    server.state.apply({"config": {"events_poll_interval": 60, "grow": 0}})
    reader = rest_reader(server, "/events", clock, offsetField="id", offsetType="incremental")
    _, end = take(reader, reader.initialOffset())
    for _ in range(4):
        clock.advance(61)
        assert take(reader, end) == ([], end)
    asked = server.journal()
    assert len(asked) == 5
    assert all("if-none-match" in call["headers"] for call in asked[1:])


def test_waiting_for_the_rate_limit_logs_no_warning(
    server: ReplayServer, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    reader = rest_reader(server, TWEETS, clock, requestsPerMinute="1")
    with caplog.at_level(logging.INFO):
        _, end = take(reader, reader.initialOffset())
        caplog.clear()
        take(reader, end)
    assert caplog.records == []


def test_waits_without_retry_after_have_full_jitter(server: ReplayServer, clock: FakeClock) -> None:
    server.fault("/tweets", status=503, times=3)
    reader = OptionReader("test", OPEN, HTTP_OPTIONS)
    draws = iter([0.0, 0.5, 1.0])
    sender = HttpClient(http_settings(reader), (), clock, rng=lambda: next(draws))
    sender.send(Request(server.url + "/tweets"), json_reply)
    assert clock.now - NOW == pytest.approx(0 * 0.5 + 0.5 * 1 + 1 * 2)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"burst": "3"}, "needs requestsPerSecond or requestsPerMinute"),
        ({"requestsPerSecond": "0"}, "must be from 0.001"),
        ({"requestsPerMinute": "fast"}, "must be a number"),
        ({"requestPerSecond": "1"}, "Did you mean 'requestsPerSecond'"),
    ],
)
def test_a_wrong_rate_option_is_refused(options: dict[str, str], problem: str) -> None:
    with pytest.raises(OptionError, match=problem):
        RestDataSource({"url": "https://a.example/", **options})


@pytest.mark.parametrize("text", ["", "-1", "1e3", "\u00b2", "\u0663", "1.", ".5", "nan", "inf"])
def test_a_header_number_that_is_not_plain_decimal_is_ignored(text: str) -> None:
    assert plain_number(text) is None
    assert quota_wait({"x-ratelimit-remaining": text, "x-ratelimit-reset": "5"}, NOW) is None
