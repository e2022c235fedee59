"""Keeping credentials out of plans: which options carry them, and what to do about it.

Options travel in plans, and Spark shows plans in `explain`, in its UI and in event logs.
Registering the sources extends `spark.sql.redaction.options.regex` by `REDACTED_OPTIONS`. Where a
session may not change that, or the server says SPARKTIDE_REQUIRE_SECRET_REFERENCES=true, a
credential that is written out is refused: it must be a reference, see `secrets`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any

from .._errors import OptionError
from .._json_types import as_object
from .._placeholders import is_placeholder
from .redact import is_benign_header, sensitive_parameters, sensitive_values
from .secrets import REQUIRE_REFERENCES, Secret

REDACTION_CONF = "spark.sql.redaction.options.regex"

# The credentials that `_rest.auth` reads.
AUTH_SECRETS = (
    "userId",
    "userPassword",
    "apiKey",
    "oauthToken",
    "oauthConsumerKey",
    "oauthConsumerSecret",
    "oauthTokenSecret",
    "oauthClientId",
    "oauthClientSecret",
    "oauthRefreshToken",
)
CREDENTIAL_OPTIONS = (*AUTH_SECRETS, "clientKeyPassword", "cookie")
# These may hold credentials among other things.
REDACTED_OPTIONS = (*CREDENTIAL_OPTIONS, "headers", "url", "body", "inputData", "proxy")

# The default of `spark.redaction.regex`.
_HIDING = re.compile("secret|password|token|access[.]?key", re.IGNORECASE)


def redaction_regex(current: str) -> str:
    """The session's pattern, extended by our options; the same text when it has them already."""
    ours = f"(?i:^(?:{'|'.join(map(_readable, REDACTED_OPTIONS))})$)"
    if ours in current:
        return current
    return f"(?:{current})|{ours}" if current else ours


def _readable(name: str) -> str:
    """The same pattern without words for which Spark hides a configuration value from sessions."""
    return _HIDING.sub(lambda word: f"[{word[0][0]}]{word[0][1:]}", name)


def require_references(options: Mapping[str, str], always: bool = False) -> None:
    """Refuses credentials that are written out, if `always` or the server says so."""
    if not always and os.environ.get(REQUIRE_REFERENCES, "").strip().lower() != "true":
        return
    given = {key.lower(): str(value) for key, value in options.items()}
    if sensitive_values(_parsed(given.get("inputdata", ""))):
        raise OptionError(
            "option 'inputData' has a field whose name says that it is a credential, and here it "
            "would show in plans: give it to authType, headers or cookie as env:NAME or "
            "file:/path; if it is none, give the field another name, which its placeholder shares."
        )
    for name in (*CREDENTIAL_OPTIONS, "headers", "url", "body", "proxy"):
        if _holds_credential(name, given.get(name.lower(), "")):
            raise OptionError(
                f"option {name!r} holds a credential itself, and here it would show in plans: "
                "write env:NAME or file:/path, in 'headers' as the value of the header; a key in "
                "the query is for authType=ApiKey with apiKeyIn=query."
            )


def _holds_credential(name: str, text: str) -> bool:
    if not text.strip() or Secret(name, text).is_reference:
        return False
    if name in CREDENTIAL_OPTIONS:
        return True
    if name == "url":
        return not all(map(is_placeholder, sensitive_parameters(text)))
    if name == "proxy":
        return "@" in text
    document = _parsed(text)
    if name == "body":
        return not all(map(is_placeholder, sensitive_values(document)))
    headers = as_object(document) or {}
    private = [value for key, value in headers.items() if not is_benign_header(key)]
    return any(not Secret(name, str(value)).is_reference for value in private)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        # What is wrong with it is told where the option is read.
        return None
