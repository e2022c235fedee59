"""The records of a CSV body. No I/O here."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any

from .._errors import ContentError
from .._exact_json import Reject

LINE_END = re.compile(r"\r\n|\n|\r")


def csv_records(text: str, *, header: bool, delimiter: str) -> Iterator[Any]:
    """One object of strings for each row, or a `Reject`."""
    rows = _csv_rows(text, delimiter)
    names: list[str] = []
    if header:
        nothing: tuple[int, str, list[str]] = (0, "", [])
        _, _, first = next(rows, nothing)
        if isinstance(first, Reject):
            raise ContentError(f"the header of the CSV can't be read: {first.message}")
        names = [name.strip() for name in first]
        twice = sorted({name for name in names if names.count(name) > 1 or not name})
        if twice:
            raise ContentError(
                f"the CSV's header has the column {twice[0]!r} "
                + ("more than once" if twice[0] else "without a name")
                + "; set csvHeader=false to number the columns"
            )
    for number, raw, row in rows:
        if isinstance(row, Reject):
            yield row
            continue
        names = names or [f"_c{index}" for index in range(len(row))]
        if len(row) == len(names):
            yield dict(zip(names, row))
        else:
            message = f"row {number} of the CSV has {len(row)} cells, not {len(names)}"
            yield Reject(message, raw)


class _Tape:
    """Gives lines to the CSV reader, and remembers the lines of the current row.

    splitlines() would also split a cell at a form feed or a Unicode separator.
    """

    def __init__(self, text: str) -> None:
        self._text, self._at, self._row = text, 0, 0

    def __iter__(self) -> _Tape:
        return self

    def __next__(self) -> str:
        if self._at >= len(self._text):
            raise StopIteration
        start, end = self._at, LINE_END.search(self._text, self._at)
        self._at = end.end() if end else len(self._text)
        return self._text[start : self._at]

    def taken(self) -> str:
        """The text that was read since the last call."""
        start, self._row = self._row, self._at
        return self._text[start : self._at].rstrip("\r\n")


def _csv_rows(text: str, delimiter: str) -> Iterator[tuple[int, str, list[str] | Reject]]:
    tape = _Tape(text)
    rows = csv.reader(tape, delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        row = _next_row(rows, len(text) + 1)
        if row is None:
            return
        raw = tape.taken()
        if isinstance(row, str):
            yield number, raw, Reject(f"row {number} of the CSV is malformed: {row}", raw)
        elif row:
            yield number, raw, row


def _next_row(rows: Iterator[list[str]], longest: int) -> list[str] | str | None:
    """The next row, the reason why it can't be read, or None at the end."""
    # The limit of a cell applies to the whole process, so it is reset at once.
    before = csv.field_size_limit(longest)
    try:
        return next(rows, None)
    except csv.Error as error:
        return str(error)
    finally:
        csv.field_size_limit(before)
