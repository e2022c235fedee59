"""Options of `rest` that have no effect together with others. Each is an error with advice.

An option with its default value is not an error. Options for streams are allowed in a batch, and
options for batches in a stream, since the same options may serve both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from .._options import OptionReader, shown
from .position_place import placeholder_of

_DEFAULTS = {
    "dataFieldMissing": "fail",
    "method": "get",
    "nextFieldMissing": "fail",
    "nextLink": "follow",
    "offsetType": "timestamp",
    "offsetScope": "auto",
    "pageIn": "query",
    "partialErrors": "fail",
    "pageSize": "0",
    "pagination": "none",
    "partitions": "2",
    "replay": "auto",
    "responseFormat": "json",
}
_WHOLE_NUMBER = re.compile(r"-?[0-9]+")


class Other:
    """Matches any value but the default."""


class Idle(NamedTuple):
    """An option, the values that together leave it without effect, and the advice."""

    option: str
    values: Mapping[str, str | tuple[str, ...] | Other]
    advice: str


IDLE_OPTIONS = (
    Idle(
        "offsetScope",
        {"offsetScope": "response", "offsetType": ("incremental", "max_field")},
        "response is not used by offsetType={offsetType}, which finds the position in the records; "
        "remove it, or set offsetType=timestamp.",
    ),
    Idle(
        "offsetScope",
        {
            "offsetScope": "response",
            "responseFormat": ("jsonl", "csv", "text"),
            "cursorHeader": "",
        },
        "response needs a JSON body to look in; responseFormat is {responseFormat}. Set "
        "offsetScope=record, or cursorHeader for a cursor in a header.",
    ),
    Idle(
        "inclusiveOffset",
        {"inclusiveOffset": "true", "offsetType": ("cursor", "incremental")},
        "is not used by offsetType={offsetType}, which never requests the position's own record; "
        "remove it, or set offsetType=max_field.",
    ),
    Idle(
        "onReplayMismatch",
        {"onReplayMismatch": "warn", "replay": ("payload", "spool")},
        "warn is not used by replay={replay}, which keeps the rows and does not fetch them again; "
        "remove one of them.",
    ),
    Idle(
        "dataFieldMissing",
        {"dataFieldMissing": "empty", "dataField": ""},
        "needs dataField, the place of the records; without dataField an object is one record. "
        "Set dataField, or remove it.",
    ),
    Idle(
        "nextFieldMissing",
        {"nextFieldMissing": "end", "offsetType": "cursor", "offsetScope": "record"},
        "is not used by offsetScope=record, which takes the cursor from the last record; remove "
        "one of them.",
    ),
    Idle(
        "cursorHeader",
        {"cursorHeader": Other(), "offsetType": "cursor", "offsetScope": "record"},
        "is not used by offsetScope=record, which takes the cursor from the last record; remove "
        "one of them.",
    ),
    Idle(
        "nextLink",
        {"nextLink": "query", "offsetType": "cursor", "offsetScope": "record"},
        "query is not used by offsetScope=record, which takes the cursor from the last record; "
        "remove one of them.",
    ),
    Idle(
        "retryPost",
        {"retryPost": "true", "method": "get"},
        "is not used by method=GET, which is always retried; remove it, or set method=POST.",
    ),
    Idle(
        "partialErrors",
        {"partialErrors": "keep", "errorField": "none"},
        "keep is not used by errorField=none, which does not look for errors; remove one of them.",
    ),
    Idle(
        "partitions",
        {"partitions": Other(), "inputData": "", "parent": "", "windowStep": ""},
        "needs inputData, parent or windowStep: without them the source makes one call. Remove it.",
    ),
    Idle(
        "pageSizeParam",
        {"pageSizeParam": Other(), "pageSize": "0"},
        "is not sent without pageSize; set pageSize, or remove it.",
    ),
    Idle(
        "pageIn",
        {"pageIn": "body", "pagination": ("none", "link", "json"), "pageSize": "0"},
        "body is not used by pagination={pagination} without pageSize, which sends no parameter; "
        "set one of them, or remove it.",
    ),
)


def require_effect(reader: OptionReader) -> None:
    """Refuses the first option without effect. Each value was checked before."""
    for idle in IDLE_OPTIONS:
        values = {name: _value(reader, name) for name in idle.values}
        if all(_matches(name, values[name], idle.values[name]) for name in values):
            raise reader.fail(idle.option, idle.advice.format(**values))


def _value(reader: OptionReader, name: str) -> str:
    return reader.text(name).strip().lower() or _DEFAULTS.get(name, "")


def _matches(name: str, value: str, wanted: str | tuple[str, ...] | Other) -> bool:
    if isinstance(wanted, Other):
        return value != _DEFAULTS.get(name, "")
    return value == wanted if isinstance(wanted, str) else value in wanted


def require_usable_start(
    reader: OptionReader,
    offset_type: str,
    offset_field: str,
    sent: bool,
    input_data: list[dict[str, Any]] | None,
) -> None:
    """Refuses a first position that is never sent, or that can't be an id."""
    start = reader.text("initialOffset").strip()
    if start not in ("", "0") and not sent and offset_type != "cursor":
        raise reader.fail(
            "initialOffset",
            "is only sent, never compared, and url, body and headers do not have "
            f"{placeholder_of(offset_field)} to send it; add the placeholder, or remove "
            "initialOffset and filter the rows.",
        )
    if offset_type != "incremental":
        return
    firsts = [("initialOffset", start, "")] + [
        ("inputData", str(row[offset_field]).strip(), f"item {index}: {offset_field!r} ")
        for index, row in enumerate(input_data or [])
        if row.get(offset_field) is not None
    ]
    for option, first, where in firsts:
        if first and not _WHOLE_NUMBER.fullmatch(first):
            raise reader.fail(
                option,
                f"{where}must be a whole number for offsetType=incremental, got {shown(first)}; "
                "offsetType=cursor sends any text.",
            )
