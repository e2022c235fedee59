"""No message shows credentials from the path of a URL."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._credentials.path_secrets import discreet_url, path_secrets
from sparktide_sources._errors import SourceError
from sparktide_sources._polling.snapshot import SnapshotBatchReader
from sparktide_sources._rest.batch_reader import RestBatchReader
from sparktide_sources._rest.config import read_config
from sparktide_sources.coingecko import coingecko_plan
from sparktide_sources.weather import weather_plan
from support import NYC, OPEN, FakeClock, rest_reader, with_clock

KEY = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"/v6/{KEY}/latest/USD", "/v6/***/latest/USD"),
        (
            "/bot123456789:AAF-Zk3xVq9wYt0aBcDeFgHiJkLmNoPqRs/getUpdates",
            "/***/getUpdates",
        ),
        (
            "/services/T0A1B2C3D/B9Z8Y7X6W/abcDEF123ghiJKL456mnoPQ",
            "/services/T0A1B2C3D/B9Z8Y7X6W/***",
        ),
        ("/ping/3f2504e0-4f89-41d3-9a0c-0305e82c3301", "/ping/***"),
        ("/api/token/hunter2/data", "/api/token/***/data"),
        ("/api/key/S3CR/data", "/api/key/***/data"),
        ("/data;apikey=abc;v=2/x", "/data;apikey=***;v=2/x"),
        ("/x/sk_live_abcdefghijkl/y", "/x/***/y"),
        ("/x/qWkXzPtRbNvYsMhJdLfG/y", "/x/***/y"),
        (f"/x/a%20{KEY}/y", f"/x/a%20{KEY}/y"),
        ("/oauth/token", "/oauth/token"),
        ("/auth/v2/token", "/auth/v2/token"),
        ("/repos/apache/spark/issues/12345678901234567890", None),
        ("/2025/01/31/2025-01-31T10:00:00Z/events", None),
        ("/articles/my-long-article-name-of-2024", None),
        ("/rest/api/3/searchForIssuesByUsingQuery", None),
        ("/organizations/customers-and-suppliers", None),
        ("/exports/20250131T100000Z.json", None),
        ("/", None),
    ],
)
def test_possible_credentials_in_a_path_are_masked_and_other_parts_are_shown(
    path: str, shown: str | None
) -> None:
    url = f"https://api.example.com{path}?page=2"
    assert discreet_url(url) == f"https://api.example.com{shown or path}?page=2"


def test_an_encoded_credential_is_masked_both_encoded_and_decoded() -> None:
    assert path_secrets("https://a.example/bot1:AbCdEfGhIj%2FKl0/x") == [
        "bot1:AbCdEfGhIj/Kl0",
        "bot1:AbCdEfGhIj%2FKl0",
    ]


def batch(url: str, clock: FakeClock, **options: str) -> None:
    reader = RestBatchReader(read_config({"url": url, **OPEN, **options}), clock)
    for part in reader.partitions():
        list(reader.read(part))


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 404, "body": {"message": f"no route /v6/{KEY}/latest"}},
        {"status": 500, "body": {"message": f"no route /v6/{KEY}/latest"}, "times": 9},
        {"body": "{cut", "times": 9},
        {"body": '"text"'},
        {"close": True, "times": 9},
        {"body": {"data": [], "next": f"/v6/{KEY}/latest"}, "times": 9},
        {"status": 302, "headers": {"Location": "http://169.254.169.254/"}},
    ],
)
def test_no_error_of_a_batch_or_stream_shows_a_key_from_the_path(
    server: ReplayServer, clock: FakeClock, caplog: pytest.LogCaptureFixture, fault: dict[str, Any]
) -> None:
    path = f"/v6/{KEY}/latest"
    with caplog.at_level(logging.DEBUG):
        server.fault(path, **fault)
        with pytest.raises(SourceError) as caught:
            batch(server.url + path, clock, pagination="json", maxRetries="1")
        assert KEY not in str(caught.value)
        assert "latest" in str(caught.value) or "169.254" in str(caught.value)
        server.clear_faults()
        server.fault(path, **{**fault, "times": 99})
        reader = rest_reader(
            server, path, clock, offsetType="cursor", offsetField="next", maxRetries="0"
        )
        # If the API repeats a link, the list ends without an error.
        if "next" not in str(fault):
            with pytest.raises(SourceError) as caught:
                reader.latestOffset(reader.initialOffset(), reader.getDefaultReadLimit())
            assert KEY not in str(caught.value)
    assert KEY not in caplog.text


def test_an_error_about_looping_pages_does_not_show_a_key_from_the_path(
    server: ReplayServer, clock: FakeClock
) -> None:
    path = f"/v6/{KEY}/latest"
    server.fault(path, body={"data": [], "next": f"{path}?a=1", "more": True})
    server.fault(path, body={"data": [], "next": path, "more": True}, times=9)
    options = {"offsetType": "cursor", "offsetField": "next", "moreField": "more"}
    reader = rest_reader(server, path, clock, **options)
    with pytest.raises(SourceError, match="leads back to an earlier page") as caught:
        for _ in range(4):
            reader.latestOffset(reader.initialOffset(), reader.getDefaultReadLimit())
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("name", ["token", "apiKey", "user_secret"])
def test_a_field_of_input_data_with_the_name_of_a_credential_is_masked_in_the_path(
    server: ReplayServer, clock: FakeClock, name: str
) -> None:
    rows = json.dumps([{name: "SENTINEL", "id": 7}])
    with pytest.raises(SourceError, match=r"/x/\*\*\*/7: answered 404") as caught:
        batch(f"{server.url}/x/{{{name}}}/{{id}}", clock, inputData=rows)
    assert "SENTINEL" not in str(caught.value)


def test_no_error_of_weather_or_coingecko_shows_a_key_from_the_path_of_base_url(
    server: ReplayServer, clock: FakeClock
) -> None:
    base = {"baseUrl": f"{server.url}/gate/{KEY}", **OPEN}
    for plan in (coingecko_plan(base), weather_plan({**base, "stations": NYC})):
        with pytest.raises(SourceError, match=r"/gate/\*\*\*/") as caught:
            list(SnapshotBatchReader(with_clock(plan, clock)).read(None))  # type: ignore[arg-type]
        assert KEY not in str(caught.value)
