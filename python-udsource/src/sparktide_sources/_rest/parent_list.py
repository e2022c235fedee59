"""Reads the list of parents."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from .._clock import Clock
from .._errors import ContentError, HttpError, OptionError
from .._exact_json import Reject, parse, scalar_text
from .._http.connections import Connections
from .._http.wire import Reply, exchange
from .._options import shown
from .._placeholders import fill_body, fill_url
from .api import Memory, RestApi
from .batch_reader import request_parts, walked
from .config import Parent, RestConfig
from .output import input_text
from .page_walk import Known
from .selector import MISSING, field_names, record_field
from .unread_pages import tell_unread

# The row of each parent as JSON text, by its key, in the order of the list.
Parents = dict[str, str]

# A child's answer with one of these statuses may mean that its parent is gone.
GONE = (404, 410)


def read_parents(
    config: RestConfig,
    clock: Clock,
    transport: Callable[..., Reply] = exchange,
    *,
    kept: Connections | None = None,
    known: Known | None = None,
    memory: Memory | None = None,
    attempts: int = 0,
    patience: float | None = None,
) -> Parents:
    """All parents. A page that fails is an error, so that no parent is missing."""
    parent, found = the_parent(config), Parents()
    known = known or Known()
    api = RestApi(parent.request, clock, transport, memory, kept, known)
    url, body = request_parts(parent.request, None)
    for page in walked(api, parent.request, url, body, attempts=attempts, patience=patience):
        tell_unread(parent.request, known, page)
        for record in page.records:
            key, row = _row(parent, record)
            text = input_text(row) or ""
            # If the list changes between two pages, a record may be on both.
            if found.setdefault(key, text) != text:
                raise ContentError(
                    f"two parents have the {parent.key!r} {shown(key)}: key in the option parent "
                    "must name a field that is different in each record"
                )
            _require_values(config, row)
    return found


def the_parent(config: RestConfig) -> Parent:
    """The option `parent` of a read that has it."""
    if config.parent is None:
        raise OptionError("rest option 'parent': is missing.")
    return config.parent


def _row(parent: Parent, record: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(record, Reject):
        raise ContentError(f"a parent's record can't be read: {record.message}")
    row: dict[str, Any] = {}
    for name in (parent.key, *parent.fields):
        value = record_field(record, name)
        if value is MISSING:
            what = "key of the option parent" if name == parent.key else f"{{parent.{name}}}"
            raise ContentError(
                f"a parent's record has no field {name!r} ({what}); it has: {field_names(record)}"
            )
        row[name] = value
    key = scalar_text(row[parent.key])
    if not key:
        raise ContentError(
            f"the field {parent.key!r} of a parent's record is neither a text nor a number; it is "
            "the key of the option parent"
        )
    return key, row


def _require_values(config: RestConfig, row: dict[str, Any]) -> None:
    """Refuses a parent without a value for a placeholder."""
    parent = the_parent(config)
    # Only missing values, null, empty texts, dots and lists can be wrong.
    if all(str(scalar_text(row[name]) or "").strip(".") for name in parent.fields):
        return
    values = {config.offset_field: "0", **parent.values(row)}
    try:
        fill_url(config.url, values)
        fill_body(config.body, values)
    except HttpError as error:
        key = shown(str(row[parent.key]))
        raise ContentError(f"the parent with the {parent.key!r} {key}: {error}") from None


def in_share(key: str, index: int, count: int) -> bool:
    """Whether a parent belongs to this one of `count` tasks."""
    return int(hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:8], 16) % count == index


def row_of(text: str) -> dict[str, Any]:
    """A parent's row from its text."""
    row: dict[str, Any] = parse(text).value
    return row
