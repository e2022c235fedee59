"""`rest`: signs in an answer that end a walk over pages, and signs that must not end it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from rest_pages_support import URL, stream
from sparktide_sources._errors import HttpError
from sparktide_sources._http.wire import Reply
from sparktide_sources._rest.batch_reader import RestBatchReader
from sparktide_sources._rest.config import read_config
from support import FakeClock, rows_between, take

NEXT = {"link": '<https://api.example.com/?page=2>; rel="next"'}
KEYED = {"offsetField": "at", "offsetType": "max_field", "inclusiveOffset": "true"}
# A time in seconds since 1970, long before the time of the fake clock.
DAY = 1_700_000_000

Answering = Callable[[dict[str, str]], Any]


class Api:
    """Answers by the parameters of the request. A pair is a body with headers."""

    def __init__(self, answering: Answering) -> None:
        self.answering, self.asked = answering, list[dict[str, str]]()
        self.headers: list[dict[str, str]] = []

    def __call__(self, _method: str, url: str, headers: dict[str, str], *_: Any) -> Reply:
        self.asked.append(dict(parse_qsl(urlsplit(url).query)))
        self.headers.append({name.lower(): value for name, value in headers.items()})
        found = self.answering(self.asked[-1])
        body, more = found if isinstance(found, tuple) else (found, {})
        return Reply(200, "OK", more, json.dumps(body).encode(), url)


class Pages:
    """Records with a key `at`, in pages of `size`, for `pagination=offset`."""

    def __init__(self, *found: int, size: int = 3) -> None:
        self.found, self.size = list(found), size

    def __call__(self, query: dict[str, str]) -> Any:
        first = int(query.get("offset", "0"))
        return [{"at": key} for key in self.found[first : first + self.size]], {"etag": '"e"'}


def read(answering: Answering, **options: str) -> list[Any]:
    reader = RestBatchReader(read_config({"url": URL, **options}), FakeClock(), Api(answering))
    return [json.loads(row[0]) for part in reader.partitions() for row in reader.read(part)]


def linked(query: dict[str, str]) -> Any:
    """Two pages: the first has the Link header, both have the number of pages."""
    if "page" in query:
        return {"data": [{"at": 2}], "total_pages": 2, "has_more": True}
    return {"data": [{"at": 1}], "total_pages": 2}, NEXT


def test_the_last_page_needs_no_link_header_if_an_earlier_page_had_it() -> None:
    rows = [{"at": 1}, {"at": 2}]
    assert read(linked, pagination="link") == rows
    reader = stream(Api(linked), pagination="link", **KEYED)
    assert take(reader, reader.initialOffset())[0] == rows


@pytest.mark.parametrize("lag", ["0", "10"])
@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("late", [(40, 40, 35), (40, 35, 30), (40, 39, 38, 37, 36)])
def test_late_records_on_the_first_page_of_an_ascending_list_do_not_end_the_walk(
    lag: str, restarted: bool, late: tuple[int, ...]
) -> None:
    pages = Pages(*(DAY + key for key in late))
    options = {"pagination": "offset", "lagSeconds": lag, **KEYED}
    reader = stream(Api(pages), **options)
    rows, end = take(reader, reader.initialOffset())
    assert len(rows) == len(late)
    pages.found += [DAY + 100, DAY + 101]
    reader = stream(Api(pages), **options) if restarted else reader
    assert take(reader, end)[0] == [{"at": DAY + 100}, {"at": DAY + 101}]


def test_a_first_page_below_the_position_does_not_end_the_walk() -> None:
    pages = Pages(*range(40, 20, -1), 100, size=20)
    reader = stream(Api(pages), pagination="offset", **KEYED)
    _, end = take(reader, reader.initialOffset())
    assert end["pos"] == "100"
    pages.found.append(101)
    assert take(reader, end)[0] == [{"at": 101}]


def test_a_descending_list_ends_the_walk_at_the_position() -> None:
    api = Api(Pages(*range(100, 0, -1), size=20))
    reader = stream(api, pagination="offset", **KEYED)
    _, end = take(reader, reader.initialOffset())
    api.asked.clear()
    assert take(reader, end) == ([], end)
    assert len(api.asked) == 1
    # If the newest record is gone, the poll reads up to maxPages pages without an error.
    api = Api(Pages(*range(99, 0, -1), size=20))
    reader = stream(api, pagination="offset", maxPages="3", **KEYED)
    assert take(reader, end) == ([], end)
    assert len(api.asked) == 3


def test_reaching_max_pages_with_late_records_only_is_an_error() -> None:
    pages = Pages(40, 40, 35)
    reader = stream(Api(pages), pagination="offset", **KEYED)
    _, end = take(reader, reader.initialOffset())
    pages.found += [100]
    reader = stream(Api(pages), pagination="offset", maxPages="1", **KEYED)
    with pytest.raises(HttpError, match=r"did not end within maxPages \(1\)"):
        take(reader, end)


@pytest.mark.parametrize(
    ("found", "kept"), [((40, 40, 35), False), (tuple(range(40, 20, -1)), True)]
)
def test_the_etag_of_the_first_page_is_used_only_if_the_order_of_the_list_is_certain(
    found: tuple[int, ...], kept: bool
) -> None:
    api = Api(Pages(*found, size=20))
    reader = stream(api, pagination="offset", **KEYED)
    _, end = take(reader, reader.initialOffset())
    api.headers.clear()
    take(reader, end)
    assert ("if-none-match" in api.headers[0]) is kept


def echoed(name: str) -> Answering:
    return lambda query: {"data": [{"at": 1}, {"at": 2}], name: query.get(name)}


@pytest.mark.parametrize("name", ["page", "offset"])
def test_an_api_that_echoes_the_page_parameter_but_ignores_it_is_an_error(name: str) -> None:
    problem = f"the same page for every value of '{name}'"
    with pytest.raises(HttpError, match=problem):
        read(echoed(name), pagination=name)
    reader = stream(Api(echoed(name)), pagination=name, **KEYED)
    with pytest.raises(HttpError, match=problem):
        take(reader, reader.initialOffset())


def test_an_api_that_ignores_its_cursor_and_returns_a_new_one_is_an_error() -> None:
    numbers = itertools.count()

    def fresh(_: dict[str, str]) -> Any:
        return {"data": [{"at": 1}], "next_cursor": f"c{next(numbers)}"}

    with pytest.raises(HttpError, match="the same page for every value of 'cursor'"):
        read(fresh, pagination="cursor", maxPages="5")


@pytest.mark.parametrize(
    ("options", "body", "problem"),
    [
        ({"pagination": "offset"}, {"data": [], "next": "/?offset=3"}, "its page is empty, so"),
        ({"pagination": "link"}, {"data": [{"at": 1}], "total_pages": 3}, "no answer had the Link"),
        ({"pagination": "link"}, {"data": [], "total_pages": 3}, "no answer had the Link"),
    ],
)
def test_a_first_page_that_says_more_without_a_way_to_the_next_page_is_an_error(
    options: dict[str, str], body: Any, problem: str
) -> None:
    with pytest.raises(HttpError, match=problem):
        read(lambda _: body, **options)


def test_a_cursor_with_another_name_on_an_empty_page_is_an_error() -> None:
    body: dict[str, Any] = {"data": [], "meta": {"next_token": "t1"}}
    options = {"offsetField": "meta.next_toke", "offsetType": "cursor", "offsetScope": "response"}
    reader = stream(Api(lambda _: body), "?c={meta.next_toke}", **options)
    with pytest.raises(
        HttpError, match=r"no answer had 'meta\.next_toke'.*may be meta\.next_token"
    ):
        take(reader, reader.initialOffset())
    body["meta"] = {"next_token": None}
    assert take(reader, reader.initialOffset())[0] == []


def test_a_logged_range_is_repeated_past_late_records_on_its_first_page() -> None:
    pages = Pages(40, 40, 35)
    options = {"pagination": "offset", **KEYED}
    reader = stream(Api(pages), **options)
    _, first = take(reader, reader.initialOffset())
    pages.found += [100, 101]
    rows, second = take(reader, first)
    restarted = stream(Api(pages), **options)
    assert rows_between(restarted, first, second) == rows


LAGGED = {**KEYED, "pagination": "offset", "lagSeconds": "60", "requireGuarantee": "exactly-once"}


@pytest.mark.parametrize("batch_size", ["1", "1000"])
def test_lag_seconds_reads_a_late_record_behind_newer_ones_on_a_later_page(batch_size: str) -> None:
    """The list has the order of arrival, and the batch is full after the first page."""
    keys = [DAY, DAY + 100, DAY + 101, DAY + 70, DAY + 102]
    reader = stream(Api(Pages(*keys)), batchSize=batch_size, **LAGGED)
    rows, end = take(reader, reader.initialOffset())
    for _ in range(4):
        more, end = take(reader, end)
        rows += more
    assert [row["at"] for row in rows] == sorted(keys)


def test_lag_seconds_needs_all_pages_of_a_list_in_the_order_of_arrival() -> None:
    pages = Pages(DAY, DAY + 100, DAY + 101, DAY + 70)
    reader = stream(Api(pages), maxPages="1", **LAGGED)
    with pytest.raises(HttpError, match=r"did not end within maxPages \(1\)"):
        take(reader, reader.initialOffset())


def test_lag_seconds_still_ends_the_reading_of_a_sorted_range_at_a_full_batch() -> None:
    api = Api(Pages(*range(DAY, DAY + 30)))
    reader = stream(api, "?since={at}", batchSize="4", **LAGGED)
    assert len(take(reader, reader.initialOffset())[0]) == 4
    assert len(api.asked) == 2


def test_a_late_record_of_a_list_with_its_newest_first_does_not_end_the_walk() -> None:
    """Its page ends with the late record, which is older than the position."""
    pages = Pages(DAY, size=20)
    reader = stream(Api(pages), **LAGGED)
    _, end = take(reader, reader.initialOffset())
    # The record 30 s before the position came last but one, and arrived late.
    pages.found = [*range(DAY + 219, DAY + 200, -1), DAY - 30, DAY + 10, DAY]
    assert len(take(reader, end)[0]) == 20
