"""The options of `rest` about pages."""

from __future__ import annotations

from .._options import OptionReader
from .decode import require_selector
from .page_flags import FLAG_OPTIONS, read_flags
from .pages import Pages, Pagination
from .stop_rules import STOP_OPTIONS, check_stop_rules

PAGE_OPTIONS = (
    "pagination",
    "nextField",
    "cursorHeader",
    "nextFieldMissing",
    "nextLink",
    *FLAG_OPTIONS,
    *STOP_OPTIONS,
    "pageParam",
    "pageIn",
    "pageStart",
    "pageSize",
    "pageSizeParam",
    "maxPages",
)

PAGINATIONS: tuple[Pagination, ...] = ("none", "link", "json", "cursor", "page", "offset", "lastId")

# Default of pageParam by pagination.
_PAGE_PARAMS = {"page": "page", "offset": "offset", "cursor": "cursor", "lastId": "after"}


def read_pages(reader: OptionReader, *, in_cursor_stream: bool) -> Pages:
    """`in_cursor_stream`: with offsetType=cursor, which follows the pages itself."""
    kind: Pagination = reader.choice("pagination", "none", PAGINATIONS)
    next_default = {"json": "next", "cursor": "next_cursor", "lastId": "id"}.get(kind, "")
    param_default = _PAGE_PARAMS.get(kind, "")
    header = reader.text("cursorHeader").strip().lower()
    _check_page_options(reader, kind, in_cursor_stream, header)
    next_field = reader.text("nextField", next_default).strip()
    more_field, end_field, end_values = read_flags(reader)
    start = reader.integer("pageStart", 0 if kind == "offset" else 1, 0, 1_000_000_000)
    check_stop_rules(reader, kind, start)
    total_field = reader.text("totalField").strip()
    total_pages_field = reader.text("totalPagesField").strip()
    flags = (
        *(("moreField", more_field), ("endField", end_field)),
        *(("totalField", total_field), ("totalPagesField", total_pages_field)),
    )
    for name, field in (("nextField", next_field), *flags):
        if field:
            require_selector(reader, name, field)
    form = reader.text("responseFormat", "json").strip().lower()
    if form != "json" and (
        (next_field and kind != "lastId" and not header) or any(field for _, field in flags)
    ):
        raise reader.fail("pagination", f"{kind} needs a JSON body; responseFormat is {form}.")
    size_default = "limit" if kind == "offset" else "per_page"
    return Pages(
        kind=kind,
        next_field=next_field,
        param=reader.text("pageParam", param_default).strip(),
        start=start,
        size=reader.integer("pageSize", 0, 0, 1_000_000),
        size_param=reader.text("pageSizeParam", size_default).strip(),
        max_pages=reader.integer("maxPages", 100, 1, 1_000_000),
        header=header,
        in_body=reader.choice("pageIn", "query", ("query", "body")) == "body",
        more_field=more_field,
        end_field=end_field,
        end_values=end_values,
        missing_ends=reader.choice("nextFieldMissing", "fail", ("fail", "end")) == "end",
        total_field=total_field,
        total_pages_field=total_pages_field,
        repeat_ends=reader.choice("repeatedPage", "fail", ("fail", "end")) == "end",
        next_query=reader.choice("nextLink", "follow", ("follow", "query")) == "query",
    )


def _check_page_options(
    reader: OptionReader, kind: Pagination, in_cursor_stream: bool, header: str
) -> None:
    for name, used in (
        ("nextField", kind in ("json", "cursor", "lastId")),
        ("pageParam", kind in _PAGE_PARAMS),
        ("pageStart", kind in ("page", "offset")),
        ("moreField", kind != "none" or in_cursor_stream),
        ("endField", kind != "none" or in_cursor_stream),
        ("nextFieldMissing", kind in ("json", "cursor") or in_cursor_stream),
    ):
        if reader.has(name) and not used:
            raise reader.fail(name, f"is not used by pagination={kind}.")
    linked = kind in ("json", "link") or (in_cursor_stream and not header)
    if reader.text("nextLink").strip().lower() == "query" and not linked:
        raise reader.fail(
            "nextLink",
            f"query needs links to next pages, which pagination={kind} does not follow; remove it.",
        )
    if header and kind != "cursor" and not in_cursor_stream:
        raise reader.fail("cursorHeader", "needs pagination=cursor or offsetType=cursor.")
    if header and reader.has("nextField"):
        raise reader.fail("cursorHeader", "can't be combined with nextField; use one of them.")
    if reader.text("pageIn").strip().lower() == "body" and (
        reader.text("method", "GET").strip().upper() != "POST"
    ):
        raise reader.fail("pageIn", "body needs method=POST.")
