"""Refuses braces that are not a placeholder, although one was probably meant.

`?from={[0]}&to={@now}` would be sent as it is, and an API that ignores unknown values would return
all records. URLs need no literal braces, so each brace outside a placeholder is refused. A body may
contain braces, as in GraphQL; there only placeholders in the syntax of other tools are refused.
Headers may have the placeholder of the position; cookies and other URLs may not have any.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from .._options import OptionReader, shown
from .._placeholders import is_placeholder, literal_braces, placeholders

_SIGNS = re.compile(r"\{\s*(?:[@$%&?*!#\[\d]|[\w.\-]+\s*\+)[^{}\"\\\s:]*\s*\}")


# What a placeholder of a read stands for.
_READ = "of offsetField or of a field of inputData"


def require_placeholders(
    reader: OptionReader, option: str, url: str, fields: Collection[str], of: str = _READ
) -> None:
    """Refuses a brace in a URL outside a placeholder. `fields` are the names of placeholders."""
    found = literal_braces(url)
    if found:
        raise reader.fail(
            option, f"has {shown(found)}, which is not a placeholder. {_may_be(fields, of)}"
        )


def require_body_placeholders(
    reader: OptionReader, body: str, fields: Collection[str], of: str = _READ
) -> None:
    """Refuses placeholders in the syntax of other tools in a body."""
    found = _SIGNS.search(body)
    if found:
        raise reader.fail(
            "body",
            f"has {shown(found.group())}, which is not a placeholder. {_may_be(fields, of)} For a "
            r"literal brace write \u007b.",
        )


def require_no_placeholder(
    reader: OptionReader, option: str, what: str, text: str, fields: Collection[str]
) -> None:
    """Refuses a placeholder where it has no effect. Errors do not show the text."""
    if _SIGNS.search(text) or set(placeholders(text)) & set(fields):
        raise reader.fail(
            option,
            f"{what} has a placeholder in braces; only url and body may have one. A header may "
            "have only the position.",
        )


def require_no_braces(reader: OptionReader, option: str, url: str) -> None:
    """Refuses braces in a URL that may not have placeholders."""
    if "{" in url or "}" in url:
        raise reader.fail(option, "may not contain braces; write literal ones as %7B and %7D.")


def _may_be(fields: Collection[str], of: str) -> str:
    named = [f"{{{name}}}" for name in fields if is_placeholder(f"{{{name}}}")]
    names = " or ".join(named[:5])
    return (
        f"A placeholder is the name {of} in braces: {names}. "
        "Write literal braces in a url as %7B and %7D."
    )
