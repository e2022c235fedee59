"""`rest`: answers without a next page, without a cursor, or without their list."""

from __future__ import annotations

from typing import Any

import pytest

from rest_pages_support import URL, Answers, numbered, read, stream
from sparktide_sources._errors import HttpError, OptionError
from sparktide_sources.rest import RestDataSource
from support import drain, take

PAGE = {"pagination": "page"}


# The cursor of a stream

CURSOR = {"offsetType": "cursor", "offsetField": "meta.next_token"}


@pytest.mark.parametrize("scope", ["auto", "response"])
def test_a_cursor_field_missing_in_all_answers_is_an_error_that_lists_the_fields(
    scope: str,
) -> None:
    answers = Answers({"data": numbered(1), "meta": {"next_token": "a", "newest": 1}})
    options = {**CURSOR, "offsetField": "meta.nxt_token", "offsetScope": scope}
    reader = stream(answers, "?after={meta.nxt_token}", **options)
    with pytest.raises(
        HttpError,
        match=r"no answer had 'meta\.nxt_token' \(offsetField\); it has: data, meta\.next_token, "
        r"meta\.newest\. The cursor may be meta\.next_token\. If the API omits it .* set "
        r"nextFieldMissing=end",
    ):
        take(reader, reader.initialOffset())


def test_a_cursor_header_missing_in_all_answers_is_an_error_that_lists_the_headers() -> None:
    answers = Answers((numbered(1), {"x-next": "a", "date": ""}))
    reader = stream(answers, "?after={c}", offsetType="cursor", offsetField="c", cursorHeader="X-N")
    with pytest.raises(HttpError, match=r"the header 'x-n' \(cursorHeader\); it has: date, x-next"):
        take(reader, reader.initialOffset())


def test_a_cursor_may_be_missing_once_it_was_seen_or_if_the_options_allow_it() -> None:
    page, last = {"data": numbered(1), "meta": {"next_token": "a"}}, {"data": numbered(2)}
    reader = stream(Answers(page, last), "?after={meta.next_token}", **CURSOR)
    rows, end = drain(reader, reader.initialOffset())
    assert rows == numbered(1, 2)
    # Also after a restart, because the position came from the field.
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


def test_two_cursor_fields_lead_to_the_next_page_and_to_the_next_poll() -> None:
    """Delta links: the first field names the next page, the second starts the next poll."""
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
    # The names of OData may both be missing on the last page.
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
        ({"offsetField": "a,b"}, "two fields only with offsetType=cursor"),
        ({"offsetField": "a,b", "offsetType": "cursor", "offsetScope": "record"}, "two fields"),
        ({"offsetField": "a,b", "offsetType": "cursor", "cursorHeader": "X"}, "two fields"),
        ({"offsetField": "a,b,c", "offsetType": "cursor"}, "two separated by a comma"),
        ({"offsetField": "a,", "offsetType": "cursor"}, "two separated by a comma"),
        ({"offsetField": "a,a", "offsetType": "cursor"}, "two separated by a comma"),
        ({"offsetField": "a,b[", "offsetType": "cursor"}, "is not a selector"),
    ],
)
def test_two_cursor_fields_are_refused_if_the_other_options_do_not_allow_them(
    options: dict[str, str], problem: str
) -> None:
    with pytest.raises(OptionError, match=f"'offsetField': .*{problem}"):
        RestDataSource({"url": URL, **options})


# A wrong nextField


@pytest.mark.parametrize(
    ("options", "body", "problem"),
    [
        (
            {"pagination": "json"},
            {"data": numbered(1), "links": {"first": "/", "prev": None, "next": "/?page=2"}},
            r"'next', nextField; it has: data, links\.first, links\.prev, links\.next\. The next "
            r"page may be in links\.next: set nextField",
        ),
        (
            {"pagination": "json"},
            {"data": numbered(1), "@odata.nextLink": "/?page=2"},
            r"may be in @odata\.nextLink",
        ),
        ({"pagination": "json", "nextField": "nxt"}, {"data": numbered(1), "href": "/2"}, "'nxt'"),
        (
            {"pagination": "cursor"},
            {"data": numbered(1), "meta": {"next_token": "a"}},
            r"'next_cursor', nextField; .*may be in meta\.next_token",
        ),
        (
            {"pagination": "cursor"},
            {"data": numbered(1), "links": [{"rel": "next", "href": "/2"}]},
            r"may be in links\.next",
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
        # The total may count the records of the page.
        ({"pagination": "json"}, {"data": numbered(1), "total": 1}, "'next', nextField"),
        ({"pagination": "json"}, numbered(1), "'next', nextField; it has: a JSON list"),
        ({"pagination": "json", "nextFieldMissing": "end"}, numbered(1), "a JSON list"),
        ({"pagination": "link"}, {"data": numbered(1), "total_pages": 2}, "the Link header"),
        ({"pagination": "link"}, {"data": numbered(1), "next": "/2"}, "may be in next"),
        (
            {"pagination": "link"},
            {"data": numbered(1), "total": 9},
            "the Link header with rel=next",
        ),
    ],
)
def test_a_next_field_missing_in_all_answers_is_an_error_with_the_likely_fields(
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
def test_a_single_page_may_omit_the_next_page_if_the_answer_or_the_options_show_the_end(
    options: dict[str, str], body: Any
) -> None:
    assert read(Answers(body), pagination="json", **options) == [1]
    assert read(Answers({**body, "data": []}), pagination="json", **options) == []


def test_a_next_field_that_was_seen_once_may_be_missing_later() -> None:
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


def test_next_field_missing_end_does_not_hide_a_next_page_in_another_field() -> None:
    body = {"data": numbered(1), "paging": {"next": "/2"}}
    with pytest.raises(HttpError, match=r"may be in paging\.next"):
        read(Answers(body), pagination="json", nextFieldMissing="end")
    with pytest.raises(HttpError, match=r"may be in paging\.next"):
        read(Answers(body), pagination="json", nextField="links.next")


@pytest.mark.parametrize("token", ["abc", "17", 17, {"a": 1}])
def test_a_token_instead_of_a_next_url_is_an_error(token: Any) -> None:
    body = {"data": numbered(1), "next": token}
    with pytest.raises(HttpError, match="the URL of a next page; a token needs pagination=cursor"):
        read(Answers(body), pagination="json")


# A missing list


def test_data_field_missing_empty_reads_a_missing_list_as_no_records() -> None:
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
def test_data_field_missing_empty_hides_neither_errors_nor_records(body: Any, problem: str) -> None:
    with pytest.raises(HttpError, match=problem):
        read(Answers(body), dataField="value", dataFieldMissing="empty")


@pytest.mark.parametrize("kind", ["json", "cursor"])
def test_a_walk_continues_after_an_empty_page_with_a_next_page(kind: str) -> None:
    options = {"dataField": "value", "dataFieldMissing": "empty", "pagination": kind}
    options["nextField"] = "next"
    answers = Answers({"next": "/?p=2"}, {"value": [], "next": "/?p=3"}, {"value": numbered(1)})
    assert read(answers, **options) == [1]


def test_a_stream_continues_after_an_empty_page_with_a_cursor() -> None:
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


def test_an_answer_without_its_list_may_also_omit_more_field() -> None:
    options = {"dataField": "value", "dataFieldMissing": "empty", "moreField": "more", **PAGE}
    assert read(Answers({"value": numbered(1), "more": True}, {}), **options) == [1]
    with pytest.raises(HttpError, match=r"no 'more' \(moreField\); it has: value"):
        read(Answers({"value": numbered(1)}), **options)
