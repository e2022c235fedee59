"""The requests that the documented examples send to the live hosts, compared with a golden file.

UPDATE_GOLDEN=1 rewrites the file. Review the difference.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from sparktide_sources._http.client import HttpClient
from sparktide_sources._rest.config import read_config
from sparktide_sources._rest.stream.readers import RestStreamReader
from sparktide_sources._rest.stream.stream import RestStream
from sparktide_sources.coingecko import coingecko_plan
from sparktide_sources.rest import rest_stream
from sparktide_sources.weather import weather_plan
from support import NYC, FakeClock, Recorder

GOLDEN = Path(__file__).parent / "golden" / "live_requests.json"

EXAMPLES: dict[str, tuple[str, dict[str, str]]] = {
    "weather: one station": ("weather", {"stations": NYC}),
    "weather: two stations and a key": (
        "weather",
        {
            "stations": "[{'id':'NYC','lat':40.71,'lon':-74.01},{'id':'SMALL','lat':1e-5,'lon':0}]",
            "apiKey": "your key",
        },
    ),
    "coingecko: two coins": ("coingecko", {"coins": "bitcoin,ethereum"}),
    "coingecko: default with a demo key": ("coingecko", {"apiKey": "CG-demo"}),
    "coingecko: pro host": (
        "coingecko",
        {"baseUrl": "https://pro-api.coingecko.com", "apiKey": "CG-pro"},
    ),
    "rest: quick start": (
        "rest",
        {
            "url": "https://api.example.com/data?since={timestamp}",
            "method": "GET",
            "authType": "Bearer",
            "oauthToken": "your_token",
            "streaming": "true",
            "streamingInterval": "30",
            "offsetField": "timestamp",
            "offsetType": "timestamp",
        },
    ),
    "rest: example 1, Twitter-like": (
        "rest",
        {
            "url": "https://api.twitter-like.com/tweets?since={timestamp}",
            "method": "GET",
            "authType": "Bearer",
            "oauthToken": "your_token",
            "streaming": "true",
            "streamingInterval": "30",
            "offsetField": "timestamp",
            "offsetType": "timestamp",
            "initialOffset": "0",
        },
    ),
    "rest: example 2, Clever by last id": (
        "rest",
        {
            "url": "https://api.clever.com/v3.0/users?role=student&starting_after={id}",
            "method": "GET",
            "authType": "Bearer",
            "oauthToken": "your_clever_token",
            "streaming": "true",
            "streamingInterval": "60",
            "offsetField": "id",
            "offsetType": "cursor",
            "dataField": "data",
        },
    ),
    "rest: example 2, Clever by next link": (
        "rest",
        {
            "url": "https://api.clever.com/v3.0/users?role=student",
            "authType": "Bearer",
            "oauthToken": "your_clever_token",
            "streaming": "true",
            "offsetField": "links.next",
            "offsetType": "cursor",
            "dataField": "data",
        },
    ),
    "rest: example 3, GitHub events": (
        "rest",
        {
            "url": "https://api.github.com/events?per_page=100",
            "method": "GET",
            "authType": "Bearer",
            "oauthToken": "ghp_token",
            "streaming": "true",
            "streamingInterval": "60",
            "offsetField": "id",
            "offsetType": "incremental",
        },
    ),
    "rest: example 4, custom headers": (
        "rest",
        {
            "url": "https://api.example.com/stream?after={cursor}",
            "method": "GET",
            "headers": '{"X-API-Key": "your_key", "X-Custom-Header": "value"}',
            "streaming": "true",
            "streamingInterval": "15",
            "offsetField": "cursor",
            "offsetType": "cursor",
        },
    ),
    "rest: incremental": (
        "rest",
        {
            "url": "https://api.example.com/data?start_id={id}",
            "offsetField": "id",
            "offsetType": "incremental",
        },
    ),
    "rest: max_field": (
        "rest",
        {
            "url": "https://api.example.com/data?updated_after={updated_at}",
            "offsetField": "updated_at",
            "offsetType": "max_field",
        },
    ),
    "rest: basic": (
        "rest",
        {
            "url": "https://api.example.com/data?since={timestamp}",
            "authType": "Basic",
            "userId": "username",
            "userPassword": "password",
        },
    ),
}

# Answers to the first request; the second request then shows the position.
REPLIES: dict[str, Any] = {
    "timestamp": {"data": [{"x": 1}], "timestamp": 1234567890},
    "cursor": {"data": [{"x": 1}], "cursor": "abc123"},
    "updated_at": {"data": [{"updated_at": "2025-01-01"}]},
    "links.next": {
        "data": [{"data": {"id": "5f"}}],
        "links": [{"rel": "next", "uri": "/v3.0/users?role=student&starting_after=5f"}],
    },
}
IDS = {
    "https://api.clever.com": {"data": [{"data": {"id": "5f1"}, "uri": "/v3.0/users/5f1"}]},
    "https://api.github.com": [{"id": "101"}, {"id": "100"}],
    "https://api.example.com": {"data": [{"id": 100}, {"id": 101}]},
}


def snapshot_requests(source: str, options: dict[str, str]) -> list[dict[str, Any]]:
    plan = (weather_plan if source == "weather" else coingecko_plan)(options)
    transport = Recorder({})
    client = HttpClient(plan.settings, transport=transport, clock=FakeClock())
    client.send(plan.request(), lambda reply: reply)
    return transport.requests


def stream_requests(options: dict[str, str]) -> list[dict[str, Any]]:
    config = read_config(options)
    field = options.get("offsetField", "timestamp")
    origin = "/".join(options["url"].split("/")[:3])
    transport = Recorder(REPLIES.get(field) or IDS[origin], {"etag": 'W/"1"'})
    clock = FakeClock()
    made = rest_stream(options, config, clock)
    reader = RestStreamReader(RestStream(config, lambda *_: made._guard, clock, transport), config)
    start = reader.initialOffset()
    end = reader.latestOffset(start, reader.getDefaultReadLimit())
    clock.advance(100)
    reader.latestOffset(end, reader.getDefaultReadLimit())
    return transport.requests


def requests_of(name: str) -> list[dict[str, Any]]:
    source, options = EXAMPLES[name]
    return stream_requests(options) if source == "rest" else snapshot_requests(source, options)


def test_the_golden_file_covers_every_example() -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        document = {name: requests_of(name) for name in EXAMPLES}
        GOLDEN.write_text(json.dumps(document, indent=2) + "\n")
    assert list(json.loads(GOLDEN.read_text())) == list(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_live_hosts_receive_exactly_the_requests_of_the_golden_file(name: str) -> None:
    assert requests_of(name) == json.loads(GOLDEN.read_text())[name]
