"""The option `parent`: the requests of a read come from another endpoint's records.

`parent` is a JSON object with options of `rest` that describe the request for the list of parents,
and `key`, the selector of a parent's identity. Everything else, such as credentials, headers, pace,
retries and egress rules, is the same as for the child's requests. `{parent.id}` in the child's
`url` or `body` stands for the field `id` of the parent's record.

Of a parent's record, only the key and the fields in placeholders are kept: this is the parent's
row. It is the column `_input`, and part of the offset of each batch that has its records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .._exact_json import scalar_text
from .._http.client import HTTP_OPTIONS
from .._http.egress import same_origin
from .._options import OptionReader, shown
from .._placeholders import fill_url, placeholders
from .auth import AUTH_OPTIONS
from .decode import require_selector
from .page_options import PAGE_OPTIONS

PREFIX = "parent."

# The options of the list's request. The parent's streamingInterval is for its list.
OWN_OPTIONS = (
    "url",
    "method",
    "body",
    "dataField",
    "dataFieldMissing",
    "dataShape",
    "keyField",
    *PAGE_OPTIONS,
    "streamingInterval",
)
# The list's answers obey the child's rules, but nothing is skipped: that would drop parents.
_INHERITED = (
    *AUTH_OPTIONS,
    *HTTP_OPTIONS,
    "onStatus",
    "errorField",
    "onBody",
    "maxPendingWait",
)
# Seconds between two readings of the list.
_INTERVAL = "300"
_EXAMPLE = '{"url": "https://api.example.com/repos", "key": "id"}'


class ParentOptions(NamedTuple):
    """The parsed option: the options of the list's request, and the selector of the key."""

    given: dict[str, str]
    key: str


def is_of_parent(name: str) -> bool:
    """Whether a placeholder stands for a field of the parent's record."""
    return name.startswith(PREFIX)


def read_parent_options(reader: OptionReader) -> ParentOptions | None:
    """Reads `parent`; None if it is not set."""
    if not reader.has("parent"):
        return None
    if reader.has("inputData"):
        raise reader.fail(
            "parent", "can't be combined with inputData; each gives the rows to request."
        )
    if reader.has("windowStep"):
        raise reader.fail(
            "parent",
            "can't be combined with windowStep: all parents would have one position, so the past "
            "windows of a new parent would be lost.",
        )
    what = f"a JSON object such as {_EXAMPLE}"
    given: dict[str, Any] = reader.json_value("parent", dict, what)
    known = {name.lower(): name for name in (*OWN_OPTIONS, "key")}
    texts: dict[str, str] = {}
    for name, value in given.items():
        if name.lower() not in known:
            raise reader.fail(
                "parent", f"has no option {shown(name)}. It has: {', '.join(known.values())}."
            )
        text = _text(value)
        if text is None:
            raise reader.fail("parent", f"{name!r} must be a text, a number or a boolean.")
        texts[known[name.lower()]] = text
    key = texts.pop("key", "id").strip()
    require_selector(reader, "parent", key)
    return ParentOptions(texts, key)


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return scalar_text(value)


def parent_fields(
    reader: OptionReader, key: str, texts: Iterable[str], offset_field: str
) -> tuple[str, ...]:
    """The fields of the parent's record in the placeholders of the child's url and body."""
    used = [name for text in texts for name in placeholders(text) if is_of_parent(name)]
    if not used:
        raise reader.fail(
            "parent",
            "is not used: write a field of the parent's record into url or body, for example "
            f"{{parent.{key}}}.",
        )
    if is_of_parent(offset_field):
        raise reader.fail("offsetField", "may not begin with 'parent.' if parent is set.")
    return tuple(dict.fromkeys(name[len(PREFIX) :] for name in used))


def list_options(reader: OptionReader, given: Mapping[str, str]) -> dict[str, str]:
    """All options of the list's request."""
    inherited = {name: reader.text(name) for name in _INHERITED if reader.has(name)}
    return {"streamingInterval": _INTERVAL, **inherited, **given}


def require_own_list(reader: OptionReader, url: str, list_url: str, list_body: str) -> None:
    """Refuses a list with placeholders, or on another host."""
    if placeholders(list_url) or placeholders(list_body):
        raise reader.fail("parent", "its url and body may have no placeholder.")
    if not same_origin(fill_url(url, {}, missing="x"), list_url):
        raise reader.fail(
            "parent",
            "its url must have the host of url, since both requests have the same credentials.",
        )
