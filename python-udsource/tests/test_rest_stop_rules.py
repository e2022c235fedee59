"""`rest`: options that say where the pages end."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from rest_pages_support import URL, Answers, Api, numbered, read, stream
from sparktide_sources._errors import HttpError, OptionError
from sparktide_sources.rest import RestDataSource
from support import drain

PAGES = {"pagination": "page"}
OFFSETS = {"pagination": "offset"}
TOTAL = {"dataField": "found", "totalField": "hits"}
OF = {"dataField": "found", "totalPagesField": "of"}


def hits(records: list[Any], _page: int, pages: int) -> Any:
    return {"found": records, "hits": 7, "of": pages}


@pytest.mark.parametrize(
    ("options", "requests"),
    [
        ({**PAGES, **TOTAL}, 3),
        ({**OFFSETS, **TOTAL}, 3),
        ({**PAGES, **OF}, 3),
        # Without a rule, an empty page ends the pages.
        ({**PAGES, "dataField": "found"}, 4),
    ],
)
def test_the_pages_end_where_the_total_is_reached(options: dict[str, str], requests: int) -> None:
    api = Api(7, 3, hits)
    assert read(api, **options) == api.wanted
    assert len(api.asked) == requests


def test_pages_that_count_from_0_end_where_the_number_of_pages_is_reached() -> None:
    api = Api(7, 3, hits, first=0)
    assert read(api, pageStart="0", **PAGES, **OF) == api.wanted
    assert len(api.asked) == 3


def test_an_offset_that_begins_later_counts_the_records_before_it() -> None:
    api = Api(7, 3, hits)
    assert read(api, pageStart="4", **OFFSETS, **TOTAL) == [4, 5, 6]
    assert len(api.asked) == 1


def test_an_empty_page_in_the_middle_does_not_end_numbered_pages() -> None:
    api = Api(9, 3, hits, keep=lambda number: not 3 <= number < 6)
    assert read(api, **PAGES, **OF) == api.wanted
    assert len(api.asked) == 3


def test_a_number_of_pages_of_0_or_a_total_of_0_ends_at_once() -> None:
    for options in ({**PAGES, **OF}, {**OFFSETS, **TOTAL}):
        api = Answers({"found": [], "hits": "0", "of": 0})
        assert read(api, **options) == []
        assert len(api.asked) == 1


def test_an_empty_page_before_the_total_is_an_error() -> None:
    api = Api(6, 3, hits)
    with pytest.raises(HttpError, match=r"ended after 6 records, but 'hits' \(totalField\) is 7"):
        read(api, **PAGES, **TOTAL)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"found": numbered(1), "other": 1}, "has no 'hits'.*it has: found, other"),
        ({"found": numbered(1), "hits": None}, "holds 'None', which is not a number of records"),
        ({"found": numbered(1), "hits": -1}, "holds '-1'"),
        ({"found": numbered(1), "hits": 1.5}, "holds '1.5'"),
        ({"found": numbered(1), "hits": True}, "holds 'True'"),
    ],
)
def test_an_answer_without_a_usable_total_is_an_error(body: Any, message: str) -> None:
    with pytest.raises(HttpError, match=message):
        read(Answers(body), **PAGES, **TOTAL)


def test_the_same_page_again_is_an_error_that_names_the_option() -> None:
    with pytest.raises(HttpError, match=r"same page for every value.*set repeatedPage=end"):
        read(Answers(numbered(1, 2)), **PAGES)


@pytest.mark.parametrize("options", [PAGES, OFFSETS, {"pagination": "lastId"}])
def test_with_repeated_page_end_the_same_page_again_ends_the_pages(
    options: dict[str, str],
) -> None:
    api = Answers(numbered(1, 2), numbered(3), numbered(3))
    assert read(api, repeatedPage="end", **options) == [1, 2, 3]
    assert len(api.asked) == 3


def test_with_repeated_page_end_a_link_to_the_page_itself_ends_the_pages() -> None:
    for kind, own in (("json", f"{URL}?next=2"), ("cursor", "2")):
        body = {"data": numbered(1), "next": own, "next_cursor": own}
        api = Answers(body, {**body, "data": numbered(2)})
        assert read(api, pagination=kind, repeatedPage="end") == [1, 2]
        assert len(api.asked) == 2
        with pytest.raises(HttpError, match="the pages lead back"):
            read(Answers(body, {**body, "data": numbered(2)}), pagination=kind)


@pytest.mark.parametrize(
    "more", [{"total": 5}, {"has_more": True}, {"total_pages": 3}], ids=["total", "flag", "pages"]
)
def test_a_repeated_page_that_says_that_more_follow_is_an_error(more: dict[str, Any]) -> None:
    api = Answers({"data": numbered(1, 2), **more})
    with pytest.raises(HttpError, match="same page again for page=2, but says that more"):
        read(api, **PAGES, repeatedPage="end")


def test_a_second_page_that_is_the_first_again_is_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, "sparktide_sources"):
        assert read(Answers(numbered(1, 2)), **PAGES, repeatedPage="end") == [1, 2]
    assert "If the API ignores the parameter page, the other records are missing" in caplog.text


def test_a_stream_over_pages_with_stop_rules_reads_each_record_once() -> None:
    for options in ({**PAGES, **OF}, {**OFFSETS, **TOTAL}):
        api = Api(7, 3, hits)
        position = {"offsetField": "id", "offsetType": "incremental"}
        reader = stream(api, **options, **position)
        rows, _ = drain(reader, reader.initialOffset())
        assert [row["id"] for row in rows] == api.wanted
        # The poll that finds nothing new reads all pages again.
        assert len(api.asked) == 6


@pytest.mark.parametrize(
    ("options", "option", "message"),
    [
        ({"totalField": "n"}, "totalField", "needs pagination=page or offset, but .* none"),
        ({"totalField": "n", "pagination": "lastId"}, "totalField", "needs pagination=page or"),
        ({"totalPagesField": "n", **OFFSETS}, "totalPagesField", "needs pagination=page, but"),
        ({"totalField": "n", "moreField": "m", **PAGES}, "totalField", "combined with moreField"),
        (
            {"totalField": "n", "totalPagesField": "m", **PAGES},
            "totalField",
            "combined with totalPagesField",
        ),
        ({"totalField": "n", "pageStart": "3", **PAGES}, "totalField", "pageStart=3 omits"),
        ({"totalField": "a..b", **PAGES}, "totalField", "is not a selector"),
        ({"repeatedPage": "end"}, "repeatedPage", "is not used by pagination=none"),
        ({"repeatedPage": "stop", **PAGES}, "repeatedPage", "must be one of fail, end"),
        ({"totalField": "n", "responseFormat": "csv", **PAGES}, "pagination", "needs a JSON body"),
    ],
)
def test_a_stop_rule_without_effect_or_beside_another_is_refused_by_name(
    options: dict[str, str], option: str, message: str
) -> None:
    with pytest.raises(OptionError, match=f"'{option}': .*{message}"):
        RestDataSource({"url": URL, **options})


def test_a_total_that_equals_the_first_page_is_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    body = {"found": numbered(1, 2), "hits": 2}
    with caplog.at_level(logging.WARNING, "sparktide_sources"):
        assert read(Answers(body), **PAGES, **TOTAL, pageSize="3") == [1, 2]
        assert caplog.text == ""
        assert read(Answers(body), **PAGES, **TOTAL) == [1, 2]
    assert "totalField (hits) is 2, and so is the number of records on the first" in caplog.text


def test_a_field_with_a_name_that_means_the_other_total_is_refused() -> None:
    for options, message in (
        ({"totalField": "meta.total_pages"}, "is by its name the number of pages; use totalPages"),
        ({"totalPagesField": "total"}, "is by its name the number of records; use totalField"),
    ):
        with pytest.raises(OptionError, match=message):
            RestDataSource({"url": URL, **PAGES, **options})
