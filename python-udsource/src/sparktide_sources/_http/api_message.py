"""The error message in an API's answer."""

from __future__ import annotations

import json
from typing import Any

from .._json_types import as_array, as_object

# In characters.
LONGEST_MESSAGE = 2048


def api_message(body: bytes) -> str:
    """The API's own error message, from the fields that APIs use for it."""
    text = body[: 16 * 1024].decode("utf-8", "replace").strip()
    try:
        found = api_words(json.loads(text))
    except (ValueError, RecursionError):
        found = "" if text.startswith("<") else text
    return " ".join(found.split())[:LONGEST_MESSAGE]


def api_words(document: Any) -> str:
    """The error message in an API's JSON."""
    if isinstance(document, str):
        return document
    several = as_array(document)
    if several:
        return api_words(several[0])
    fields = as_object(document)
    if not fields:
        return ""
    status = as_object(fields.get("status")) or {}
    if isinstance(status.get("error_message"), str):
        return str(status["error_message"])
    for name in ("reason", "message", "error_description", "error", "detail", "title", "errors"):
        said = api_words(fields.get(name))
        if said:
            return said
    return ""
