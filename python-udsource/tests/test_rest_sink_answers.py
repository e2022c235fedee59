"""Writes with `rest`: what answers mean, and what happens to rows that an API does not accept."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import types as T

from rest_sink_support import IDS, accepted, keys, order, run_task, sent, writer
from sparktide_replay import ReplayServer
from sparktide_sources._clock import Clock
from sparktide_sources._errors import HttpError
from sparktide_sources._http.wire import Reply
from sparktide_sources._rest.sink.dead_letters import write_file
from sparktide_sources._rest.sink.writers import _message
from support import FakeClock

BULK = {"requestFormat": "array"}


class Answering:
    """Replaces the network: gives the same answer each time and counts the requests."""

    def __init__(self, status: int, body: Any, **headers: str) -> None:
        self.status, self.headers, self.count = status, headers, 0
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()

    def __call__(self, method: str, url: str, *_: Any) -> Reply:
        self.count += 1
        return Reply(self.status, "Said", self.headers, self.body, url)


def outcome(status: int, body: Any, options: dict[str, str]) -> str:
    """The error of a write that gets this answer, or an empty text."""
    transport = Answering(status, body)
    task = writer("https://api.example.com/x", transport=transport, maxRetries="0", **options)
    try:
        run_task(task, order(1), order(2))
    except HttpError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("status", "body", "options"),
    [
        (200, b"", {}),
        (200, b"ok", {}),
        (201, {"id": 5}, {}),
        (202, {"status": "queued"}, {}),
        (204, b"", {}),
        (200, {"message": "created"}, {}),
        (200, {"success": True, "errors": []}, {}),
        (200, {"errors": 0, "created": 2}, {}),
        # An API that repeats the row, whose fields may have any name.
        (200, {"id": 1, "name": "a", "refuse": 500}, {}),
        (200, {"uid": 1, "error": "disk full", "message": "x"}, {}),
        (200, {"error": "no"}, {"errorField": "none"}),
        (200, {"errors": False, "items": [{"index": {"status": 201}}]}, BULK),
        (207, [{"status": 200}, {"status": 201}], BULK),
        (207, {"what": "ever"}, {"onStatus": "207=skip"}),
        (409, {"error": "exists"}, {"onStatus": "409=skip"}),
        (200, {"state": "known"}, {"onBody": "state=known=skip"}),
    ],
)
def test_an_answer_that_reports_no_failure_is_success(
    status: int, body: Any, options: dict[str, str]
) -> None:
    assert outcome(status, body, options) == ""


@pytest.mark.parametrize(
    ("status", "body", "options", "message"),
    [
        (400, {"message": "bad name"}, {}, "answered 400 Said: bad name"),
        (304, b"", {}, "answered 304: Said"),
        (200, {"error": "no quota"}, {}, "the body reports a failure: no quota"),
        (200, {"ok": False, "error": "ratelimited"}, {}, "reports a failure: ratelimited"),
        (200, {"success": False, "data": {"x": 1}}, {}, "reports a failure"),
        (200, {"data": {"x": 1}, "errors": [{"message": "no field y"}]}, {}, "no field y"),
        (200, {"took": 3, "errors": True, "items": []}, BULK, "reports a failure"),
        (
            200,
            [{"status": 201}, {"status": 422, "error": "bad"}],
            BULK,
            "row 1 of the request: bad",
        ),
        (
            207,
            {"items": [{"index": {"status": 201}}, {"index": {"status": 409, "error": "dup"}}]},
            BULK,
            "row 1 of the request: dup",
        ),
        (207, {"what": "ever"}, BULK, "the body does not say which; set onStatus=207=skip"),
        (207, b"", {}, "the body does not say which"),
        (200, {"insertErrors": [1]}, {"errorField": "insertErrors"}, "'insertErrors' (errorField)"),
        (200, {"state": "full"}, {"onBody": "state=full=fail"}, "what onBody calls fail"),
        (200, b"quota exceeded", {"onBody": "'Quota Exceeded'=fail"}, "calls fail: quota exceeded"),
        (202, b"", {"onStatus": "202=fail"}, "answered 202: Said (onStatus)"),
    ],
)
def test_an_answer_that_reports_a_failure_fails_the_write_with_the_words_of_the_api(
    status: int, body: Any, options: dict[str, str], message: str
) -> None:
    assert message in outcome(status, body, options)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503, "headers": {"Retry-After": "7"}},
        {"status": 429, "headers": {"Retry-After": "7"}},
        {"status": 200, "body": {"error": {"code": 429}}, "headers": {"Retry-After": "7"}},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_request_is_repeated_when_the_api_asks_for_it_with_the_same_key(
    server: ReplayServer, clock: FakeClock, fault: dict[str, Any], method: str
) -> None:
    server.fault("/orders/1", **fault)
    run_task(writer(server.url + "/orders/{id}", clock=clock, method=method), order(1))
    assert len(keys(server)) == 2 and len(set(keys(server))) == 1
    assert clock.now - FakeClock().now >= 7
    assert len(accepted(server)) == 1


def test_onstatus_and_onbody_can_ask_for_another_try(server: ReplayServer) -> None:
    server.fault("/hooks", status=423)
    server.fault("/hooks", status=200, body={"state": "busy"})
    run_task(
        writer(server.url + "/hooks", onStatus="423=retry", onBody="state=busy=retry"), order(1)
    )
    assert len(sent(server)) == 3 and len(accepted(server)) == 1


def test_an_error_shows_no_credential(server: ReplayServer) -> None:
    secret = "very-secret-value"
    server.fault("/hooks", status=400, body={"message": f"no access with {secret}"})
    task = writer(server.url + "/hooks", authType="Bearer", oauthToken=secret)
    with pytest.raises(HttpError, match=r"no access with \*\*\*") as failure:
        run_task(task, order(1))
    assert secret not in str(failure.value)


def test_an_error_shows_no_column_with_the_name_of_a_credential(server: ReplayServer) -> None:
    schema = T.StructType().add("api_token", T.StringType())
    server.fault("/hooks", status=400, body={"message": "invalid: t0ken-1 and t0ken-2"})
    task = writer(server.url + "/hooks", schema, body='{"a": "{api_token}", "secret": "t0ken-2"}')
    with pytest.raises(HttpError, match=r"invalid: \*\*\* and \*\*\*\."):
        run_task(task, {"api_token": "t0ken-1"})


@pytest.mark.parametrize("concurrency", ["1", "3"])
def test_rows_that_the_api_refuses_become_dead_letters(
    server: ReplayServer, tmp_path: Path, concurrency: str
) -> None:
    task = writer(
        server.url + "/orders",
        onError="deadLetter",
        deadLetterPath=str(tmp_path / "dead"),
        concurrentRequests=concurrency,
        writeId="w",
    )
    letters = run_task(task, order(1), order(2, refuse=422), order(3), order(4, refuse=400))
    task.commit([_message(letters)])
    assert [row["id"] for row in accepted(server)] in ([1, 3], [3, 1])
    lines = [json.loads(line) for line in (tmp_path / "dead" / "w.jsonl").read_text().splitlines()]
    found = {line["row"]["id"]: line for line in lines}
    assert set(found) == {2, 4} and len(lines) == 2
    assert found[2]["row"] == order(2, refuse=422)
    assert (found[2]["status"], found[2]["rows"]) == (422, 1)
    assert "answered 422 Unprocessable Entity: refused with 422" in found[2]["message"]
    assert found[2]["key"] in keys(server)


def test_a_row_that_cannot_be_sent_becomes_a_dead_letter_without_a_status(
    server: ReplayServer, tmp_path: Path
) -> None:
    options = {"onError": "deadLetter", "deadLetterPath": str(tmp_path), "method": "PUT"}
    task = writer(server.url + "/orders/{name}", **options)
    (line,) = run_task(task, order(1, None), order(2)).lines
    letter = json.loads(line)
    assert (letter["row"]["id"], letter["status"], letter["key"]) == (1, 0, None)
    assert "the placeholder {name} has no value: it is null" in letter["message"]
    assert len(accepted(server)) == 1


def test_all_rows_of_a_refused_request_become_dead_letters(
    server: ReplayServer, tmp_path: Path
) -> None:
    options = {"onError": "deadLetter", "deadLetterPath": str(tmp_path), **BULK}
    task = writer(server.url + "/bulk", rowsPerRequest="2", **options)
    letters = run_task(task, order(1), order(2, refuse=422), order(3))
    found = [json.loads(line) for line in letters.lines]
    assert [(line["row"]["id"], line["rows"]) for line in found] == [(1, 2), (2, 2)]
    # The API took row 1: the count of rows says that a dead letter may be of an accepted row.
    assert [row["id"] for row in accepted(server)] == [1, 3]


def test_a_refused_credential_fails_the_write_instead_of_making_dead_letters(
    server: ReplayServer, tmp_path: Path
) -> None:
    server.fault("/hooks", status=401)
    task = writer(server.url + "/hooks", onError="deadLetter", deadLetterPath=str(tmp_path))
    with pytest.raises(HttpError, match="answered 401"):
        run_task(task, order(1), order(2))


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 429}, {"close": True}])
def test_an_api_that_is_down_fails_the_write_unless_onstatus_says_otherwise(
    server: ReplayServer, tmp_path: Path, fault: dict[str, Any]
) -> None:
    options = {"onError": "deadLetter", "deadLetterPath": str(tmp_path), "maxRetries": "1"}
    server.fault("/hooks", times=4, **fault)
    with pytest.raises(HttpError, match="Gave up after 2 tries"):
        run_task(writer(server.url + "/hooks", **options), order(1))
    if "status" in fault:
        named = {"onStatus": "5xx=deadLetter, 429=deadLetter"}
        letters = run_task(writer(server.url + "/hooks", **options, **named), order(1))
        assert len(letters.lines) == 1


def test_too_many_dead_letters_fail_the_write(tmp_path: Path) -> None:
    options = {"onError": "deadLetter", "deadLetterPath": str(tmp_path), "maxRetries": "0"}
    task = writer("https://api.example.com/x", IDS, transport=Answering(400, b""), **options)
    with pytest.raises(HttpError, match=r"more than 10000 rows.*The last message was: POST"):
        run_task(task, *({"id": number} for number in range(10_001)))


def test_a_batch_that_comes_again_replaces_its_dead_letters(tmp_path: Path) -> None:
    place = tmp_path / "q-7.jsonl"
    for lines in (["1", "2"], ["2"]):
        write_file(str(tmp_path), "q-7", lines)
        assert place.read_text().split() == lines
    write_file(str(tmp_path), "q-7", [])
    assert list(tmp_path.iterdir()) == []


class Gate:
    """Replaces the network: counts the requests that run at the same time."""

    def __init__(self, expected: int) -> None:
        self.running = self.most = self.count = 0
        self._lock, self._barrier = threading.Lock(), threading.Barrier(expected, timeout=20)

    def __call__(self, method: str, url: str, *_: Any) -> Reply:
        with self._lock:
            self.running += 1
            self.count += 1
            self.most = max(self.most, self.running)
        self._barrier.wait()
        with self._lock:
            self.running -= 1
        return Reply(200, "OK", {}, b"", url)


def test_a_task_sends_as_many_requests_at_once_as_the_option_says() -> None:
    gate = Gate(3)
    task = writer("https://api.example.com/x", transport=gate, concurrentRequests="3")
    run_task(task, *map(order, range(9)))
    assert (gate.most, gate.count) == (3, 9)


def test_a_failed_request_ends_the_waits_of_the_others(server: ReplayServer) -> None:
    server.fault("/orders/1", status=429, headers={"Retry-After": "200"})
    server.fault("/orders/2", status=400)
    task = writer(server.url + "/orders/{id}", clock=Clock(), method="PUT", concurrentRequests="2")
    began = time.monotonic()
    with pytest.raises(HttpError):
        run_task(task, order(1), order(2), order(3))
    assert time.monotonic() - began < 60


def test_requests_at_once_share_the_rate() -> None:
    clock = FakeClock()
    transport = Answering(200, b"")
    task = writer(
        "https://api.example.com/x",
        clock=clock,
        transport=transport,
        requestsPerSecond="2",
    )
    run_task(task, *map(order, range(11)))
    assert clock.now - FakeClock().now == pytest.approx(5, abs=0.1)


def random_faults(chance: random.Random, server: ReplayServer, path: str) -> None:
    """Failures before and after the API accepts a request, in a random order."""
    kinds: list[dict[str, Any]] = [
        {"status": 500},
        {"status": 429, "headers": {"Retry-After": "0"}},
        {"status": 200, "body": {"error": "too many requests", "code": 429}},
        {"status": 400},
        {"close": True},
        # The API accepts these, but the client does not learn it.
        {"truncate": 3},
        {"delay_s": 0.15},
    ]
    for _ in range(chance.randrange(4, 14)):
        server.fault(path, skip=chance.randrange(0, 4), **chance.choice(kinds))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("path", ["/orders", "/hooks", "/bulk"])
def test_each_row_arrives_at_least_once_and_once_where_the_api_honours_the_key(
    server: ReplayServer, path: str, seed: int
) -> None:
    chance = random.Random(f"{path} {seed}")
    options = {
        "readTimeout": "100",
        "maxRetries": str(chance.randrange(0, 3)),
        "concurrentRequests": chance.choice(["1", "4"]),
    }
    if path == "/bulk":
        options.update(requestFormat=chance.choice(["array", "jsonl"]), rowsPerRequest="3")
    # Some rows are equal to others, and count as other rows.
    rows = [order(chance.randrange(15)) for _ in range(20)]
    random_faults(chance, server, path)
    for _ in range(40):
        if path != "/bulk":
            # A retried task may get the rows of its partition in another order.
            chance.shuffle(rows)
        try:
            run_task(writer(server.url + path, clock=FakeClock(), **options), *rows)
            break
        except HttpError:
            continue
    else:
        raise AssertionError("the write never succeeded")
    wanted = Counter(row["id"] for row in rows)
    found = Counter(row["id"] for row in accepted(server))
    if path == "/hooks":
        assert all(found[number] >= count for number, count in wanted.items())
    else:
        assert found == wanted
