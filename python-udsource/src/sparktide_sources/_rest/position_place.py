"""Where a request has the position: in the url, in the body or in a header.

`{position}` stands for the position whatever the name of `offsetField` is, because a placeholder
can't have a name such as `@timestamp`. `firstPosition` says what the first request of a stream,
and each request of a batch, sends instead of a position:

| value | the first request |
|---|---|
| `send` | has `initialOffset` |
| `omit` | omits the query parameter, the key of the body or the header that has the placeholder |
| `null` | has a null in the body |
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from .._errors import HttpError
from .._exact_json import Exact, parse, write_ascii
from .._json_types import Json
from .._options import OptionReader
from .._placeholders import fill_text, is_placeholder, path_placeholders, placeholders

POSITION = "position"

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?\Z", re.ASCII)

FirstPosition = Literal["send", "omit", "null"]


def position_names(reader: OptionReader, offset_field: str) -> tuple[str, ...]:
    """The names of the placeholders that stand for the position.

    Without `offsetField`, `{position}` may be a text or a field of inputData like any other.
    """
    given = reader.has("offsetField")
    return tuple(dict.fromkeys((offset_field, POSITION))) if given else (offset_field,)


def placeholder_of(offset_field: str) -> str:
    """The placeholder of the position, for messages."""
    named = f"{{{offset_field}}}"
    return named if is_placeholder(named) else f"{{{POSITION}}}"


def require_own_name(
    reader: OptionReader, names: Collection[str], rows: Iterable[Mapping[str, Any]]
) -> None:
    """Refuses a field of inputData with the name that stands for the position."""
    if len(names) < 2:
        return
    for index, row in enumerate(rows):
        if POSITION in row:
            raise reader.fail(
                "inputData",
                f"item {index} has the field {POSITION!r}, but {{{POSITION}}} always stands for "
                "the position of a stream: give the field another name.",
            )


def require_header_value(name: str, value: str) -> str:
    """The value of a header that holds a position. Refuses what a header can't hold."""
    if not value.isascii() or not value.isprintable():
        raise HttpError(
            f"the position for the header {name!r} has a character that is not printable ASCII: "
            f"{value!r}"
        )
    return value


def filled_headers(templates: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, str]:
    """The headers that hold the position."""
    return {
        name: require_header_value(name, fill_text(text, values))
        for name, text in templates.items()
    }


def read_first_position(
    reader: OptionReader,
    *,
    url: str,
    body: str,
    headers: Mapping[str, str],
    names: Collection[str],
) -> FirstPosition:
    """Reads `firstPosition`. Refuses places that can't omit the position or be null."""
    first: FirstPosition = reader.choice("firstPosition", "send", ("send", "omit", "null"))
    if first == "send":
        return first
    if reader.text("initialOffset").strip():
        raise reader.fail(
            "firstPosition",
            f"{first} sends no first position, and initialOffset is one; remove one of them.",
        )
    texts = [url, body, *headers.values()]
    if not any(_has(text, names) for text in texts):
        raise reader.fail(
            "firstPosition",
            f"{first} needs a placeholder of the position in url, body or headers, such as "
            f"{{{POSITION}}}.",
        )
    if first == "omit":
        _require_can_omit(reader, url, body, names)
    else:
        _require_can_be_null(reader, url, body, headers, names)
    return first


def _require_can_omit(reader: OptionReader, url: str, body: str, names: Collection[str]) -> None:
    if set(path_placeholders(url)) & set(names):
        raise reader.fail(
            "firstPosition",
            "omit can't remove a part of the url's path; move the position to the query.",
        )
    if body and _in_array(parse(body).value, names):
        raise reader.fail(
            "firstPosition",
            "omit can't remove an element of an array in the body: make the position the value of "
            f'a key, as in {{"after": "{{{POSITION}}}"}}. The position may itself be an array.',
        )


def _require_can_be_null(
    reader: OptionReader,
    url: str,
    body: str,
    headers: Mapping[str, str],
    names: Collection[str],
) -> None:
    for option, texts in (("url", [url]), ("headers", list(headers.values()))):
        if any(_has(text, names) for text in texts):
            raise reader.fail(
                "firstPosition",
                f"null needs the position in the JSON body, but {option} has it; set omit.",
            )
    for text in _strings(parse(body).value):
        if _has(text, names) and not is_placeholder(text):
            raise reader.fail(
                "firstPosition",
                f"null needs a string of the body that is only the placeholder; {text!r} has more.",
            )


def without_position(url: str, names: Collection[str]) -> str:
    """The URL without the query parameters that have the position."""
    parts = urlsplit(url)
    pairs = [pair for pair in parts.query.split("&") if not _has(pair, names)]
    return urlunsplit(parts._replace(query="&".join(pairs)))


def body_without_position(body: str, names: Collection[str]) -> str:
    """The JSON body without the keys that have the position as their value."""
    if not body or not _has(body, names):
        return body
    return write_ascii(_without(parse(body).value, names)).decode("ascii")


def _without(node: Json, names: Collection[str]) -> Any:
    if isinstance(node, list):
        return [_without(item, names) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _without(item, names)
        for key, item in node.items()
        if not (isinstance(item, str) and _has(item, names))
    }


def sent_alone(body: str, names: Collection[str]) -> bool:
    """Whether a string of the body is only the position, so that it becomes the value itself."""
    if not body:
        return False
    return any(is_placeholder(text) and _has(text, names) for text in _strings(parse(body).value))


def _has(text: str, names: Collection[str]) -> bool:
    return bool(set(placeholders(text)) & set(names))


def _strings(node: Json) -> list[str]:
    if isinstance(node, str):
        return [node]
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [text for item in inner for text in _strings(item)]


def _in_array(node: Json, names: Collection[str]) -> bool:
    if isinstance(node, list):
        return any(isinstance(item, str) and _has(item, names) for item in node) or any(
            _in_array(item, names) for item in node
        )
    return isinstance(node, dict) and any(_in_array(item, names) for item in node.values())


def as_number(text: str) -> Any:
    """A numeric position as a JSON number with the same digits. Other text is not changed."""
    if _NUMBER.match(text):
        return Exact(text)
    return int(text) if text.lstrip("-").isdigit() else text
