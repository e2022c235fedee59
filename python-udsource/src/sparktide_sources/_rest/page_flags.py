"""`moreField` and `endField`: fields in which an API says whether more pages follow."""

from __future__ import annotations

from typing import Any

from .._errors import HttpError
from .._exact_json import scalar_text
from .._options import OptionReader, shown
from .kept_links import is_link
from .page_signs import fields_of, reads_as_end, reads_as_more
from .pages import Pages
from .selector import MISSING, lookup

FLAG_OPTIONS = ("moreField", "endField", "endValues")

# With these cursors, some APIs mean "no next page" and others mean the first page.
_AMBIGUOUS = ("0", "-1")


def read_flags(reader: OptionReader) -> tuple[str, str, tuple[str, ...]]:
    """Reads the three options. Refuses a field with a name that says the opposite."""
    more, end = reader.text("moreField").strip(), reader.text("endField").strip()
    values = tuple(reader.names("endValues"))
    if more and end:
        raise reader.fail("moreField", "can't be combined with endField; use one of them.")
    if more and reads_as_end(more):
        raise reader.fail(
            "moreField",
            f"must be false on the last page, but by its name {shown(more)} is true there; use "
            f"endField={more}.",
        )
    if end and reads_as_more(end) and not values:
        raise reader.fail(
            "endField",
            f"must be true on the last page, but by its name {shown(end)} is false there; use "
            f"moreField={end}.",
        )
    if values and not end:
        raise reader.fail("endValues", "needs endField, the field that has these values.")
    return more, end, values


def more_said(pages: Pages, document: Any, empty: bool = False) -> bool | None:
    """Whether more pages follow, by `moreField` or `endField`; None if the answer does not say.

    `empty`: the answer has no list of records, and the options allow that.
    """
    if document is None:
        return None
    if pages.more_field:
        return _more(pages.more_field, document, empty)
    if not pages.end_field:
        return None
    found = lookup(document, pages.end_field)
    if found is MISSING:
        return None
    if pages.end_values:
        return _text(found) not in pages.end_values
    flag = {"true": True, "false": False}.get(_text(found).lower())
    if flag is None:
        raise HttpError(
            f"the field {pages.end_field!r} (endField) holds {shown(_text(found))}, which is "
            "neither true nor false: list the values that mean the last page in endValues"
        )
    return not flag


def _more(field: str, document: Any, empty: bool) -> bool:
    found = lookup(document, field)
    if found is MISSING and empty:
        return False
    if found is MISSING:
        raise HttpError(f"the response has no {field!r} (moreField); it has: {fields_of(document)}")
    if found is None or found == "":
        return False
    if isinstance(found, (bool, int)) and found >= 0:
        return bool(found)
    text = _text(found)
    flag = {"true": True, "false": False, "0": False, "1": True}.get(text.lower())
    if flag is None and not is_link(text):
        raise HttpError(
            f"the field {field!r} (moreField) holds {shown(text)}, which is neither true nor "
            f"false: use endField={field}, and list the values that mean the last page in endValues"
        )
    return flag is not False


def usable_cursor(pages: Pages, field: str, found: Any, document: Any) -> Any:
    """The value of a cursor's field, or None if it means that no page follows."""
    if found is None or found is False or found == "":
        return None
    text = _text(found)
    if field == pages.end_field and text in pages.end_values:
        return None
    if text not in _AMBIGUOUS:
        return found
    if more_said(pages, document) is not False:
        raise HttpError(
            f"the cursor in {field!r} is {text}, which may mean the last page, or the first page "
            f"again: if it means the last page, set endField={field} and endValues={text}"
        )
    return None


def _text(found: Any) -> str:
    if found is None:
        return "null"
    if isinstance(found, bool):
        return "true" if found else "false"
    text = scalar_text(found)
    return f"a JSON {type(found).__name__}" if text is None else text
