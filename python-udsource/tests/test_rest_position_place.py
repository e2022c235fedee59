"""`rest`: where a request has the position, and what the first request has instead of one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rest_pages_support import Answers, read, stream
from sparktide_replay import ReplayServer
from sparktide_sources._errors import HttpError, OptionError
from sparktide_sources._http.wire import Reply
from sparktide_sources.rest import RestDataSource
from support import FakeClock, drain, rest_reader, rows_between, take

URL = "https://api.example.com/x"
NEWEST = {"offsetField": "updated_at", "offsetType": "max_field"}
CURSOR = {"offsetField": "cursor", "offsetType": "cursor"}
HEADER = {"headers": '{"If-Modified-Since": "{updated_at}"}', "positionFormat": "http"}
SEARCH = {
    "method": "POST",
    "body": '{"size": 2, "search_after": "{position}"}',
    "dataField": "hits.hits",
    "offsetField": "sort",
    "offsetType": "cursor",
    "offsetScope": "record",
    "firstPosition": "omit",
}


class Requests:
    """Gives the answers in turn, and keeps the requests."""

    def __init__(self, *bodies: Any) -> None:
        self.bodies = list(bodies)
        self.headers: list[dict[str, str]] = []
        self.sent: list[Any] = []
        self.urls: list[str] = []

    def __call__(
        self, _method: str, url: str, headers: dict[str, str], body: bytes, *_: Any
    ) -> Reply:
        self.urls.append(url)
        self.headers.append({name.lower(): value for name, value in headers.items()})
        self.sent.append(body.decode())
        text = self.bodies.pop(0) if len(self.bodies) > 1 else self.bodies[0]
        raw = text if isinstance(text, str) else json.dumps(text)
        return Reply(200, "OK", {}, raw.encode(), url)


def ids(rows: list[Any]) -> list[int]:
    return [row["id"] for row in rows]


def test_a_header_sends_the_position_and_304_is_an_empty_poll(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = {**NEWEST, **HEADER, "firstPosition": "omit"}
    reader = rest_reader(server, "/recipes/time-header", clock, **options)
    rows, end = drain(reader, reader.initialOffset())
    assert ids(rows) == [1, 2, 3, 4, 5]
    server.state.apply({"grow": {"orders": 2}})
    again = rest_reader(server, "/recipes/time-header", clock, **options)
    more, last = take(again, end)
    assert ids(more) == [6, 7]
    # A restart repeats the last batch with the same request.
    anew = rest_reader(server, "/recipes/time-header", clock, **options)
    assert ids(rows_between(anew, end, last)) == [6, 7]
    sent = [call["headers"].get("if-modified-since") for call in server.journal()]
    fifth = "Wed, 01 Jan 2025 00:00:05 GMT"
    assert sent == [None, fifth, fifth, fifth]


def test_a_header_with_the_position_goes_only_to_the_origin_of_url() -> None:
    other = "https://files.example.net/2"
    api = Requests({"data": [{"id": 1}], "next": other}, {"data": [{"id": 2}], "next": None})
    rows = read(
        api, headers='{"X-Since": "{timestamp}"}', pagination="json", initialOffset="2025-01-01"
    )
    assert rows == [1, 2]
    assert [sent.get("x-since") for sent in api.headers] == ["2025-01-01", None]


def test_an_etag_is_not_sent_again_if_a_header_has_another_position(
    server: ReplayServer, clock: FakeClock
) -> None:
    headers = {"headers": '{"X-Since": "{updated_at}"}'}
    rows = [{"id": 1, "updated_at": "2025-01-01T00:00:01Z"}]
    server.fault("/tweets", body=rows, headers={"ETag": '"one"'})
    server.fault("/tweets", body=[])
    reader = rest_reader(server, "/tweets", clock, **NEWEST, **headers)
    _, end = take(reader, reader.initialOffset())
    assert end["etag"] == ""
    take(reader, end)
    second = server.journal()[1]["headers"]
    assert second["x-since"] == "2025-01-01T00:00:01Z"
    assert "if-none-match" not in second


@pytest.mark.parametrize("cursor", ["a\r\nX-Evil: 1", "é", "a\x7f"])
def test_a_position_that_a_header_cannot_hold_is_an_error(cursor: str) -> None:
    api = Requests({"data": [{"id": 1}], "cursor": cursor})
    reader = stream(api, headers='{"X-After": "{cursor}"}', **CURSOR)
    # Before the batch: a batch that no later poll can follow is not emitted.
    with pytest.raises(HttpError, match="position for the header 'X-After'"):
        take(reader, reader.initialOffset())
    assert len(api.urls) == 1


def test_an_array_is_a_cursor_that_keeps_all_digits_over_a_restart() -> None:
    first = '{"hits": {"hits": [{"id": 1, "sort": [1.10, 12345678901234567890, "a\\"é"]}]}}'
    api = Requests(first, '{"hits": {"hits": []}}')
    reader = stream(api, **SEARCH)
    rows, end = take(reader, reader.initialOffset())
    assert ids(rows) == [1]
    logged = json.loads(json.dumps(end))
    after = stream(api, **SEARCH)
    assert take(after, logged) == ([], logged)
    assert json.loads(api.sent[0]) == {"size": 2}
    assert api.sent[1] == ('{"size":2,"search_after":[1.10,12345678901234567890,"a\\"\\u00e9"]}')


def test_a_search_with_an_array_as_its_cursor_reads_each_record_once_and_repeats_its_batch(
    server: ReplayServer, clock: FakeClock
) -> None:
    reader = rest_reader(server, "/recipes/array-cursor", clock, **SEARCH)
    rows, end = drain(reader, reader.initialOffset())
    assert ids(rows) == [1, 2, 3, 4, 5]
    server.state.apply({"grow": {"orders": 2}})
    again = rest_reader(server, "/recipes/array-cursor", clock, **SEARCH)
    more, last = take(again, end)
    assert ids(more) == [6, 7]
    anew = rest_reader(server, "/recipes/array-cursor", clock, **SEARCH)
    assert ids(rows_between(anew, end, last)) == [6, 7]


def test_a_number_as_a_cursor_is_sent_as_a_number_in_a_body_and_unchanged_in_a_url() -> None:
    pages = ('{"data": [{"id": 1}], "cursor": 1.10}', '{"data": [], "cursor": 1.10}')
    post = {"method": "POST", "body": '{"after": "{cursor}"}', "firstPosition": "null"}
    api = Requests(*pages)
    reader = stream(api, **CURSOR, **post)
    _, end = take(reader, reader.initialOffset())
    take(reader, end)
    assert api.sent == ['{"after":null}', '{"after":1.10}']
    api = Requests(*pages)
    reader = stream(api, "?after={cursor}", **CURSOR)
    _, end = take(reader, reader.initialOffset())
    assert end["pos"] == "1.10"
    take(reader, end)
    assert api.urls[1].endswith("?after=1.10")


def test_a_key_keeps_its_json_type_in_a_body() -> None:
    post = {"method": "POST", "body": '{"above": "{n}", "text": "n>{n}"}'}
    api = Requests('[{"id": 1, "n": 2.50}]', "[]")
    reader = stream(api, **post, offsetField="n", offsetType="max_field", firstPosition="omit")
    _, end = take(reader, reader.initialOffset())
    take(reader, end)
    assert api.sent == ["{}", '{"above":2.50,"text":"n>2.50"}']


def test_a_text_that_looks_like_a_stored_array_is_sent_as_that_text() -> None:
    api = Requests({"data": [{"id": 1}], "cursor": "json:[1]"}, {"data": [], "cursor": None})
    reader = stream(api, "?after={cursor}", **CURSOR)
    _, end = take(reader, reader.initialOffset())
    take(reader, end)
    assert api.urls[1].endswith("?after=json%3A%5B1%5D")


def test_a_checkpoint_of_an_earlier_build_with_a_number_as_its_cursor_continues() -> None:
    post = {"method": "POST", "body": '{"after": "{cursor}"}'}
    api = Requests({"data": [{"id": 1}], "cursor": 5}, {"data": [{"id": 1}], "cursor": 5})
    reader = stream(api, **CURSOR, **post)
    _, end = take(reader, reader.initialOffset())
    assert end["pos"] == "json:5"
    earlier = {**end, "pos": "5", "seen": ""}
    rows, last = take(stream(api, **CURSOR, **post), earlier)
    # The API's cursor is the one that was sent, so the stream stays there.
    assert ids(rows) == [1]
    assert last["pos"] == "5"


@pytest.mark.parametrize(
    ("path", "options", "first"),
    [
        ("?since={position}&all=1", {}, ("https://api.example.com/?all=1", "")),
        ("?q=after:{position}", {}, ("https://api.example.com/", "")),
        (
            "",
            {"method": "POST", "body": '{"a": {"after": "{position}", "b": ["c"]}, "d": 1.10}'},
            ("https://api.example.com/", '{"a":{"b":["c"]},"d":1.10}'),
        ),
    ],
)
def test_first_position_omit_leaves_the_parameter_out_until_a_record_was_read(
    path: str, options: dict[str, str], first: tuple[str, str]
) -> None:
    api = Requests([{"id": 1, "updated_at": "2025-01-01T00:00:01Z"}], [])
    reader = stream(api, path, **NEWEST, **options, firstPosition="omit")
    _, end = take(reader, reader.initialOffset())
    take(reader, end)
    assert (api.urls[0], api.sent[0]) == first
    assert "2025-01-01" in api.urls[1] + api.sent[1]
    # A batch read begins like a stream.
    again = Requests([{"id": 1}])
    assert read(again, path, **NEWEST, **options, firstPosition="omit") == [1]
    assert (again.urls[0], again.sent[0]) == first


def test_a_page_that_is_emitted_in_parts_still_omits_the_first_position() -> None:
    api = Requests({"data": [{"id": 1}, {"id": 2}, {"id": 3}], "cursor": "c3"})
    options = {**CURSOR, "firstPosition": "omit", "batchSize": "2"}
    reader = stream(api, "?after={cursor}", **options)
    rows, end = take(reader, reader.initialOffset())
    more, last = take(stream(api, "?after={cursor}", **options), end)
    assert ids(rows + more) == [1, 2, 3]
    assert api.urls == ["https://api.example.com/"] * 2
    assert last["pos"] == "c3"


def test_a_row_of_input_data_may_have_a_first_position_of_its_own() -> None:
    rows = '[{"team": "a"}, {"team": "b", "updated_at": "2025-01-01"}]'
    api = Requests([])
    options = {**NEWEST, "inputData": rows, "firstPosition": "omit", "partitions": "1"}
    assert read(api, "?since={position}", **options) == []
    assert api.urls == [
        "https://api.example.com/?team=a",
        "https://api.example.com/?since=2025-01-01&team=b",
    ]


def test_the_placeholder_position_stands_for_a_field_with_any_name(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = {"offsetField": "@timestamp", "offsetType": "max_field"}
    path = "/recipes/odd-name?since={position}"
    reader = rest_reader(server, path, clock, **options)
    rows, end = drain(reader, reader.initialOffset())
    server.state.apply({"grow": {"orders": 1}})
    more, _ = drain(rest_reader(server, path, clock, **options), end)
    assert ids(rows + more) == [1, 2, 3, 4, 5, 6]
    assert server.journal()[-1]["query"] == {"since": "2025-01-01T00:00:06Z"}


@pytest.mark.parametrize(
    ("options", "option", "message"),
    [
        ({"firstPosition": "omit"}, "firstPosition", "needs a placeholder of the position"),
        (
            {"url": f"{URL}?a={{position}}", "firstPosition": "omit", "initialOffset": "1"},
            "firstPosition",
            "initialOffset is one; remove one",
        ),
        (
            {"url": f"{URL}/{{position}}", "firstPosition": "omit"},
            "firstPosition",
            "can't remove a part of the url's path",
        ),
        (
            {"method": "POST", "body": '{"a": ["{position}"]}', "firstPosition": "omit"},
            "firstPosition",
            "can't remove an element of an array",
        ),
        (
            {"url": f"{URL}?a={{position}}", "firstPosition": "null"},
            "firstPosition",
            "but url has it; set omit",
        ),
        (
            {"method": "POST", "body": '{"a": "x{position}"}', "firstPosition": "null"},
            "firstPosition",
            "only the placeholder",
        ),
        (
            {"headers": '{"X-Since": "{position}"}', "firstPosition": "null"},
            "firstPosition",
            "but headers has it",
        ),
        (
            {"url": f"{URL}?a={{position}}", "inputData": '[{"position": 1}]'},
            "inputData",
            "item 0 has the field 'position'",
        ),
        ({"headers": '{"X-Api-Token": "{position}"}'}, "headers", "may not hold the position"),
        ({"cookie": "since={position}"}, "cookie", "has a placeholder in braces"),
    ],
)
def test_a_place_that_cannot_hold_the_position_is_refused_by_name(
    options: dict[str, str], option: str, message: str
) -> None:
    with pytest.raises(OptionError, match=f"'{option}': .*{message}"):
        RestDataSource({"url": URL, "offsetField": "at", **options})


def test_a_field_of_input_data_may_be_named_position_if_it_is_the_offset_field() -> None:
    api = Answers([])
    read(api, "?a={position}", offsetField="position", inputData='[{"position": 7}]')
    assert api.asked == ["https://api.example.com/?a=7"]


def test_without_offset_field_the_name_position_is_a_name_like_any_other() -> None:
    api = Answers([])
    read(api, "?a={position}", inputData='[{"position": 7}]')
    assert api.asked == ["https://api.example.com/?a=7"]
    RestDataSource({"url": URL, "headers": '{"X-Text": "{position}"}'})
    with pytest.raises(OptionError, match=r"has the placeholder \{position\}, but offsetField"):
        RestDataSource({"url": f"{URL}?a={{position}}"}).schema()
