"""Decides when reading pages ends, by the answers so far. No I/O here.

Counted pages (`page`, `offset`, `lastId`) end on an empty page. A short page is not taken as the
last one: the API may limit the page size, or filter records after it cut the page. If an answer
itself says that it is the last page, the request for the empty page is not made.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from .._errors import HttpError
from .._json_types import Json, as_array
from .config import RestConfig
from .page_flags import more_said
from .page_signs import (
    Signs,
    fields_of,
    likely_fields,
    may_be_left_out,
    signs_of,
)
from .selector import MISSING, lookup
from .stop_rules import count_in

_log = logging.getLogger("sparktide_sources")

# Kinds of pagination that send a parameter, which an API may ignore.
_SENT = ("page", "offset", "lastId", "cursor")

# A multiple of this number may be where the API stopped counting, not the real total.
_ROUND = 1000


class Known:
    """Facts from all answers to one stream or task, kept for all its walks."""

    def __init__(self) -> None:
        # Whether an answer had the field of the next page, with or without a value.
        self.next_seen = False
        # Whether an answer had `endField`.
        self.end_seen = False
        self.cap_told = self.total_told = self.unread_told = False
        self.repeat_told = self.small_told = False


class Walk:
    """The state of one walk over pages, from the answers in their order."""

    def __init__(self, config: RestConfig, known: Known) -> None:
        self._config, self._known = config, known
        self._pages = config.pages
        self._count = self._received = self._largest = self._first = 0
        self._totals: set[int] = set()
        self._had_next = False
        self._signs = Signs()
        self._before: list[Any] = []
        self._document: Any = None
        # Whether the last answer was the page before again, with `repeatedPage=end`.
        self.repeated = False
        # The parameter of the next page, for counted pages.
        self.number = config.pages.start

    def note(self, document: Any, records: list[Any], linked: bool) -> None:
        """Notes an answer. `linked`: it has a Link header with rel=next."""
        signs = signs_of(self._config.form, document, records)
        self.repeated = self._is_repeated(records)
        if self.repeated:
            self._require_repeat_ends(signs)
            return
        if linked:
            signs = signs._replace(next=True)
            # After an API has sent the header, a page without it is the last one.
            self._known.next_seen = self._known.next_seen or self._pages.kind == "link"
        self._require_first(signs)
        self._require_no_repeat(records)
        self._had_next = self._had_next or bool(self._signs.next)
        self._signs, self._document = signs, document
        self._tell_cap(records)
        self._count += 1
        self._received += len(records)
        self._largest = max(self._largest, len(records))
        self._first = self._first or len(records)
        if signs.total is not None:
            self._totals.add(signs.total)
        self._before = records
        if self._pages.kind == "offset":
            # After an empty page, advance by the largest page so far.
            self.number += len(records) or self._largest
        else:
            self.number += 1

    def _is_repeated(self, records: list[Any]) -> bool:
        """Whether the records are those of the page before. Other fields may echo the parameter."""
        return self._pages.kind in _SENT and bool(records) and records == self._before

    def _require_repeat_ends(self, signs: Signs) -> None:
        """Refuses a repeated page, unless it means the end and the answer does not deny that."""
        pages = self._pages
        if not pages.repeat_ends:
            raise HttpError(
                f"the API returns the same page for every value of {pages.param!r}; if it returns "
                "its last page again after the end, set repeatedPage=end"
            )
        more = signs.more or self._awaits(signs.total) or self._awaits_page(signs)
        if more or (pages.total_field and self._counted()):
            raise HttpError(
                f"the API returns the same page again for {pages.param}={self.number}, but says "
                "that more pages follow, so repeatedPage=end would lose records: check pageParam"
            )
        if self._count == 1 and not self._known.repeat_told:
            self._known.repeat_told = True
            _log.warning(
                "rest: the second page is the same as the first, which repeatedPage=end reads as "
                "the end. If the API ignores the parameter %s, the other records are missing.",
                pages.param,
            )

    def _require_first(self, signs: Signs) -> None:
        pages = self._pages
        if self._count or signs.first is not False or (pages.kind, pages.start) != ("page", 1):
            return
        raise HttpError(
            f"the answer to {pages.param}=1 says that it is not the first page: the API counts "
            "from 0. Set pageStart=0"
        )

    def _require_no_repeat(self, records: list[Any]) -> None:
        """Refuses a page that begins with the last records of the page before.

        The offset advances by the received records. If the API filters records after it cut the
        page, it counts more records than it returns, and returns some records again.
        """
        before, size = self._before, self._pages.size
        if self._pages.kind != "offset" or (size and len(before) >= size) or not records:
            return
        for length in range(1, min(len(before), len(records)) + 1):
            if before[-length] == records[0] and before[-length:] == records[:length]:
                raise HttpError(
                    f"the page at {self._pages.param}={self.number} repeats the last {length} "
                    f"records of the page before: the API counts records that it does not return, "
                    "so the number of received records is not the next offset. Use "
                    "pagination=page, link, json or cursor if the API has it; if equal records are "
                    "right, set pageSize to the number of records in a full page"
                )

    def _tell_cap(self, records: list[Any]) -> None:
        size, had = self._pages.size, len(self._before)
        if not records or not had or had >= size or self._known.cap_told:
            return
        self._known.cap_told = True
        _log.warning(
            "rest: pageSize is %d, but a page with %d records was not the last one: the API limits "
            "the size of its pages, or filters them. All pages are read; the largest had %d "
            "records.",
            size,
            had,
            max(self._largest, len(records)),
        )

    def said(self) -> bool | None:
        """Whether more pages follow, by `moreField` or `endField`."""
        pages = self._pages
        allowed = self._config.form.missing_is_empty and not self._before
        found = more_said(pages, self._document, allowed)
        self._known.end_seen = self._known.end_seen or found is not None
        return found

    def counts_on(self) -> bool:
        """Whether a counted walk requests another page."""
        counted = self._counted()
        if counted is not None:
            return counted
        said = self.said()
        if said is not None:
            self._require_way(said)
            return said
        return not self._is_over() if self._before else self._is_promised()

    def _counted(self) -> bool | None:
        """Whether more pages follow, by `totalField` or `totalPagesField`."""
        pages = self._pages
        field = pages.total_field or pages.total_pages_field
        if not field:
            return None
        allowed = self._config.form.missing_is_empty and not self._before
        if allowed and lookup(self._document, field) is MISSING:
            return False
        if pages.total_pages_field:
            count = count_in(self._document, "totalPagesField", field)
            return self._next_index() < count
        total = count_in(self._document, "totalField", field)
        reached = self._received + (pages.start if pages.kind == "offset" else 0)
        self._tell_small(total)
        if not self._before and reached < total:
            raise HttpError(
                f"the pages ended after {reached} records, but {field!r} (totalField) is {total}: "
                "records are missing. Remove totalField if the API counts records that it does "
                "not return"
            )
        return reached < total

    def _tell_small(self, total: int) -> None:
        """Warns once if the total is reached on a first page that may not be the only one."""
        had, size = len(self._before), self._pages.size
        if self._count != 1 or not had or total != had or (size and had < size):
            return
        if not self._known.small_told:
            self._known.small_told = True
            _log.warning(
                "rest: totalField (%s) is %d, and so is the number of records on the first page. "
                "If it can only count the records of one page, the other pages are missing.",
                self._pages.total_field,
                total,
            )

    def _next_index(self) -> int:
        """The number of the next page, counted from 0."""
        return self.number - (1 if self._pages.start else 0)

    def _require_way(self, more: bool) -> None:
        """Refuses an empty page that says that more follow, if the next page can't be computed."""
        kind = self._pages.kind
        if not more or self._before or kind == "page" or (kind == "offset" and self._largest):
            return
        raise HttpError(self._no_way(self._pages.flag))

    def _no_way(self, said_by: str) -> str:
        return (
            f"the answer says that more pages follow ({said_by}), but its page is empty, so "
            f"pagination={self._pages.kind} can't find the next page"
        )

    def _is_over(self) -> bool:
        """Whether the page, which has records, is certainly the last one."""
        signs = self._signs
        if signs.more or signs.next or self._awaits_page(signs) or self._awaits(signs.total):
            return False
        if signs.more is False or self._has_all() or self._had_next:
            return True
        if self._pages.kind == "page" and signs.pages is not None:
            return True
        # Each of the two signs may mean something else, but together they are certain enough.
        return signs.next is False and self._received in (signs.total, signs.listed)

    def _has_all(self) -> bool:
        """Whether all records of the total are received. A total of one page does not count."""
        if len(self._totals) != 1 or self._pages.kind == "lastId":
            return False
        (total,) = self._totals
        return self._received == total and total > self._first and total % _ROUND != 0

    def _awaits(self, total: int | None) -> bool:
        return total is not None and self._received < total

    def _awaits_page(self, signs: Signs) -> bool:
        if self._pages.kind != "page" or signs.pages is None:
            return False
        return self._next_index() < signs.pages

    def _is_promised(self) -> bool:
        """Whether an answer with an empty page says that later pages have records."""
        signs, kind = self._signs, self._pages.kind
        if kind != "page" and not (kind == "offset" and self._largest):
            if signs.more or signs.next:
                raise HttpError(self._no_way("a flag or a link in it"))
            return False
        if signs.more or signs.next or self._awaits_page(signs):
            return True
        if signs.total is None:
            return False
        if kind == "offset":
            return self.number < signs.total
        size = self._largest or self._pages.size
        return bool(size and self._count * size < signs.total)

    def end(self) -> None:
        """Refuses an end without the `endField`. Warns if the total was not reached."""
        field = self._pages.end_field
        if field and self._received and not self._known.end_seen:
            raise HttpError(
                f"no answer had the field {field!r} (endField); the last one has: "
                f"{fields_of(self._document)}"
            )
        if self._pages.total_field or self._pages.total_pages_field:
            return
        total = max(self._totals, default=0)
        if len(self._totals) == 1 and self._received < total and not self._known.total_told:
            self._known.total_told = True
            _log.warning(
                "rest: the pages ended after %d records, but the API reports a total of %d. It may "
                "count records that it does not return; if not, the options about pages are wrong.",
                self._received,
                total,
            )

    def require_next_seen(self, headers: Mapping[str, str]) -> None:
        """Refuses an end that comes only because the options look for the next page elsewhere."""
        if self.said() is True:
            raise HttpError(
                f"the answer says that more pages follow ({self._pages.flag}), but does not name "
                f"the next page ({self._where()})"
            )
        if self._known.next_seen or self._document is None or self.said() is False:
            return
        signs = self._signs
        others = likely_fields(self._document, named_next=True)
        names_more = bool(signs.more or signs.next or others)
        names_more = names_more or (signs.pages is not None and signs.pages > 1)
        if self._pages.kind == "link":
            if names_more or (self._received and self._awaits(signs.total)):
                raise HttpError(self._lost(headers))
            return
        # A list has no fields, so it can't have omitted one.
        document: Json = self._document
        fieldless = as_array(document) is not None and not self._pages.header
        allowed = self._pages.missing_ends or (
            may_be_left_out(self._pages.next_field, document) and not self._awaits(signs.total)
        )
        if names_more or not (self._ends_alone() or (allowed and not fieldless)):
            raise HttpError(self._lost(headers))

    def _ends_alone(self) -> bool:
        """Whether the only answer says that it is complete."""
        signs = self._signs
        if not self._before or signs.more is False or signs.pages == 1:
            return True
        # Each of the two signs may mean something else, but together they are certain enough.
        return signs.next is False and self._received == signs.total

    def _where(self) -> str:
        pages = self._pages
        if pages.kind == "link":
            return "the Link header with rel=next"
        if pages.header:
            return f"the header {pages.header!r}, cursorHeader"
        return f"{pages.next_field!r}, nextField"

    def _lost(self, headers: Mapping[str, str]) -> str:
        pages, document = self._pages, self._document
        text = f"no answer had {self._where()}; it has: "
        text += ", ".join(sorted(headers)[:20]) if pages.header else fields_of(document)
        likely = likely_fields(document)
        if likely:
            text += f". The next page may be in {', '.join(likely)}: set nextField to it, and "
            text += "pagination to json for a URL, or to cursor for a token"
        elif self._signs.next and pages.kind != "link":
            text += ". It has a Link header with rel=next: set pagination=link"
        if pages.kind != "link":
            text += ". If the API omits the field on the last page, set nextFieldMissing=end"
        return text
