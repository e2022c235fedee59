"""`rest`: answers with arrays side by side, and objects of records by key."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rest_pages_support import URL
from sparktide_replay import ReplayServer
from sparktide_sources._errors import ContentError, OptionError
from sparktide_sources._http.wire import Reply
from sparktide_sources._rest.batch_reader import RestBatchReader
from sparktide_sources._rest.config import read_config
from sparktide_sources.rest import RestDataSource
from sparktide_sources.rest_schema import SchemaReader
from support import OPEN, FakeClock, drain, rest_reader, rows_between, take

COLUMNS = {"dataShape": "columns", "dataField": "hourly"}
KEYED = {"dataShape": "keyed", "dataField": "$"}


def texts(body: str, **options: str) -> list[str]:
    """The rows that a body with this JSON text becomes."""

    def api(_method: str, url: str, *_: Any) -> Reply:
        return Reply(200, "OK", {}, body.encode(), url)

    reader = RestBatchReader(read_config({"url": URL, **options}), FakeClock(), api)
    return [row[0] for part in reader.partitions() for row in reader.read(part)]


def test_arrays_side_by_side_become_records_with_all_digits() -> None:
    body = '{"hourly": {"time": ["a", "b"], "t": [1.10, null], "tags": [["x"], []], "unit": "C"}}'
    assert texts(body, **COLUMNS) == [
        '{"time":"a","t":1.10,"tags":["x"],"unit":"C"}',
        '{"time":"b","t":null,"tags":[],"unit":"C"}',
    ]


@pytest.mark.parametrize("body", ['{"error": {"message": "quota"}}', '{"message": "no such key"}'])
def test_a_body_that_is_only_an_error_is_not_an_object_of_records(body: str) -> None:
    with pytest.raises(ContentError, match=r"body is an error: .*errorField=none if it is data"):
        texts(body, **KEYED)
    assert len(texts(body, **KEYED, errorField="none")) == 1


def test_arrays_of_several_places_become_records_of_all_places() -> None:
    body = '[{"h": {"t": [1]}}, {"h": null}, {"h": {"t": []}}, {"h": {"t": [2, 3]}}]'
    assert texts(body, dataShape="columns", dataField="[*].h") == ['{"t":1}', '{"t":2}', '{"t":3}']


def test_an_object_of_records_becomes_records_with_their_keys() -> None:
    body = '{"BTC": {"usd": 1.10}, "ETH": {"usd": 2}, "rate": 0.50, "none": null, "list": [1]}'
    assert texts(body, **KEYED) == [
        '{"key":"BTC","usd":1.10}',
        '{"key":"ETH","usd":2}',
        '{"key":"rate","value":0.50}',
        '{"key":"none","value":null}',
        '{"key":"list","value":[1]}',
    ]
    assert texts('{"BTC": {"key": 1}}', **KEYED, keyField="coin") == ['{"coin":"BTC","key":1}']


@pytest.mark.parametrize("shape", ["columns", "keyed"])
@pytest.mark.parametrize("body", ['{"at": {}}', '{"at": []}', '{"at": null}'])
def test_an_empty_object_array_or_null_has_no_records(shape: str, body: str) -> None:
    assert texts(body, dataShape=shape, dataField="at") == []


def test_each_line_of_json_lines_may_have_columns() -> None:
    body = '{"at": {"t": [1, 2]}}\n{"at": {"t": [3]}}\n'
    found = texts(body, dataShape="columns", dataField="at", responseFormat="jsonl")
    assert found == ['{"t":1}', '{"t":2}', '{"t":3}']


@pytest.mark.parametrize(
    ("body", "options", "message"),
    [
        (
            '{"hourly": {"time": [1, 2], "t": [1]}}',
            COLUMNS,
            r"the arrays at 'hourly' \(dataField\) differ in length.*time 2, t 1",
        ),
        ('{"hourly": {"unit": "C"}}', COLUMNS, "has no array; it has: unit"),
        ('{"hourly": [{"t": 1}]}', COLUMNS, "JSON list, but dataShape=columns needs an object"),
        ('{"daily": {}}', COLUMNS, "no field 'hourly'.*it has: daily"),
        ('{"BTC": {"key": 1}}', KEYED, "under the key 'BTC' has a field 'key'.*set keyField"),
        ('{"rate": 1}', {**KEYED, "keyField": "value"}, "under the key 'rate' has a field 'value'"),
        ('{"at": "x"}', {**KEYED, "dataField": "at"}, "JSON str, but dataShape=keyed needs"),
    ],
)
def test_an_answer_of_another_shape_is_an_error(
    body: str, options: dict[str, str], message: str
) -> None:
    with pytest.raises(ContentError, match=message):
        texts(body, **options)


@pytest.mark.parametrize(
    ("options", "option", "message"),
    [
        ({"dataShape": "columns"}, "dataShape", "needs dataField.*set dataField=\\$"),
        ({"keyField": "id"}, "keyField", "dataShape=keyed only"),
        ({**COLUMNS, "keyField": "id"}, "keyField", "dataShape=keyed only"),
        ({**KEYED, "keyField": ""}, "keyField", "may not be empty"),
        ({"dataShape": "keyed", "responseFormat": "csv"}, "dataShape", "responseFormat is csv"),
        ({"dataShape": "rows"}, "dataShape", "must be one of records, columns, keyed"),
    ],
)
def test_a_shape_that_the_other_options_contradict_is_refused_by_name(
    options: dict[str, str], option: str, message: str
) -> None:
    with pytest.raises(OptionError, match=f"'{option}': .*{message}"):
        RestDataSource({"url": URL, **options})


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("columns", {**COLUMNS, "offsetField": "id", "offsetType": "max_field"}),
        (
            "keyed",
            {
                "dataShape": "keyed",
                "dataField": "orders",
                "keyField": "id",
                "offsetField": "updated_at",
                "offsetType": "max_field",
            },
        ),
        (
            "keyed",
            {
                "dataShape": "keyed",
                "dataField": "orders",
                "keyField": "id",
                "offsetField": "id",
                "offsetType": "incremental",
            },
        ),
    ],
)
def test_a_stream_of_shaped_records_reads_each_once_and_repeats_its_last_batch(
    server: ReplayServer, clock: FakeClock, path: str, options: dict[str, str]
) -> None:
    def reader() -> Any:
        return rest_reader(server, f"/recipes/{path}", clock, **options)

    first = reader()
    rows, end = drain(first, first.initialOffset())
    server.state.apply({"grow": {"orders": 2}})
    more, last = take(reader(), end)
    assert [int(row["id"]) for row in rows + more] == [1, 2, 3, 4, 5, 6, 7]
    assert rows_between(reader(), end, last) == more
    # Two polls of the first reader, one of the second, and one for the repeated batch.
    assert len(server.journal()) == 4


def test_a_checkpoint_belongs_to_the_shape_of_its_records(server: ReplayServer) -> None:
    options = {"offsetField": "id", "offsetType": "max_field", "dataField": "hourly"}
    reader = rest_reader(server, "/recipes/columns", FakeClock(), **options, dataShape="columns")
    _, end = take(reader, reader.initialOffset())
    other = rest_reader(server, "/recipes/columns", FakeClock(), **options)
    with pytest.raises(Exception, match="was written with another dataShape"):
        take(other, end)


def test_a_schema_is_inferred_from_shaped_records(server: ReplayServer) -> None:
    def ddl(path: str, **options: str) -> Any:
        given = {"url": f"{server.url}/recipes/{path}", **OPEN, **options}
        reader = SchemaReader(given)
        return next(iter(reader.read(reader.partitions()[0])))

    assert ddl("columns", **COLUMNS) == ("id BIGINT, updated_at STRING", None, None)
    keyed = {"dataShape": "keyed", "dataField": "orders"}
    assert ddl("keyed", **keyed) == ("key STRING, updated_at STRING", None, None)
    assert json.dumps(ddl("groups", **COLUMNS)[2]).count("no field 'hourly'") == 1


@pytest.mark.parametrize(
    ("shape", "body"),
    [("columns", '{"meta": {"hourly": {"t": [1]}}}'), ("keyed", '{"coins": {"BTC": {"usd": 1}}}')],
)
def test_an_answer_with_records_elsewhere_is_not_an_answer_without_records(
    shape: str, body: str
) -> None:
    options = {"dataShape": shape, "dataField": "at", "dataFieldMissing": "empty"}
    assert texts('{"meta": {"page": 1}}', **options) == []
    with pytest.raises(ContentError, match=r"it has records at: (meta\.hourly|coins)"):
        texts(body, **options)
