"""Offsets of `rest`, and how a response becomes a batch. No I/O here.

An offset has these keys in this order:

| key | value |
|---|---|
| `v`, `src` | 1, "rest" |
| `cfg` | hashes of the options that give the offset its meaning, see `identity` |
| `g`, `mode` | the guarantee class; where the position is |
| `pos`, `kind` | the position and its type |
| `from` | the position at which the page of the rows was requested |
| `id` | a name of the stream for its spool files |
| `seq`, `n`, `req` | number of the batch, of its rows and of its HTTP calls |
| `polled` | time of the poll in milliseconds since 1970 |
| `wait` | seconds that the API asked to wait after the poll (older offsets lack it) |
| `gaps` | number of polls that may have missed records |
| `skipped`, `nulled` | total of skipped records and of values made null, by the error policy |
| `partial` | total of errors next to records, kept by `partialErrors` |
| `etag` | the ETag for the request at `pos` |
| `seen`, `part` | the records already emitted from the page at `pos`, see `seen`; whether some are left |
| `digest`, `data` | the digest of the rows; the rows themselves or the name of their spool file |

| mode | position | replay, unless the option `replay` says otherwise (see `guarantee`) |
|---|---|---|
| `keys` | largest emitted key | requests the range again, keeps start < key <= end, checks count and digest |
| `cursor`, `last` | cursor in the response; field of the last record | requests the same page, checks count and digest |
| `stamp` | timestamp in the response | takes the rows from `data` |

A batch ends at the last record that it emits, not at the last one received. If a poll returns more
than the limit, `keys` stops between two keys; the other modes note what they emitted and stay on
the page.
"""  # noqa: E501 - a table row can't be wrapped

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from ..._errors import HttpError, ReplayError
from ..._exact_json import Reject, scalar_text, write
from ..._json_types import Json
from ..._options import shown
from ..api import Page
from ..config import RestConfig
from ..page_flags import more_said
from ..page_signs import fields_of, likely_fields, may_be_left_out
from ..page_walk import Known
from ..selector import MISSING, field_names, lookup, record_field
from .cursor_text import cursor_text, same_cursor
from .identity import identity, require_own_source, require_same
from .key_batches import Batch, Fetched, batch_by_keys, required_field
from .keys import Key, make_key, require_kind, require_time, stored_key
from .offset_types import Mode, Offset
from .seen import mark, pack_head, seen_of_page


def initial_offset(config: RestConfig) -> Offset:
    return make_offset(
        config, mode="", pos=config.initial, kind="", source=config.initial, seq=0, rows=0
    )


def make_offset(
    config: RestConfig,
    *,
    mode: Mode,
    pos: str,
    kind: str,
    source: str,
    seq: int,
    rows: int,
    stream: str = "",
) -> Offset:
    """A new offset. The order of its keys is fixed, since Spark compares offsets as JSON text."""
    return {
        "v": 1,
        "src": "rest",
        "cfg": identity(config),
        "g": config.safety.guarantee(mode),
        "mode": mode,
        "pos": pos,
        "kind": kind,
        "from": source,
        "id": stream,
        "seq": seq,
        "n": rows,
        "req": 0,
        "polled": 0,
        "wait": 0,
        "gaps": 0,
        "skipped": 0,
        "nulled": 0,
        "partial": 0,
        "etag": "",
        "seen": "",
        "part": False,
        "digest": "",
        "data": "",
    }


def as_text(offset: Offset) -> str:
    return json.dumps(offset)


# What an offset says only about its own batch. A later offset of many rows leaves it out.
ONLY_OF_BATCH = {"from": "", "n": 0, "req": 0, "digest": "", "data": ""}


def place(offset: Offset) -> str:
    """The identity of an offset as a start, with or without what it says about its own batch."""
    return json.dumps({**offset, **ONLY_OF_BATCH})


def require_own(config: RestConfig, offset: Offset) -> None:
    require_own_source(offset)
    if offset["mode"] == "windows":
        raise ReplayError(
            "the checkpoint was written with windowStep, so its position is the end of a window. "
            "Set windowStep again, or use a new checkpoint."
        )
    require_same(config, offset["cfg"], offset["mode"])


def find_mode(config: RestConfig, start: Offset, fetched: Fetched) -> Mode:
    """Where the position is; "" if an empty response does not show it."""
    if start["mode"]:
        return start["mode"]
    if config.offset_type in ("incremental", "max_field"):
        return "keys"
    timed = config.offset_type == "timestamp"
    by_response: Mode = "stamp" if timed else "cursor"
    by_record: Mode = "keys" if timed else "last"
    if config.offset_scope != "auto":
        return by_response if config.offset_scope == "response" else by_record
    if len(config.offset_fields) > 1:
        return by_response
    field = config.offset_field
    document: Json = fetched.document
    if config.offset_type == "cursor" and config.pages.header:
        return by_response
    if isinstance(document, dict):
        parent = field.rpartition(".")[0]
        if lookup(document, field) is not MISSING or (parent and parent.split(".")[0] in document):
            return by_response
    first: Any = next((v for v, _ in fetched.records if not isinstance(v, Reject)), MISSING)
    if first is MISSING:
        return ""
    if record_field(first, field) is not MISSING:
        return by_record
    raise HttpError(_missing(config, fetched, first))


def _missing(config: RestConfig, fetched: Fetched, record: Any) -> str:
    text = (
        f"neither the response ({field_names(fetched.document)}) nor its records "
        f"({field_names(record)}) have the offsetField {config.offset_field!r}."
    )
    if config.offset_type != "cursor":
        return f"{text} Set offsetField to a field that they have."
    if record_field(record, "id") is not MISSING:
        text += " The last record's id can be the cursor: write {id} in the url, offsetField=id."
    if isinstance(lookup(fetched.document, "links"), list):
        text += " So can the link to the next page: offsetField=links.next and no placeholder."
    return (
        f"{text} If only the last page lacks the field, set offsetScope=response and "
        "nextFieldMissing=end."
    )


def require_cursor_seen(config: RestConfig, known: Known, source: str, fetched: Fetched) -> None:
    """Refuses an answer with records if no answer so far had the field of the cursor.

    A stream that is past its first position has found the field, perhaps before a restart.
    """
    ended = more_said(config.pages, fetched.document) is False
    if known.next_seen or ended or source != config.initial:
        return
    header, document = config.pages.header, fetched.document
    if not fetched.records and not likely_fields(document, named_next=True):
        return
    likely = likely_fields(document)
    allowed = config.pages.missing_ends or any(
        may_be_left_out(field, document) for field in config.offset_fields
    )
    if allowed and not likely_fields(document, named_next=True):
        return
    if header:
        have = ", ".join(sorted(fetched.headers)[:20])
        text = f"no answer had the header {header!r} (cursorHeader); it has: {have}"
    else:
        names = " or ".join(map(repr, config.offset_fields))
        text = f"no answer had {names} (offsetField); it has: {fields_of(document)}"
        if likely:
            text += f". The cursor may be {', '.join(likely)}"
    raise HttpError(f"{text}. If the API omits it on the last page, set nextFieldMissing=end")


def next_batch(
    config: RestConfig, mode: Mode, start: Offset, source: str, fetched: Fetched, limit: int
) -> Batch | None:
    """The batch after `start` from the records fetched at `source`, or None if nothing is new."""
    if mode == "keys":
        return batch_by_keys(config, start, fetched, limit)
    if mode == "last":
        return _by_last(config, start, fetched, limit)
    texts = _texts(fetched)
    # The hashes are only valid for the page that they were made from.
    seen = seen_of_page(start["seen"], texts) if source == start["pos"] else Counter[bytes]()
    if mode == "cursor":
        return _by_cursor(config, source, fetched, texts, limit, seen)
    return _by_stamp(config, start, fetched, texts, limit, seen)


def next_cursor(config: RestConfig, source: str, fetched: Fetched) -> str:
    """The next cursor; "" at the end. An unchanged cursor is an end, too."""
    found: Any = fetched.cursor
    if found is None or found is False:
        return ""
    text = cursor_text(config, found)
    if text is None:
        raise HttpError(f"the cursor field {config.offset_field!r} holds {found!r}")
    return "" if same_cursor(text, source) else text


def _texts(fetched: Fetched) -> list[str]:
    return [write(value, exact) for value, exact in fetched.records]


def _unseen(texts: list[str], seen: Counter[bytes]) -> tuple[list[str], list[bytes]]:
    """The texts that were not emitted yet, and the marks of the others."""
    left = Counter(seen)
    fresh: list[str] = []
    old: list[bytes] = []
    for text in texts:
        found = mark(text)
        if left[found] > 0:
            left[found] -= 1
            old.append(found)
        else:
            fresh.append(text)
    return fresh, old


def _by_cursor(
    config: RestConfig,
    source: str,
    fetched: Fetched,
    texts: list[str],
    limit: int,
    seen: Counter[bytes],
) -> Batch | None:
    fresh, old = _unseen(texts, seen)
    if not fresh:
        return None
    following = next_cursor(config, source, fetched)
    emitted = fresh[:limit]
    if len(fresh) <= limit and following:
        return Batch(emitted, following, "cursor", [], False)
    marks = [*old, *map(mark, emitted)]
    head = texts[: len(marks)]
    whole = Counter(marks) == Counter(map(mark, head))
    packed = pack_head(head) if whole else ""
    return Batch(emitted, source, "cursor", marks, len(fresh) > limit, packed)


def _by_stamp(
    config: RestConfig,
    start: Offset,
    fetched: Fetched,
    texts: list[str],
    limit: int,
    seen: Counter[bytes],
) -> Batch | None:
    if not fetched.records:
        return None
    key = _stamp(config, start, fetched)
    pos, kind = key.text, key.kind
    stays = False
    if start["kind"]:
        # If the server's clock jumps back, the position must not.
        stays = key.order <= stored_key(start["kind"], start["pos"]).order
        pos = start["pos"] if stays else pos
    # Equal content is the same record on a page that was read before, or at an unchanged time.
    # Otherwise it may be a new record with the same content.
    known = seen if start["part"] or stays or config.inclusive else Counter[bytes]()
    fresh, old = _unseen(texts, known)
    if not fresh:
        return None
    emitted = fresh[:limit]
    marks = [*old, *map(mark, emitted)]
    if len(fresh) > limit:
        return Batch(emitted, start["pos"], start["kind"], marks, True)
    return Batch(emitted, pos, kind, marks, False)


def _stamp(config: RestConfig, start: Offset, fetched: Fetched) -> Key:
    found = lookup(fetched.document, config.offset_field)
    if found is MISSING or found is None:
        raise HttpError(
            f"the response has no {config.offset_field!r} (offsetField); it has: "
            f"{field_names(fetched.document)}"
        )
    key = make_key(found, config.offset_field, False)
    if key is None or scalar_text(found) is None:
        raise HttpError(f"the offsetField {config.offset_field!r} is neither text nor number")
    require_time(key, config.offset_field)
    require_kind(key, start["kind"], config.offset_field)
    return key


def _by_last(config: RestConfig, start: Offset, fetched: Fetched, limit: int) -> Batch | None:
    candidates: list[tuple[str, Any, bool]] = []
    values: set[str] = set()
    for value, exact in fetched.records:
        found = cursor_text(config, required_field(config, value))
        if found is None:
            raise HttpError(f"a record's {config.offset_field!r} is neither text nor number")
        if found in values:
            raise HttpError(
                f"two records of one answer have the same {config.offset_field!r} (offsetField), "
                f"{shown(found)}: a batch that ends between them would lose the second. Choose a "
                "unique field, or set offsetType=max_field"
            )
        values.add(found)
        # The page may include the record at the position, and records before it.
        if start["seq"] > 0 and same_cursor(found, start["pos"]):
            candidates.clear()
        else:
            candidates.append((found, value, exact))
    if not candidates:
        return None
    emitted = candidates[:limit]
    texts = [write(value, exact) for _, value, exact in emitted]
    return Batch(texts, emitted[-1][0], "cursor", [], len(candidates) > limit)


def first_page(pages: list[Page]) -> Fetched:
    """The pages of a poll, joined."""
    records = [(record, page.exact) for page in pages for record in page.records]
    etag = pages[0].headers.get("etag", "")
    first = pages[0]
    complete = not pages[-1].next_url
    return Fetched(
        records=records,
        document=first.document,
        etag=etag[:200],
        complete=complete,
        headers=first.headers,
        cursor=first.cursor,
    )
