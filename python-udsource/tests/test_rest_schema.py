"""`rest_schema`: the types inferred from records, and one row of DDL or of what failed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from pyspark import cloudpickle

from sparktide_replay import ReplayServer
from sparktide_sources._errors import OptionError
from sparktide_sources._exact_json import parse
from sparktide_sources._rest.schema import SchemaError, infer_schema
from sparktide_sources.rest_schema import (
    RestSchemaByReference,
    RestSchemaDataSource,
    SchemaReader,
    SchemaRow,
)
from support import OPEN, FakeClock

BEARER = {"authType": "Bearer", "oauthToken": "replay-token"}
OAUTH2 = {
    "authType": "OAuth2",
    "oauthClientId": "replay-client",
    "oauthClientSecret": "env:SPARKTIDE_SECRET_CLIENT",
}


def ddl(*records: str) -> str:
    return infer_schema([parse(record).value for record in records])


def asked(server: ReplayServer, path: str, clock: FakeClock, **options: str) -> SchemaRow:
    reader = SchemaReader({"url": server.url + path, **OPEN, **options}, clock)
    (part,) = reader.partitions()
    (row,) = reader.read(part)
    return row


def test_scalars_arrays_and_nested_objects_have_types_of_their_own() -> None:
    record = '{"id":1,"name":"a","ok":true,"tags":["x"],"owner":{"login":"o","ids":[[1]]}}'
    assert ddl(record) == (
        "id BIGINT, name STRING, ok BOOLEAN, tags ARRAY<STRING>, "
        "owner STRUCT<login: STRING, ids: ARRAY<ARRAY<BIGINT>>>"
    )


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("9007199254740993", "BIGINT"),
        ("9223372036854775807", "BIGINT"),
        ("-9223372036854775808", "BIGINT"),
        ("9223372036854775808", "DECIMAL(38,0)"),
        ("-9223372036854775809", "DECIMAL(38,0)"),
        ("9" * 38, "DECIMAL(38,0)"),
        ("1" + "0" * 38, "STRING"),
        ("7" * 3999, "STRING"),
        ("7" * 5000, "STRING"),
        ("-0", "DOUBLE"),
        ("1.0", "DOUBLE"),
        ("1e3", "DOUBLE"),
        ("0.1000000000000000055511151231257827", "DOUBLE"),
        ("0e-999", "DOUBLE"),
        ("1e400", "STRING"),
        ("1e-400", "STRING"),
    ],
)
def test_a_number_has_the_first_type_that_loses_no_digit(number: str, expected: str) -> None:
    assert ddl(f'{{"n":{number}}}') == f"n {expected}"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "9223372036854775808"], "DECIMAL(38,0)"),
        (["1", "0.5"], "DOUBLE"),
        (["0.5", "null"], "DOUBLE"),
        # A double would make another id of it.
        (["9007199254740993", "0.5"], "STRING"),
        (["0.5", "9007199254740992"], "DOUBLE"),
        (["0.5", "1" + "0" * 38], "STRING"),
        (["1", '"1"'], "STRING"),
        (["true", "1"], "STRING"),
        (["[1]", "1"], "STRING"),
        (["{}", "[]"], "STRING"),
        (['{"a":1}', "null"], "STRUCT<a: BIGINT>"),
        (["[]", "[1]"], "ARRAY<BIGINT>"),
        (["[null]", "[]"], "ARRAY<STRING>"),
        (['[{"a":1},{"b":"x"}]', '[{"a":1.5}]'], "ARRAY<STRUCT<a: DOUBLE, b: STRING>>"),
        (["null", "null"], "STRING"),
        (["{}", "{}"], "STRING"),
        (['"2024-01-01T00:00:00Z"', '"2024-01-02"'], "STRING"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_values_of_one_field_share_a_type_in_either_order(
    values: Sequence[str], expected: str, turned: bool
) -> None:
    found = ddl(*(f'{{"v":{value}}}' for value in (reversed(values) if turned else values)))
    assert found.replace("b: STRING, a: DOUBLE", "a: DOUBLE, b: STRING") == f"v {expected}"


def test_the_fields_of_all_records_keep_the_order_in_which_they_first_appear() -> None:
    assert ddl('{"b":1}', '{"a":1,"b":2}', '{"c":null}') == "b BIGINT, a BIGINT, c STRING"


def test_names_are_quoted_where_sql_needs_it() -> None:
    found = ddl('{"first name":1,"a`b":1,"é":1,"select":1,"_o9":{"x.y":2}}')
    assert found == (
        "`first name` BIGINT, `a``b` BIGINT, `é` BIGINT, select BIGINT, _o9 STRUCT<`x.y`: BIGINT>"
    )


@pytest.mark.parametrize(
    ("records", "problem"),
    [
        (["{}"], "no fields"),
        (['{"a":1}', "2"], "Record 1 is not a JSON object"),
        (['{"id":1}', '{"o":{},"ID":2}'], "'id' and 'ID' of the records differ only in case"),
        (['{"o":[{"a":1,"A":2}]}'], r"'a' and 'A' of o\[\] differ only in case"),
        (['{"":1}'], "empty name"),
        (['{"\\ud800":1}'], "half of a surrogate pair in its name"),
        (['{"a":' + "[" * 900 + "]" * 900 + "}"], "nested too deeply"),
    ],
)
def test_records_without_a_usable_schema_are_an_error_with_advice(
    records: Sequence[str], problem: str
) -> None:
    with pytest.raises(SchemaError, match=f"{problem}.*Write the schema by hand"):
        ddl(*records)


def test_the_first_page_alone_is_asked_for_and_only_when_the_task_runs(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = {"url": server.url + "/items", "pagination": "link", **OPEN, **BEARER}
    source = RestSchemaDataSource(options)
    assert source.schema() == "ddl string, code string, message string"
    reader = source.reader(None)
    (part,) = reader.partitions()
    assert server.journal() == []
    travelled = cloudpickle.loads(cloudpickle.dumps(reader))
    ((found, code, message),) = travelled.read(cloudpickle.loads(cloudpickle.dumps(part)))
    assert found.startswith("id BIGINT, ")
    assert (code, message) == (None, None)
    assert [call["path"] for call in server.journal()] == ["/items"]


def test_empty_pages_are_passed_until_one_has_records(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/items", body={"data": [], "more": True}, times=1)
    server.fault("/items", body={"data": [{"a": 1}], "more": True}, times=1)
    found = asked(server, "/items", clock, pagination="page", moreField="more", **BEARER)
    assert found == ("a BIGINT", None, None)
    assert len(server.journal()) == 2


def test_oauth2_and_a_reference_sign_the_request_in(
    server: ReplayServer, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARKTIDE_SECRET_CLIENT", "replay-secret")
    token = server.url + "/oauth/token"
    found, code, _ = asked(server, "/items", clock, oauthTokenUrl=token, **OAUTH2)
    assert code is None
    assert found is not None
    assert found.startswith("id BIGINT, ")
    assert [call["path"] for call in server.journal()] == ["/oauth/token", "/items"]


def test_csv_cells_are_text_and_lines_of_text_have_one_column(
    server: ReplayServer, clock: FakeClock
) -> None:
    headers = {"Content-Type": "text/csv"}
    server.fault("/tweets", body="id,first name\n1,a\n2,b,c\n", headers=headers)
    strict = asked(server, "/tweets", clock, responseFormat="csv")
    assert strict[1] == "UNEXPECTED_ANSWER"
    assert "row 3 of the CSV has 3 cells, not 2; set onError to skip" in str(strict[2])
    server.fault("/tweets", body="id,first name\n1,a\n2,b,c\n", headers=headers)
    found = asked(server, "/tweets", clock, responseFormat="csv", onError="skip")
    assert found == ("id STRING, `first name` STRING", None, None)
    server.fault("/tweets", body="a\nb\n", headers={"Content-Type": "text/plain"})
    assert asked(server, "/tweets", clock, responseFormat="text") == ("value STRING", None, None)


def test_the_first_row_of_input_data_makes_the_request(
    server: ReplayServer, clock: FakeClock
) -> None:
    rows = json.dumps([{"id": "a/b", "kind": "x y"}, {"id": "no"}])
    asked(server, "/events?org={id}", clock, inputData=rows)
    (call,) = server.journal()
    assert call["query"] == {"org": "a/b", "kind": "x y"}


@pytest.mark.parametrize(
    ("fault", "options", "code", "problem"),
    [
        ({"status": 404, "body": {"message": "no such page"}}, {}, "HTTP_STATUS", "no such page"),
        ({"status": 404}, {"onError": "skip"}, "HTTP_STATUS", "404"),
        ({"status": 202}, {"maxPendingWait": "0"}, "HTTP_STATUS", "its data is not ready"),
        ({"close": True}, {}, "HTTP_FAILED", ""),
        ({"body": "<html>"}, {}, "UNEXPECTED_ANSWER", "not valid JSON"),
        ({"body": {"error": "no access"}}, {}, "UNEXPECTED_ANSWER", "no access"),
        ({"body": {"a": 1}}, {"dataField": "rows"}, "UNEXPECTED_ANSWER", "no field 'rows'"),
        ({"body": {"a": 1}}, {"onBody": "a=skip"}, "UNEXPECTED_ANSWER", "onBody calls skip"),
        ({"body": []}, {}, "SCHEMA_NOT_INFERRED", "no records"),
        ({"body": [1]}, {}, "SCHEMA_NOT_INFERRED", "Record 0 is not a JSON object"),
        ({}, {"allowedHosts": "api.test"}, "EGRESS_REFUSED", "allowedHosts"),
        ({}, {"authType": "Bearer", "oauthToken": "env:HOME"}, "INVALID_OPTION", "env:HOME"),
        ({}, {"inputData": "[]"}, "INVALID_OPTION", "has no rows"),
        ({}, {"pagging": "link"}, "INVALID_OPTION", "rest has no option 'pagging'. Did you mean"),
        ({}, {"onTransient": "skip"}, "INVALID_OPTION", "'onTransient': must be one of"),
    ],
)
def test_a_failure_is_one_row_with_a_code_and_a_message(
    server: ReplayServer,
    clock: FakeClock,
    fault: dict[str, Any],
    options: dict[str, str],
    code: str,
    problem: str,
) -> None:
    server.fault("/tweets", times=9, **fault)
    found = asked(server, "/tweets", clock, **{"maxRetries": "0", **options})
    assert found[:2] == (None, code)
    assert problem in str(found[2])


def test_no_message_shows_a_credential(server: ReplayServer, clock: FakeClock) -> None:
    server.fault("/tweets", status=403, body={"message": "bad SENTINEL-token"})
    found = asked(server, "/tweets", clock, authType="Bearer", oauthToken="SENTINEL-token")
    assert "bad ***" in str(found[2])
    assert "SENTINEL" not in str(found)


def test_a_message_with_half_of_a_surrogate_pair_can_still_travel(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", status=403, body='{"message":"no \\ud800"}')
    found = asked(server, "/tweets", clock)
    assert str(found[2]).encode("utf-8").endswith(b"no \\ud800.")


def test_a_written_out_credential_is_refused_where_plans_show_options() -> None:
    with pytest.raises(OptionError, match="holds a credential itself"):
        RestSchemaByReference({"url": "https://api.example.com", **BEARER})
