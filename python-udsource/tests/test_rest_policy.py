"""`rest`: policies for records, input rows and answers that cannot be used."""

from __future__ import annotations

import json
import logging

import pytest
from pyspark.sql.types import (
    IntegerType,
    LongType,
    StringType,
    StructField,
    StructType,
)

from rest_output_support import ERROR, INPUT, META, OUTPUT, batch, fields, read, stream, struct
from sparktide_replay import ReplayServer
from sparktide_sources._errors import EgressError, HttpError, RecordError
from sparktide_sources._rest.batch_reader import RestBatchReader
from sparktide_sources._rest.config import read_config
from support import OPEN, FakeClock, rest_reader, take

DRIFT = '[{"id":1,"at":{"n":2}},{"id":"x","at":{"n":3}},{"id":4,"at":{"n":"y"}}]'
DRIFT_SCHEMA = {"id": LongType(), "at": StructType([StructField("n", IntegerType())])}


def test_schema_drift_fails_by_default_and_names_record_field_and_value(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", body=DRIFT)
    with pytest.raises(RecordError) as caught:
        read(server, clock, fields(**DRIFT_SCHEMA), outputType="columns")
    assert "record 1 of page 1 of http://127.0.0.1" in str(caught.value)
    assert "the field 'id' does not fit the schema: text 'x' is not a whole number" in str(
        caught.value
    )
    assert "schemaDrift can skip" in str(caught.value)


def test_schema_drift_null_logs_the_number_of_values_made_null(
    server: ReplayServer, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    server.fault("/tweets", body=DRIFT)
    with caplog.at_level(logging.WARNING):
        rows = read(server, clock, fields(**DRIFT_SCHEMA), outputType="columns", schemaDrift="null")
    assert rows == [(1, {"n": 2}), (None, {"n": 3}), (4, {"n": None})]
    assert "0 records were skipped, 2 values made null" in caplog.text


def test_schema_drift_dead_letter_keeps_the_record(server: ReplayServer, clock: FakeClock) -> None:
    server.fault("/tweets", body=DRIFT)
    rows = read(
        server,
        clock,
        [*fields(**DRIFT_SCHEMA), ERROR],
        outputType="columns",
        schemaDrift="deadLetter",
    )
    assert rows[0] == (1, {"n": 2}, None)
    assert [row[:2] for row in rows[1:]] == [(None, None)] * 2
    assert rows[2][2]["raw"] == '{"id":4,"at":{"n":"y"}}'
    assert rows[2][2]["kind"] == "drift"
    assert "the field 'at.n' does not fit" in rows[2][2]["message"]


def test_the_offset_counts_the_skipped_records_of_a_stream(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.state.apply({"set": {"events": [{"id": "1"}, {"id": "2", "n": "x"}, {"id": "3"}]}})
    options = {"offsetField": "id", "offsetType": "incremental", "outputType": "columns"}
    columns = fields(id=StringType(), n=LongType())
    reader = stream(server, clock, columns, "/events", onError="skip", **options)
    rows, end = batch(reader, reader.initialOffset())
    assert rows == [("1", None), ("3", None)]
    assert (end["n"], end["skipped"], end["nulled"]) == (3, 1, 0)
    server.state.apply({"append": {"events": [{"id": "4", "n": 1.5}]}})
    clock.advance(2)
    rows, last = batch(reader, end)
    assert (rows, last["skipped"]) == ([], 2)
    lax = stream(server, clock, columns, "/events", schemaDrift="null", **options)
    rows, end = batch(lax, lax.initialOffset())
    assert [row[1] for row in rows] == [None] * 4
    assert (end["skipped"], end["nulled"]) == (0, 2)


def test_a_stream_fails_on_a_bad_line_or_skips_it_or_keeps_it_as_a_dead_letter(
    server: ReplayServer, clock: FakeClock
) -> None:
    body = '{"id":1}\n{oops\n{"id":2}\n'
    server.state.apply({"set": {"tweets": []}})
    keys = {"responseFormat": "jsonl", "offsetField": "id", "offsetType": "incremental"}
    server.fault("/tweets", body=body, times=9)
    with pytest.raises(HttpError, match=r"line 2 is not valid JSON: '\{oops'"):
        reader = stream(server, clock, [OUTPUT], "/tweets?a={id}", **keys)
        batch(reader, reader.initialOffset())
    reader = stream(server, clock, [OUTPUT], "/tweets?a={id}", onError="skip", **keys)
    rows, end = batch(reader, reader.initialOffset())
    assert (rows, end["n"], end["skipped"]) == ([('{"id":1}',), ('{"id":2}',)], 2, 1)
    reader = stream(server, clock, [OUTPUT, ERROR], "/tweets?a={id}", onError="deadLetter", **keys)
    with pytest.raises(HttpError, match="can't be a dead letter of this stream"):
        batch(reader, reader.initialOffset())
    server.clear_faults()
    body = '{"timestamp":5,"data":[{"id":1},"x"]}'
    server.fault("/tweets", body=body)
    reader = stream(
        server,
        clock,
        [struct(id=LongType()), ERROR],
        "/tweets?since={timestamp}",
        onError="deadLetter",
        outputType="struct",
    )
    start = reader.initialOffset()
    rows, end = batch(reader, start)
    assert rows[0] == ({"id": 1}, None)
    assert rows[1][0] is None
    assert rows[1][1]["raw"] == '"x"'
    assert (end["n"], end["skipped"]) == (2, 0)
    again = reader.partitions(start, end)
    assert [row for part in again for row in reader.read(part)] == rows


def test_a_repeated_batch_has_the_same_dead_letters(server: ReplayServer, clock: FakeClock) -> None:
    server.fault("/stream", body='{"n":1}\n{oops\n', times=2)
    options = {"responseFormat": "jsonl", "offsetType": "cursor", "offsetField": "cursor"}
    options.update(cursorHeader="X-Next", nextFieldMissing="end", onError="deadLetter")
    first = stream(server, clock, [OUTPUT, ERROR], "/stream?after={cursor}", **options)
    start = first.initialOffset()
    rows, end = batch(first, start)
    assert rows[0] == ('{"n":1}', None)
    assert rows[1][1] == {
        "kind": "record",
        "message": "line 2 is not valid JSON",
        "status": None,
        "raw": "{oops",
    }
    restarted = stream(server, clock, [OUTPUT, ERROR], "/stream?after={cursor}", **options)
    parts = restarted.partitions(start, json.loads(json.dumps(end)))
    assert [row for part in parts for row in restarted.read(part)] == rows


def test_on_status_skip_makes_an_empty_poll_for_the_named_status_only(
    server: ReplayServer, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Other statuses still fail the query."""
    server.fault("/tweets", status=404, body={"message": "nothing yet"})
    reader = stream(
        server, clock, [OUTPUT], "/tweets?since={timestamp}", onStatus="404=skip", onError="skip"
    )
    start = reader.initialOffset()
    with caplog.at_level(logging.WARNING):
        assert batch(reader, start) == ([], start)
    assert "answered 404 Not Found: nothing yet" in caplog.text
    assert len(batch(reader, start)[0]) == 3
    server.fault("/tweets", status=410)
    with pytest.raises(HttpError, match="410"):
        batch(reader, reader.initialOffset() | {"pos": "1"})


ROWS = json.dumps([{"id": n} for n in range(1000)])


def calls(server: ReplayServer) -> list[int]:
    return sorted(int(call["query"]["id"]) for call in server.journal())


def test_a_failing_input_row_fails_the_read_by_default(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", status=404, body={"message": "gone"}, skip=2)
    data = json.dumps([{"id": n} for n in range(4)])
    with pytest.raises(HttpError, match="404 Not Found: gone"):
        read(server, clock, inputData=data, partitions="1")


def test_each_of_a_thousand_input_rows_is_requested_once_and_returned(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.state.apply({"set": {"tweets": [{"x": 1}]}})
    config = read_config(
        {
            "url": server.url + "/tweets",
            **OPEN,
            "inputData": ROWS,
            "partitions": "8",
            "includeInput": "true",
            "includeMetadata": "true",
        }
    )
    reader = RestBatchReader(config, clock, schema=StructType([INPUT, META, OUTPUT]))
    parts = reader.partitions()
    assert [len(part.rows) for part in parts] == [125] * 8
    rows = [row for part in parts for row in reader.read(part)]
    assert calls(server) == list(range(1000))
    assert sorted(json.loads(row[0])["id"] for row in rows) == list(range(1000))
    assert {row[2] for row in rows} == {'{"x":1}'}
    meta = rows[0][1]
    assert meta == {"url": f"{server.url}/tweets?id=0", "status": 200, "page": 1, "index": 0}


@pytest.mark.parametrize("policy", ["skip", "deadLetter"])
def test_failing_input_rows_are_skipped_or_become_dead_letters(
    server: ReplayServer, clock: FakeClock, policy: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.state.apply({"set": {"tweets": [{"x": 1}]}})
    server.fault("/tweets", status=404, body={"message": "gone"}, skip=3)
    server.fault("/tweets", body="not json", times=2)
    data = json.dumps([{"id": n} for n in range(10)])
    schema = [OUTPUT, INPUT, *([ERROR] if policy == "deadLetter" else [])]
    with caplog.at_level(logging.WARNING):
        rows = read(
            server,
            clock,
            schema,
            inputData=data,
            partitions="1",
            includeInput="true",
            maxRetries="0",
            onError=policy,
        )
    assert calls(server) == list(range(10))
    good = [row for row in rows if row[0] is not None]
    assert len(good) == 7
    if policy == "skip":
        assert len(rows) == 7
        assert caplog.text.count("a call is skipped after 0 of its rows") == 3
        return
    dead = [row for row in rows if row[0] is None]
    assert sorted(row[2]["kind"] for row in dead) == ["body", "body", "status"]
    (gone,) = [row for row in dead if row[2]["kind"] == "status"]
    assert gone[2]["status"] == 404
    assert "answered 404 Not Found: gone" in gone[2]["message"]
    assert json.loads(gone[1])["id"] not in {json.loads(row[1])["id"] for row in good}


def test_rows_before_a_failing_page_are_kept_and_the_failure_is_a_dead_letter(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/items", status=500, skip=1, times=9)
    rows = read(
        server,
        clock,
        [OUTPUT, META, ERROR],
        "/items",
        pagination="link",
        authType="Bearer",
        oauthToken="replay-token",
        onError="deadLetter",
        includeMetadata="true",
        maxRetries="1",
    )
    assert [row[2] is None for row in rows] == [True] * 10 + [False]
    assert rows[-1][1]["page"] == 2
    assert rows[-1][2]["status"] == 500


def test_a_missing_data_field_makes_a_dead_letter_for_its_request_only(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", body={"error": "no such user SENTINEL"}, skip=1)
    data = json.dumps([{"id": n} for n in range(3)])
    rows = read(
        server,
        clock,
        [OUTPUT, ERROR],
        inputData=data,
        partitions="1",
        dataField="data",
        onError="deadLetter",
    )
    (dead,) = [row for row in rows if row[1] is not None]
    assert dead[1]["kind"] == "body"
    assert "error: no such user SENTINEL; it has no field 'data' (dataField)" in dead[1]["message"]


@pytest.mark.parametrize("status", [401, 403, 407])
def test_a_wrong_credential_fails_the_read_regardless_of_on_error(
    server: ReplayServer, clock: FakeClock, status: int
) -> None:
    server.fault("/tweets", status=status, times=3)
    with pytest.raises(HttpError, match=str(status)):
        read(server, clock, onError="skip")
    assert read(server, clock, onError="fail", onStatus=f"{status}=skip") == []
    with pytest.raises(HttpError, match=str(status)):
        read(server, clock, onError="skip", onStatus=f"{status}=fail")


def test_on_status_takes_precedence_over_on_error(server: ReplayServer, clock: FakeClock) -> None:
    data = json.dumps([{"id": n} for n in range(4)])
    for status in (404, 409, 500):
        server.fault("/tweets", status=status)
    rows = read(
        server,
        clock,
        [OUTPUT, ERROR],
        inputData=data,
        partitions="1",
        maxRetries="0",
        onStatus="404=skip, 409=deadLetter, 5xx=deadLetter",
    )
    assert [row[1]["status"] for row in rows if row[1]] == [409, 500]
    assert len(rows) == 5


def test_on_status_decides_whether_a_status_is_retried(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", status=423, times=2)
    assert len(read(server, clock, onStatus="423=retry")) == 3
    assert len(server.journal()) == 3
    server.fault("/tweets", status=503, times=2)
    with pytest.raises(HttpError, match="503"):
        read(server, clock, onStatus="503=fail")
    assert len(server.journal()) == 4


def test_a_forbidden_address_fails_the_read_regardless_of_on_error(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", status=302, headers={"Location": "http://169.254.169.254/x"})
    with pytest.raises(EgressError):
        read(server, clock, onError="skip", allowPrivateHosts="true", allowedHosts="127.0.0.1")


@pytest.mark.parametrize(
    ("status", "options", "found"),
    [
        (404, {"pagination": "page", "onStatus": "404=skip"}, [1, 2]),
        (404, {"pagination": "page"}, None),
        (503, {"pagination": "page", "onStatus": "503=skip", "maxRetries": "0"}, None),
        (404, {"pagination": "link", "onStatus": "404=skip"}, None),
    ],
)
def test_a_skipped_status_after_the_last_page_ends_a_poll_unless_an_answer_named_that_page(
    server: ReplayServer,
    clock: FakeClock,
    status: int,
    options: dict[str, str],
    found: list[int] | None,
) -> None:
    for page in (1, 2):
        link = {"Link": f'</tweets?page={page + 1}>; rel="next"'}
        server.fault("/tweets", body=[{"id": page}], headers=link)
    server.fault("/tweets", status=status, body={"detail": "Invalid page."})
    options = {"offsetField": "id", "offsetType": "incremental", **options}
    reader = rest_reader(server, "/tweets", clock, **options)
    if found is None:
        with pytest.raises(HttpError, match=f"answered {status}"):
            take(reader, reader.initialOffset())
        return
    assert [row["id"] for row in take(reader, reader.initialOffset())[0]] == found


def test_skipped_records_of_pages_without_rows_are_counted_in_the_next_batch(
    server: ReplayServer, clock: FakeClock
) -> None:
    for n, line in enumerate(("no json", "nor this", '{"n": 1}')):
        server.fault("/stream", body=f"{line}\n", headers={"X-Next": f"c{n}"})
    reader = rest_reader(
        server,
        "/stream?after={cursor}",
        clock,
        responseFormat="jsonl",
        onError="skip",
        offsetType="cursor",
        offsetField="cursor",
        cursorHeader="X-Next",
    )
    start = reader.initialOffset()
    assert take(reader, start) == ([], start)
    assert take(reader, start) == ([], start)
    rows, end = take(reader, start)
    assert (rows, end["skipped"], end["pos"]) == ([{"n": 1}], 2, "c2")
