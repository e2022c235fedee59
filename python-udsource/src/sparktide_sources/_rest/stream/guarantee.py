"""The guarantee of a `rest` stream. The options decide it, and can require one.

| class | how a batch is repeated | guarantee |
|---|---|---|
| `range` | requests the range start < key <= end again, and checks count and digest | exactly-once, see below |
| `page` | requests the same page again, and checks count and digest | exactly-once |
| `payload` | takes the rows from the end offset | exactly-once |
| `spool` | takes the rows from the file in `spoolDir` that the end offset names | exactly-once |
| `window` | requests the same windows again, without a check | exactly-once, see below |
| `refetch` | requests the records again, without a check | at-least-once for a range, else none |

The class `range` with `incremental` is exactly-once if ids are unique and come in ascending order.
Other keys may repeat or come late. A record is lost if it comes after the position has passed its
key. So `max_field` and `timestamp` are exactly-once in two cases only: with `inclusiveOffset`, where
records at the position are compared by content; or with `lagSeconds`, where the position stays behind
the clock. `lagSeconds` also needs all pages, since the end of a page may separate two records with
the same key.

A position in the response is a time that the server chose. A record of that moment may be before or
after it. `payload` repeats exactly what the API answered, but a range from such a position is
exactly-once only with `inclusiveOffset`.

The class `window`, of `windowStep`, is exactly-once with `lagSeconds`, if no record is later than
that, and if the API does not change or delete records of a window that is over.

The option `replay` chooses the class. `auto` means `range` or `page` if the API can repeat a batch,
else `payload`. Other values name the class: `payload` for APIs that delete or change records, `spool`
for records that progress reports must not show, `refetch` if an exact repeat is not needed.
`onReplayMismatch=warn` turns `range` and `page` into `refetch`. With `spoolDir`, a batch of the class
`payload` that is larger than `maxOffsetBytes` becomes `spool`. `requireGuarantee` refuses to run with
a weaker guarantee.
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
WINDOW: Final = "window"
REFETCH: Final = "refetch"

# From strongest to weakest. An offset of several rows of inputData shows the weakest of its rows.
CLASSES: tuple[str, ...] = ("", RANGE, PAGE, PAYLOAD, SPOOL, WINDOW, REFETCH)
# The names of the classes in checkpoints of earlier builds.
_LETTERS = {"G1": RANGE, "G2": PAGE, "G3": PAYLOAD, "G4": SPOOL, "G5": REFETCH}

_RANK = {NONE: 0, AT_LEAST_ONCE: 1, EXACTLY_ONCE: 2}


@dataclass(frozen=True)
class Safety(KeywordOnly):
    """The options about repeated batches, and the other options that decide the class."""

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
        """The class, or an empty text if the mode is not known yet."""
        if not mode:
            return ""
        if mode == "windows":
            return WINDOW
        if self.carries_rows(mode):
            return SPOOL if self.replay == SPOOL else PAYLOAD
        if self.replay == REFETCH or not self.mismatch_fails:
            return REFETCH
        return RANGE if mode == "keys" else PAGE

    def promise(self, mode: Mode) -> Promise:
        """The guarantee: exactly-once, at-least-once or none."""
        if not self._minds_equals(mode):
            return NONE
        if self.guarantee(mode) != REFETCH:
            return EXACTLY_ONCE
        return AT_LEAST_ONCE if self.ranged or mode in ("cursor", "last") else NONE

    def _minds_equals(self, mode: Mode) -> bool:
        """Whether the stream keeps records with the position's key, and late records."""
        if mode == "windows":
            return self.lag > 0
        if mode == "stamp":
            return self.inclusive or not self.ranged
        if mode != "keys" or self.offset_type == "incremental" or self.inclusive:
            return True
        return self.lag > 0 and (self.paged or not self.ranged)

    def condition(self, mode: Mode) -> str:
        """The condition that the API must fulfil for the guarantee."""
        if mode == "windows":
            return (
                f"if records come no later than lagSeconds ({self.lag:g}), and the API does not "
                "change or delete those of a window that is over"
            )
        if mode == "stamp":
            return "for the records that the API returned" + (
                "; its range must include the position" if self.ranged and self.inclusive else ""
            )
        if mode != "keys":
            return "if the API's cursors skip no record"
        if self.offset_type == "incremental":
            return "if ids come in ascending order: a lower id that comes later is lost"
        if self.lag:
            return f"if records come no later than lagSeconds ({self.lag:g})"
        return "if keys come in ascending order: a lower key that comes later is lost"

    def require(self, mode: Mode) -> None:
        """Refuses a mode with a weaker guarantee than required, or that can't apply lagSeconds."""
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
        if mode == "windows":
            return "A record that comes after its window is over would be lost: set lagSeconds."
        if mode == "stamp" and not self._minds_equals(mode):
            return (
                "The response repeats exactly, but a record with the time of the position may be "
                "lost or come twice: set inclusiveOffset=true if the API's range includes the "
                "position, or take it from the records (offsetScope=record)."
            )
        if self.lag and not self._minds_equals(mode):
            return (
                "The end of a page may separate records with the same key, and lagSeconds would "
                "lose the second: also set pagination or inclusiveOffset=true."
            )
        if not self._minds_equals(mode):
            return (
                "Late records, and records with the same key as the last one, would be lost: set "
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
    windowed: bool = False,
) -> Safety:
    """Reads `GUARANTEE_OPTIONS`. Refuses options that would certainly fail later."""
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
        raise reader.fail("replay", "spool needs spoolDir, a folder on the driver.")
    if spool_dir and not os.path.isabs(spool_dir):
        raise reader.fail("spoolDir", f"must be an absolute path, got {shown(spool_dir)}.")
    # The positions of the children may need the folder, whatever the class of the batches is.
    of_children = reader.has("parent")
    if spool_dir and replay == REFETCH and not of_children:
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
    mode: Mode = "windows" if windowed else certain_mode(offset_type, offset_scope)
    if spool_dir and mode and not safety.carries_rows(mode) and not of_children:
        raise reader.fail(
            "spoolDir",
            f"is not used by the class {safety.guarantee(mode)}; set replay=payload to spool.",
        )
    safety.require(mode)
    return safety


def class_of(logged: str) -> str:
    """The class that an offset names. Offsets of earlier builds contain a letter and a digit."""
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
