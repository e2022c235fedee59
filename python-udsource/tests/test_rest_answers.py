"""`rest`: answers that have a status of success but hold no data."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._errors import HttpError, OptionError
from sparktide_sources._rest.batch_reader import RestBatchReader
from sparktide_sources._rest.config import read_config
from sparktide_sources.rest import RestDataSource
from support import OPEN, FakeClock, drain, rest_reader, take

SINCE = "/tweets?since={timestamp}"
QUOTA = "We have detected your API key and our standard limit is 25 requests per day."


def read(server: ReplayServer, clock: FakeClock, **options: str) -> list[Any]:
    given = {"url": f"{server.url}/tweets", "maxRetries": "1", **OPEN, **options}
    reader = RestBatchReader(read_config(given), clock)
    parts = reader.partitions()
    return [json.loads(row[0]) for part in parts for row in reader.read(part)]


def stream(server: ReplayServer, clock: FakeClock, **options: str) -> Any:
    return rest_reader(server, SINCE, clock, maxRetries="1", **options)


ERROR_BODIES: list[tuple[Any, str]] = [
    ({"Information": QUOTA}, "25 requests per day"),
    ({"Note": "Thank you for using us"}, "Thank you"),
    ({"Error Message": "Invalid API call"}, "Invalid API call"),
    ({"error": {"message": "no access", "code": "E7"}}, "no access"),
    ({"error": "not found", "timestamp": "2025-01-01T00:00:00Z", "path": "/x"}, "not found"),
    ({"ok": False, "error": "ratelimited"}, "ratelimited"),
    ({"ok": False, "error": "missing_scope", "needed": "users:read"}, "missing_scope"),
    ({"ok": False, "error_code": 401, "description": "Unauthorized"}, "Unauthorized"),
    ({"ok": False}, '{"ok": false}'),
    ({"success": False, "error": {"code": 104, "info": "limit reached"}}, "limit reached"),
    ({"success": "false", "msg": "bad token", "data": []}, "bad token"),
    ({"success": False, "message": "bad token", "data": None}, "bad token"),
    ({"status": "error", "code": "rateLimited", "message": "slow down"}, "slow down"),
    ({"status": "fail", "data": {}}, '"status": "fail"'),
    ({"status": {"error_code": 1001, "error_message": "key invalid"}, "data": []}, "key invalid"),
    ({"error": True, "reason": "out of range"}, "out of range"),
    ({"Response": "False", "Error": "Movie not found!"}, "Movie not found"),
    ({"result": "error", "error-type": "invalid-key", "documentation": "https://x"}, "invalid-key"),
    ({"errors": [{"title": "Bad filter"}], "jsonapi": {"version": "1.0"}}, "Bad filter"),
    ({"errors": [{"message": "No such field"}]}, "No such field"),
    ({"message": "Forbidden"}, "Forbidden"),
    ({"Message": "Authorization has been denied"}, "denied"),
    ({"detail": [{"loc": ["query"], "msg": "field required"}]}, "field required"),
    ({"type": "about:blank", "title": "Gone", "status": 410, "detail": "It left"}, "It left"),
    ({"fault": {"faultstring": "Invalid ApiKey"}}, "Invalid ApiKey"),
    ([{"message": "Session expired", "errorCode": "INVALID_SESSION_ID"}], "Session expired"),
    ({"data": [], "error": {"message": "no rows for you"}}, "no rows for you"),
]


@pytest.mark.parametrize(("body", "words"), ERROR_BODIES)
def test_an_error_in_a_200_body_fails_with_the_message_of_the_api(
    server: ReplayServer, clock: FakeClock, body: Any, words: str
) -> None:
    server.fault("/tweets", body=body, times=9)
    with pytest.raises(HttpError, match="answered 200: ") as caught:
        read(server, clock)
    assert words in str(caught.value)
    reader = stream(server, clock)
    with pytest.raises(HttpError) as caught:
        take(reader, reader.initialOffset())
    assert words in str(caught.value)


RECORDS: list[dict[str, Any]] = [
    {"id": 1, "name": "x"},
    {"id": 1, "status": "failed", "error": "disk full", "message": "see the log"},
    {"id": 1, "ok": False, "message": "a check that failed"},
    {"name": "operations/7", "done": True, "error": {"code": 5, "message": "no such file"}},
    {"id": "9", "message": "hello", "author": "me"},
    {"message": "https://images.example/dog.jpg", "status": "success"},
    {"success": True, "message": "pong"},
    {"flight_number": 7, "success": False, "details": "engine failure"},
    {"fact": "Cats sleep", "length": 10},
    {"title": "A title", "description": "and a text"},
    {"title": "A title", "body": "and a text"},
    {"status": "UP"},
    {"code": "EUR", "type": "currency"},
    {"requests": 100, "errors": 2},
    {"id": 1, "error": None, "errors": [], "error_code": 0},
    {"time": "10:00", "version": "1.2"},
    {"info": {"count": 2}, "results": [1, 2]},
    {},
]


@pytest.mark.parametrize("body", RECORDS)
def test_an_object_that_has_more_than_error_fields_is_one_record(
    server: ReplayServer, clock: FakeClock, body: Any
) -> None:
    server.fault("/tweets", body=body)
    assert read(server, clock) == [body]


@pytest.mark.parametrize("body", [body for body, _ in ERROR_BODIES if isinstance(body, dict)])
def test_data_field_can_declare_an_error_body_to_be_the_record(
    server: ReplayServer, clock: FakeClock, body: Any
) -> None:
    server.fault("/tweets", body=body)
    assert read(server, clock, dataField="$") == [body]


def test_error_field_none_reads_fields_with_error_names_as_data(
    server: ReplayServer, clock: FakeClock
) -> None:
    body = {"message": "hello"}
    server.fault("/tweets", body=body)
    assert read(server, clock, errorField="none") == [body]
    server.fault("/tweets", body={"success": False, "items": [1]})
    assert read(server, clock, errorField="none", dataField="items") == [1]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"ok": False, "items": []}, "the body is an error"),
        ({"status": "ERROR", "message": "late", "items": [1]}, "late"),
        ({"error": "partial outage", "items": [1]}, "partial outage"),
        ({"status": {"error_code": 500, "error_message": "boom"}, "items": [1]}, "boom"),
        # The records are missing: the message gives the reason in the words of the API.
        ({"Information": QUOTA}, "25 requests per day; it has no field 'items'"),
    ],
)
def test_an_error_beside_a_data_field_is_an_error(
    server: ReplayServer, clock: FakeClock, body: Any, words: str
) -> None:
    server.fault("/tweets", body=body, times=9)
    with pytest.raises(HttpError, match="answered 200: ") as caught:
        read(server, clock, dataField="items")
    assert words in str(caught.value)


def test_data_field_can_select_a_list_of_errors_as_records(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", body={"errors": [{"message": "a"}]})
    assert read(server, clock, dataField="errors") == [{"message": "a"}]


@pytest.mark.parametrize(
    ("body", "calls"),
    [
        ({"error": {"code": 429, "message": "slow down"}}, 2),
        ({"status": 503, "message": "overloaded"}, 2),
        ({"status": {"error_code": 429, "error_message": "slow"}}, 2),
        ({"error": {"code": 403, "message": "no"}}, 1),
        ({"error": {"code": 104, "message": "no"}}, 1),
    ],
)
def test_a_status_in_the_body_decides_whether_the_request_is_retried(
    server: ReplayServer, clock: FakeClock, body: Any, calls: int
) -> None:
    server.fault("/tweets", body=body, times=9)
    with pytest.raises(HttpError):
        read(server, clock)
    assert len(server.journal()) == calls
    server.clear_faults()
    server.fault("/tweets", body=body)
    if calls == 2:
        assert len(read(server, clock)) > 0


def test_on_status_applies_to_a_status_in_the_body(server: ReplayServer, clock: FakeClock) -> None:
    server.fault("/tweets", body={"error": {"code": 404, "message": "no such"}})
    assert read(server, clock, onStatus="404=skip") == []
    server.fault("/tweets", body={"error": {"code": 401, "message": "who?"}})
    with pytest.raises(HttpError, match=r"who\?"):
        read(server, clock, onError="skip")


@pytest.mark.parametrize(
    ("form", "body", "words"),
    [
        ("jsonl", '{"error":{"message":"no access"}}\n', "no access"),
        ("jsonl", '{"id":1}\n{"id":2}\n{"error":"stream cut"}\n', "stream cut"),
        ("csv", '{\n  "Information": "25 requests per day"\n}', "25 requests per day"),
        ("csv", '{"rows": 3}', "responseFormat is csv, and it is JSON"),
        ("text", '{"message":"Forbidden"}', "Forbidden; set errorField=none if it is data"),
    ],
)
def test_a_json_error_is_not_read_as_a_row_of_another_format(
    server: ReplayServer, clock: FakeClock, form: str, body: str, words: str
) -> None:
    server.fault("/tweets", body=body, times=9)
    with pytest.raises(HttpError, match=words):
        read(server, clock, responseFormat=form)


def test_lines_and_texts_that_do_not_look_like_errors_are_records(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", body='{"id":1,"error":"disk full"}\n{"id":2}\n')
    assert len(read(server, clock, responseFormat="jsonl")) == 2
    server.fault("/tweets", body='{"id": 1}\n{a}\n')
    assert len(read(server, clock, responseFormat="text")) == 2
    said = '{"message":"hello"}'
    server.fault("/tweets", body=said)
    assert read(server, clock, responseFormat="jsonl", dataField="$") == [{"message": "hello"}]
    server.fault("/tweets", body=said)
    rows = read(server, clock, responseFormat="text", errorField="none", wholeText="true")
    assert rows == [{"value": said}]


def test_a_problem_json_document_is_an_error_regardless_of_its_fields(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault(
        "/tweets",
        body={"balance": 30, "title": "You do not have enough credit."},
        headers={"Content-Type": "application/problem+json"},
    )
    with pytest.raises(HttpError, match="enough credit"):
        read(server, clock)


@pytest.mark.parametrize(
    ("field", "body", "found"),
    [
        ("meta.problem", {"meta": {"problem": "late"}, "data": [1]}, "late"),
        ("warning, meta.problem", {"meta": {"problem": {"message": "m"}}, "data": [1]}, "m"),
        ("/meta/problem", {"meta": {"problem": 7}, "data": [1]}, "7"),
        ("meta.problem", {"meta": {"problem": None}, "data": [1]}, None),
        ("meta.problem", {"meta": {"problem": ""}, "data": [1]}, None),
        ("meta.problem", {"meta": {"problem": 0}, "data": [1]}, None),
        ("meta.problem", {"data": [1]}, None),
    ],
)
def test_error_field_selects_the_field_in_which_the_api_reports_errors(
    server: ReplayServer, clock: FakeClock, field: str, body: Any, found: str | None
) -> None:
    server.fault("/tweets", body=body, times=2)
    if found is None:
        assert read(server, clock, errorField=field) == [1]
        return
    with pytest.raises(HttpError, match=rf"\(errorField\): {found}"):
        read(server, clock, errorField=field)


@pytest.mark.parametrize(
    ("on_body", "outcome"),
    [
        ("state=busy=retry", "retry"),
        ("state=fail", "fail"),
        ("'BUSY, come back'=skip", "skip"),
        ('{"\'busy, come back\'": "skip"}', "skip"),
        ('{"state=busy": "retry"}', "retry"),
        ("$.state=busy=skip, 'x'=fail", "skip"),
        ("state=idle=fail, 'nothing of that'=fail, missing=fail", "data"),
    ],
)
def test_on_body_decides_what_happens_with_a_matching_body(
    server: ReplayServer, clock: FakeClock, on_body: str, outcome: str
) -> None:
    body = {"state": "busy", "say": "Busy, come back", "data": [1]}
    server.fault("/tweets", body=body)
    if outcome == "fail":
        with pytest.raises(HttpError, match="what onBody calls fail: "):
            read(server, clock, onBody=on_body)
        return
    rows = read(server, clock, onBody=on_body)
    assert {"data": rows == [1], "skip": rows == [], "retry": len(rows) > 1}[outcome]
    assert len(server.journal()) == (2 if outcome == "retry" else 1)


def test_on_body_retry_fails_after_its_retries_and_skip_makes_an_empty_poll(
    server: ReplayServer, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    server.fault("/tweets", body={"queue": "full", "data": []}, times=2)
    with pytest.raises(HttpError, match=r"what onBody calls retry: .*Gave up after 2 tries"):
        read(server, clock, onBody="queue=full=retry")
    server.fault("/tweets", body={"queue": "full"})
    reader = stream(server, clock, onBody="queue=full=skip")
    with caplog.at_level(logging.WARNING):
        rows, start = take(reader, reader.initialOffset())
    assert rows == []
    assert "The poll counts as empty" in caplog.text
    clock.advance(60)
    rows, _ = drain(reader, start)
    assert len(rows) > 0


GRAPHQL = {"data": {"users": [{"id": 1}, None]}, "errors": [{"message": "user 2 is hidden"}] * 2}


@pytest.mark.parametrize(
    "options", [{"dataField": "data.users"}, {"dataField": "data.users[*]"}, {}]
)
def test_errors_beside_records_fail_the_read_unless_partial_errors_keeps_them(
    server: ReplayServer,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
    options: dict[str, str],
) -> None:
    server.fault("/tweets", body=GRAPHQL, times=9)
    with pytest.raises(HttpError, match=r"both records and errors: user 2 is hidden.*=keep"):
        read(server, clock, **options)
    with caplog.at_level(logging.WARNING):
        rows = read(server, clock, partialErrors="keep", **options)
    assert len(rows) == (2 if options else 1)
    assert "2 errors beside the records" in caplog.text


def test_the_offset_counts_the_errors_that_partial_errors_keeps(
    server: ReplayServer, clock: FakeClock
) -> None:
    for number in (1, 2):
        body = {"timestamp": number, "data": [{"id": number}], "errors": ["a", "b"]}
        server.fault("/tweets", body=body)
    reader = stream(server, clock, partialErrors="keep")
    rows, end = take(reader, reader.initialOffset())
    assert (rows, end["partial"]) == ([{"id": 1}], 2)
    clock.advance(60)
    rows, end = take(stream(server, clock, partialErrors="keep"), end)
    assert (rows, end["partial"]) == ([{"id": 2}], 4)


def test_a_202_answer_is_requested_again_until_it_is_ready(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", status=202, body={"status": "queued"}, times=12)
    began = clock.now
    assert len(read(server, clock)) > 1
    assert len(server.journal()) == 13
    assert clock.now - began < 300


@pytest.mark.parametrize(
    "after", ["7", "Sun, 15 Jun 2025 15:06:47 GMT", "1750000007", "2025-06-15T15:06:47Z"]
)
def test_the_retry_after_of_a_202_is_obeyed(
    server: ReplayServer, clock: FakeClock, after: str
) -> None:
    server.fault("/tweets", status=202, body={}, headers={"Retry-After": after})
    read(server, clock)
    assert 7 <= sum(clock.slept) <= 7.5


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "text"])
def test_a_202_that_never_becomes_ready_fails_after_max_pending_wait(
    server: ReplayServer, clock: FakeClock, form: str
) -> None:
    server.fault("/tweets", status=202, body="queued", times=99)
    began = clock.now
    with pytest.raises(
        HttpError, match=r"its data is not ready: queued after 4\d s.*maxPendingWait"
    ):
        read(server, clock, responseFormat=form, maxPendingWait="40")
    assert 40 <= clock.now - began <= 50
    assert len(server.journal()) > 5


def test_a_202_that_asks_for_too_long_a_wait_fails_at_once(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", status=202, body={}, headers={"Retry-After": "3600"})
    with pytest.raises(HttpError, match="asks to wait 3600 s, and 300 s are left"):
        read(server, clock)
    assert len(server.journal()) == 1


def test_a_post_is_sent_again_after_a_202_only_with_retry_post(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", status=202, body={"id": "export-1"}, times=2)
    with pytest.raises(HttpError, match="a POST is sent again only with retryPost=true"):
        read(server, clock, method="POST")
    assert len(server.journal()) == 1
    read(server, clock, method="POST", retryPost="true")
    assert len(server.journal()) == 3


def test_a_stream_waits_for_a_202_between_calls_and_fails_after_max_pending_wait(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", status=202, body={"status": "queued"}, times=8)
    reader = stream(server, clock)
    start, began, rows = reader.initialOffset(), clock.now, list[Any]()
    while not rows and clock.now < began + 250:
        before = clock.now
        rows, start = take(reader, start)
        assert clock.now - before <= 1.5
        clock.advance(0.2)
    assert len(rows) > 0
    assert len(server.journal()) == 9
    server.fault("/tweets", status=202, body={"status": "queued"}, times=999)
    reader = stream(server, clock, maxPendingWait="30")
    with pytest.raises(HttpError, match="not ready"):
        for _ in range(1000):
            take(reader, reader.initialOffset())
            clock.advance(0.2)


@pytest.mark.parametrize(
    ("status", "action", "outcome"),
    [
        (202, "data", "rows"),
        (202, "skip", "empty"),
        (202, "fail", "error"),
        (203, "", "rows"),
        (206, "fail", "error"),
        (206, "retry", "again"),
        (299, "skip", "empty"),
        (200, "fail", "error"),
        (204, "fail", "error"),
    ],
)
def test_on_status_accepts_every_status_of_success(
    server: ReplayServer, clock: FakeClock, status: int, action: str, outcome: str
) -> None:
    server.fault("/tweets", status=status, body={"data": [1]} if status != 204 else None, times=1)
    options = {"onStatus": f"{status}={action}"} if action else {}
    if outcome == "error":
        with pytest.raises(HttpError, match=rf"answered {status} .*\(onStatus\)"):
            read(server, clock, **options)
        return
    rows = read(server, clock, **options)
    assert {"rows": rows == [1], "empty": rows == [], "again": len(rows) > 1}[outcome]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"onBody": "Information"}, "must be a list such as"),
        ({"onBody": "Information=deadLetter"}, "and skip, got 'Information=deadLetter'"),
        ({"onBody": "=fail"}, "must be a list such as"),
        ({"onBody": "a[=fail"}, "is not a selector"),
        ({"onBody": '{"a": 1}'}, "must be a list such as"),
        ({"onBody": "['a']=fail", "responseFormat": "csv"}, "put a text in quotes"),
        ({"errorField": "a["}, "is not a selector"),
        ({"errorField": "a[*]"}, "must lead to one value"),
        ({"errorField": "a", "responseFormat": "text"}, "needs a JSON body"),
        ({"partialErrors": "ignore"}, "one of fail, keep"),
        ({"partialErrors": "keep", "responseFormat": "csv"}, "needs a JSON body"),
        ({"maxPendingWait": "-1"}, "must be from 0"),
    ],
)
def test_a_wrong_option_about_answers_is_refused_with_one_clear_error(
    options: dict[str, str], problem: str
) -> None:
    with pytest.raises(OptionError, match=problem):
        RestDataSource({"url": "https://api.example.com/x", **options})
