"""`coingecko` against the replay server: prices, pacing, offsets, failures."""

from __future__ import annotations

import copy
import inspect
import json
import subprocess
import sys

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._errors import HttpError, OptionError, ReplayError
from sparktide_sources.coingecko import CoinGeckoDataSource
from support import FakeClock, coins_batch, coins_reader


def test_the_reader_has_the_methods_of_a_simple_stream_reader(
    server: ReplayServer, clock: FakeClock
) -> None:
    """read() takes a start and returns a copyable iterator and an offset; no latestOffset()."""
    reader = coins_reader(server, clock)
    assert list(inspect.signature(reader.read).parameters) == ["start"]
    assert not hasattr(reader, "latestOffset")
    rows, _ = reader.read(reader.initialOffset())
    assert list(copy.copy(rows)) == list(rows)
    assert CoinGeckoDataSource.name() == "coingecko"


def test_missing_null_text_and_unknown_prices_become_null_rows(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.state.apply({"prices": {"a": None, "b": "12.5", "c": "missing", "d": 3, "e": 10**400}})
    rows = coins_batch(server, clock, coins="a, b,,c,d,e,true")
    moment = int(clock.now)
    assert rows[:5] == [
        ("a", None, moment),
        ("b", None, moment),
        ("c", None, moment),
        ("d", 3.0, moment),
        ("e", None, moment),
    ]
    assert type(rows[3][1]) is float


def test_malformed_entries_of_a_coin_become_null_rows(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault(
        "/api/v3/simple/price", body={"a": None, "b": [], "c": {"eur": 1}, "d": {"usd": True}}
    )
    assert [row[1] for row in coins_batch(server, clock, coins="a,b,c,d")] == [None] * 4


LIMIT = {"status": {"error_code": 429, "error_message": "You've exceeded the Rate Limit."}}


@pytest.mark.parametrize(
    ("body", "words", "calls"),
    [
        (LIMIT, r"with an error \(429\): You've exceeded the Rate Limit", 3),
        ({"error": "Too many requests"}, "with an error: Too many requests", 3),
        ({"status": {"error_code": 10002, "error_message": "API Key Missing"}}, "Key Missing", 1),
        ({"error": "coin not found"}, "with an error: coin not found", 1),
        ({"status": 503, "title": "Service Unavailable"}, "Service Unavailable", 3),
        ({"throttled": True}, "the field 'throttled', expected only prices of coins", 3),
    ],
)
def test_an_error_in_a_200_body_fails_the_read_and_is_retried_if_transient(
    server: ReplayServer, clock: FakeClock, body: object, words: str, calls: int
) -> None:
    server.fault("/api/v3/simple/price", body=body, times=9)
    with pytest.raises(HttpError, match=words):
        coins_batch(server, clock, coins="bitcoin,ethereum", maxRetries="2")
    assert len(server.journal()) == calls


def test_a_rate_limit_in_a_200_body_is_retried_after_the_requested_wait(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/api/v3/simple/price", body=LIMIT, headers={"Retry-After": "7"})
    assert [row[1] is None for row in coins_batch(server, clock)] == [False]
    assert 7 <= sum(clock.slept) <= 8


def test_a_202_answer_is_retried_and_not_read_as_prices(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/api/v3/simple/price", status=202, body={"state": {"queued": 1}})
    assert [row[1] is None for row in coins_batch(server, clock)] == [False]
    assert len(server.journal()) == 2


def test_a_coin_may_have_the_name_of_an_error_field(server: ReplayServer, clock: FakeClock) -> None:
    server.fault("/api/v3/simple/price", body={"error": {"usd": 1}, "message": {"usd": 2}})
    rows = coins_batch(server, clock, coins="error,message,ok")
    assert [row[1] for row in rows] == [1.0, 2.0, None]


def test_an_answer_that_is_not_an_object_fails(server: ReplayServer, clock: FakeClock) -> None:
    server.fault("/api/v3/simple/price", body=[1, 2])
    with pytest.raises(HttpError, match="not an object of prices by coin"):
        coins_batch(server, clock)


def test_bitcoin_is_the_default_and_a_repeated_coin_counts_once(
    server: ReplayServer, clock: FakeClock
) -> None:
    assert [row[0] for row in coins_batch(server, clock)] == ["bitcoin"]
    assert [row[0] for row in coins_batch(server, clock, coins="x,y,x")] == ["x", "y"]


def test_a_demo_key_is_sent_in_its_header_and_stays_out_of_errors(
    server: ReplayServer, clock: FakeClock
) -> None:
    body = {"status": {"error_code": 10002, "error_message": "API Key SENTINEL-7 Missing"}}
    server.fault("/api/v3/simple/price", status=401, body=body)
    with pytest.raises(HttpError, match="API Key \\*\\*\\* Missing") as caught:
        coins_batch(server, clock, apiKey="SENTINEL-7")
    assert "SENTINEL" not in str(caught.value)
    assert server.journal()[0]["headers"]["x-cg-demo-api-key"] == "SENTINEL-7"
    assert len(server.journal()) == 1


def test_polls_keep_the_interval_and_wait_without_blocking(
    server: ReplayServer, clock: FakeClock
) -> None:
    """A poll that comes too early gives no rows and the same offset, within 250 ms."""
    reader = coins_reader(server, clock, streamingInterval="10")
    _, end = reader.read(reader.initialOffset())
    before = len(server.journal())
    polled_at = clock.now
    while len(server.journal()) == before:
        rows, following = reader.read(end)
        if following == end:
            assert list(rows) == []
            assert following is end
    assert clock.now - polled_at >= 10
    assert max(clock.slept) <= 0.25


def test_a_restart_keeps_the_interval_between_polls(server: ReplayServer, clock: FakeClock) -> None:
    """A query that crashes and restarts does not call the API more often."""
    reader = coins_reader(server, clock)
    _, end = reader.read(reader.initialOffset())
    clock.advance(3)
    restarted = coins_reader(server, clock)
    assert restarted.read(json.loads(json.dumps(end)))[1] == end
    assert len(server.journal()) == 1
    clock.advance(7)
    assert restarted.read(end)[1]["seq"] == 2


def test_setting_the_clock_back_does_not_stop_the_stream(
    server: ReplayServer, clock: FakeClock
) -> None:
    reader = coins_reader(server, clock)
    _, end = reader.read(reader.initialOffset())
    clock.now -= 86_400
    restarted = coins_reader(server, clock)
    assert restarted.read(end)[1]["seq"] == 2


def test_replay_returns_the_logged_rows_to_the_last_digit(
    server: ReplayServer, clock: FakeClock
) -> None:
    """Both price and ts_ingest stay the same, although newer values exist."""
    server.state.apply({"prices": {"bitcoin": 0.1 + 0.2, "ethereum": 1e-17}})
    reader = coins_reader(server, clock, coins="bitcoin,ethereum")
    start = reader.initialOffset()
    rows, end = reader.read(start)
    first = list(rows)
    server.state.apply({"prices": {"bitcoin": 1, "ethereum": 2}})
    clock.advance(99)
    other = coins_reader(server, clock, coins="bitcoin,ethereum")
    assert list(other.readBetweenOffsets(start, json.loads(json.dumps(end)))) == first


def test_a_checkpoint_can_continue_with_other_coins(server: ReplayServer, clock: FakeClock) -> None:
    _, end = coins_reader(server, clock, coins="bitcoin,ethereum").read(
        coins_reader(server, clock).initialOffset()
    )
    clock.advance(10)
    rows, following = coins_reader(server, clock, coins="solana").read(end)
    assert [row[0] for row in rows] == ["solana"]
    assert following["seq"] == 2


def test_offsets_hold_only_values_that_spark_can_compare_as_text(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The values are int, str or bool, always in the same order."""
    reader = coins_reader(server, clock)
    _, end = reader.read(reader.initialOffset())
    assert list(end) == list(reader.initialOffset())
    assert {type(value) for value in end.values()} <= {int, str, bool}


def test_ten_thousand_idle_polls_do_not_grow_the_offset(
    server: ReplayServer, clock: FakeClock
) -> None:
    reader = coins_reader(server, clock, streamingInterval="30000000")
    _, end = reader.read(reader.initialOffset())
    size = len(json.dumps(end))
    for _ in range(10_000):
        rows, following = reader.read(end)
        assert following is end
        assert next(rows, None) is None
    assert len(json.dumps(following)) == size
    assert len(server.journal()) == 1


def test_a_failing_api_fails_the_stream_after_its_retries(
    server: ReplayServer, clock: FakeClock
) -> None:
    """A lasting fault is an error, not an endless empty stream."""
    server.fault("/api/v3/simple/price", status=503, body="The service is overloaded", times=99)
    reader = coins_reader(server, clock, maxRetries="2")
    start = reader.initialOffset()
    with pytest.raises(HttpError, match=r"503 Service Unavailable: The service .* after 3 tries"):
        for _ in range(50):
            assert list(reader.read(start)[0]) == []
            clock.advance(5)
    assert len(server.journal()) == 3


def test_skip_poll_fails_after_too_many_failed_polls_in_a_row(
    server: ReplayServer, clock: FakeClock
) -> None:
    """A failed poll becomes an empty batch, but only a limited number of times."""
    server.fault("/api/v3/simple/price", status=500, times=99)
    reader = coins_reader(
        server, clock, onTransient="skipPoll", maxConsecutiveFailures="2", maxRetries="0"
    )
    start = reader.initialOffset()
    for _ in range(2):
        assert reader.read(start)[1] == start
        clock.advance(10)
    with pytest.raises(HttpError, match=r"3 polls failed in a row, more than maxConsecutiveFail"):
        reader.read(start)


def test_skip_poll_never_skips_a_fatal_error(server: ReplayServer, clock: FakeClock) -> None:
    server.fault("/api/v3/simple/price", status=403, body={"error": "no"})
    reader = coins_reader(server, clock, onTransient="skipPoll")
    with pytest.raises(HttpError, match="403"):
        reader.read(reader.initialOffset())


def test_available_now_polls_exactly_once_regardless_of_the_interval(
    server: ReplayServer, clock: FakeClock
) -> None:
    reader = coins_reader(server, clock, streamingInterval="3600")
    _, end = reader.read(reader.initialOffset())
    again = coins_reader(server, clock, streamingInterval="3600")
    again.prepareForTriggerAvailableNow()
    rows, following = again.read(end)
    assert len(list(rows)) == 1
    assert again.read(following)[1] is following
    assert len(server.journal()) == 2


def test_rows_larger_than_max_offset_bytes_are_refused_with_advice(
    server: ReplayServer, clock: FakeClock
) -> None:
    coins = ",".join(f"coin-{n}" for n in range(100))
    reader = coins_reader(server, clock, coins=coins, maxOffsetBytes="256")
    with pytest.raises(HttpError, match=r"more than maxOffsetBytes \(256, at most 262144\)"):
        reader.read(reader.initialOffset())


def test_a_damaged_offset_or_the_offset_of_another_source_is_refused(
    server: ReplayServer, clock: FakeClock
) -> None:
    reader = coins_reader(server, clock)
    _, end = reader.read(reader.initialOffset())
    with pytest.raises(ReplayError, match="another source"):
        reader.read({**end, "src": "weather"})
    with pytest.raises(ReplayError, match="damaged"):
        reader.readBetweenOffsets(end, {**end, "data": "AAAA"})
    with pytest.raises(ReplayError, match="names 7 rows"):
        reader.readBetweenOffsets(end, {**end, "n": 7})


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"coin": "bitcoin"}, "no option 'coin'. Did you mean 'coins'"),
        ({"coins": " , "}, "at least one coin"),
        ({"streamingInterval": "soon"}, "must be a number"),
        ({"streamingInterval": "-1"}, "from 0"),
        ({"STREAMINGINTERVAL": "nan"}, "from 0"),
        ({"baseUrl": "ftp://x"}, "https://host"),
        ({"baseUrl": "https://user:pw@x"}, "user or password"),
        ({"baseUrl": "https://x/?a=1"}, "query"),
        ({"maxOffsetBytes": "999999999"}, "to 262144"),
        ({"onTransient": "ignore"}, "one of fail, skipPoll"),
        ({"allowHttp": "yes"}, "true or false"),
    ],
)
def test_a_wrong_option_fails_with_one_clear_error_before_any_request(
    options: dict[str, str], problem: str
) -> None:
    with pytest.raises(OptionError, match=problem):
        CoinGeckoDataSource(options)


def test_a_user_defined_schema_is_refused() -> None:
    from pyspark.sql.types import StringType, StructField, StructType

    source = CoinGeckoDataSource({})
    with pytest.raises(OptionError, match="fixed schema"):
        source.simpleStreamReader(StructType([StructField("coin", StringType())]))


def test_a_pyspark_older_than_4_0_is_refused_with_a_clear_error() -> None:
    """Python data sources exist since Spark 4.0."""
    code = (
        "import sys; sys.modules['pyspark.sql.datasource'] = None\n"
        "try:\n    import sparktide_sources.coingecko\n"
        "except ImportError as error:\n    sys.stdout.write(str(error))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_path()
    )
    assert done.stdout.startswith("sparktide_sources needs PySpark 4.0 or newer")
    assert done.stdout.count(".") == 2


def _path() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
