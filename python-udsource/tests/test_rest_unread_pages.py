"""`rest` without `pagination`: an answer that names more records causes a warning or an error."""

from __future__ import annotations

from typing import Any

import pytest

from rest_pages_support import URL, Answers, numbered, read, stream
from sparktide_sources._errors import HttpError
from sparktide_sources._rest.api import Page
from sparktide_sources._rest.config import read_config
from sparktide_sources._rest.page_walk import Known
from sparktide_sources._rest.unread_pages import named_next, tell_unread
from support import take

LINK = {"link": '</?page=2>; rel="next"'}
IDS = {"offsetField": "id", "offsetType": "incremental"}


def records(*numbers: int) -> dict[str, Any]:
    return {"data": numbered(*numbers)}


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [text for text in caplog.messages if "only this page is read: set pagination" in text]


MORE = [
    ({"has_more": True}, {}, "a flag for more"),
    ({"last": False}, {}, "a flag for more"),
    ({"next": "/?page=2"}, {}, "a field with the next page"),
    ({"meta": {"next_cursor": "t"}}, {}, "a field with the next page"),
    ({}, LINK, "a Link header with rel=next"),
    ({"total": 7}, {}, "a total of 7, where the page has 2"),
    ({"total_pages": 3}, {}, "3 pages"),
]


@pytest.mark.parametrize(("more", "headers", "said"), MORE)
def test_a_batch_warns_once_that_the_answer_names_more_records(
    caplog: pytest.LogCaptureFixture, more: dict[str, Any], headers: dict[str, str], said: str
) -> None:
    assert read(Answers(({**records(1, 2), **more}, headers))) == [1, 2]
    assert [said in text for text in warnings(caplog)] == [True]


@pytest.mark.parametrize(
    "more", [{}, {"has_more": False}, {"next": None}, {"total": 2}, {"total_pages": 1}]
)
def test_a_batch_does_not_warn_if_the_page_is_the_whole_list(
    caplog: pytest.LogCaptureFixture, more: dict[str, Any]
) -> None:
    assert read(Answers({**records(1, 2), **more})) == [1, 2]
    assert warnings(caplog) == []


def test_a_field_of_a_record_is_not_read_as_a_field_about_pages(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert read(Answers({"id": 1, "total": 9, "next": "/2"}), dataField="$") == [1]
    assert read(Answers([{"id": 1, "has_more": True}])) == [1]
    assert warnings(caplog) == []


@pytest.mark.parametrize("options", [{"pagination": "json"}, {"pagination": "page"}])
def test_a_read_with_pagination_does_not_warn(
    caplog: pytest.LogCaptureFixture, options: dict[str, str]
) -> None:
    page = Page({**records(1), "next": "/2"}, False, [{"id": 1}], {}, URL, "", False)
    tell_unread(read_config({"url": URL, **options}), Known(), page)
    assert warnings(caplog) == []


def test_a_stream_warns_once_and_not_with_each_poll(caplog: pytest.LogCaptureFixture) -> None:
    config, known = read_config({"url": URL}), Known()
    page = Page({**records(1), "has_more": True}, False, [{"id": 1}], {}, URL, "", False)
    assert named_next(config, page) == "a flag for more"
    tell_unread(config, known, page)
    tell_unread(config, known, page)
    tell_unread(config, known, page._replace(unchanged=True))
    assert len(warnings(caplog)) == 1


@pytest.mark.parametrize(("more", "headers"), [(more, headers) for more, headers, _ in MORE[:5]])
def test_a_stream_refuses_an_ascending_list_that_names_more_records(
    more: dict[str, Any], headers: dict[str, str]
) -> None:
    reader = stream(Answers(({**records(1, 2), **more}, headers)), **IDS)
    with pytest.raises(HttpError, match="oldest records first and has more pages; set pagination"):
        take(reader, reader.initialOffset())


@pytest.mark.parametrize(("more", "headers"), [(more, headers) for more, headers, _ in MORE[:5]])
def test_a_stream_counts_unread_older_records_as_a_gap_or_refuses_them(
    caplog: pytest.LogCaptureFixture, more: dict[str, Any], headers: dict[str, str]
) -> None:
    answer = Answers(({**records(2, 1), **more}, headers))
    reader = stream(answer, **IDS)
    rows, end = take(reader, reader.initialOffset())
    assert (len(rows), end["gaps"]) == (2, 1)
    assert "older records, which are not read" in caplog.text
    strict = stream(answer, **IDS, requireGuarantee="exactly-once")
    with pytest.raises(HttpError, match="exactly-once forbids it"):
        take(strict, strict.initialOffset())


def test_a_stream_warns_if_a_page_may_not_hold_the_newest_records(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The list has the oldest records first and a late one; new records are on page 2."""
    keyed = {"offsetField": "id", "offsetType": "max_field", "inclusiveOffset": "true"}
    answer = Answers(records(40, 40, 35))
    reader = stream(answer, **keyed)
    _, end = take(reader, reader.initialOffset())
    answer.bodies[0]["has_more"] = True
    assert take(reader, end) == ([], end)
    assert len(warnings(caplog)) == 1


def test_a_stream_of_a_range_reads_the_records_after_the_page_later() -> None:
    answer = Answers({**records(1, 2), "has_more": True})
    reader = stream(answer, "?from={id}", **IDS)
    rows, end = take(reader, reader.initialOffset())
    assert (len(rows), end["pos"]) == (2, "2")


@pytest.mark.parametrize(("more", "headers"), [(more, headers) for more, headers, _ in MORE[:5]])
@pytest.mark.parametrize("required", ["none", "exactly-once"])
def test_a_stream_of_a_range_refuses_a_single_record_of_a_page_that_names_more(
    more: dict[str, Any], headers: dict[str, str], required: str
) -> None:
    """The page had the records 9 and 8, and a filter of the API removed 9 after it cut the page.

    One record does not show the order. The position 8 would skip the records of the other pages.
    """
    reader = stream(
        Answers(({**records(8), **more}, headers)), "?from={id}", requireGuarantee=required, **IDS
    )
    with pytest.raises(HttpError, match="has only the key '8', which does not show whether the"):
        take(reader, reader.initialOffset())


@pytest.mark.parametrize(("more", "said"), [({"total": 7}, "has 1"), ({"total_pages": 3}, "3 pa")])
def test_a_stream_of_a_range_warns_of_a_count_of_more_records_than_the_single_one(
    caplog: pytest.LogCaptureFixture, more: dict[str, Any], said: str
) -> None:
    """The count may include records before the position, so it is no reason for an error."""
    reader = stream(Answers({**records(8), **more}), "?from={id}", **IDS)
    assert len(take(reader, reader.initialOffset())[0]) == 1
    assert [said in text for text in warnings(caplog)] == [True]


@pytest.mark.parametrize(("more", "said"), [({"total": 7}, "has 0"), ({"total_pages": 3}, "3 pa")])
def test_an_empty_page_that_names_records_causes_a_warning_only_before_the_first_record(
    caplog: pytest.LogCaptureFixture, more: dict[str, Any], said: str
) -> None:
    assert read(Answers({**records(), **more})) == []
    assert [said in text for text in warnings(caplog)] == [True]
    caplog.clear()
    reader = stream(Answers({**records(), **more}), "?after={id}", **IDS)
    start = reader.initialOffset()
    assert take(reader, start) == ([], start)
    assert [said in text for text in warnings(caplog)] == [True]
    caplog.clear()
    reader = stream(Answers(records(1), {**records(), **more}), "?after={id}", **IDS)
    _, end = take(reader, reader.initialOffset())
    assert take(reader, end) == ([], end)
    assert warnings(caplog) == []
