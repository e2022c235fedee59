"""Rows that the API refused, kept as JSON lines in a folder on the driver.

The tasks that succeed send them to the driver, which writes them in one file for each batch of a
stream, or for each batch write. A batch that comes again writes the same file again, so no row is
in it twice. If the write fails, there is no file: all its rows come again.

A line has the fields `row`, `status` (0: no answer), `message`, `key` (the idempotency key) and
`rows` (the number of rows of the request: the API may have accepted some of them).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from typing import Any

from ..._errors import HttpError, OptionError
from ..._exact_json import write_ascii
from .sender import Outcome

# More refused rows have a common cause, such as a wrong option, and no use as dead letters.
_MOST_ROWS = 10_000
_MOST_BYTES = 16 * 1024 * 1024


class DeadLetters:
    """The dead letters of one task, as lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._size = 0

    def add(self, outcome: Outcome) -> None:
        """Adds the rows of a request. Raises if there are too many."""
        for row in outcome.sent.rows:
            letter: dict[str, Any] = {
                "row": row,
                "status": outcome.status,
                "message": outcome.message,
                "key": outcome.sent.key or None,
                "rows": len(outcome.sent.rows),
            }
            line = write_ascii(letter).decode("ascii")
            self.lines.append(line)
            self._size += len(line)
        if len(self.lines) > _MOST_ROWS or self._size > _MOST_BYTES:
            raise HttpError(
                f"the API refused more than {_MOST_ROWS} rows, or 16 MiB of rows, of one task. The "
                f"last message was: {outcome.message}"
            )


def require_folder(path: str) -> None:
    """Makes the folder, or raises `OptionError` if no file can be written there."""
    try:
        os.makedirs(path, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise OptionError(
            f"rest option 'deadLetterPath': the driver can't write to {path!r}: {error.strerror}."
        ) from None


def write_file(path: str, name: str, lines: Iterable[str]) -> None:
    """Writes the file at once, in place of an earlier one. Without lines there is no file."""
    place = os.path.join(path, f"{name}.jsonl")
    text = "".join(f"{line}\n" for line in lines)
    if not text:
        if os.path.exists(place):
            os.remove(place)
        return
    os.makedirs(path, exist_ok=True)
    handle, half = tempfile.mkstemp(dir=path, prefix=f".{name}.")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(half, 0o644)
        os.replace(half, place)
    except BaseException:
        os.unlink(half)
        raise
