"""Writes with `rest`: rows become requests, with exact values and keys that stay the same."""

from __future__ import annotations

import pickle
import random
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import types as T

from rest_sink_support import IDS, ORDERS, batch, keys, order, run_task, sent, writer
from sparktide_replay import ReplayServer
from sparktide_sources._errors import ContentError, OptionError
from sparktide_sources._rest.sink.json_values import RowConverter
from sparktide_sources._rest.sink.writers import RestStreamWriter
from sparktide_sources.rest import RestDataSource

URL = "https://api.example.com/orders"


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (T.BooleanType(), True, "true"),
        (T.LongType(), 9007199254740993, "9007199254740993"),
        (T.DecimalType(38, 2), Decimal("123456789012345678901234567890.10"), "12345…10"),
        (T.DecimalType(10, 0), Decimal("-7"), "-7"),
        (T.FloatType(), 0.10000000149011612, "0.1"),
        (T.FloatType(), 3.4028234663852886e38, "3.4028235e+38"),
        (T.DoubleType(), 0.1 + 0.2, "0.30000000000000004"),
        (T.DoubleType(), -0.0, "-0.0"),
        (T.StringType(), 'ü"\n\0\U0001f680', r'"\u00fc\"\n\u0000\ud83d\ude80"'),
        (T.BinaryType(), b"\x00\xff", '"AP8="'),
        (T.DateType(), date(2026, 12, 1), '"2026-12-01"'),
        (
            T.TimestampType(),
            datetime(2026, 12, 1, 9, 30, tzinfo=timezone(timedelta(hours=2))),
            '"2026-12-01T07:30:00Z"',
        ),
        (
            T.TimestampType(),
            datetime(2026, 12, 1, 9, 30, 0, 1, tzinfo=timezone.utc),
            '"2026-12-01T09:30:00.000001Z"',
        ),
        (T.TimestampNTZType(), datetime(1, 1, 1), '"0001-01-01T00:00:00"'),
        (T.ArrayType(T.DecimalType(3, 1)), [Decimal("1.0"), None], "[1.0,null]"),
        (T.MapType(T.StringType(), T.FloatType()), {"b": 0.5, "a": None}, '{"b":0.5,"a":null}'),
        (IDS, {"id": 1}, '{"id":1}'),
        (T.NullType(), None, "null"),
        (T.LongType(), None, "null"),
    ],
)
def test_a_value_of_each_type_is_written_as_json_without_loss(
    server: ReplayServer, kind: T.DataType, value: Any, text: str
) -> None:
    schema = T.StructType().add("v", kind)
    if text == "12345…10":
        text = "123456789012345678901234567890.10"
    given = list(value.items()) if isinstance(kind, T.MapType) else value
    run_task(writer(server.url + "/hooks", schema), {"v": given})
    assert server.journal()[0]["body"] == f'{{"v":{text}}}'


@pytest.mark.parametrize(
    "kind",
    [
        T.DayTimeIntervalType(),
        T.ArrayType(T.DayTimeIntervalType()),
        T.VariantType(),
        T.MapType(T.LongType(), T.StringType()),
        T.StructType().add("inner", T.YearMonthIntervalType()),
    ],
)
def test_a_type_that_has_no_form_in_json_is_refused_before_the_first_request(
    kind: T.DataType,
) -> None:
    with pytest.raises(OptionError, match=r"can't write the column 'v.*has no form in JSON"):
        writer(URL, T.StructType().add("v", kind))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("kind", [T.DoubleType(), T.FloatType()])
def test_nan_and_infinity_fail_the_write(
    server: ReplayServer, kind: T.DataType, value: float
) -> None:
    task = writer(server.url + "/hooks", T.StructType().add("v", kind))
    with pytest.raises(ContentError, match=f"a row can't be sent: the column 'v' is {value}"):
        run_task(task, {"v": value})
    assert server.journal() == []


def test_two_columns_with_the_same_name_are_refused() -> None:
    with pytest.raises(OptionError, match="two columns with the name 'id'"):
        writer(URL, T.StructType().add("id", T.LongType()).add("id", T.LongType()))


def test_a_row_is_sent_as_an_object_of_all_columns(server: ReplayServer) -> None:
    run_task(writer(server.url + "/orders"), order(1), order(2, None))
    assert sent(server) == [
        ("POST", "/orders", {"id": 1, "name": "a", "refuse": None}),
        ("POST", "/orders", {"id": 2, "name": None, "refuse": None}),
    ]
    assert server.journal()[0]["headers"]["content-type"] == "application/json"


def test_a_column_in_the_url_does_not_go_to_the_body(server: ReplayServer) -> None:
    task = writer(server.url + "/orders/{name}", method="PUT", nullFields="omit")
    run_task(task, order(1, "a bä?"))
    assert sent(server) == [("PUT", "/orders/a bä?", {"id": 1})]


def test_a_delete_has_no_body_unless_one_is_set(server: ReplayServer) -> None:
    run_task(writer(server.url + "/orders/{id}", method="DELETE"), order(1))
    run_task(writer(server.url + "/orders/{id}", method="DELETE", body='{"n":"{name}"}'), order(2))
    assert sent(server) == [("DELETE", "/orders/1", None), ("DELETE", "/orders/2", {"n": "a"})]


def test_a_template_takes_columns_with_their_types(server: ReplayServer) -> None:
    body = '{"order": {"id": "{id}", "text": "no. {id}: {name}"}, "literal": "{{name}}"}'
    run_task(writer(server.url + "/hooks", body=body), order(7))
    wanted = {"order": {"id": 7, "text": "no. 7: a"}, "literal": "{name}"}
    assert sent(server) == [("POST", "/hooks", wanted)]


@pytest.mark.parametrize(
    ("options", "bodies", "kind"),
    [
        ({"requestFormat": "array"}, ['[{"id":1},{"id":2}]', '[{"id":3}]'], "application/json"),
        (
            {"requestFormat": "array", "body": '{"records": "{rows}", "n": 1}'},
            ['{"records":[{"id":1},{"id":2}],"n":1}', '{"records":[{"id":3}],"n":1}'],
            "application/json",
        ),
        (
            {"requestFormat": "jsonl"},
            ['{"id":1}\n{"id":2}\n', '{"id":3}\n'],
            "application/x-ndjson",
        ),
        (
            {"requestFormat": "jsonl", "headers": '{"Content-Type": "application/jsonl"}'},
            ['{"id":1}\n{"id":2}\n', '{"id":3}\n'],
            "application/jsonl",
        ),
    ],
)
def test_several_rows_share_a_request(
    server: ReplayServer, options: dict[str, str], bodies: list[str], kind: str
) -> None:
    task = writer(server.url + "/bulk", IDS, rowsPerRequest="2", **options)
    run_task(task, {"id": 1}, {"id": 2}, {"id": 3})
    assert [entry["body"] for entry in server.journal()] == bodies
    assert {entry["headers"]["content-type"] for entry in server.journal()} == {kind}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "GET"}, "'method': must be one of POST, PUT, PATCH, DELETE, got 'GET'"),
        ({"url": URL + "/{nam}"}, "'url': has the placeholder {nam}, and the rows have no such"),
        ({"url": URL + "/{id"}, "'url': has '{', which is not a placeholder.*name of a column"),
        ({"body": '{"a":"{b}"}'}, "'body': has the placeholder {b}"),
        ({"body": "{"}, "'body': must be JSON text"),
        ({"body": "{}", "requestFormat": "jsonl"}, "'body': is not used by requestFormat=jsonl"),
        (
            {"body": '{"a":"{id}"}', "requestFormat": "array"},
            "'body': must have the text \"{rows}\"",
        ),
        ({"url": URL + "/{id}", "requestFormat": "array"}, "'url': has {id}, but a request of"),
        ({"rowsPerRequest": "2"}, "'rowsPerRequest': needs requestFormat=array or jsonl"),
        ({"requestFormat": "csv"}, "'requestFormat': must be one of object, array, jsonl"),
        ({"keyColumns": "id,nme"}, "'keyColumns': has 'nme'; the rows have the columns id, name"),
        ({"keyColumns": " "}, "'keyColumns': names no column"),
        ({"idempotencyHeader": "a b"}, "'idempotencyHeader': is not the name of a header"),
        ({"idempotencyHeader": "none", "keyColumns": "id"}, "'keyColumns': is not used by"),
        ({"idempotencyHeader": "none", "writeId": "a"}, "'writeId': is not used by"),
        ({"headers": '{"idempotency-key":"a"}'}, "'headers': has 'Idempotency-Key'"),
        ({"writeId": "a/b"}, "'writeId': must be 1 to 100 letters"),
        ({"onError": "skip"}, "'onError': skip is for reading: a write may not lose rows"),
        ({"onError": "deadLetter"}, "'deadLetterPath': is required for deadLetter"),
        ({"onStatus": "422=deadLetter"}, "'deadLetterPath': is required for deadLetter"),
        ({"onStatus": "202=data"}, "'onStatus': data is for reading"),
        ({"deadLetterPath": "/tmp/x"}, "'deadLetterPath': is not used without"),
        ({"onError": "deadLetter", "deadLetterPath": "x"}, "must be an absolute path, got 'x'"),
        ({"onError": "deadLetter", "deadLetterPath": "/proc/x"}, "the driver can't write to"),
        ({"nullFields": "omit", "body": "{}"}, "'nullFields': omit is not used by a body"),
        ({"authType": "Bearer"}, "'authType': Bearer needs 'oauthToken'"),
    ],
)
def test_wrong_options_of_a_write_are_refused_by_name(
    options: dict[str, str], message: str
) -> None:
    with pytest.raises(OptionError, match=message.replace("{", r"\{")):
        writer(**{"url": URL, **options})


@pytest.mark.parametrize("overwriting", [RestDataSource.writer, RestDataSource.streamWriter])
def test_a_write_that_replaces_data_is_refused(overwriting: Any) -> None:
    with pytest.raises(OptionError, match=r"can't replace the data of an API.*mode\('append'\)"):
        overwriting(RestDataSource({"url": URL}), ORDERS, True)


def test_options_of_reads_are_refused_for_writing_and_the_other_way_round() -> None:
    source = RestDataSource({"url": URL, "pagination": "link"})
    with pytest.raises(OptionError, match="'pagination': is for reading, not for writing"):
        source.writer(ORDERS, False)
    source = RestDataSource({"url": URL, "keyColumns": "id"})
    with pytest.raises(OptionError, match="'keyColumns': is for writing, not for reading"):
        source.schema()
    with pytest.raises(OptionError, match="'pagination': is for reading, not for writing"):
        RestDataSource({"url": URL, "pagination": "link", "method": "PUT"})
    with pytest.raises(OptionError, match="Did you mean 'rowsPerRequest'"):
        RestDataSource({"url": URL, "rowPerRequest": "2"})


def test_a_stream_takes_the_options_of_its_query_and_no_write_id() -> None:
    options = {"url": URL + "/{id}", "checkpointLocation": "/c", "queryName": "q"}
    assert RestDataSource(options).streamWriter(ORDERS, False)
    with pytest.raises(OptionError, match="'writeId': is for batch writes"):
        RestStreamWriter({**options, "writeId": "a"}, ORDERS, False)


@pytest.mark.parametrize(
    ("option", "text"), [("url", URL + "/{tags}"), ("body", '{"a": ["{tags}", "tags: {tags}"]}')]
)
def test_an_array_in_the_url_or_within_a_text_is_refused(option: str, text: str) -> None:
    schema = T.StructType().add("tags", T.ArrayType(T.StringType()))
    with pytest.raises(OptionError, match=f"{option!r}: the column 'tags' of type ARRAY<STRING>"):
        writer(**{"url": URL, "schema": schema, option: text})
    assert writer(URL, schema, body='{"a": ["{tags}"]}')


def test_a_null_or_empty_value_in_the_url_fails_before_the_request(server: ReplayServer) -> None:
    task = writer(server.url + "/orders/{name}", method="PUT")
    with pytest.raises(ContentError, match=r"the placeholder \{name\} has no value: it is null"):
        run_task(task, order(1, None))
    with pytest.raises(ContentError, match=r"\{name\} in the path of the url is empty"):
        run_task(task, order(1, ""))
    assert server.journal() == []


def test_a_row_has_the_same_key_in_each_try_whatever_the_order_of_the_rows(
    server: ReplayServer,
) -> None:
    rows = [order(number % 7, refuse=None) for number in range(20)]
    seen: list[dict[str, Any]] = []
    for seed in range(3):
        server.clear_journal()
        random.Random(seed).shuffle(rows)
        run_task(writer(server.url + "/hooks"), *rows)
        found = dict(zip(keys(server), [body for _, _, body in sent(server)]))
        # Equal rows are different rows.
        assert len(found) == len(rows)
        seen.append(found)
    assert seen[0] == seen[1] == seen[2]


def test_keys_differ_between_writes_partitions_and_rows(server: ReplayServer) -> None:
    for scope in ("write a", "write b", "stream q 1", "stream q 2"):
        for partition in (0, 1):
            task = writer(server.url + "/hooks")
            run_task(task, order(1), order(1), order(2), scope=scope, partition=partition)
    assert len(set(keys(server))) == 4 * 2 * 3


def test_with_key_columns_the_key_does_not_depend_on_the_partition_or_other_columns(
    server: ReplayServer,
) -> None:
    for partition, name in ((0, "a"), (1, "b")):
        task = writer(server.url + "/hooks", keyColumns="id")
        run_task(task, order(1, name), partition=partition)
    first, second = keys(server)
    assert first == second
    run_task(writer(server.url + "/hooks", keyColumns="id"), order(1), scope="write 2")
    assert keys(server)[2] != first


def test_a_second_row_with_the_same_key_columns_fails_the_write(server: ReplayServer) -> None:
    task = writer(server.url + "/hooks", keyColumns="id")
    with pytest.raises(ContentError, match=r"a second row has the keyColumns \[1\]"):
        run_task(task, order(1, "a"), order(1, "b"))


def test_each_write_has_a_name_of_its_own_unless_the_option_gives_one() -> None:
    assert writer(URL).write_id != writer(URL).write_id
    assert writer(URL, writeId="nightly-2026-12-01").write_id == "nightly-2026-12-01"


def test_the_key_can_have_another_header_or_none(server: ReplayServer) -> None:
    run_task(writer(server.url + "/hooks", idempotencyHeader="X-Request-Id"), order(1))
    run_task(writer(server.url + "/hooks", idempotencyHeader="none"), order(1))
    named, unnamed = (entry["headers"] for entry in server.journal())
    assert len(named["x-request-id"]) == 36
    assert not {"idempotency-key", "x-request-id"} & set(unnamed)


def test_a_writer_travels_to_the_tasks() -> None:
    task = writer(
        URL, authType="OAuth2", oauthTokenUrl=URL, oauthClientId="a", oauthClientSecret="b"
    )
    again = pickle.loads(pickle.dumps(task))
    assert again.write_id == task.write_id
    assert again.config.auth.scheme == "OAuth2"


def test_a_converter_takes_rows_of_several_batches_and_of_none() -> None:
    converter = RowConverter(IDS, omit_nulls=False)
    assert converter.rows(batch(IDS, [])) == []
    assert converter.rows(batch(IDS, [{"id": 3}]))[0].row == {"id": 3}


def test_a_write_sends_headers_cookies_and_credentials(server: ReplayServer) -> None:
    options = {"headers": '{"X-Tenant": "t"}', "cookie": "a=b", "authType": "Bearer"}
    run_task(writer(server.url + "/hooks", oauthToken="replay-token", **options), order(1))
    headers = server.journal()[0]["headers"]
    assert headers["authorization"] == "Bearer replay-token"
    assert (headers["x-tenant"], headers["cookie"]) == ("t", "a=b")


def test_a_write_is_bound_by_the_rules_of_egress() -> None:
    from sparktide_sources._errors import EgressError

    task = writer("http://127.0.0.1:9/hooks", allowPrivateHosts="false")
    with pytest.raises(EgressError):
        run_task(task, order(1))
