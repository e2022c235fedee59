"""Fields with common names in which an answer says whether more pages follow. No I/O here.

Only names with one meaning are read: a total, a number of pages, a flag, a next page. These fields
are next to the records, at the top of the body, or in an object such as `meta` or `pagination`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from .._json_types import Json, as_object
from .decode import Format
from .selector import MISSING, lookup

_CONTAINERS = {
    *("meta", "metadata", "paging", "pagination", "paginationinfo", "page", "pageinfo", "pager"),
    *("resultinfo", "responsemetadata", "links", "cursors", "searchmetadata"),
}
_TOTALS = {
    *("total", "totalcount", "totalresults", "totalrecords", "totalitems", "totalelements"),
    *("totalsize", "totalhits", "totalentries", "numfound", "recordstotal"),
}
_PAGE_COUNTS = {"totalpages", "pagecount", "numpages", "numberofpages", "pagestotal", "lastpage"}
_MORE = {
    *("hasmore", "hasmorepages", "hasmoreresults", "hasmoreitems", "hasmorerecords", "more"),
    *("hasnext", "hasnextpage", "moreavailable", "moreresults", "morepages", "moredata"),
    *("morerecords", "ismore", "istruncated"),
}
_END = {
    *("last", "islast", "lastpage", "islastpage", "isend", "atend", "endoflist", "endofdata"),
    *("endofresults", "endofrecords", "nomore", "nomorepages", "nomoreresults", "nomoredata"),
}
# Names that mean that something has ended. They mean the last page only if an option names them.
_FINISHED = {
    "done",
    "isdone",
    "end",
    "ended",
    "finished",
    "isfinished",
    "complete",
    "completed",
} | {*("iscomplete", "eof", "exhausted", "final", "isfinal", "finalpage")}
_NEXT = {
    *("next", "nextpage", "nextlink", "nexturl", "nexthref", "nexturi", "nextcursor", "nexttoken"),
    *("nextpagetoken", "nextpageurl", "nextpagelink", "nextoffset", "nextmarker", "nextpagecursor"),
}
_LIKELY = re.compile(r"next|cursor|continu|scroll|after|token|lastevaluated", re.IGNORECASE)
_UNLIKELY = re.compile(r"prev|before|self|first|^last(?!evaluated)", re.IGNORECASE)
# Fields that published conventions omit on the last page.
_LEFT_OUT = {
    *("@odata.nextLink", "odata.nextLink", "nextLink", "nextPageToken", "next_page_token"),
    *("nextToken", "NextToken", "LastEvaluatedKey", "links.next", "_links.next"),
    *("_links.next.href", "links.next.href", "paging.next", "paging.next.after"),
    *("paging.next.link", "meta.next_token"),
}
_DEEPEST = 3
_MOST_NAMES = 12


class Signs(NamedTuple):
    """The signs in one answer. `more`: a flag for more pages; `first`: a flag of the first page.

    `next`: whether the answer names a next page; None if it has no field for that.
    """

    more: bool | None = None
    total: int | None = None
    listed: int | None = None
    pages: int | None = None
    next: bool | None = None
    first: bool | None = None


def plain(name: str) -> str:
    """A name without case and separators: `isLast`, `is_last` and `_isLast` are equal."""
    return re.sub(r"[^a-z0-9]", "", name.rpartition(".")[2].lower())


def reads_as_end(field: str) -> bool:
    """Whether a field's name means that it is true on the last page."""
    name = plain(field)
    return name in _END or name in _FINISHED


def reads_as_more(field: str) -> bool:
    """Whether a field's name means that it is true while more pages follow."""
    return plain(field) in _MORE


def may_be_left_out(field: str, document: Json) -> bool:
    """Whether the convention with this field name omits the field on the last page.

    The object around the field must be present, except for `paging`, which is omitted as a whole.
    """
    if field not in _LEFT_OUT:
        return False
    place = field.rpartition(".")[0]
    # The dot in OData's names does not separate a path.
    if not place or "odata" in place or place.partition(".")[0] == "paging":
        return True
    return lookup(document, place.partition(".")[0]) is not MISSING


def reads_as_total(field: str) -> bool:
    """Whether a field's name means the number of all records."""
    return plain(field) in _TOTALS


def reads_as_pages(field: str) -> bool:
    """Whether a field's name means the number of all pages."""
    return plain(field) in _PAGE_COUNTS


def signs_of(form: Format, document: Json, records: list[Any]) -> Signs:
    """The signs in an answer. If the whole body is data, its fields do not describe pages."""
    alone = len(records) == 1 and records[0] is document
    shaped = form.shape != "records" and form.data_field in ("", "$")
    return Signs() if alone or shaped else read_signs(document, form.data_field)


def read_signs(document: Json, data_field: str) -> Signs:
    """The signs in a parsed body."""
    found: dict[str, Any] = {}
    for place in _places(document, data_field):
        for key, value in place.items():
            _read(found, plain(key), value)
    return Signs(**found)


def _places(document: Json, data_field: str) -> Iterator[dict[str, Any]]:
    """The objects that may have signs: the body, the object around the records, `meta` etc."""
    holder = data_field.partition("[*]")[0].rpartition("." if "/" not in data_field else "/")[0]
    around: Any = lookup(document, holder) if holder else MISSING
    for top in (document, around):
        whole = as_object(top)
        if whole is None:
            continue
        yield whole
        for part in _parts(whole):
            yield part
            yield from _parts(part)


def _parts(whole: dict[str, Any]) -> list[dict[str, Any]]:
    """The inner objects with the name of an object about pages."""
    found = (as_object(value) for key, value in whole.items() if plain(key) in _CONTAINERS)
    return [part for part in found if part is not None]


def _read(found: dict[str, Any], name: str, value: Json) -> None:
    if isinstance(value, bool):
        if name in _MORE or name in _END:
            found.setdefault("more", value if name in _MORE else not value)
        elif name in ("first", "isfirst", "firstpage", "isfirstpage"):
            found.setdefault("first", value)
    elif isinstance(value, int):
        for key, names in (("total", _TOTALS), ("pages", _PAGE_COUNTS), ("listed", {"count"})):
            if name in names:
                found.setdefault(key, value)
    if name in _NEXT and (value is None or isinstance(value, (str, int, dict))):
        found["next"] = bool(found.get("next")) or bool(value)


def likely_fields(document: Json, named_next: bool = False) -> list[str]:
    """Fields that have a value and may name a next page, as selectors.

    With `named_next`, only fields with "next" in their name.
    """
    pattern = re.compile("next", re.IGNORECASE) if named_next else _LIKELY
    found = [
        path
        for path, value in _leaves(document, "", _DEEPEST)
        if value not in (None, "", False)
        and pattern.search(path)
        and not _UNLIKELY.search(path.rpartition(".")[2])
    ]
    # The most likely first. Equally likely fields keep their order.
    return sorted(found, key=lambda path: "next" not in path.lower())[:_MOST_NAMES]


def _leaves(value: Json, at: str, depth: int) -> Iterator[tuple[str, Any]]:
    """Texts, numbers and flags outside lists; in a list of links, the link to the next page."""
    if isinstance(value, dict) and depth:
        for key, inner in value.items():
            # At the top, a key with dots needs no brackets: lookup tries whole keys first.
            name = f"['{key}']" if at and re.search(r"[.\[\]]", key) else f".{key}"
            yield from _leaves(inner, f"{at}{name}" if at else key, depth - 1)
    elif isinstance(value, list):
        link = lookup(value, "next")
        if link is not MISSING and at:
            yield f"{at}.next", link
    elif not isinstance(value, dict):
        yield at, value


def fields_of(document: Json) -> str:
    """The fields of a body with those of its objects, for a message."""
    if not isinstance(document, dict):
        return f"a JSON {type(document).__name__}"
    names: list[str] = []
    for key, value in document.items():
        inner = list(as_object(value) or {})
        names += [f"{key}.{name}" for name in inner] if inner else [str(key)]
    return ", ".join(names[:_MOST_NAMES]) or "no fields"
