"""`windowStep`: requests for windows of time, from `{start}` to `{end}`.

The windows follow each other without gap and overlap: the end of one is the start of the next. They
are half-open: a window has the moments start <= moment < end. `inclusiveEnd` is for APIs whose
range includes its end: `{end}` is then the last moment of the window that `positionFormat` can
express, such as the day itself for a window of one day.

All moments are whole seconds since 1970, in UTC. Months and years follow the calendar.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..._errors import OptionError
from ..._keyword_only import KeywordOnly
from ..._options import OptionReader, shown
from .keys import seconds_of, text_key
from .position_format import PositionFormat

WINDOW_OPTIONS = ("windowStep", "finalOffset", "inclusiveEnd", "windowsPerBatch")

# The placeholders for the bounds of a window.
BOUNDS = ("start", "end")

# A batch makes no more requests than this. Planning more would need much memory.
MOST_CALLS = 100_000

_STEP = re.compile(r"(\d{1,6})\s*(second|minute|hour|day|week|month|year)s?", re.I)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_MONTHS = {"month": 1, "year": 12}
_EPOCH = datetime(1970, 1, 1)
# The year 10000.
_FAR = 253_402_300_800

# Options that windows do not use: their default, and what to do instead.
_NO_FIELD = "the position is the end of the last window, not a field"
_UNCHECKED = "a repeated batch requests its windows again"
_UNUSED = {
    "offsetField": ("timestamp", _NO_FIELD),
    "offsetType": ("timestamp", _NO_FIELD),
    "offsetScope": ("auto", _NO_FIELD),
    "inclusiveOffset": ("false", "for a range that includes {end} set inclusiveEnd"),
    "batchSize": ("", "windowsPerBatch limits a batch"),
    "maxBatchBytes": ("", "windowsPerBatch limits a batch"),
    "maxOffsetBytes": ("", "the offset has no rows"),
    "replay": ("auto", _UNCHECKED),
    "spoolDir": ("", _UNCHECKED),
    "onReplayMismatch": ("fail", _UNCHECKED),
    "onTransient": ("fail", "a window that is skipped would be lost"),
}

# A window: its start, and the moment after its end.
Window = tuple[int, int]


@dataclass(frozen=True)
class Step:
    """The length of a window: seconds, or months of the calendar."""

    text: str
    seconds: int
    months: int

    def after(self, moment: int) -> int:
        """The end of the window that starts at this moment."""
        if not self.months:
            return min(moment + self.seconds, _FAR)
        at = _EPOCH + timedelta(seconds=moment)
        years, month = divmod(at.month - 1 + self.months, 12)
        year = at.year + years
        if year > 9999:
            return _FAR
        day = min(at.day, monthrange(year, month + 1)[1])
        return _moment(at.replace(year=year, month=month + 1, day=day))


@dataclass(frozen=True)
class Windows(KeywordOnly):
    """The options about windows. `last` is None if the windows have no last one."""

    step: Step
    first: int
    last: int | None
    lag: float
    form: PositionFormat
    inclusive_end: bool
    per_batch: int

    def over(self, now: float) -> int:
        """The moment up to which the API has all records, at most `finalOffset`."""
        at = int((now - self.lag) // 1)
        return at if self.last is None else min(at, self.last)

    def complete(self, start: int, until: int, most: int) -> list[Window]:
        """The windows from `start` that end by `until`, at most this many."""
        found: list[Window] = []
        for window in self._from(start):
            if window[1] > until or len(found) == most:
                break
            found.append(window)
        return found

    def between(self, start: int, end: int, step: Step) -> list[Window]:
        """All windows of a logged batch. The last one is shorter if `end` cuts it."""
        found: list[Window] = []
        while start < end:
            after = min(step.after(start), end)
            found.append((start, after))
            start = after
        return found

    def of_batch(self, now: float, inputs: int) -> list[Window]:
        """The windows of a batch read, up to what `positionFormat` can express."""
        until, most = self.form.floor(self.over(now)), MOST_CALLS // max(inputs, 1)
        found: list[Window] = []
        for begin, after in self._from(self.first):
            if begin >= until:
                break
            if len(found) == most:
                raise OptionError(
                    f"rest option 'windowStep': {self.step.text} makes more than {MOST_CALLS} "
                    "requests; set a longer windowStep, or a finalOffset."
                )
            found.append((begin, min(after, until)))
        return found

    def _from(self, start: int) -> Iterator[Window]:
        """The windows from `start` to `finalOffset`, or without end."""
        while self.last is None or start < self.last:
            end = self.step.after(start)
            end = end if self.last is None else min(end, self.last)
            yield start, end
            start = end

    def values(self, window: Window) -> dict[str, Any]:
        """The values of the placeholders; numbers where a JSON body needs numbers."""
        start, end = window
        last = self.form.before(end) if self.inclusive_end else self.form.of_moment(end)
        texts = dict(zip(BOUNDS, (self.form.of_moment(start), last)))
        return {name: int(text) if self.form.is_number else text for name, text in texts.items()}

    def said(self, window: Window) -> str:
        """A window as text for a message."""
        return f"{iso(window[0])} to {iso(window[1])}"

    def example(self) -> dict[str, Any]:
        """The values for the first window."""
        return self.values((self.first, self.step.after(self.first)))

    def fits(self, moment: int) -> bool:
        """Whether `positionFormat` can express this moment."""
        return self.form.floor(moment) == moment


def uses_windows(reader: OptionReader) -> bool:
    """Whether `windowStep` is set. Refuses options that have no effect then, or without it."""
    if not reader.text("windowStep").strip():
        for name in WINDOW_OPTIONS:
            if reader.text(name).strip().lower() not in ("", "false"):
                raise reader.fail(name, "needs windowStep, the length of a window.")
        return False
    for name, (default, why) in _UNUSED.items():
        if reader.text(name).strip().lower() not in ("", default):
            raise reader.fail(name, f"is not used by windowStep: {why}. Remove it.")
    return True


def read_windows(
    reader: OptionReader,
    named: list[str],
    form: PositionFormat,
    input_data: list[dict[str, Any]] | None,
) -> Windows:
    """Reads `WINDOW_OPTIONS`. `named` are the placeholders in `url` and `body`."""
    for index, row in enumerate(input_data or []):
        for name in BOUNDS:
            if name in row:
                raise reader.fail(
                    "inputData",
                    f"item {index} has a field {name!r}, but {{{name}}} is a bound of a window of "
                    "windowStep; rename the field.",
                )
    if "start" not in named:
        raise reader.fail(
            "windowStep", "needs {start} and {end}, the bounds of a window, in the url or body."
        )
    last = _time(reader, "finalOffset") if reader.text("finalOffset").strip() else None
    reader.required("initialOffset", "2024-01-01, the start of the first window with windowStep")
    windows = Windows(
        step=_read_step(reader),
        first=_time(reader, "initialOffset"),
        last=last,
        lag=reader.number("lagSeconds", 0, 0, 31_536_000),
        form=form if form else PositionFormat("iso"),
        inclusive_end=reader.boolean("inclusiveEnd", False),
        per_batch=reader.integer("windowsPerBatch", 100, 1, MOST_CALLS),
    )
    if last is not None and last <= windows.first:
        raise reader.fail("finalOffset", "must be after initialOffset.")
    _check_bounds(reader, windows, named)
    return windows


def _check_bounds(reader: OptionReader, windows: Windows, named: list[str]) -> None:
    first, form = windows.first, windows.form
    after = windows.step.after(first)
    if after >= _FAR:
        raise reader.fail("windowStep", "ends the first window after the year 9999.")
    for option, moment in (
        ("initialOffset", first),
        ("windowStep", after),
        ("finalOffset", windows.last),
    ):
        if moment is not None and not windows.fits(moment):
            raise reader.fail(
                option,
                f"{shown(reader.text(option))} makes a bound of {iso(moment)}, which "
                f"positionFormat={form.kind} can't express; set a finer positionFormat.",
            )
    if "end" not in named:
        if form.of_moment(after - 1) != form.of_moment(first):
            raise reader.fail(
                "windowStep",
                "needs {end} in the url or body, too: {start} alone is enough only if its value "
                "names the whole window, as positionFormat=date does for 1 day.",
            )
        if windows.inclusive_end:
            raise reader.fail("inclusiveEnd", "needs {end} in the url or body.")
    if windows.inclusive_end and form.kind == "iso":
        raise reader.fail(
            "inclusiveEnd",
            "needs a positionFormat with a smallest unit, that of the API's times: date, epoch, "
            "epochMillis or a pattern such as yyyy-MM-dd'T'HH:mm:ssX.",
        )


def parse_step(text: str) -> Step | None:
    """The step of `1 day` or `6 hours`, or None for another text."""
    found = _STEP.fullmatch(text.strip())
    count = int(found[1]) if found else 0
    if not found or not count:
        return None
    unit = found[2].lower()
    text = f"{count} {unit}{'' if count == 1 else 's'}"
    return Step(text, count * _SECONDS.get(unit, 0), count * _MONTHS.get(unit, 0))


def _read_step(reader: OptionReader) -> Step:
    text = reader.text("windowStep")
    step = parse_step(text)
    if step is None:
        raise reader.fail(
            "windowStep",
            "must be a number and a unit (second, minute, hour, day, week, month, year), such as "
            f"'6 hours', got {shown(text)}.",
        )
    return step


def _time(reader: OptionReader, option: str) -> int:
    text = reader.text(option).strip()
    key = text_key(text)
    seconds = seconds_of(key)
    if key.kind == "digits" and key.order == 0:
        seconds = key.order
    if seconds is None or seconds % 1:
        raise reader.fail(
            option,
            "must be a date or a time in whole seconds with windowStep, such as 2024-01-01 or "
            f"2024-01-01T06:00:00Z, got {shown(text)}.",
        )
    return int(seconds)


def _moment(at: datetime) -> int:
    past = at - _EPOCH
    return past.days * 86_400 + past.seconds


def iso(moment: int) -> str:
    """A moment as text, for offsets and messages."""
    return PositionFormat("iso").of_moment(moment)
