"""The positions of all children: those that changed lately in the offset, the others in a file.

`subs` of an offset has the positions that changed since `base`, the name of a file in `spoolDir`.
If `subs` does not fit into the offset, a new file gets all positions, and `subs` begins anew. So a
batch costs what it changes, and only now and then what all children cost. Without a file, `base` is
empty and `subs` has all positions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from .guarantee import class_of
from .offset_types import ParentsOffset, RowOffset
from .offsets import ONLY_OF_BATCH
from .spool import POSITIONS, Spool

# What only the batch of a child's records needs: its parent's row, and what is for one batch.
_LEFT_OUT = frozenset((*ONLY_OF_BATCH, "row"))
# The bases of a start and of its end.
_KEPT = 2


def settled(sub: RowOffset) -> RowOffset:
    """A child's position for later offsets."""
    kept = {name: value for name, value in sub.items() if name not in _LEFT_OUT}
    return {**kept, "g": class_of(kept["g"])} if "g" in kept else kept


class ChildPositions:
    """Finds and keeps the positions of children."""

    def __init__(self, folder: str) -> None:
        self._spool = Spool(folder, POSITIONS)
        self._bases: dict[str, Mapping[str, RowOffset]] = {}

    def of(self, offset: ParentsOffset, key: str) -> RowOffset:
        """A child's position in an offset; empty for a child without records so far."""
        found = offset["subs"].get(key)
        return self._base(offset["base"]).get(key, {}) if found is None else found

    def _base(self, name: str) -> Mapping[str, RowOffset]:
        if not name:
            return {}
        if name not in self._bases:
            self._keep(name, dict(json.loads(text) for text in self._spool.read(name)))
        return self._bases[name]

    def _keep(self, name: str, base: Mapping[str, RowOffset]) -> None:
        while len(self._bases) >= _KEPT:
            del self._bases[next(iter(self._bases))]
        self._bases[name] = base

    def write(self, start: ParentsOffset, stream: str) -> str:
        """Writes the positions at `start` to a new file. Returns the `base` for the next offset."""
        changed = {key: settled(sub) for key, sub in start["subs"].items()}
        base = {**self._base(start["base"]), **changed}
        texts = [json.dumps(item) for item in base.items()]
        name = self._spool.write(stream, start["seq"] + 1, texts)
        self._keep(name, base)
        return name

    def purge(self, offset: ParentsOffset) -> None:
        """Removes the files before the one that this offset names."""
        if offset["base"]:
            self._spool.purge(offset["id"], int(offset["base"].split("-")[1]))
