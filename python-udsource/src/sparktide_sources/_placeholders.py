"""Placeholders in the URL and in the texts of the body, filled from a row or with the position.

`{name}` is replaced; `{{name}}` is the literal text `{name}`. A missing value is an error, since
the request would mean something else: `/users/{id}` without an id is the list of all users.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from ._errors import HttpError
from ._exact_json import parse, write, write_ascii
from ._json_types import Json

_NAME = r"[A-Za-z_][A-Za-z0-9_.\-]*"
_PLACEHOLDER = re.compile(rf"\{{\{{(?P<literal>{_NAME})\}}\}}|\{{(?P<name>{_NAME})\}}")


def placeholders(text: str) -> list[str]:
    """The names in braces, without repetition."""
    found = (match["name"] for match in _PLACEHOLDER.finditer(text))
    return list(dict.fromkeys(name for name in found if name))


def literal_braces(text: str) -> str:
    """The first text in braces that is not a placeholder, or a single brace; else ""."""
    rest = _PLACEHOLDER.sub("\0", text)
    found = re.search(r"\{[^{}\0]*\}|[{}]", rest)
    return found.group() if found else ""


def is_placeholder(text: str) -> bool:
    """Whether the whole text is one placeholder."""
    whole = _PLACEHOLDER.fullmatch(text)
    return bool(whole and whole["name"])


def fill_text(text: str, values: Mapping[str, Any]) -> str:
    """The text with its placeholders replaced by unchanged values."""

    def value(match: re.Match[str]) -> str:
        name = match["name"]
        return f"{{{match['literal']}}}" if name is None else _told(name, values[name])

    return _PLACEHOLDER.sub(value, text)


def path_placeholders(url: str) -> list[str]:
    """The placeholders in a URL's path."""
    return placeholders(url.partition("?")[0])


def path_values(template: str, url: str) -> dict[str, str]:
    """The values that a template's path placeholders have in this URL; {} if it does not match."""
    path, names, at = template.partition("?")[0], list[str](), 0
    pattern = ""
    for match in _PLACEHOLDER.finditer(path):
        pattern += re.escape(path[at : match.start()]) + "([^/?]*)"
        names.append(match["name"] or "")
        at = match.end()
    found = re.fullmatch(pattern + re.escape(path[at:]), url.partition("?")[0])
    return {name: unquote(value) for name, value in zip(names, found.groups())} if found else {}


def fill_url(url: str, values: Mapping[str, Any], missing: str | None = None) -> str:
    """The URL with its placeholders replaced by percent-encoded values.

    `missing` replaces placeholders without a value. Without `missing` they are an error.
    """

    def value(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            return quote(f"{{{match['literal']}}}", safe="")
        if name not in values and missing is not None:
            return missing
        return quote(_told(name, values[name]), safe="")

    def segment(template: str) -> str:
        for name in placeholders(template):
            if name in values and _told(name, values[name]) == "":
                raise HttpError(f"the placeholder {{{name}}} in the path of the url is empty")
        filled = _PLACEHOLDER.sub(value, template)
        if template != filled and unquote(filled) in (".", ".."):
            names = ", ".join(f"{{{name}}}" for name in placeholders(template))
            raise HttpError(f"{names} would turn a part of the url's path into {filled!r}")
        return filled

    path, mark, query = url.partition("?")
    return "/".join(map(segment, path.split("/"))) + mark + _PLACEHOLDER.sub(value, query)


def fill_body(body: str, values: Mapping[str, Any]) -> bytes:
    """The JSON body with the placeholders in its strings replaced.

    A string that is one whole placeholder becomes the value itself: any JSON value.
    """
    if not body:
        return b""

    def fill(node: Json) -> Any:
        if isinstance(node, dict):
            return {key: fill(item) for key, item in node.items()}
        if isinstance(node, list):
            return [fill(item) for item in node]
        # An Exact number is a str, too, but has no braces.
        if not isinstance(node, str) or "{" not in node:
            return node
        if is_placeholder(node):
            return values[node[1:-1]]
        return fill_text(node, values)

    return write_ascii(fill(parse(body).value))


def _told(name: str, value: Any) -> str:
    if value is None:
        raise HttpError(f"the placeholder {{{name}}} has no value: it is null")
    return plain_text(value)


def plain_text(value: Any) -> str:
    """A JSON value as text for a query; an array or object as its JSON text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        return write(value, True)
    return str(value)
