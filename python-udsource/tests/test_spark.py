"""The sources on a real Spark."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from spark_support import (
    ON_SPARK,
    logged,
    repeat_alone,
    rows,
    start,
    stop_when,
    undo_last_batch,
)
from sparktide_replay import ReplayServer
from sparktide_sources._polling.payload import unpack
from sparktide_sources._spark import HAS_ADMISSION_CONTROL
from support import MOSCOW_AND_NYC, NYC, OPEN, eventually

pytestmark = ON_SPARK


def test_a_batch_read_of_each_source_returns_rows_in_schema_order(
    spark: Any, server: ReplayServer
) -> None:
    coins = spark.read.format("coingecko").options(baseUrl=server.url, **OPEN).load()
    assert [type(v) for v in coins.collect()[0]] == [str, float, int]
    weather = spark.read.format("weather").options(baseUrl=server.url, stations=NYC, **OPEN)
    assert weather.load().collect()[0]["station"] == "NYC"
    rest = spark.read.format("rest").options(
        url=f"{server.url}/items?id={{id}}",
        inputData=json.dumps([{"id": n} for n in range(1, 8)]),
        partitions="3",
        authType="Bearer",
        oauthToken="replay-token",
        **OPEN,
    )
    found = sorted(json.loads(row.output)["id"] for row in rest.load().collect())
    assert found == [1, 2, 3, 4, 5, 6, 7]
    assert len(server.journal("/items")) == 7


def test_a_restarted_coingecko_query_repeats_the_logged_rows_after_prices_changed(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    options = {"baseUrl": server.url, "coins": "bitcoin,ethereum", "streamingInterval": "0.3"}
    # Prices differ from poll to poll, so the test can count the rows of a poll.
    query = start(spark, "coingecko", options, tmp_path)
    eventually(lambda: len(set(rows(spark, tmp_path, "usd_price"))) >= 4)
    query.stop()
    last = undo_last_batch(tmp_path)
    offset = logged(tmp_path, last)
    server.state.apply({"prices": {"bitcoin": 1.0, "ethereum": 2.0}})
    calls = len(server.journal())
    repeat_alone(spark, "coingecko", options, tmp_path, last)
    assert len(server.journal()) == calls
    query = start(spark, "coingecko", options, tmp_path)
    eventually(lambda: 1.0 in rows(spark, tmp_path, "usd_price"))
    query.stop()
    kept = spark.read.parquet(str(tmp_path / "out")).collect()
    for coin, price, moment in unpack(offset["data"]):
        assert [tuple(row) for row in kept].count((coin, price, moment)) == 1


@pytest.mark.skipif(not HAS_ADMISSION_CONTROL, reason="rest drains on Spark 4.2 and newer")
def test_two_runs_of_available_now_on_one_checkpoint_read_each_record_once(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    server.state.apply({"grow": {"events": 20, "stream": 20}})
    sources = {
        "keys": {"url": f"{server.url}/events?per_page=100", "offsetField": "id"},
        "cursor": {"url": f"{server.url}/stream?after={{cursor}}&limit=7"},
    }
    sources["keys"].update(offsetType="incremental", batchSize="10")
    sources["cursor"].update(offsetType="cursor", offsetField="cursor")
    fields = {"keys": ("events", "id"), "cursor": ("stream", "n")}
    for _ in range(2):
        for name, options in sources.items():
            query = start(spark, "rest", options, tmp_path / name, availableNow=True)
            assert query.awaitTermination(60)
            assert query.exception() is None
            collection, field = fields[name]
            found = [json.loads(t)[field] for t in rows(spark, tmp_path / name, "output")]
            assert sorted(found) == [r[field] for r in server.state.records[collection]]
        server.state.apply({"grow": {"events": 3, "stream": 3}})


def test_a_restarted_rest_query_repeats_uncommitted_batches_of_every_mode_once(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    sources = {
        "tweets": {"url": f"{server.url}/tweets?since={{timestamp}}"},
        "events": {"url": f"{server.url}/events", "offsetField": "id", "offsetType": "incremental"},
        "stream": {
            "url": f"{server.url}/stream?after={{cursor}}",
            "offsetField": "cursor",
            "offsetType": "cursor",
        },
    }
    fields = {"tweets": "id", "events": "id", "stream": "n"}

    def everywhere() -> bool:
        return all(
            len(rows(spark, tmp_path / name, "output")) >= len(server.state.records[name])
            for name in sources
        )

    for restart in range(2):
        queries = [
            start(spark, "rest", {**o, "streamingInterval": "0.3"}, tmp_path / name)
            for name, o in sources.items()
        ]
        try:
            eventually(everywhere)
        finally:
            for query in queries:
                query.stop()
        for name, field in fields.items():
            found = [json.loads(text)[field] for text in rows(spark, tmp_path / name, "output")]
            assert sorted(found) == [record[field] for record in server.state.records[name]]
            if restart == 0:
                undo_last_batch(tmp_path / name)
        server.state.apply({"grow": {name: 4 for name in sources}})


def test_stations_may_change_between_runs_and_a_logged_batch_keeps_its_stations(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    both, nyc = {"stations": MOSCOW_AND_NYC}, {"stations": NYC}

    def read_until_new(changed: dict[str, str]) -> list[tuple[str, float]]:
        """Runs the query until it has rows of a new poll, and returns all rows."""
        polls = len(server.journal())
        options = {"baseUrl": server.url, "streamingInterval": "0.3", **changed}
        query = start(spark, "weather", options, tmp_path)
        stop_when(query, lambda: len(server.journal()) >= polls + 2)
        found = spark.read.parquet(str(tmp_path / "out")).collect()
        return sorted((row["station"], row["temperature_2m"]) for row in found)

    first = read_until_new(both)
    assert sorted({station for station, _ in first}) == ["MSK", "NYC"]
    last = undo_last_batch(tmp_path)
    logged_rows = [tuple(row[:2]) for row in unpack(logged(tmp_path, last)["data"])]
    second = read_until_new(nyc)
    for row in logged_rows:
        assert second.count(row) == 1
    moscow = [row for row in second if row[0] == "MSK"]
    assert moscow == [row for row in first if row[0] == "MSK"]
    third = read_until_new(both)
    assert len([row for row in third if row[0] == "MSK"]) > len(moscow)


def test_a_coin_may_be_added_between_runs_and_a_logged_batch_stays_without_it(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    options = {"baseUrl": server.url, "coins": "bitcoin", "streamingInterval": "0.3"}
    query = start(spark, "coingecko", options, tmp_path)
    stop_when(query, lambda: len(rows(spark, tmp_path, "coin")) >= 2)
    last = undo_last_batch(tmp_path)
    (kept,) = unpack(logged(tmp_path, last)["data"])
    query = start(spark, "coingecko", {**options, "coins": "bitcoin,ethereum"}, tmp_path)
    stop_when(query, lambda: rows(spark, tmp_path, "coin").count("ethereum") >= 2)
    found = [tuple(row) for row in spark.read.parquet(str(tmp_path / "out")).collect()]
    assert found.count(tuple(kept)) == 1
    # Each batch is one poll: up to the logged batch with one coin, later with both coins.
    coins = [coin for coin, _, _ in found]
    assert coins.count("bitcoin") == last + 1 + coins.count("ethereum")


def test_an_api_error_ends_the_query_with_the_message_of_the_api(
    spark: Any, server: ReplayServer, tmp_path: Path
) -> None:
    body = {"error": True, "reason": "Latitude must be in range"}
    server.fault("/v1/forecast", status=400, body=body, times=1000)
    query = start(spark, "weather", {"baseUrl": server.url, "stations": NYC}, tmp_path)
    with pytest.raises(Exception, match="Latitude must be in range"):
        query.awaitTermination(60)
