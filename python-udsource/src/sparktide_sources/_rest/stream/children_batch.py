"""The end offset of a batch of children, within `maxOffsetBytes`."""

from __future__ import annotations

from typing import Literal

from ..._errors import HttpError
from ..._polling.payload import HARD_OFFSET_BYTES, offset_size
from ..config import RestConfig
from .child_positions import ChildPositions, settled
from .guarantee import CLASSES
from .offset_types import Offset, ParentsOffset, RowOffset

# Room for the numbers and the name of a file, which get longer when children are added.
_ROOM = 200
_Sum = Literal["skipped", "nulled", "partial"]


class ChildrenBatch:
    """Collects the children with new records. `empty` is the end of a batch without any."""

    def __init__(
        self,
        config: RestConfig,
        positions: ChildPositions,
        start: ParentsOffset,
        empty: ParentsOffset,
    ) -> None:
        self._config, self._positions, self._start, self._end = config, positions, start, empty
        self._carried = {key: settled(sub) for key, sub in start["subs"].items()}
        self._fresh: dict[str, RowOffset] = {}
        self._rebased = False
        self._frame = offset_size(empty) + _ROOM
        self._size = self._frame + _size(self._carried)

    @property
    def is_empty(self) -> bool:
        return not self._fresh

    def add(self, key: str, sub: RowOffset, before: Offset, after: Offset) -> bool:
        """Adds a child's records. Returns False if they must wait for the next batch."""
        if not self._fits(key, sub) and self._can_rebase():
            self._rebased = True
            self._size = self._frame + _size(self._fresh)
        if not self._fits(key, sub):
            if self._fresh:
                return False
            raise HttpError(self._too_large(self._size + self._grown(key, sub)))
        self._size += self._grown(key, sub)
        self._fresh[key] = sub
        self._count(before, after)
        return True

    def _grown(self, key: str, sub: RowOffset) -> int:
        replaced = not self._rebased and key in self._carried
        return _size({key: sub}) - (_size({key: self._carried[key]}) if replaced else 0)

    def _fits(self, key: str, sub: RowOffset) -> bool:
        return self._size + self._grown(key, sub) <= self._config.max_offset_bytes

    def _can_rebase(self) -> bool:
        has_folder = bool(self._config.safety.spool_dir)
        return has_folder and bool(self._carried) and not self._rebased

    def _count(self, before: Offset, after: Offset) -> None:
        end = self._end
        end["g"] = max(end["g"], after["g"], key=CLASSES.index)
        end["n"] += after["n"]
        end["req"] += after["req"]
        end["polled"] = max(end["polled"], after["polled"])
        end["gaps"] += after["gaps"] - before["gaps"]
        end["skipped"] = _sum(end, before, after, "skipped")
        end["nulled"] = _sum(end, before, after, "nulled")
        end["partial"] = _sum(end, before, after, "partial")

    def _too_large(self, size: int) -> str:
        count = len({*self._carried, *self._fresh}) + 1
        text = (
            f"the positions of {count} children (option parent) make an offset of {size} bytes, "
            f"more than maxOffsetBytes ({self._config.max_offset_bytes}, at most "
            f"{HARD_OFFSET_BYTES}): "
        )
        if self._config.safety.spool_dir:
            return text + "raise it, or lower batchSize"
        return text + "set spoolDir, a folder on the driver, to keep them in a file, or raise it"

    def end(self) -> ParentsOffset:
        """The end offset, after its file was written if it needs one."""
        end = self._end
        if self._rebased:
            end["base"] = self._positions.write(self._start, end["id"])
        end["subs"] = {**({} if self._rebased else self._carried), **self._fresh}
        return end


def _size(subs: dict[str, RowOffset]) -> int:
    return offset_size(subs)


def _sum(end: Offset, before: Offset, after: Offset, name: _Sum) -> int:
    return end.get(name, 0) + after.get(name, 0) - before.get(name, 0)
