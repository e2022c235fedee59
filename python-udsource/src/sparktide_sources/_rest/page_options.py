"""The options of `rest` about pages."""

from __future__ import annotations

from .._options import OptionReader
from .decode import require_selector
from .page_flags import FLAG_OPTIONS, read_flags
from .pages import Pages, Pagination

PAGE_OPTIONS = (
    "pagination",
    "nextField",
    "cursorHeader",
    "nextFieldMissing",
    *FLAG_OPTIONS,
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
    flags = (("moreField", more_field), ("endField", end_field))
    for name, field in (("nextField", next_field), *flags):
        if field:
            require_selector(reader, name, field)
    form = reader.text("responseFormat", "json").strip().lower()
    if form != "json" and (
        (next_field and kind != "lastId" and not header) or more_field or end_field
    ):
        raise reader.fail("pagination", f"{kind} needs a JSON body; responseFormat is {form}.")
    size_default = "limit" if kind == "offset" else "per_page"
    return Pages(
        kind=kind,
        next_field=next_field,
        param=reader.text("pageParam", param_default).strip(),
        start=reader.integer("pageStart", 0 if kind == "offset" else 1, 0, 1_000_000_000),
        size=reader.integer("pageSize", 0, 0, 1_000_000),
        size_param=reader.text("pageSizeParam", size_default).strip(),
        max_pages=reader.integer("maxPages", 100, 1, 1_000_000),
        header=header,
        in_body=reader.choice("pageIn", "query", ("query", "body")) == "body",
        more_field=more_field,
        end_field=end_field,
        end_values=end_values,
        missing_ends=reader.choice("nextFieldMissing", "fail", ("fail", "end")) == "end",
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
    if header and kind != "cursor" and not in_cursor_stream:
        raise reader.fail("cursorHeader", "needs pagination=cursor or offsetType=cursor.")
    if header and reader.has("nextField"):
        raise reader.fail("cursorHeader", "can't be combined with nextField; use one of them.")
    if reader.text("pageIn").strip().lower() == "body" and (
        reader.text("method", "GET").strip().upper() != "POST"
    ):
        raise reader.fail("pageIn", "body needs method=POST.")
