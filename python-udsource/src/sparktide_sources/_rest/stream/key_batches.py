"""Batches for mode `keys`, where the position is the largest emitted key. No I/O here."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from ..._errors import ContentError, HttpError
from ..._exact_json import Reject, write
from ..._options import shown
from ..config import RestConfig
from ..selector import MISSING, field_names, record_field
from .keys import (
    Key,
    aligned,
    known_kind,
    make_key,
    require_kind,
    require_time,
    seconds_of,
    stored_key,
)
from .offset_types import Offset
from .seen import mark, unpack_marks


class Fetched(NamedTuple):
    """The result of one poll: records (value, exact) of all pages, the first page's document.

    `at` is the time of the poll in UNIX seconds, or 0 if no records are held back. `cursor` is the
    cursor of the first page, in the form for an offset.
    """

    records: list[tuple[Any, bool]]
    document: Any
    etag: str
    complete: bool
    headers: dict[str, str]
    at: float = 0.0
    cursor: Any = None


class Batch(NamedTuple):
    """Rows to emit, and the position after them. `more`: some received records are left.

    `head` is a shorter form of `seen`, if the emitted records are the first of their page.
    """

    texts: list[str]
    pos: str
    kind: str
    seen: list[bytes]
    more: bool
    head: str = ""


def required_field(config: RestConfig, record: Any) -> Any:
    if isinstance(record, Reject):
        raise ContentError(
            f"{record.message}, so it has no {config.offset_field!r} (offsetField) and can't be a "
            "dead letter of this stream; use onError=skip, or a position in the response"
        )
    found = record_field(record, config.offset_field)
    if found is MISSING:
        raise HttpError(
            f"a record has no field {config.offset_field!r} (offsetField); it has: "
            f"{field_names(record)}"
        )
    return found


class Keyed(NamedTuple):
    """A record with its key."""

    key: Key
    value: Any
    exact: bool


def keyed_records(config: RestConfig, start: Offset, fetched: Fetched) -> list[Keyed]:
    """The records with their keys, all of one kind, in the order received.

    A null key is an error: the record has no position, and dropping it would lose it silently.
    """
    integers = config.offset_type == "incremental"
    kind = known_kind(start["kind"], start["pos"])
    keys: list[Key] = []
    for value, _ in fetched.records:
        key = make_key(required_field(config, value), config.offset_field, integers)
        if key is None:
            raise HttpError(
                f"a record's {config.offset_field!r} (offsetField) is null, so the record has no "
                "position: choose a field that every record has, or make the API omit such records."
            )
        if config.offset_type == "timestamp":
            require_time(key, config.offset_field)
        keys.append(key)
    keyed: list[Keyed] = []
    for key, (value, exact) in zip(aligned(keys, kind), fetched.records):
        require_kind(key, kind, config.offset_field)
        kind = key.kind
        keyed.append(Keyed(key, value, exact))
    return keyed


def batch_by_keys(config: RestConfig, start: Offset, fetched: Fetched, limit: int) -> Batch | None:
    fresh = settled(config, fetched, takeable(config, start, fetched))
    if not fresh:
        return None
    taken = fresh[:limit] if config.inclusive else fresh[: _between_keys(fresh, limit)]
    last = taken[-1].key
    texts = [write(item.value, item.exact) for item in taken]
    marks: list[bytes] = []
    if config.inclusive:
        if start["kind"] and stored_key(start["kind"], start["pos"]).order == last.order:
            marks.extend(unpack_marks(start["seen"]).elements())
        pairs = zip(texts, taken)
        marks.extend(mark(text) for text, item in pairs if item.key.order == last.order)
    return Batch(texts, last.text, last.kind, marks, len(taken) < len(fresh))


def newer(config: RestConfig, start: Offset, keyed: list[Keyed]) -> list[Keyed]:
    """The records after the start, sorted by key. The initial offset is not compared."""
    if start["kind"]:
        bound = stored_key(start["kind"], start["pos"]).order
        seen = unpack_marks(start["seen"])
        kept: list[Keyed] = []
        for item in keyed:
            if item.key.order > bound:
                kept.append(item)
            elif config.inclusive and item.key.order == bound:
                found = mark(write(item.value, item.exact))
                if seen[found] > 0:
                    seen[found] -= 1
                else:
                    kept.append(item)
        keyed = kept
    return sorted(keyed, key=lambda item: item.key.order)


def takeable(config: RestConfig, start: Offset, fetched: Fetched) -> list[Keyed]:
    """The newer records with complete keys: an unread page may have more of the last key."""
    keyed = keyed_records(config, start, fetched)
    fresh = newer(config, start, keyed)
    if fetched.complete or config.inclusive or config.offset_type == "incremental" or not fresh:
        return fresh
    last = fresh[-1].key.order
    # In a list with the newest first, the greatest key comes first, so it is complete.
    return fresh if keyed[-1].key.order < last else [i for i in fresh if i.key.order < last]


def settled(config: RestConfig, fetched: Fetched, fresh: list[Keyed]) -> list[Keyed]:
    """The records older than `lagSeconds`. Later polls return the others and late records."""
    lag = config.safety.lag
    if not lag or not fetched.at:
        return fresh
    horizon = Decimal(fetched.at - lag)
    kept: list[Keyed] = []
    for item in fresh:
        seconds = seconds_of(item.key)
        if seconds is None:
            raise HttpError(
                f"the field {config.offset_field!r} holds {shown(item.key.text)}, but lagSeconds "
                "needs a time"
            )
        if seconds <= horizon:
            kept.append(item)
    return kept


def _between_keys(items: list[Keyed], limit: int) -> int:
    """The number of records to take, so that records with the same key stay together."""
    if len(items) <= limit:
        return len(items)
    cut = limit
    while cut > 0 and items[cut - 1].key.order == items[cut].key.order:
        cut -= 1
    if cut:
        return cut
    first = items[0].key.order
    return sum(1 for item in items if item.key.order == first)
