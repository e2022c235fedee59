"""The idempotency keys of requests: the same rows of the same write always have the same key.

A row is identified by the write, its partition, its content, and its number among equal rows of the
partition. The order of the rows has no part in it, since a shuffle may give a retried task another
order. With `keyColumns` a row is identified by the write and these columns alone, so it may also
move to another partition.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from ..._errors import ContentError
from ..._exact_json import write_ascii


class KeyMaker:
    """Makes the keys of one task. `scope` names the write: a batch of a query, or a batch write."""

    def __init__(self, scope: str, partition: int, key_columns: Sequence[str]) -> None:
        self._columns = tuple(key_columns)
        self._start = [scope, *self._columns] if self._columns else [scope, partition]
        self._seen: dict[bytes, int] = {}

    def of_row(self, row: dict[str, Any]) -> bytes:
        """The identity of a row. A second row with the same `keyColumns` is an error."""
        values: Any = [row[name] for name in self._columns] if self._columns else row
        found = _digest([*self._start, values])
        earlier = self._seen.get(found, 0)
        self._seen[found] = earlier + 1
        if not self._columns:
            return _digest([found.hex(), earlier])
        if earlier:
            raise ContentError(
                f"a second row has the keyColumns {write_ascii(values).decode('ascii')}: the API "
                "would take it for a repetition of the first. Choose columns that are unique in "
                "each write, or remove keyColumns"
            )
        return found


def request_key(rows: Sequence[bytes]) -> str:
    """The key of a request with these rows, in the form of a UUID."""
    whole = hashlib.sha256(b"".join(rows)).digest()
    return str(uuid.UUID(bytes=whole[:16], version=5))


def _digest(value: Any) -> bytes:
    return hashlib.sha256(write_ascii(value)).digest()
