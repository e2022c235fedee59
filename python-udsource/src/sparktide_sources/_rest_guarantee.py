"""What a `rest` stream promises, computed from its options, and what the options can require.

| class | a repeated batch | promise |
|---|---|---|
| G1 | asks the range start < key <= end again | exactly-once, see below |
| G2 | asks the same page again, checks count and digest, else fails | exactly-once |
| G3 | its rows are part of the end offset | exactly-once |
| G4 | its rows are a file in `spoolDir`, named by the end offset | exactly-once |
| G5 | takes what the API gives now | at-least-once for a range, else none |

G1 with `incremental` is exactly-once because an id comes once. Other keys may come again or late,
and a record that comes after the position has passed its key is lost: so `max_field` and `timestamp`
promise it only with `inclusiveOffset` (records at the position are told apart by content) or
`lagSeconds` (the position stays that far behind the clock).

`replay` chooses: `auto` is G1 or G2 where the API can repeat a batch, else G3; `payload` is G3
always, for APIs that forget or change records; `spool` is G4 always, for records that progress
reports must not show; `refetch` is G5. `spoolDir` makes G4 of a G3 batch larger than
`maxOffsetBytes`. `requireGuarantee` refuses to run with less than it names.
"""  # noqa: E501 - a table row can't be wrapped

from __future__ import annotations

import os
from dataclasses import dataclass

from ._errors import OptionError
from ._options import OptionReader, shown

GUARANTEE_OPTIONS = ("requireGuarantee", "replay", "onReplayMismatch", "lagSeconds", "spoolDir")

EXACTLY_ONCE, AT_LEAST_ONCE, NONE = "exactly-once", "at-least-once", "none"
AUTO, PAYLOAD, SPOOL, REFETCH = "auto", "payload", "spool", "refetch"

_RANK = {NONE: 0, AT_LEAST_ONCE: 1, EXACTLY_ONCE: 2}


@dataclass(frozen=True)
class Safety:
    """The options about repeating batches, with what else decides the class."""

    required: str
    replay: str
    mismatch_fails: bool
    lag: float
    spool_dir: str
    offset_type: str
    inclusive: bool
    ranged: bool

    def carries_rows(self, mode: str) -> bool:
        """Whether the end offset holds or names the rows themselves."""
        return self.replay in (PAYLOAD, SPOOL) or (mode == "stamp" and self.replay == AUTO)

    def guarantee(self, mode: str) -> str:
        """G1 to G5, or an empty text while the mode is not known yet."""
        if not mode:
            return ""
        if self.carries_rows(mode):
            return "G4" if self.replay == SPOOL else "G3"
        if self.replay == REFETCH or not self.mismatch_fails:
            return "G5"
        return "G1" if mode == "keys" else "G2"

    def promise(self, mode: str) -> str:
        """exactly-once, at-least-once or none."""
        if mode == "keys" and self.offset_type != "incremental" and not self._minds_late():
            return NONE
        if self.guarantee(mode) != "G5":
            return EXACTLY_ONCE
        return AT_LEAST_ONCE if self.ranged or mode in ("cursor", "last") else NONE

    def _minds_late(self) -> bool:
        return self.inclusive or self.lag > 0

    def require(self, mode: str) -> None:
        """Refuses a mode that promises less than `requireGuarantee` names, or can't keep a lag."""
        if self.lag and mode == "stamp":
            raise OptionError(
                "rest option 'lagSeconds': the position is in the response, so no record can be "
                "held back: set offsetScope=record, or remove it."
            )
        found = self.promise(mode) if mode else self.required
        if _RANK[found] >= _RANK[self.required]:
            return
        kind = self.guarantee(mode)
        raise OptionError(
            f"rest option 'requireGuarantee': {self.required} is not what these options give: "
            f"they give {kind}, {found}. {self._advice(mode)}"
        )

    def _advice(self, mode: str) -> str:
        if mode == "keys" and self.offset_type != "incremental" and not self._minds_late():
            return (
                "Records that come late, or with the key of the last one, would be lost: set "
                "inclusiveOffset=true or lagSeconds, or offsetType=incremental for unique ids."
            )
        if self.replay == REFETCH:
            return "Remove replay=refetch, or set replay=payload."
        return "Remove onReplayMismatch=warn, or set replay=payload instead."


def read_safety(
    reader: OptionReader, offset_type: str, offset_scope: str, inclusive: bool, ranged: bool
) -> Safety:
    """Reads `GUARANTEE_OPTIONS`; refuses what can be known to fail before any request."""
    lag = reader.number("lagSeconds", 0, 0, 31_536_000)
    if lag and (offset_type in ("incremental", "cursor") or offset_scope == "response"):
        raise reader.fail(
            "lagSeconds",
            "needs times in the records: offsetType=max_field, or timestamp with "
            "offsetScope=record.",
        )
    replay = reader.choice("replay", AUTO, (AUTO, PAYLOAD, SPOOL, REFETCH))
    spool_dir = reader.text("spoolDir").strip()
    if replay == SPOOL and not spool_dir:
        raise reader.fail("replay", "spool needs spoolDir, a folder of the driver.")
    if spool_dir and not os.path.isabs(spool_dir):
        raise reader.fail("spoolDir", f"must be an absolute path, not {shown(spool_dir)}.")
    if spool_dir and replay == REFETCH:
        raise reader.fail("spoolDir", "is not used by replay=refetch.")
    safety = Safety(
        reader.choice("requireGuarantee", NONE, (NONE, AT_LEAST_ONCE, EXACTLY_ONCE)),
        replay,
        reader.choice("onReplayMismatch", "fail", ("fail", "warn")) == "fail",
        lag,
        spool_dir,
        offset_type,
        inclusive,
        ranged,
    )
    mode = certain_mode(offset_type, offset_scope)
    if spool_dir and mode and not safety.carries_rows(mode):
        raise reader.fail(
            "spoolDir", f"is not used by {safety.guarantee(mode)}; set replay=payload to spool."
        )
    safety.require(mode)
    return safety


def certain_mode(offset_type: str, offset_scope: str) -> str:
    """The mode, if the options alone decide it; see `_rest_offsets`."""
    if offset_type in ("incremental", "max_field"):
        return "keys"
    if offset_type == "cursor":
        return "last" if offset_scope == "record" else "cursor"
    return {"response": "stamp", "record": "keys"}.get(offset_scope, "")
