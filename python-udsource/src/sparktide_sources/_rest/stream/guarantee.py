"""What a `rest` stream promises, computed from its options, and what the options can require.

| class | a repeated batch | promise |
|---|---|---|
| `range` | asks the range start < key <= end again, checks count and digest | exactly-once, see below |
| `page` | asks the same page again, checks count and digest, else fails | exactly-once |
| `payload` | its rows are part of the end offset | exactly-once |
| `spool` | its rows are a file in `spoolDir`, named by the end offset | exactly-once |
| `refetch` | takes what the API gives now | at-least-once for a range, else none |

The class `range` with `incremental` is exactly-once because an id comes once, if ids come in ascending
order. Other keys may come again or late, and a record that comes after the position has passed its
key is lost: so `max_field` and `timestamp` promise it only with `inclusiveOffset` (records at the
position are told apart by content), or with `lagSeconds` (the position stays that far behind the
clock) where all pages are read: the end of a single one may part two records of one key.

A position in the response is a time that the server chose, and what came in that very moment may be
on either side of it: `payload` repeats exactly what the API answered, but a range from such a
position is exactly-once only with `inclusiveOffset`.

The option `replay` chooses the class. `auto` is `range` or `page` where the API can repeat a batch,
else `payload`. The other values are the class of that name: `payload` for APIs that forget or change
records, `spool` for records that progress reports must not show, `refetch` where repeating exactly
does not matter; `onReplayMismatch=warn` makes `refetch` of `range` and `page`. With `spoolDir`, a
batch of the class `payload` that is larger than `maxOffsetBytes` becomes `spool`.
`requireGuarantee` refuses to run with less than it names.
"""  # noqa: E501 - a table row can't be wrapped

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

from ..._errors import OptionError
from ..._keyword_only import KeywordOnly
from ..._options import OptionReader, shown
from .offset_types import GuaranteeClass, Mode, OffsetScope, OffsetType, Promise, Replay

GUARANTEE_OPTIONS = ("requireGuarantee", "replay", "onReplayMismatch", "lagSeconds", "spoolDir")

EXACTLY_ONCE: Final = "exactly-once"
AT_LEAST_ONCE: Final = "at-least-once"
NONE: Final = "none"
AUTO: Final = "auto"
RANGE: Final = "range"
PAGE: Final = "page"
PAYLOAD: Final = "payload"
SPOOL: Final = "spool"
REFETCH: Final = "refetch"

# The offset of several rows of inputData shows the last of these that any of its rows has.
CLASSES: tuple[str, ...] = ("", RANGE, PAGE, PAYLOAD, SPOOL, REFETCH)
# Checkpoints of earlier builds name the classes so.
_LETTERS = {"G1": RANGE, "G2": PAGE, "G3": PAYLOAD, "G4": SPOOL, "G5": REFETCH}

_RANK = {NONE: 0, AT_LEAST_ONCE: 1, EXACTLY_ONCE: 2}


@dataclass(frozen=True)
class Safety(KeywordOnly):
    """The options about repeating batches, with what else decides the class."""

    required: Promise
    replay: Replay
    mismatch_fails: bool
    lag: float
    spool_dir: str
    offset_type: OffsetType
    inclusive: bool
    ranged: bool
    paged: bool

    def carries_rows(self, mode: Mode) -> bool:
        """Whether the end offset holds or names the rows themselves."""
        return self.replay in (PAYLOAD, SPOOL) or (mode == "stamp" and self.replay == AUTO)

    def guarantee(self, mode: Mode) -> GuaranteeClass:
        """The class, or an empty text while the mode is not known yet."""
        if not mode:
            return ""
        if self.carries_rows(mode):
            return SPOOL if self.replay == SPOOL else PAYLOAD
        if self.replay == REFETCH or not self.mismatch_fails:
            return REFETCH
        return RANGE if mode == "keys" else PAGE

    def promise(self, mode: Mode) -> Promise:
        """exactly-once, at-least-once or none."""
        if not self._minds_equals(mode):
            return NONE
        if self.guarantee(mode) != REFETCH:
            return EXACTLY_ONCE
        return AT_LEAST_ONCE if self.ranged or mode in ("cursor", "last") else NONE

    def _minds_equals(self, mode: Mode) -> bool:
        """Whether a record with the key of the position, or a late one, finds its place."""
        if mode == "stamp":
            return self.inclusive or not self.ranged
        if mode != "keys" or self.offset_type == "incremental" or self.inclusive:
            return True
        return self.lag > 0 and (self.paged or not self.ranged)

    def condition(self, mode: Mode) -> str:
        """What the API has to keep to for the promise to hold."""
        if mode == "stamp":
            return "what the API answered, once" + (
                "; its range has to include the position" if self.ranged and self.inclusive else ""
            )
        if mode != "keys":
            return "if the API's cursors pass no record by"
        if self.offset_type == "incremental":
            return "if ids come in ascending order: a lower one that comes later is left out"
        if self.lag:
            return f"if records come no later than lagSeconds ({self.lag:g})"
        return "if keys come in ascending order: a lower one that comes later is left out"

    def require(self, mode: Mode) -> None:
        """Refuses a mode that promises less than `requireGuarantee` names, or can't keep a lag."""
        if self.lag and mode == "stamp":
            raise OptionError(
                "rest option 'lagSeconds': the position is in the response, so no record can be "
                "held back: set offsetScope=record, or remove it."
            )
        found = self.promise(mode) if mode else self.required
        if _RANK[found] >= _RANK[self.required]:
            return
        raise OptionError(
            f"rest option 'requireGuarantee': {self.required} is not what these options give: "
            f"they give {found} (class {self.guarantee(mode)}). {self._advice(mode)}"
        )

    def _advice(self, mode: Mode) -> str:
        if mode == "stamp" and not self._minds_equals(mode):
            return (
                "The response repeats exactly, but a record of the same moment as the position may "
                "be lost or come twice: set inclusiveOffset=true if the API's range includes the "
                "position, or take it from the records (offsetScope=record)."
            )
        if self.lag and not self._minds_equals(mode):
            return (
                "The end of a page may part records of one key, and lagSeconds would lose the "
                "second: set pagination or inclusiveOffset=true besides."
            )
        if not self._minds_equals(mode):
            return (
                "Records that come late, or with the key of the last one, would be lost: set "
                "inclusiveOffset=true or lagSeconds, or offsetType=incremental for unique ids."
            )
        if self.replay == REFETCH:
            return "Remove replay=refetch, or set replay=payload."
        return "Remove onReplayMismatch=warn, or set replay=payload instead."


def read_safety(
    reader: OptionReader,
    offset_type: OffsetType,
    offset_scope: OffsetScope,
    inclusive: bool,
    ranged: bool,
) -> Safety:
    """Reads `GUARANTEE_OPTIONS`; refuses what can be known to fail before any request."""
    lag = reader.number("lagSeconds", 0, 0, 31_536_000)
    if lag and (offset_type in ("incremental", "cursor") or offset_scope == "response"):
        raise reader.fail(
            "lagSeconds",
            "needs times in the records: offsetType=max_field, or timestamp with "
            "offsetScope=record.",
        )
    replay: Replay = reader.choice("replay", AUTO, (AUTO, PAYLOAD, SPOOL, REFETCH))
    spool_dir = reader.text("spoolDir").strip()
    if replay == SPOOL and not spool_dir:
        raise reader.fail("replay", "spool needs spoolDir, a folder of the driver.")
    if spool_dir and not os.path.isabs(spool_dir):
        raise reader.fail("spoolDir", f"must be an absolute path, not {shown(spool_dir)}.")
    if spool_dir and replay == REFETCH:
        raise reader.fail("spoolDir", "is not used by replay=refetch.")
    safety = Safety(
        required=reader.choice("requireGuarantee", NONE, (NONE, AT_LEAST_ONCE, EXACTLY_ONCE)),
        replay=replay,
        mismatch_fails=reader.choice("onReplayMismatch", "fail", ("fail", "warn")) == "fail",
        lag=lag,
        spool_dir=spool_dir,
        offset_type=offset_type,
        inclusive=inclusive,
        ranged=ranged,
        paged=reader.text("pagination", "none").strip().lower() != "none",
    )
    mode = certain_mode(offset_type, offset_scope)
    if spool_dir and mode and not safety.carries_rows(mode):
        raise reader.fail(
            "spoolDir",
            f"is not used by the class {safety.guarantee(mode)}; set replay=payload to spool.",
        )
    safety.require(mode)
    return safety


def class_of(logged: str) -> str:
    """The class that an offset names. Offsets of earlier builds name it by a letter."""
    return _LETTERS.get(logged, logged)


def certain_mode(offset_type: OffsetType, offset_scope: OffsetScope) -> Mode:
    """The mode, if the options alone decide it; see `offsets`."""
    if offset_type in ("incremental", "max_field"):
        return "keys"
    if offset_type == "cursor":
        return "last" if offset_scope == "record" else "cursor"
    if offset_scope == "auto":
        return ""
    return "stamp" if offset_scope == "response" else "keys"
