"""Selectors: paths to values in a parsed body.

| form | example |
|---|---|
| dotted | `data.items`, `data.items[0].id`, `data.items.0.id`, `data['odd.name']`; may begin with `$.` |
| every element | `groups[*].items`, `prices[*]`; of an object, every value |
| JSON Pointer | `/data/items/0`, with `~1` for a slash and `~0` for a tilde |
| whole body | an empty selector, or `$` |

A whole key takes precedence over a path: `a.b` finds `{"a.b": 1}`. In a list of links, a step selects
the link with that `rel` and returns its URL: `links.next` finds
`{"links": [{"rel": "next", "uri": …}]}`.
"""  # noqa: E501 - a table row can't be wrapped

from __future__ import annotations

import re
from typing import Any, Union

from .._json_types import Json

_LINK_KEYS = ("uri", "href", "url")

# One step: a name, an index, or None for every element.
Step = Union[str, int, None]
Steps = tuple[Step, ...]

MISSING = object()

_BRACKET = re.compile(
    r"""\[(?:(?P<every>\*)|(?P<index>-?\d{1,9})|'(?P<one>[^']*)'|"(?P<two>[^"]*)")\]"""
)
_NAME = re.compile(r"[^.\[\]]+")
_INDEX = re.compile(r"(?:0|[1-9]\d{0,8})\Z", re.ASCII)


class NotFound(Exception):
    """A selector finds nothing. It stopped at the path `at`, where `step` is missing."""

    def __init__(self, at: str, step: Step, value: Any) -> None:
        super().__init__(at)
        self.at, self.step, self.value = at, step, value


def parse_selector(text: str) -> Steps:
    """The steps of a selector. Raises ValueError with the reason for a wrong selector."""
    if text.startswith("/"):
        return tuple(_pointer_step(token) for token in text[1:].split("/"))
    at = 1 if text == "$" or text.startswith(("$.", "$[")) else 0
    steps: list[Step] = []
    # A dot joins names. A selector may not begin or end with a dot.
    named = at == 0
    while at < len(text):
        bracket = _BRACKET.match(text, at)
        if bracket:
            steps.append(_bracket_step(bracket))
            at, named = bracket.end(), False
            continue
        if not named:
            if text[at] != ".":
                raise ValueError(f"'.' or '[' is missing before {text[at:]!r}")
            at += 1
        name = _NAME.match(text, at)
        if name is None:
            raise ValueError(f"a name is missing before {text[at:] or 'its end'!r}")
        steps.append(name.group())
        at, named = name.end(), False
    return tuple(steps)


def _bracket_step(match: re.Match[str]) -> Step:
    if match["every"]:
        return None
    if match["index"]:
        return int(match["index"])
    return match["one"] if match["one"] is not None else match["two"]


def _pointer_step(token: str) -> str:
    if re.search(r"~(?![01])", token):
        raise ValueError(f"{token!r} has a '~' that is neither ~0 nor ~1")
    return token.replace("~1", "/").replace("~0", "~")


def lookup(value: Json, path: str) -> Any:
    """The single value at a selector, or MISSING."""
    if isinstance(value, dict) and path in value:
        return value[path]
    if not path:
        return value
    if "[" not in path and not path.startswith(("/", "$")):
        return _dotted(value, path)
    found = value
    for step in parse_selector(path):
        found = _step(found, step)
        if found is MISSING:
            return MISSING
    return found


def _dotted(value: Json, path: str) -> Any:
    if isinstance(value, dict) and path in value:
        return value[path]
    head, _, rest = path.partition(".")
    found = _step(value, head)
    return _dotted(found, rest) if rest and found is not MISSING else found


def _step(value: Json, step: Step) -> Any:
    if isinstance(value, dict):
        return value.get(step, MISSING) if isinstance(step, str) else MISSING
    if not isinstance(value, list):
        return MISSING
    if isinstance(step, str):
        link = _link(value, step)
        if link is not MISSING or not _INDEX.match(step):
            return link
        step = int(step)
    if step is None or not -len(value) <= step < len(value):
        return MISSING
    return value[step]


def _link(links: list[Json], rel: str) -> Any:
    for link in links:
        if isinstance(link, dict) and link.get("rel") == rel:
            for key in _LINK_KEYS:
                if key in link:
                    return link[key]
    return MISSING


def select_all(value: Json, path: str) -> list[Any]:
    """All values that a selector with `[*]` finds. Raises `NotFound` if a step is missing."""
    if isinstance(value, dict) and path in value:
        return [value[path]]
    if "[" not in path:
        found = lookup(value, path)
        if found is MISSING:
            raise NotFound("", path, value)
        return [found]
    here: list[tuple[str, Any]] = [("", value)]
    for step in parse_selector(path):
        here = [pair for at, found in here for pair in _onward(at, found, step)]
    return [found for _, found in here]


def _onward(at: str, value: Json, step: Step) -> list[tuple[str, Any]]:
    if step is not None:
        found = _step(value, step)
        if found is MISSING:
            raise NotFound(at, step, value)
        return [(_joined(at, step), found)]
    if value is None:
        # Some APIs return null for an empty list.
        return []
    if isinstance(value, list):
        return [(f"{at}[{index}]", item) for index, item in enumerate(value)]
    if isinstance(value, dict):
        return [(_joined(at, key), item) for key, item in value.items()]
    raise NotFound(at, step, value)


def _joined(at: str, step: Step) -> str:
    if isinstance(step, int):
        return f"{at}[{step}]"
    return f"{at}.{step}" if at else str(step)


def is_many(path: str) -> bool:
    """Whether a selector can find more than one value."""
    return "[*]" in path and None in parse_selector(path)


def ends_in_every(path: str) -> bool:
    """Whether a selector ends with `[*]`, so that its values are the records."""
    return path.endswith("[*]")


def record_field(record: Json, path: str) -> Any:
    """A field of a record, which may be wrapped as `{"data": {…}}`."""
    found = lookup(record, path)
    if found is MISSING and isinstance(record, dict) and isinstance(record.get("data"), dict):
        return lookup(record["data"], path)
    return found


def field_names(value: Json) -> str:
    """The keys of an object, for a message."""
    if not isinstance(value, dict):
        return f"a JSON {type(value).__name__}"
    return ", ".join(list(map(str, value))[:12]) or "no fields"
