"""Braces that are no placeholder, where one was surely meant.

`?from={[0]}&to={@now}` would be sent as it is written, and an API that ignores what it does not
understand answers with all it has. A URL has no braces of its own, so each brace that is part of no
placeholder is refused. A body may have braces, as GraphQL has: there a brace is refused before a
sign that begins a placeholder in other tools. Headers, cookies and other addresses have none.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from .._options import OptionReader, shown
from .._placeholders import is_placeholder, literal_braces, placeholders

_SIGNS = re.compile(r"\{\s*(?:[@$%&?*!#\[\d]|[\w.\-]+\s*\+)[^{}\"\\\s:]*\s*\}")


def require_placeholders(
    reader: OptionReader, option: str, url: str, fields: Collection[str]
) -> None:
    """Refuses a brace of a URL that belongs to no placeholder; `fields` may stand in one."""
    found = literal_braces(url)
    if found:
        raise reader.fail(option, f"has {shown(found)}, which is no placeholder. {_may_be(fields)}")


def require_body_placeholders(reader: OptionReader, body: str, fields: Collection[str]) -> None:
    """Refuses what looks like a placeholder of another tool, in the text of a body."""
    found = _SIGNS.search(body)
    if found:
        raise reader.fail(
            "body",
            f"has {shown(found.group())}, which is no placeholder. {_may_be(fields)} If the braces "
            r"are meant, write the first as \u007b.",
        )


def require_no_placeholder(
    reader: OptionReader, option: str, what: str, text: str, fields: Collection[str]
) -> None:
    """Refuses a placeholder where none is filled in; the text itself may be a credential."""
    if _SIGNS.search(text) or set(placeholders(text)) & set(fields):
        raise reader.fail(
            option, f"{what} has a placeholder in braces; only url and body may have one."
        )


def require_no_braces(reader: OptionReader, option: str, url: str) -> None:
    """Refuses braces in an address that has no placeholders."""
    if "{" in url or "}" in url:
        raise reader.fail(option, "has braces, and it has no placeholders; write them %7B and %7D.")


def _may_be(fields: Collection[str]) -> str:
    named = [f"{{{name}}}" for name in fields if is_placeholder(f"{{{name}}}")]
    names = " or ".join(named[:5]) or "letters, digits, dots, hyphens and underscores"
    return (
        f"A placeholder is the name of offsetField or of a field of inputData in braces: {names}. "
        "Write %7B and %7D in a url for the braces themselves."
    )
