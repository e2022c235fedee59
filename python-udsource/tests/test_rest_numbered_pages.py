"""`rest`: reading numbered pages ends where the list of the API ends, and not before."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from rest_pages_support import URL, Answers, Api, Shape, bare, ids, numbered, read, stream
from sparktide_sources._errors import HttpError, OptionError
from sparktide_sources._http.wire import Reply
from sparktide_sources._rest.page_signs import Signs, likely_fields, read_signs
from sparktide_sources.rest import RestDataSource
from support import drain, take

PAGE = {"pagination": "page"}
OFFSET = {"pagination": "offset"}


# Short pages


@pytest.mark.parametrize("options", [PAGE, OFFSET, {"pagination": "lastId"}])
@pytest.mark.parametrize("size", ["", "2", "3", "1000"])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 6, 7])
def test_a_page_size_capped_by_the_api_does_not_end_the_walk(
    options: dict[str, str], size: str, count: int
) -> None:
    api = Api(count)
    more = {"pageSize": size} if size else {}
    assert read(api, **options, **more) == api.wanted
    ids = {**options, "offsetField": "id", "offsetType": "incremental", **more}
    reader = stream(api, **ids, requireGuarantee="exactly-once")
    assert drain(reader, reader.initialOffset())[0] == [{"id": n} for n in range(count)]


def test_a_page_size_capped_by_the_api_is_logged_once_with_the_actual_size(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Like Jira, this API repeats the page size that it used."""

    def jira(records: list[Any], page: int, _: int) -> Any:
        return {"startAt": page * 3, "maxResults": 3, "total": 7, "issues": records}

    api = Api(7, shape=jira)
    options = {"dataField": "issues", "pageParam": "offset", "pageSizeParam": "limit"}
    assert read(api, pageSize="1000", **OFFSET, **options) == list(range(7))
    assert [call["offset"] for call in api.asked] == ["0", "3", "6"]
    warnings = [text for text in caplog.messages if "limits the size of its pages" in text]
    assert len(warnings) == 1
    assert "pageSize is 1000" in warnings[0]
    assert "the largest had 3 records" in warnings[0]
    caplog.clear()
    with caplog.at_level(logging.INFO):
        assert read(Api(7), pageSize="3", **PAGE) == list(range(7))
    assert caplog.messages == []


@pytest.mark.parametrize("size", ["", "3", "1000"])
def test_a_page_shortened_by_a_filter_does_not_end_the_walk(size: str) -> None:
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
def test_a_page_emptied_by_a_filter_does_not_end_the_walk_if_the_answer_says_more(
    shape: Shape,
) -> None:
    api = Api(12, shape=shape, keep=lambda number: number < 3 or number > 8)
    assert read(api, **PAGE) == api.wanted


@pytest.mark.parametrize("size", ["", "3", "1000"])
def test_a_page_offset_that_repeats_records_is_an_error_and_emits_no_duplicates(size: str) -> None:
    """The offset counts received records, but this API also counts the records it hides."""
    api = Api(12, keep=lambda number: number != 1)
    more = {"pageSize": size} if size else {}
    with pytest.raises(HttpError, match=r"offset=2 repeats the last 1 records of the page before"):
        read(api, **OFFSET, **more)
    reader = stream(api, **OFFSET, **more, offsetField="id", offsetType="incremental")
    with pytest.raises(HttpError, match="repeats the last 1 records"):
        take(reader, reader.initialOffset())


def test_equal_records_at_the_edges_of_full_pages_are_not_a_repetition() -> None:
    answers = Answers(numbered(1, 2), numbered(2, 3), [])
    assert read(answers, pageSize="2", **OFFSET) == [1, 2, 2, 3]


def test_an_empty_page_that_says_more_moves_the_offset_by_the_size_of_a_page() -> None:
    def shape(records: list[Any], page: int, pages: int) -> Any:
        return {"data": records, "total": 12}

    api = Api(12, shape=shape, keep=lambda number: number < 3 or number > 8)
    assert read(api, **OFFSET) == api.wanted


@pytest.mark.parametrize("kind", ["offset", "lastId"])
def test_an_empty_page_that_says_more_without_a_next_position_is_an_error(kind: str) -> None:
    answers = Answers({"data": [], "has_more": True})
    with pytest.raises(HttpError, match=rf"pagination={kind} can't find the next page"):
        read(answers, pagination=kind)
    with pytest.raises(HttpError, match=rf"pagination={kind} can't find the next page"):
        read(Answers({"data": [], "links": {"next": "/2"}}), pagination=kind)
    with pytest.raises(HttpError, match=r"follow \('has_more', moreField\), but its page is empty"):
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
        # These may mean something else, such as the number of records on this page.
        (lambda records, page, pages: {"data": records, "total": len(records)}, 4),
        (lambda records, page, pages: {"data": records, "count": 7}, 4),
        (lambda records, page, pages: {"data": records, "next": None}, 4),
        (lambda records, page, pages: {"data": records, "total": 7 - 3 * page}, 4),
    ],
)
def test_an_answer_that_says_it_is_the_last_saves_the_request_for_an_empty_page(
    shape: Shape, calls: int
) -> None:
    for options in (PAGE, {**PAGE, "pageSize": "3"}, {**PAGE, "pageSize": "50"}):
        api = Api(7, shape=shape)
        assert read(api, **options) == list(range(7))
        assert len(api.asked) == calls


def test_a_single_page_with_the_fields_of_django_costs_one_request() -> None:
    """A request for the next page would be answered with a 404."""
    answers = Answers({"count": 2, "next": None, "previous": None, "results": numbered(1, 2)})
    assert read(answers, dataField="results", pageSize="50", **PAGE) == [1, 2]
    assert len(answers.asked) == 1


def test_a_total_that_is_not_reached_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The API may count hidden records, or moreField may be an inverted flag."""
    answers = Answers({"data": numbered(1), "total": 5, "fin": False})
    assert read(answers, **PAGE, moreField="fin") == [1]
    (warning,) = caplog.messages
    assert "the pages ended after 1 records, but the API reports a total of 5" in warning


@pytest.mark.parametrize("total", [3, 1000, 2000])
def test_an_ambiguous_total_does_not_end_the_walk(total: int) -> None:
    """It may be the number of records on the page, or the limit up to which the API counts."""

    def shape(records: list[Any], _page: int, _pages: int) -> Any:
        return {"data": records, "total": total}

    cap = 3 if total == 3 else 500
    api = Api(total + 5, cap=cap, shape=shape)
    assert len(read(api, **PAGE)) == total + 5


def test_a_count_of_remaining_records_in_a_field_total_does_not_end_the_walk() -> None:
    answers = Answers(
        {"data": numbered(0, 1, 2), "total": 9},
        {"data": numbered(3, 4, 5), "total": 6},
        {"data": numbered(6, 7, 8), "total": 3},
        {"data": [], "total": 0},
    )
    assert read(answers, **PAGE) == list(range(9))


def test_reading_from_page_one_is_refused_if_the_api_counts_from_zero() -> None:
    def spring(records: list[Any], page: int, pages: int) -> Any:
        return {"content": records, "first": page == 0, "last": page + 1 >= pages}

    api = Api(7, shape=spring, first=0)
    with pytest.raises(HttpError, match=r"page=1 says that it is not the first page.*pageStart=0"):
        read(api, dataField="content", **PAGE)
    assert read(api, dataField="content", pageStart="0", **PAGE) == list(range(7))


def test_a_run_of_available_now_continues_after_a_short_page() -> None:
    api = Api(7)

    def after(method: str, url: str, *rest: Any) -> Reply:
        return api(method, url.replace("id=", "after="), *rest)

    options = {"offsetField": "id", "offsetType": "max_field", "pageSize": "1000"}
    reader = stream(after, "?after={id}", initialOffset="-1", **options)
    reader.prepareForTriggerAvailableNow()
    assert ids(drain(reader, reader.initialOffset())[0]) == list(range(7))


# Flags


@pytest.mark.parametrize("options", [PAGE, OFFSET, {"pagination": "lastId"}])
def test_end_field_ends_the_walk_only_when_it_is_true(options: dict[str, str]) -> None:
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
def test_more_field_refuses_a_name_that_means_the_end(name: str) -> None:
    options = {"url": URL, **PAGE}
    with pytest.raises(OptionError, match=f"'moreField': .*is true there; use endField={name}"):
        RestDataSource({**options, "moreField": name})
    RestDataSource({**options, "endField": name})


@pytest.mark.parametrize("name", ["has_more", "hasNext", "pageInfo.hasNextPage", "more"])
def test_end_field_refuses_a_name_that_means_more(name: str) -> None:
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
def test_contradicting_options_about_the_end_are_refused(
    options: dict[str, str], named: str
) -> None:
    with pytest.raises(OptionError, match=f"'{named}': "):
        RestDataSource({"url": URL, **options})


@pytest.mark.parametrize("value", [0, "0", "-1", -1])
def test_a_cursor_of_zero_or_minus_one_needs_end_values(value: Any) -> None:
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
        ({"endField": "f"}, 0, "'0', which is neither.*list the values that mean the last page"),
        ({"endField": "f"}, "DONE", "'DONE', which is neither"),
        ({"endField": "f"}, None, "'null', which is neither"),
    ],
)
def test_a_flag_that_is_not_a_boolean_is_an_error_and_not_guessed(
    options: dict[str, str], value: Any, problem: str
) -> None:
    with pytest.raises(HttpError, match=problem):
        read(Answers({"data": numbered(1), "f": value}), **PAGE, **options)


@pytest.mark.parametrize(
    ("more", "last"), [("RUNNING", "DONE"), (1, 0), ("x", None), (False, True), ([1], "DONE")]
)
def test_end_values_are_compared_with_the_value_of_end_field(more: Any, last: Any) -> None:
    answers = Answers({"data": numbered(1), "f": more}, {"data": numbered(2), "f": last})
    assert read(answers, **PAGE, endField="f", endValues="DONE,0,null,true") == [1, 2]


def test_an_end_field_that_is_missing_in_all_answers_is_an_error() -> None:
    answers = Answers({"data": numbered(1)}, {"data": []})
    with pytest.raises(
        HttpError, match=r"no answer had the field 'lst' \(endField\); the last one has: data"
    ):
        read(answers, **PAGE, endField="lst")
    # The field may be on the last page only.
    answers = Answers({"data": numbered(1)}, {"data": numbered(2), "last": True})
    assert read(answers, **PAGE, endField="last") == [1, 2]


@pytest.mark.parametrize("options", [{"moreField": "f"}, {"endField": "f"}])
@pytest.mark.parametrize("kind", ["json", "cursor", "link"])
def test_an_answer_that_says_more_without_a_next_page_is_an_error(
    options: dict[str, str], kind: str
) -> None:
    body = {"data": numbered(1), "next": None, "next_cursor": None, "f": "moreField" in options}
    with pytest.raises(
        HttpError, match=r"follow \('f', (more|end)Field\), but does not name the next page"
    ):
        read(Answers(body), pagination=kind, **options)


# Fields about pages


def test_fields_about_pages_are_read_beside_the_records_and_not_in_them() -> None:
    body = {"result": {"items": [{"total": 5}], "total": 9, "paging": {"next": None}}, "last": "x"}
    assert read_signs(body, "result.items") == Signs(total=9, next=False)
    assert read_signs(body, "/result/items") == Signs(total=9, next=False)
    assert read_signs([{"total": 5}], "data") == Signs()
    assert read_signs({"user": {"total": 5}, "more": "yes"}, "data") == Signs()


def test_suggested_cursor_fields_have_a_value_and_are_outside_of_lists() -> None:
    body = {
        "data": [{"next": "x"}],
        "prev_cursor": "p",
        "cursor": "c",
        "paging": {"next": {"after": "5", "link": "/2"}, "a.b next": 1},
        "next_page": None,
    }
    paths = ["paging.next.after", "paging.next.link", "paging['a.b next']", "cursor"]
    assert likely_fields(body) == paths
