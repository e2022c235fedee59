"""`rest`: a walk over pages ends where the API has no more, and nowhere before."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from sparktide_sources._errors import HttpError, OptionError
from sparktide_sources._pacing import Pacer
from sparktide_sources._rest_batch import RestBatchReader
from sparktide_sources._rest_config import read_config
from sparktide_sources._rest_readers import RestStreamReader
from sparktide_sources._rest_signs import Signs, likely_fields, read_signs
from sparktide_sources._rest_stream import RestStream
from sparktide_sources._transient import PollGuard
from sparktide_sources._wire import Reply
from sparktide_sources.rest import RestDataSource
from support import FakeClock, drain, take

URL = "https://api.example.com/"
PAGE = {"pagination": "page"}
OFFSET = {"pagination": "offset"}

# A page of the API: its records, its number from 0, and how many pages there are.
Shape = Callable[[list[Any], int, int], Any]


def bare(records: list[Any], _page: int, _pages: int) -> Any:
    return records


class Api:
    """Records in pages of `cap` at most; those that `keep` refuses are left out of their page."""

    def __init__(
        self,
        count: int,
        cap: int = 3,
        shape: Shape = bare,
        keep: Callable[[int], bool] = lambda _: True,
        first: int = 1,
    ) -> None:
        self.records = [{"id": number} for number in range(count)]
        self.cap, self.shape, self.keep, self.first = cap, shape, keep, first
        self.asked: list[dict[str, str]] = []

    @property
    def wanted(self) -> list[int]:
        return [record["id"] for record in self.records if self.keep(record["id"])]

    def __call__(self, _method: str, url: str, *_: Any) -> Reply:
        query = dict(parse_qsl(urlsplit(url).query))
        self.asked.append(query)
        known = [record for record in self.records if record["id"] > int(query.get("after", -1))]
        size = min(int(query.get("per_page", query.get("limit", self.cap))), self.cap)
        page = int(query.get("page", self.first)) - self.first
        start = int(query.get("offset", query.get("cursor", page * size)))
        pages = -(-len(known) // size)
        taken = [record for record in known[start : start + size] if self.keep(record["id"])]
        body = self.shape(taken, start // size, pages)
        headers: dict[str, str] = {}
        if isinstance(body, tuple):
            body, headers = body
        return Reply(200, "OK", headers, json.dumps(body).encode(), url)


def read(api: Callable[..., Reply], path: str = "", **options: str) -> list[int]:
    config = read_config({"url": URL + path, **options})
    reader = RestBatchReader(config, FakeClock(), api)
    rows = [row for part in reader.partitions() for row in reader.read(part)]
    return [json.loads(row[0])["id"] for row in rows]


def stream(api: Callable[..., Reply], path: str = "", **options: str) -> RestStreamReader:
    config = read_config({"url": URL + path, "streamingInterval": "0", **options})

    def guard(pacer: Pacer, clock: Any) -> PollGuard:
        return PollGuard("rest", False, 0, pacer, clock)

    return RestStreamReader(RestStream(config, guard, FakeClock(), api), config)


def ids(rows: list[Any]) -> list[int]:
    return [row["id"] for row in rows]


class Answers:
    """These bodies in turn, the last one for ever; a pair has headers besides."""

    def __init__(self, *bodies: Any) -> None:
        self.bodies = list(bodies)
        self.asked: list[str] = []

    def __call__(self, _method: str, url: str, *_: Any) -> Reply:
        self.asked.append(url)
        body = self.bodies.pop(0) if len(self.bodies) > 1 else self.bodies[0]
        headers: dict[str, str] = {}
        if isinstance(body, tuple):
            body, headers = body
        return Reply(200, "OK", headers, json.dumps(body).encode(), url)


def numbered(*numbers: int) -> list[dict[str, int]]:
    return [{"id": number} for number in numbers]


# 1: short pages


@pytest.mark.parametrize("options", [PAGE, OFFSET, {"pagination": "lastId"}])
@pytest.mark.parametrize("size", ["", "2", "3", "1000"])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 6, 7])
def test_a_capped_page_size_ends_no_walk(options: dict[str, str], size: str, count: int) -> None:
    api = Api(count)
    more = {"pageSize": size} if size else {}
    assert read(api, **options, **more) == api.wanted
    ids = {**options, "offsetField": "id", "offsetType": "incremental", **more}
    reader = stream(api, **ids, requireGuarantee="exactly-once")
    assert drain(reader, reader.initialOffset())[0] == [{"id": n} for n in range(count)]


def test_a_capped_page_size_is_told_once_with_the_size_seen(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Jira's way: the answer repeats the size that it used."""

    def jira(records: list[Any], page: int, _: int) -> Any:
        return {"startAt": page * 3, "maxResults": 3, "total": 7, "issues": records}

    api = Api(7, shape=jira)
    options = {"dataField": "issues", "pageParam": "offset", "pageSizeParam": "limit"}
    assert read(api, pageSize="1000", **OFFSET, **options) == list(range(7))
    assert [call["offset"] for call in api.asked] == ["0", "3", "6"]
    told = [text for text in caplog.messages if "caps the size of its pages" in text]
    assert len(told) == 1
    assert "pageSize is 1000" in told[0]
    assert "the largest had 3 records" in told[0]
    caplog.clear()
    with caplog.at_level(logging.INFO):
        assert read(Api(7), pageSize="3", **PAGE) == list(range(7))
    assert caplog.messages == []


@pytest.mark.parametrize("size", ["", "3", "1000"])
def test_a_page_that_a_filter_shortens_ends_no_walk(size: str) -> None:
    api = Api(12, keep=lambda number: number % 3 != 1 and number != 11)
    more = {"pageSize": size} if size else {}
    assert read(api, **PAGE, **more) == api.wanted


@pytest.mark.parametrize(
    "shape",
    [
        lambda records, page, pages: {"data": records, "has_more": page + 1 < pages},
        lambda records, page, pages: {"data": records, "page": {"last": page + 1 >= pages}},
        lambda records, page, pages: {"data": records, "meta": {"totalPages": pages}},
        lambda records, page, pages: {"data": records, "total": 12},
        lambda records, page, pages: {
            "data": records,
            "links": {"next": f"/?page={page + 2}" if page + 1 < pages else None},
        },
        lambda records, page, pages: (
            records,
            {"link": f'</?page={page + 2}>; rel="next"'} if page + 1 < pages else {},
        ),
    ],
)
def test_a_page_that_a_filter_empties_ends_no_walk_while_the_answer_says_more(shape: Shape) -> None:
    api = Api(12, shape=shape, keep=lambda number: number < 3 or number > 8)
    assert read(api, **PAGE) == api.wanted


@pytest.mark.parametrize("size", ["", "3", "1000"])
def test_an_offset_that_repeats_records_is_an_error_and_not_a_repeat(size: str) -> None:
    """The API counts what its filter leaves out, so the records received lead back."""
    api = Api(12, keep=lambda number: number != 1)
    more = {"pageSize": size} if size else {}
    with pytest.raises(HttpError, match=r"offset=2 repeats the last 1 records of the page before"):
        read(api, **OFFSET, **more)
    reader = stream(api, **OFFSET, **more, offsetField="id", offsetType="incremental")
    with pytest.raises(HttpError, match="repeats the last 1 records"):
        take(reader, reader.initialOffset())


def test_equal_records_at_the_edge_of_full_pages_are_no_repeat() -> None:
    answers = Answers(numbered(1, 2), numbered(2, 3), [])
    assert read(answers, pageSize="2", **OFFSET) == [1, 2, 2, 3]


def test_an_empty_page_that_says_more_moves_an_offset_by_a_page_seen() -> None:
    def shape(records: list[Any], page: int, pages: int) -> Any:
        return {"data": records, "total": 12}

    api = Api(12, shape=shape, keep=lambda number: number < 3 or number > 8)
    assert read(api, **OFFSET) == api.wanted


@pytest.mark.parametrize("kind", ["offset", "lastId"])
def test_an_empty_page_that_says_more_and_leads_nowhere_is_an_error(kind: str) -> None:
    answers = Answers({"data": [], "has_more": True})
    with pytest.raises(HttpError, match=rf"pagination={kind} can't tell where to go on"):
        read(answers, pagination=kind)
    with pytest.raises(HttpError, match=rf"pagination={kind} can't tell where to go on"):
        read(Answers({"data": [], "links": {"next": "/2"}}), pagination=kind)
    with pytest.raises(HttpError, match=r"more \('has_more', moreField\), but its page is empty"):
        read(answers, pagination=kind, moreField="has_more")


@pytest.mark.parametrize(
    ("shape", "calls"),
    [
        (bare, 4),
        (lambda records, page, pages: {"data": records, "total": 7}, 3),
        (lambda records, page, pages: {"data": records, "meta": {"pagination": {"total": 7}}}, 3),
        (lambda records, page, pages: {"data": records, "totalPages": pages}, 3),
        (lambda records, page, pages: {"data": records, "meta": {"last_page": pages}}, 3),
        (lambda records, page, pages: {"data": records, "hasMore": page + 1 < pages}, 3),
        (lambda records, page, pages: {"data": records, "last": page + 1 >= pages}, 3),
        (lambda records, page, pages: {"data": records, "next": "x" if page < 2 else None}, 3),
        # These may mean something else: the number of this page's records, or another way on.
        (lambda records, page, pages: {"data": records, "total": len(records)}, 4),
        (lambda records, page, pages: {"data": records, "count": 7}, 4),
        (lambda records, page, pages: {"data": records, "next": None}, 4),
        (lambda records, page, pages: {"data": records, "total": 7 - 3 * page}, 4),
    ],
)
def test_an_answer_that_says_it_is_the_last_saves_the_request_for_the_empty_page(
    shape: Shape, calls: int
) -> None:
    for options in (PAGE, {**PAGE, "pageSize": "3"}, {**PAGE, "pageSize": "50"}):
        api = Api(7, shape=shape)
        assert read(api, **options) == list(range(7))
        assert len(api.asked) == calls


def test_one_page_with_django_s_fields_costs_one_request() -> None:
    """The next one would be 404."""
    answers = Answers({"count": 2, "next": None, "previous": None, "results": numbered(1, 2)})
    assert read(answers, dataField="results", pageSize="50", **PAGE) == [1, 2]
    assert len(answers.asked) == 1


def test_a_total_that_is_not_reached_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """The API may count what it leaves out, or the flag may be the wrong way round."""
    answers = Answers({"data": numbered(1), "total": 5, "fin": False})
    assert read(answers, **PAGE, moreField="fin") == [1]
    (told,) = caplog.messages
    assert "the pages ended after 1 records, and the API gives a total of 5" in told


@pytest.mark.parametrize("total", [3, 1000, 2000])
def test_a_total_that_may_be_something_else_ends_no_walk(total: int) -> None:
    """The number of records on the page, or where the API stopped to count."""

    def shape(records: list[Any], _page: int, _pages: int) -> Any:
        return {"data": records, "total": total}

    cap = 3 if total == 3 else 500
    api = Api(total + 5, cap=cap, shape=shape)
    assert len(read(api, **PAGE)) == total + 5


def test_a_remaining_count_under_the_name_of_a_total_ends_no_walk() -> None:
    answers = Answers(
        {"data": numbered(0, 1, 2), "total": 9},
        {"data": numbered(3, 4, 5), "total": 6},
        {"data": numbered(6, 7, 8), "total": 3},
        {"data": [], "total": 0},
    )
    assert read(answers, **PAGE) == list(range(9))


def test_pages_counted_from_zero_are_not_read_from_one() -> None:
    def spring(records: list[Any], page: int, pages: int) -> Any:
        return {"content": records, "first": page == 0, "last": page + 1 >= pages}

    api = Api(7, shape=spring, first=0)
    with pytest.raises(HttpError, match=r"page=1 says that it is not the first page.*pageStart=0"):
        read(api, dataField="content", **PAGE)
    assert read(api, dataField="content", pageStart="0", **PAGE) == list(range(7))


def test_a_run_of_available_now_does_not_end_at_a_short_page() -> None:
    api = Api(7)

    def after(method: str, url: str, *rest: Any) -> Reply:
        return api(method, url.replace("id=", "after="), *rest)

    options = {"offsetField": "id", "offsetType": "max_field", "pageSize": "1000"}
    reader = stream(after, "?after={id}", initialOffset="-1", **options)
    reader.prepareForTriggerAvailableNow()
    assert ids(drain(reader, reader.initialOffset())[0]) == list(range(7))


# 2: the cursor of a stream

CURSOR = {"offsetType": "cursor", "offsetField": "meta.next_token"}


@pytest.mark.parametrize("scope", ["auto", "response"])
def test_a_cursor_that_is_in_no_answer_is_an_error_that_lists_the_fields(scope: str) -> None:
    answers = Answers({"data": numbered(1), "meta": {"next_token": "a", "newest": 1}})
    options = {**CURSOR, "offsetField": "meta.nxt_token", "offsetScope": scope}
    reader = stream(answers, "?after={meta.nxt_token}", **options)
    with pytest.raises(
        HttpError,
        match=r"no answer had 'meta\.nxt_token' \(offsetField\); it has: data, meta\.next_token, "
        r"meta\.newest\. The cursor may be meta\.next_token\. If the API leaves it out .* set "
        r"nextFieldMissing=end",
    ):
        take(reader, reader.initialOffset())


def test_a_cursor_header_that_is_in_no_answer_is_an_error_that_lists_the_headers() -> None:
    answers = Answers((numbered(1), {"x-next": "a", "date": ""}))
    reader = stream(answers, "?after={c}", offsetType="cursor", offsetField="c", cursorHeader="X-N")
    with pytest.raises(HttpError, match=r"the header 'x-n' \(cursorHeader\); it has: date, x-next"):
        take(reader, reader.initialOffset())


def test_a_cursor_may_be_missing_after_it_was_seen_or_where_the_options_say_so() -> None:
    page, last = {"data": numbered(1), "meta": {"next_token": "a"}}, {"data": numbered(2)}
    reader = stream(Answers(page, last), "?after={meta.next_token}", **CURSOR)
    rows, end = drain(reader, reader.initialOffset())
    assert rows == numbered(1, 2)
    # Nor after a restart: the position came from the field.
    reader = stream(Answers({"data": numbered(2, 3)}), "?after={meta.next_token}", **CURSOR)
    assert drain(reader, end)[0] == numbered(3)
    path, options = "?after={c}", {"offsetType": "cursor", "offsetField": "c"}
    options["offsetScope"] = "response"
    for body, more in (
        (last, {"nextFieldMissing": "end"}),
        ({**last, "done": True}, {"endField": "done"}),
        ({**last, "has_more": False}, {"moreField": "has_more"}),
        ({**last, "c": None}, {}),
    ):
        reader = stream(Answers(body), path, **options, **more)
        assert drain(reader, reader.initialOffset())[0] == numbered(2)
    with pytest.raises(HttpError, match="no answer had 'c'"):
        reader = stream(Answers({**last, "next_c": "x"}), path, **options, nextFieldMissing="end")
        take(reader, reader.initialOffset())


def test_two_fields_lead_to_the_next_page_and_else_to_the_next_poll() -> None:
    """Delta links: pages at once, also an empty one; then the position of the next poll."""
    name = "@odata.{}Link".format
    answers = Answers(
        {"value": numbered(1), name("next"): URL + "?skip=1"},
        {"value": [], name("next"): URL + "?skip=2"},
        {"value": numbered(2), name("delta"): URL + "?delta=1"},
        {"value": [], name("delta"): URL + "?delta=2"},
        {"value": numbered(3), name("delta"): URL + "?delta=3"},
        {"value": [], name("delta"): URL + "?delta=3"},
    )
    options = {"offsetType": "cursor", "offsetField": f"{name('next')}, {name('delta')}"}
    options.update(dataField="value", requireGuarantee="exactly-once")
    reader = stream(answers, **options)
    rows, end = take(reader, reader.initialOffset())
    assert rows == numbered(1)
    rows, end = take(reader, end)
    assert (rows, end["pos"]) == (numbered(2), URL + "?delta=1")
    assert take(reader, end)[0] == []
    rows, end = take(reader, end)
    assert (rows, end["pos"]) == (numbered(3), URL + "?delta=3")
    assert [url.partition("?")[2] for url in answers.asked] == [
        *("", "skip=1", "skip=2", "delta=1", "delta=2"),
    ]
    answers = Answers({"value": numbered(1), "other": 1})
    reader = stream(answers, **options)
    # The convention leaves both out only where there is nothing.
    assert take(reader, reader.initialOffset())[0] == numbered(1)
    options["offsetField"] = "a, b"
    reader = stream(answers, **options)
    with pytest.raises(HttpError, match=r"no answer had 'a' or 'b' \(offsetField\); it has: value"):
        take(reader, reader.initialOffset())


def test_a_run_of_available_now_ends_at_the_position_of_the_next_poll() -> None:
    answers = Answers(
        {"data": numbered(1), "next": "n1"},
        {"data": numbered(2), "delta": "d1"},
        {"data": [], "delta": "d2"},
    )
    reader = stream(answers, "?c={next}", offsetType="cursor", offsetField="next,delta")
    reader.prepareForTriggerAvailableNow()
    rows, end = drain(reader, reader.initialOffset())
    assert (rows, end["pos"]) == (numbered(1, 2), "d1")
    assert len(answers.asked) == 2


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"offsetField": "a,b"}, "two fields, which needs offsetType=cursor"),
        ({"offsetField": "a,b", "offsetType": "cursor", "offsetScope": "record"}, "two fields"),
        ({"offsetField": "a,b", "offsetType": "cursor", "cursorHeader": "X"}, "two fields"),
        ({"offsetField": "a,b,c", "offsetType": "cursor"}, "one field, or two with a comma"),
        ({"offsetField": "a,", "offsetType": "cursor"}, "one field, or two with a comma"),
        ({"offsetField": "a,a", "offsetType": "cursor"}, "one field, or two with a comma"),
        ({"offsetField": "a,b[", "offsetType": "cursor"}, "is no selector"),
    ],
)
def test_two_fields_are_refused_where_they_mean_nothing(
    options: dict[str, str], problem: str
) -> None:
    with pytest.raises(OptionError, match=f"'offsetField': .*{problem}"):
        RestDataSource({"url": URL, **options})


# 3: flags


@pytest.mark.parametrize("options", [PAGE, OFFSET, {"pagination": "lastId"}])
def test_end_field_true_ends_and_false_does_not(options: dict[str, str]) -> None:
    def shape(records: list[Any], page: int, pages: int) -> Any:
        return {"data": records, "flag": page + 1 >= pages}

    api = Api(7, shape=shape)
    if options["pagination"] != "lastId":
        assert read(api, endField="flag", **options) == list(range(7))
        assert len(api.asked) == 3
    api = Api(2, shape=shape)
    assert read(api, endField="flag", **options) == [0, 1]
    assert len(api.asked) == 1


@pytest.mark.parametrize("name", ["last", "isLast", "page.is_last_page", "done", "complete", "end"])
def test_more_field_refuses_what_reads_as_an_end(name: str) -> None:
    options = {"url": URL, **PAGE}
    with pytest.raises(
        OptionError, match=f"'moreField': .*reads as true there; use endField={name}"
    ):
        RestDataSource({**options, "moreField": name})
    RestDataSource({**options, "endField": name})


@pytest.mark.parametrize("name", ["has_more", "hasNext", "pageInfo.hasNextPage", "more"])
def test_end_field_refuses_what_reads_as_more(name: str) -> None:
    options = {"url": URL, **PAGE}
    with pytest.raises(OptionError, match=f"'endField': .*there; use moreField={name}"):
        RestDataSource({**options, "endField": name})
    RestDataSource({**options, "moreField": name})
    RestDataSource({**options, "endField": name, "endValues": "no"})


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({**PAGE, "moreField": "a", "endField": "b"}, "moreField"),
        ({**PAGE, "endValues": "0"}, "endValues"),
        ({"endField": "b"}, "endField"),
        ({"nextFieldMissing": "end"}, "nextFieldMissing"),
        ({**PAGE, "nextFieldMissing": "end"}, "nextFieldMissing"),
        ({**PAGE, "endField": "b", "responseFormat": "csv"}, "pagination"),
        ({**PAGE, "endField": "b["}, "endField"),
    ],
)
def test_contradictions_about_the_end_are_errors(options: dict[str, str], named: str) -> None:
    with pytest.raises(OptionError, match=f"'{named}': "):
        RestDataSource({"url": URL, **options})


@pytest.mark.parametrize("value", [0, "0", "-1", -1])
def test_a_cursor_of_zero_or_minus_one_needs_the_values_that_end(value: Any) -> None:
    pages = ({"data": numbered(1), "next_cursor": 5}, {"data": numbered(2), "next_cursor": value})
    options = {"pagination": "cursor"}
    end = {"endField": "next_cursor", "endValues": "0, -1"}
    assert read(Answers(*pages), **options, **end) == [1, 2]
    with pytest.raises(
        HttpError, match=rf"is {value}, .*endField=next_cursor and endValues={value}"
    ):
        read(Answers(*pages), **options)
    options = {"offsetType": "cursor", "offsetField": "next_cursor"}
    reader = stream(Answers(*pages), "?c={next_cursor}", **options, **end)
    rows, last = drain(reader, reader.initialOffset())
    assert (ids(rows), last["pos"]) == ([1, 2], "5")
    reader = stream(Answers(*pages), "?c={next_cursor}", **options)
    with pytest.raises(HttpError, match=rf"the cursor in 'next_cursor' is {value}"):
        drain(reader, reader.initialOffset())


@pytest.mark.parametrize(
    ("options", "value", "problem"),
    [
        ({"moreField": "f"}, "-1", "'-1', which is neither true nor false: use endField=f"),
        ({"moreField": "f"}, -1, "'-1', which is neither"),
        ({"moreField": "f"}, "no", "'no', which is neither"),
        ({"moreField": "f"}, {"a": 1}, "'a JSON dict', which is neither"),
        ({"endField": "f"}, 0, "'0', which is neither.*name the values that mean the end"),
        ({"endField": "f"}, "DONE", "'DONE', which is neither"),
        ({"endField": "f"}, None, "'null', which is neither"),
    ],
)
def test_a_flag_that_is_no_boolean_is_an_error_and_not_guessed(
    options: dict[str, str], value: Any, problem: str
) -> None:
    with pytest.raises(HttpError, match=problem):
        read(Answers({"data": numbered(1), "f": value}), **PAGE, **options)


@pytest.mark.parametrize(
    ("more", "last"), [("RUNNING", "DONE"), (1, 0), ("x", None), (False, True), ([1], "DONE")]
)
def test_end_values_are_compared_where_the_field_is_no_boolean(more: Any, last: Any) -> None:
    answers = Answers({"data": numbered(1), "f": more}, {"data": numbered(2), "f": last})
    assert read(answers, **PAGE, endField="f", endValues="DONE,0,null,true") == [1, 2]


def test_an_end_field_that_is_in_no_answer_is_an_error() -> None:
    answers = Answers({"data": numbered(1)}, {"data": []})
    with pytest.raises(
        HttpError, match=r"no answer had the field 'lst' \(endField\); the last one has: data"
    ):
        read(answers, **PAGE, endField="lst")
    # It may well be on the last page alone.
    answers = Answers({"data": numbered(1)}, {"data": numbered(2), "last": True})
    assert read(answers, **PAGE, endField="last") == [1, 2]


@pytest.mark.parametrize("options", [{"moreField": "f"}, {"endField": "f"}])
@pytest.mark.parametrize("kind", ["json", "cursor", "link"])
def test_more_without_a_next_page_to_go_on_from_is_an_error(
    options: dict[str, str], kind: str
) -> None:
    body = {"data": numbered(1), "next": None, "next_cursor": None, "f": "moreField" in options}
    with pytest.raises(HttpError, match=r"more \('f', (more|end)Field\) and names no next page"):
        read(Answers(body), pagination=kind, **options)


# 5: a wrong nextField


@pytest.mark.parametrize(
    ("options", "body", "problem"),
    [
        (
            {"pagination": "json"},
            {"data": numbered(1), "links": {"first": "/", "prev": None, "next": "/?page=2"}},
            r"'next', nextField; it has: data, links\.first, links\.prev, links\.next\. A next "
            r"page may be named by links\.next: set nextField",
        ),
        (
            {"pagination": "json"},
            {"data": numbered(1), "@odata.nextLink": "/?page=2"},
            r"named by @odata\.nextLink",
        ),
        ({"pagination": "json", "nextField": "nxt"}, {"data": numbered(1), "href": "/2"}, "'nxt'"),
        (
            {"pagination": "cursor"},
            {"data": numbered(1), "meta": {"next_token": "a"}},
            r"'next_cursor', nextField; .*may be named by meta\.next_token",
        ),
        (
            {"pagination": "cursor"},
            {"data": numbered(1), "links": [{"rel": "next", "href": "/2"}]},
            r"named by links\.next",
        ),
        (
            {"pagination": "cursor", "cursorHeader": "X-Nxt"},
            ({"data": numbered(1)}, {"x-next": "a"}),
            r"the header 'x-nxt', cursorHeader; it has: x-next",
        ),
        (
            {"pagination": "json"},
            ({"data": numbered(1)}, {"link": '</?page=2>; rel="next"'}),
            "a Link header with rel=next: set pagination=link",
        ),
        (
            {"pagination": "json", "nextField": "links.next"},
            {"data": numbered(1)},
            r"'links\.next', nextField",
        ),
        (
            {"pagination": "json", "nextField": "nextLink"},
            {"data": numbered(1), "total": 2},
            "'nextLink', nextField",
        ),
        # The total may be that of the page.
        ({"pagination": "json"}, {"data": numbered(1), "total": 1}, "'next', nextField"),
        ({"pagination": "json"}, numbered(1), "'next', nextField; it has: a JSON list"),
        ({"pagination": "json", "nextFieldMissing": "end"}, numbered(1), "a JSON list"),
        ({"pagination": "link"}, {"data": numbered(1), "total_pages": 2}, "the Link header"),
        ({"pagination": "link"}, {"data": numbered(1), "next": "/2"}, "may be named by next"),
        (
            {"pagination": "link"},
            {"data": numbered(1), "total": 9},
            "the Link header with rel=next",
        ),
    ],
)
def test_a_next_page_that_no_answer_names_is_an_error_with_the_likely_fields(
    options: dict[str, str], body: Any, problem: str
) -> None:
    with pytest.raises(HttpError, match=f"no answer had .*{problem}"):
        read(Answers(body), **options)
    more = {"offsetField": "id", "offsetType": "incremental"}
    reader = stream(Answers(body), **options, **more)
    with pytest.raises(HttpError, match=problem):
        take(reader, reader.initialOffset())


@pytest.mark.parametrize(
    ("options", "body"),
    [
        ({}, {"data": numbered(1), "next": None}),
        ({}, {"data": numbered(1), "has_more": False}),
        ({}, {"data": numbered(1), "meta": {"total": 1, "next_page": None}}),
        ({}, {"data": numbered(1), "meta": {"total_pages": 1}}),
        ({"nextFieldMissing": "end"}, {"data": numbered(1)}),
        ({"nextField": "@odata.nextLink"}, {"data": numbered(1), "@odata.context": "x"}),
        (
            {"nextField": "links.next"},
            {"data": numbered(1), "links": [{"rel": "self", "uri": "/"}]},
        ),
        ({"nextField": "paging.next.link"}, {"data": numbered(1)}),
        ({"endField": "f"}, {"data": numbered(1), "f": True}),
        ({"moreField": "f"}, {"data": numbered(1), "f": False}),
    ],
)
def test_a_single_page_may_leave_the_next_one_out_where_that_is_told(
    options: dict[str, str], body: Any
) -> None:
    assert read(Answers(body), pagination="json", **options) == [1]
    assert read(Answers({**body, "data": []}), pagination="json", **options) == []


def test_a_field_that_was_seen_once_may_be_left_out_later() -> None:
    answers = Answers({"data": numbered(1), "next": "/?page=2"}, {"data": numbered(2)})
    assert read(answers, pagination="json") == [1, 2]
    answers = Answers(
        {"data": numbered(1), "next": "/?page=2"}, {"data": numbered(2)}, {"data": numbered(3)}
    )
    options = {"offsetField": "id", "offsetType": "incremental", "pagination": "json"}
    reader = stream(answers, "?from={id}", **options)
    rows, end = take(reader, reader.initialOffset())
    assert rows == numbered(1, 2)
    assert take(reader, end)[0] == numbered(3)


def test_the_permission_does_not_cover_a_next_page_that_is_named_elsewhere() -> None:
    body = {"data": numbered(1), "paging": {"next": "/2"}}
    with pytest.raises(HttpError, match=r"may be named by paging\.next"):
        read(Answers(body), pagination="json", nextFieldMissing="end")
    with pytest.raises(HttpError, match=r"may be named by paging\.next"):
        read(Answers(body), pagination="json", nextField="links.next")


@pytest.mark.parametrize("token", ["abc", "17", 17, {"a": 1}])
def test_a_token_where_an_address_belongs_is_an_error(token: Any) -> None:
    body = {"data": numbered(1), "next": token}
    with pytest.raises(HttpError, match="no address of a next page; a token needs pagination=cur"):
        read(Answers(body), pagination="json")


# 9: no list


def test_a_list_that_is_left_out_is_no_records_where_the_options_say_so() -> None:
    answers = Answers(
        {"value": numbered(1), "timestamp": 5}, {}, {"value": numbered(2), "timestamp": 9}
    )
    options = {"dataField": "value", "offsetScope": "response"}
    reader = stream(answers, "?since={timestamp}", dataFieldMissing="empty", **options)
    rows, end = take(reader, reader.initialOffset())
    assert rows == numbered(1)
    assert take(reader, end) == ([], end)
    assert take(reader, end)[0] == numbered(2)
    reader = stream(Answers({}), "?since={timestamp}", **options)
    with pytest.raises(HttpError, match=r"no field 'value' \(dataField\).*dataFieldMissing=empty"):
        take(reader, reader.initialOffset())
    assert read(Answers({}), dataField="a.b[*].c", dataFieldMissing="empty") == []
    assert read(Answers({"a": {}}), dataField="a.b", dataFieldMissing="empty") == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"error": {"message": "out of credit"}}, "the body is an error: out of credit"),
        ({"items": numbered(1)}, "it has records at: items"),
        ({"result": {"items": numbered(1)}}, r"it has records at: result\.items"),
        (numbered(1), "no field 'value'"),
        ({"value": 5}, "not an array or object"),
    ],
)
def test_the_permission_for_a_missing_list_hides_no_error_and_no_records(
    body: Any, problem: str
) -> None:
    with pytest.raises(HttpError, match=problem):
        read(Answers(body), dataField="value", dataFieldMissing="empty")


@pytest.mark.parametrize("kind", ["json", "cursor"])
def test_an_empty_page_with_a_next_one_goes_on(kind: str) -> None:
    options = {"dataField": "value", "dataFieldMissing": "empty", "pagination": kind}
    options["nextField"] = "next"
    answers = Answers({"next": "/?p=2"}, {"value": [], "next": "/?p=3"}, {"value": numbered(1)})
    assert read(answers, **options) == [1]


def test_an_empty_page_with_a_cursor_goes_on_in_a_stream() -> None:
    options = {"dataField": "value", "dataFieldMissing": "empty", "offsetField": "next"}
    answers = Answers(
        {"next": "a"}, {"value": [], "next": "b"}, {"value": numbered(1), "next": "c"}
    )
    reader = stream(answers, "?c={next}", offsetType="cursor", **options, offsetScope="response")
    start, found = reader.initialOffset(), []
    for _ in range(3):
        rows, start = take(reader, start)
        found += rows
    assert (found, start["pos"]) == (numbered(1), "c")


def test_an_answer_without_its_list_may_leave_the_flag_out_too() -> None:
    options = {"dataField": "value", "dataFieldMissing": "empty", "moreField": "more", **PAGE}
    assert read(Answers({"value": numbered(1), "more": True}, {}), **options) == [1]
    with pytest.raises(HttpError, match=r"no 'more' \(moreField\); it has: value"):
        read(Answers({"value": numbered(1)}), **options)


# What is read of an answer


def test_signs_are_read_beside_the_records_and_not_in_them() -> None:
    body = {"result": {"items": [{"total": 5}], "total": 9, "paging": {"next": None}}, "last": "x"}
    assert read_signs(body, "result.items") == Signs(total=9, next=False)
    assert read_signs(body, "/result/items") == Signs(total=9, next=False)
    assert read_signs([{"total": 5}], "data") == Signs()
    assert read_signs({"user": {"total": 5}, "more": "yes"}, "data") == Signs()


def test_likely_fields_have_a_value_and_stand_outside_of_lists() -> None:
    body = {
        "data": [{"next": "x"}],
        "prev_cursor": "p",
        "cursor": "c",
        "paging": {"next": {"after": "5", "link": "/2"}, "a.b next": 1},
        "next_page": None,
    }
    paths = ["paging.next.after", "paging.next.link", "paging['a.b next']", "cursor"]
    assert likely_fields(body) == paths
