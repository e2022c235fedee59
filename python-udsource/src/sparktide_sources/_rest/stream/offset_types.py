"""The types of offsets and of the words in them. `offsets` explains each key."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

OffsetType = Literal["timestamp", "cursor", "incremental", "max_field"]
OffsetScope = Literal["auto", "response", "record"]

# Where the position is; empty until an answer shows it. `rows`: one offset for several rows.
# `windows`: the end of the last window.
Mode = Literal["", "keys", "cursor", "last", "stamp", "rows", "windows"]

# How a batch is repeated; empty until the mode is known.
GuaranteeClass = Literal["", "range", "page", "payload", "spool", "window", "refetch"]
Promise = Literal["exactly-once", "at-least-once", "none"]
Replay = Literal["auto", "payload", "spool", "refetch"]

# A row's part of an offset over several rows: the keys that differ from the row's first offset.
RowOffset = dict[str, Any]

# The functional form, since `from` is a keyword.
_Always = TypedDict(
    "_Always",
    {
        "v": int,
        "src": str,
        "cfg": str,
        # A GuaranteeClass, or the letter of an earlier build.
        "g": str,
        "mode": Mode,
        "pos": str,
        "kind": str,
        "from": str,
        "id": str,
        "seq": int,
        "n": int,
        "req": int,
        "polled": int,
        "gaps": int,
        "etag": str,
        "seen": str,
        "part": bool,
        "digest": str,
        "data": str,
    },
)


class Offset(_Always, total=False):
    """An offset of `rest`. Offsets of earlier builds lack some of these keys."""

    wait: int
    skipped: int
    nulled: int
    partial: int


class RowsOffset(Offset):
    """One offset for several rows of `inputData`: `subs` has the position of each."""

    subs: dict[str, RowOffset]


class WindowOffset(TypedDict):
    """An offset of a stream of windows.

    `pos` is the end of the batch's last window, and `step` the windowStep of the batch.
    """

    v: int
    src: str
    cfg: str
    g: GuaranteeClass
    mode: Mode
    pos: str
    step: str
    seq: int
    # Milliseconds since 1970.
    polled: int


class ParentsOffset(RowsOffset):
    """One offset for all parents: `subs` has the positions that changed since `base`, a file."""

    base: str
