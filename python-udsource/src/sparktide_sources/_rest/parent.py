"""The option `parent`: the requests of a read come from another endpoint's records.

`parent` is a JSON object with options of `rest` that describe the request for the list of parents,
and `key`, the selector of a parent's identity. Everything else, such as credentials, headers, pace,
retries and egress rules, is the same as for the child's requests. `{parent.id}` in the child's
`url` or `body` stands for the field `id` of the parent's record.

Of a parent's record, only the key and the fields in placeholders are kept: this is the parent's
row. It is the column `_input`, and part of the offset of each batch that has its records.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from .._errors import OptionError
from .._exact_json import scalar_text
from .._http.client import HTTP_OPTIONS
from .._http.egress import same_origin
from .._keyword_only import KeywordOnly
from .._options import OptionReader, shown
from .._placeholders import fill_url, placeholders
from .auth import AUTH_OPTIONS
from .decode import require_selector
from .page_options import PAGE_OPTIONS

if TYPE_CHECKING:
    from .config import RestConfig

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


@dataclass(frozen=True)
class Parent(KeywordOnly):
    """The list's request, the selector of the key, and the fields that the child's request uses."""

    request: RestConfig
    key: str
    fields: tuple[str, ...]

    def values(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The values of the placeholders for a parent's row."""
        return {PREFIX + name: row[name] for name in self.fields}


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


def read_parent(
    reader: OptionReader,
    options: ParentOptions,
    child: RestConfig,
    read: Callable[[Mapping[str, str]], RestConfig],
) -> Parent:
    """The parent's part of the configuration; `read` reads the options of its request."""
    used = [*placeholders(child.url), *placeholders(child.body)]
    fields = tuple(dict.fromkeys(n[len(PREFIX) :] for n in used if is_of_parent(n)))
    if not fields:
        raise reader.fail(
            "parent",
            "is not used: write a field of the parent's record into url or body, for example "
            f"{{parent.{options.key}}}.",
        )
    if is_of_parent(child.offset_field):
        raise reader.fail("offsetField", "may not begin with 'parent.' if parent is set.")
    request = _request(reader, options, read)
    if placeholders(request.url) or placeholders(request.body):
        raise reader.fail("parent", "its url and body may have no placeholder.")
    if not same_origin(fill_url(child.url, {}, missing="x"), request.url):
        raise reader.fail(
            "parent",
            "its url must have the host of url, since both requests have the same credentials.",
        )
    # One rate limit and one token for both. Headers with the position are for the child alone.
    request = replace(
        request,
        auth=child.auth,
        settings=child.settings,
        headers=child.headers,
        private_headers=child.private_headers,
    )
    return Parent(request=request, key=options.key, fields=fields)


def _request(
    reader: OptionReader,
    options: ParentOptions,
    read: Callable[[Mapping[str, str]], RestConfig],
) -> RestConfig:
    inherited = {name: reader.text(name) for name in _INHERITED if reader.has(name)}
    try:
        return read({"streamingInterval": _INTERVAL, **inherited, **options.given})
    except OptionError as error:
        raise OptionError(f"rest option 'parent': {str(error).removeprefix('rest ')}") from None
