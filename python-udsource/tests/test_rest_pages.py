"""`rest`: how one poll or request continues with further pages."""

from __future__ import annotations

import json
import socket
import threading
from typing import Any

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._errors import HttpError, OptionError
from sparktide_sources._http.wire import one_of_each
from sparktide_sources._rest.batch_reader import CallsPartition, RestBatchReader
from sparktide_sources._rest.config import read_config
from sparktide_sources._rest.next_links import with_field
from sparktide_sources.rest import RestDataSource
from support import OPEN, FakeClock, drain, rest_reader, take

URL = {"url": "https://api.example.com/"}


def read(server: ReplayServer, clock: FakeClock, path: str, **options: str) -> list[Any]:
    config = read_config({"url": server.url + path, **OPEN, **options})
    reader = RestBatchReader(config, clock)
    return [json.loads(row[0]) for part in reader.partitions() for row in reader.read(part)]


def serve(server: ReplayServer, *pages: Any, **headers: str) -> None:
    for page in pages:
        server.fault("/tweets", body=page, headers=headers)


def numbers(*values: int) -> list[dict[str, int]]:
    return [{"id": value} for value in values]


@pytest.mark.parametrize(
    ("options", "calls"),
    [
        ({"pagination": "link"}, 3),
        ({"pagination": "json"}, 3),
        ({"pagination": "cursor"}, 3),
        ({"pagination": "page"}, 3),
        ({"pagination": "page", "pageSize": "10"}, 3),
        ({"pagination": "offset"}, 3),
        ({"pagination": "offset", "pageSize": "10"}, 3),
    ],
)
def test_every_kind_of_pagination_reads_each_record_once_without_needless_requests(
    server: ReplayServer, clock: FakeClock, options: dict[str, str], calls: int
) -> None:
    server.state.apply({"set": {"items": numbers(*range(25))}})
    token = {"authType": "Bearer", "oauthToken": "replay-token"}
    found = read(server, clock, "/items", **token, **options)
    assert [row["id"] for row in found] == list(range(25))
    assert len(server.journal("/items")) == calls


@pytest.mark.parametrize(
    "links",
    [
        ['</p2>; rel="next"', '</>; rel="https://api.w.org/"'],
        ['</>; rel="https://api.w.org/"', '</p2>; rel="next"'],
        ["</>; rel=prev,</p2>;rel=next"],
        ['</p2>; title="a, <b>; c"; rel="next", </p9>; rel="last"'],
        ['</p9>; title="; rel=next"; rel=last, </p2>; REL="prev Next"'],
        ['</a,b>; rel="first", </p2>; rel="next"; title="no \\", <end>'],
    ],
)
def test_the_next_link_is_found_in_every_form_of_the_link_header(
    clock: FakeClock, links: list[str]
) -> None:
    """RFC 9110, section 5.3, joins several lines to one list. RFC 8288 defines its syntax."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            for number in (1, 2):
                peer, _ = listener.accept()
                with peer:
                    peer.recv(4096)
                    head = "".join(f"Link: {link}\r\n" for link in links if number == 1)
                    body = f'[{{"id":{number}}}]'
                    peer.sendall(f"HTTP/1.1 200 OK\r\n{head}\r\n{body}".encode())

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/p1"
        config = read_config({"url": url, "pagination": "link", "maxRetries": "0", **OPEN})
        rows = list(RestBatchReader(config, clock).read(CallsPartition([None])))
        assert [row[0] for row in rows] == ['{"id":1}', '{"id":2}']
        thread.join(10)


def test_repeated_headers_are_joined_unless_the_header_has_a_single_value() -> None:
    given = [("Link", "<a>"), ("ETag", '"1"'), ("link", "<b>"), ("Etag", '"2"'), ("X", "0")]
    assert one_of_each([*given, ("X", "0")]) == {"link": "<a>, <b>", "etag": '"2"', "x": "0"}


def test_pagination_last_id_continues_from_the_id_of_the_last_record(
    server: ReplayServer, clock: FakeClock
) -> None:
    """As in the API of Clever, records are wrapped in `data` and ids are text."""
    server.state.apply({"grow": {"users": 10}})
    options = {"pagination": "lastId", "pageParam": "starting_after", "pageSizeParam": "limit"}
    found = read(server, clock, "/v3.0/users", pageSize="4", **options)
    assert [row["data"] for row in found] == server.state.records["users"]
    asked = [call["query"].get("starting_after", "") for call in server.journal()]
    assert asked == ["", *(found[n]["data"]["id"] for n in (3, 7, 11, 14))]


def test_pagination_last_id_refuses_a_last_record_without_the_id(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, [{"key": 1}])
    with pytest.raises(HttpError, match=r"last record has no 'id' \(nextField\); it has: key"):
        read(server, clock, "/tweets", pagination="lastId")


def test_a_cursor_in_a_header_leads_to_the_next_page(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, numbers(1), **{"X-Next-Cursor": "a b&c"})
    serve(server, numbers(2), **{"X-Next-Cursor": "d"})
    serve(server, numbers(3))
    found = read(server, clock, "/tweets", pagination="cursor", cursorHeader="x-next-cursor")
    assert [row["id"] for row in found] == [1, 2, 3]
    assert [c["query"].get("cursor") for c in server.journal()] == [None, "a b&c", "d"]


def test_a_stream_uses_a_cursor_in_a_header_as_its_position(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, numbers(1), **{"X-Next": "c1"})
    serve(server, numbers(2))
    options = {"offsetType": "cursor", "offsetField": "cursor", "cursorHeader": "X-Next"}
    reader = rest_reader(server, "/tweets?after={cursor}", clock, **options)
    rows, end = take(reader, reader.initialOffset())
    assert (rows, end["pos"], end["g"]) == (numbers(1), "c1", "page")
    serve(server, numbers(2, 3))
    rows, end = take(reader, end)
    assert (rows, end["pos"]) == (numbers(2), "c1")
    assert take(reader, end)[0] == numbers(3)
    assert [call["query"]["after"] for call in server.journal()] == ["", "c1", "c1"]


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({"pagination": "page", "pageSize": "2"}, [{"per_page": 2, "page": n} for n in (1, 2, 3)]),
        (
            {"pagination": "offset", "pageParam": "at.start", "pageSize": "2"}
            | {"pageSizeParam": "at.n"},
            [{"at": {"n": 2, "start": n}} for n in (0, 2, 3)],
        ),
        ({"pagination": "lastId"}, [{}, {"after": 2}, {"after": 3}]),
    ],
)
def test_page_in_body_puts_the_page_into_the_body_of_a_post(
    server: ReplayServer, clock: FakeClock, options: dict[str, str], sent: list[Any]
) -> None:
    """Page numbers are JSON numbers, added to the fields of the body."""
    serve(server, numbers(1, 2), numbers(3), [])
    more = {"method": "POST", "body": '{"q":"x"}', "pageIn": "body"}
    found = read(server, clock, "/tweets", **more, **options)
    assert found == numbers(1, 2, 3)
    bodies = [json.loads(call["body"]) for call in server.journal()]
    assert bodies == [{"q": "x", **page} for page in sent][: len(bodies)]
    assert all(call["query"] == {} for call in server.journal())


def test_a_body_that_cannot_hold_the_page_parameter_is_an_error() -> None:
    assert json.loads(with_field(b"", "a.b", 1)) == {"a": {"b": 1}}
    with pytest.raises(HttpError, match=r"'a\.b' has no place in the body"):
        with_field(b'{"a":1}', "a.b", 1)
    with pytest.raises(HttpError, match="has no place"):
        with_field(b"[]", "a", 1)


def test_more_field_false_ends_the_walk(server: ReplayServer, clock: FakeClock) -> None:
    """This is for APIs that always return a cursor."""
    serve(server, {"data": numbers(1), "next_cursor": "a", "page": {"more": True}})
    serve(server, {"data": numbers(2), "next_cursor": "b", "page": {"more": False}})
    found = read(server, clock, "/tweets", pagination="cursor", moreField="page.more")
    assert found == numbers(1, 2)
    serve(server, {"data": numbers(1), "next_cursor": "a"})
    with pytest.raises(HttpError, match=r"no 'page\.more' \(moreField\); it has: data"):
        read(server, clock, "/tweets", pagination="cursor", moreField="page.more")


@pytest.mark.parametrize(
    ("options", "page", "problem"),
    [
        (
            {"pagination": "cursor"},
            {"data": numbers(1), "next_cursor": "same"},
            "the same page for every value of 'cursor'",
        ),
        (
            {"pagination": "cursor"},
            {"data": [], "next_cursor": "same"},
            "the pages lead back to",
        ),
        (
            {"pagination": "json"},
            {"data": numbers(1), "next": "/tweets?page=2"},
            "the pages lead back to",
        ),
        ({"pagination": "lastId"}, numbers(1), "the same page for every value of 'after'"),
        (
            {"pagination": "cursor", "method": "POST", "pageIn": "body"},
            {"data": numbers(1), "next_cursor": "same"},
            "the same page for every value of 'cursor'",
        ),
    ],
)
def test_pages_that_lead_back_to_an_earlier_page_are_an_error(
    server: ReplayServer, clock: FakeClock, options: dict[str, str], page: Any, problem: str
) -> None:
    server.fault("/tweets", body=page, times=99)
    with pytest.raises(HttpError, match=problem):
        read(server, clock, "/tweets", **options)
    assert len(server.journal()) == 2


def test_an_api_that_repeats_one_page_for_every_page_number_is_an_error(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", body=numbers(1), times=99)
    with pytest.raises(HttpError, match="same page for every value of 'page'"):
        read(server, clock, "/tweets", pagination="page")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"maxPages": "2"}, r"did not end within maxPages \(2\); raise it"),
        ({"maxRowsPerBatch": "15"}, r"more than maxRowsPerBatch \(15\) records; raise it"),
        ({"maxResponseBytes": "100"}, "maxResponseBytes"),
    ],
)
def test_reaching_a_cap_is_an_error_and_never_a_partial_result(
    server: ReplayServer, clock: FakeClock, options: dict[str, str], message: str
) -> None:
    server.state.apply({"set": {"items": numbers(*range(25))}})
    token = {"authType": "Bearer", "oauthToken": "replay-token", "pagination": "link"}
    with pytest.raises(HttpError, match=message):
        read(server, clock, "/items", **token, **options)


def test_a_stream_of_descending_pages_beyond_max_pages_is_an_error(
    server: ReplayServer, clock: FakeClock
) -> None:
    """Otherwise the position would move past the oldest records, which were not read."""
    records = list(reversed(numbers(*range(25))))
    server.state.apply({"set": {"items": records}})
    reader = rest_reader(
        server,
        "/items?since={id}",
        clock,
        offsetField="id",
        offsetType="incremental",
        pagination="link",
        maxPages="2",
        authType="Bearer",
        oauthToken="replay-token",
    )
    server.fault("/items", body=records[:10], headers={"Link": '</items?page=2>; rel="next"'})
    server.fault("/items", body=records[10:20], headers={"Link": '</items?page=3>; rel="next"'})
    with pytest.raises(HttpError, match="would lose records"):
        take(reader, reader.initialOffset())


def test_events_beyond_the_end_of_the_list_are_counted_as_a_gap(
    server: ReplayServer, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """The list of GitHub ends after 300 events. Older events are a gap, which the source logs."""
    options = {"offsetField": "id", "offsetType": "incremental", "pagination": "link"}
    path = "/events?per_page=100"
    reader = rest_reader(server, path, clock, **options)
    _, end = take(reader, reader.initialOffset())
    server.state.apply({"grow": {"events": 250}})
    clock.advance(2)
    rows, end = take(reader, end)
    assert (len(rows), end["gaps"]) == (250, 0)
    server.state.apply({"grow": {"events": 301}})
    clock.advance(2)
    rows, end = drain(reader, end, 10)
    assert (len(rows), end["gaps"]) == (300, 1)
    assert "records may be missing" in caplog.text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pagination": "page", "nextField": "x"}, "'nextField': is not used by pagination=page"),
        ({"moreField": "x"}, "'moreField': is not used by pagination=none"),
        ({"cursorHeader": "X"}, "'cursorHeader': needs pagination=cursor or offsetType=cursor"),
        (
            {"pagination": "cursor", "cursorHeader": "X", "nextField": "x"},
            "'cursorHeader': can't be combined with nextField",
        ),
        ({"pagination": "page", "pageIn": "body"}, "'pageIn': body needs method=POST"),
        ({"pagination": "json", "responseFormat": "csv"}, "json needs a JSON body"),
    ],
)
def test_contradicting_options_about_pages_are_refused(
    options: dict[str, str], message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        RestDataSource({**URL, **options})


@pytest.mark.parametrize("kind", ["link", "json", "cursor", "page", "offset", "lastId"])
@pytest.mark.parametrize("body", [{"items": [{"id": 1}], "total": 7}, {"total": 0}])
def test_a_page_without_records_in_the_default_field_is_an_error_and_not_a_record(
    server: ReplayServer, clock: FakeClock, kind: str, body: Any
) -> None:
    """Without `dataField` an object is one record, but a page is not."""
    server.fault("/tweets", body=body, times=9)
    with pytest.raises(HttpError, match=f"no array in 'data'.*pagination={kind}.*Set dataField"):
        read(server, clock, "/tweets", pagination=kind)


def test_a_page_that_is_one_record_is_read_with_data_field_set_to_the_whole_body(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, {"id": 1, "next": "/tweets?2"}, {"id": 2, "next": None})
    found = read(server, clock, "/tweets", pagination="json", dataField="$")
    assert [row["id"] for row in found] == [1, 2]
