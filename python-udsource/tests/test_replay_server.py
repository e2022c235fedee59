"""The replay server: command line, control endpoints, faults, answers like the real APIs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sparktide_replay import ReplayServer


def ask(url: str, method: str = "GET", body: Any = None, **headers: str) -> tuple[int, Any, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            text = reply.read()
            return reply.status, json.loads(text) if text else None, reply.headers
    except urllib.error.HTTPError as error:
        with error:
            text = error.read()
            return error.code, json.loads(text) if text else None, error.headers


@pytest.fixture
def command() -> Iterator[Any]:
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> tuple[subprocess.Popen[str], str]:
        source = Path(__file__).parent.parent / "src"
        process = subprocess.Popen(
            [sys.executable, "-m", "sparktide_replay", "--port", "0", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(source)},
        )
        started.append(process)
        line = process.stdout.readline().strip()  # type: ignore[union-attr]
        return process, line

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()  # type: ignore[union-attr]
        process.stdout.close()  # type: ignore[union-attr]


def test_the_command_prints_its_url_and_stops_at_sigterm(command: Any) -> None:
    process, line = command("--host", "127.0.0.1")
    assert line.startswith("sparktide_replay listening on http://127.0.0.1:")
    assert ask(line.rpartition(" ")[2] + "/v1/forecast?latitude=1&longitude=2")[0] == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def test_exit_with_parent_stops_the_command_when_its_standard_input_closes(command: Any) -> None:
    process, _ = command("--exit-with-parent")
    process.stdin.close()
    assert process.wait(10) == 0


def test_the_command_fails_if_its_port_is_in_use(server: ReplayServer) -> None:
    from sparktide_replay.__main__ import main

    assert main(["--port", str(server.port)]) == 1


def test_control_endpoints_read_and_change_the_journal_the_state_and_the_faults(
    server: ReplayServer,
) -> None:
    url = server.url
    ask(f"{url}/tweets?since=5", **{"X-Mine": "1"})
    (entry,) = ask(f"{url}/__journal")[1]
    assert (entry["method"], entry["path"], entry["query"]) == ("GET", "/tweets", {"since": "5"})
    assert entry["headers"]["x-mine"] == "1"
    assert ask(f"{url}/__journal", "DELETE")[0] == 204
    faults = [{"route": "/tweets", "status": 429, "headers": {"Retry-After": "1"}, "times": 2}]
    assert ask(f"{url}/__faults", "POST", faults)[0] == 204
    assert [ask(f"{url}/tweets")[0] for _ in range(3)] == [429, 429, 200]
    change = {"prices": {"bitcoin": 7}, "set": {"tweets": []}, "append": {"tweets": [{"id": "a"}]}}
    assert ask(f"{url}/__state", "POST", change)[0] == 204
    price = f"{url}/api/v3/simple/price?ids=bitcoin&vs_currencies=usd"
    assert ask(price)[1] == {"bitcoin": {"usd": 7}}
    assert ask(f"{url}/__state")[1]["records"]["tweets"] == [{"id": "a"}]
    assert ask(f"{url}/__reset", "POST")[0] == 204
    assert ask(f"{url}/__journal")[1] == []
    assert ask(price)[1] != {"bitcoin": {"usd": 7}}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/__state", {"nope": 1}),
        ("/__state", {"set": {"nope": []}}),
        ("/__state", {"config": {"nope": 1}}),
        ("/__faults", [{"route": "/tweets", "nope": 1}]),
        ("/__faults", 5),
    ],
)
def test_a_wrong_control_document_is_refused(server: ReplayServer, path: str, body: Any) -> None:
    status, answer, _ = ask(server.url + path, "POST", body)
    assert (status, list(answer)) == (400, ["error"])


def test_unknown_paths_are_not_found(server: ReplayServer) -> None:
    assert ask(f"{server.url}/nope")[0] == 404
    assert ask(f"{server.url}/__nope")[0] == 404


def test_values_change_with_each_call_and_are_the_same_for_the_same_seed() -> None:
    def prices(seed: int) -> list[Any]:
        with ReplayServer(seed=seed) as server:
            url = f"{server.url}/api/v3/simple/price?ids=bitcoin,ethereum&vs_currencies=usd"
            return [ask(url)[1] for _ in range(3)]

    first, again, other = prices(1), prices(1), prices(2)
    assert first == again
    assert first != other
    assert len({json.dumps(answer) for answer in first}) == 3


def test_the_forecast_answers_like_open_meteo(server: ReplayServer) -> None:
    url = f"{server.url}/v1/forecast?current=temperature_2m,relative_humidity_2m"
    one = ask(f"{url}&latitude=40.71&longitude=-74.01")[1]
    assert "location_id" not in one
    assert one["current"]["interval"] == 900
    two = ask(f"{url}&latitude=40.71,52.5&longitude=-74.01,13.4")[1]
    assert [place.get("location_id") for place in two] == [None, 1]
    bad = ask(f"{url}&latitude=200&longitude=1")
    assert (bad[0], bad[1]["error"]) == (400, True)
    assert bad[1]["reason"].startswith("Latitude must be in range of -90 to 90°. Given: 200.0.")
    uneven = ask(f"{url}&latitude=1,2&longitude=1")[1]
    assert uneven["reason"].endswith("must have the same number of elements")


def test_events_answer_like_github(server: ReplayServer) -> None:
    status, events, headers = ask(f"{server.url}/events?per_page=2")
    assert status == 200
    assert [type(event["id"]) for event in events] == [str, str]
    assert int(events[0]["id"]) > int(events[1]["id"]) > 2**53
    assert f'<{server.url}/events?per_page=2&page=2>; rel="next"' in headers["Link"]
    unchanged = ask(f"{server.url}/events?per_page=2", **{"If-None-Match": headers["ETag"]})
    assert unchanged[0] == 304


def test_grow_adds_records_with_each_request() -> None:
    with ReplayServer(grow=2) as server:
        counts = [len(ask(f"{server.url}/tweets?since=0")[1]["data"]) for _ in range(3)]
        assert counts == [5, 7, 9]


def test_items_need_credentials(server: ReplayServer) -> None:
    assert ask(f"{server.url}/items")[0] == 401
    assert ask(f"{server.url}/items", Authorization="Bearer replay-token")[0] == 200
