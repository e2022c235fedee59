"""Options that say how a walk over pages ends, where the common signs do not say it. No I/O here.

`totalField` holds the number of all records, `totalPagesField` that of all pages. Each answer must
have the field. `repeatedPage=end`: an API that returns its last page again for each later page.
"""

from __future__ import annotations

from typing import Any

from .._errors import HttpError
from .._options import OptionReader, shown
from .page_signs import fields_of, reads_as_pages, reads_as_total
from .selector import MISSING, lookup

STOP_OPTIONS = ("totalField", "totalPagesField", "repeatedPage")


def check_stop_rules(reader: OptionReader, kind: str, start: int) -> None:
    """Refuses stop rules that `pagination` does not use, and two rules at once."""
    given = [name for name in ("moreField", "endField", "totalField", "totalPagesField")]
    given = [name for name in given if reader.text(name).strip()]
    for name, kinds in (("totalField", ("page", "offset")), ("totalPagesField", ("page",))):
        if name not in given:
            continue
        if kind not in kinds:
            raise reader.fail(
                name, f"needs pagination={' or '.join(kinds)}, but pagination is {kind}."
            )
        if len(given) > 1:
            other = next(found for found in given if found != name)
            raise reader.fail(name, f"can't be combined with {other}; use one of them.")
    for name, other, opposite in (
        ("totalField", "totalPagesField", reads_as_pages),
        ("totalPagesField", "totalField", reads_as_total),
    ):
        field = reader.text(name).strip()
        if field and opposite(field):
            what = "pages" if name == "totalField" else "records"
            raise reader.fail(
                name, f"{shown(field)} is by its name the number of {what}; use {other}={field}."
            )
    if "totalField" in given and kind == "page" and start > 1:
        raise reader.fail(
            "totalField",
            f"counts the records of all pages, but pageStart={start} omits the first ones; use "
            "totalPagesField, or remove it.",
        )
    if reader.text("repeatedPage").strip().lower() == "end" and kind == "none":
        raise reader.fail("repeatedPage", "is not used by pagination=none; remove it.")


def count_in(document: Any, option: str, field: str) -> int:
    """The number in a field of an answer. Raises if it is missing or not a whole number."""
    found = lookup(document, field)
    if found is MISSING:
        raise HttpError(f"the response has no {field!r} ({option}); it has: {fields_of(document)}")
    text = str(found)
    if isinstance(found, (str, int)) and text.isascii() and text.isdigit():
        return int(text)
    raise HttpError(
        f"the field {field!r} ({option}) holds {shown(text)}, which is not a number of "
        f"{'pages' if option == 'totalPagesField' else 'records'}"
    )
