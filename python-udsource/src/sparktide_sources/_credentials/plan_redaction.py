"""Keeps credentials out of plans.

Plans contain the options, and Spark shows plans in `explain`, in its UI and in event logs.
Registering the sources adds `REDACTED_OPTIONS` to `spark.sql.redaction.options.regex`. If a session
may not change that conf, or the server sets SPARKTIDE_REQUIRE_SECRET_REFERENCES=true, credentials
must be references (see `secrets`), and plain ones are refused.
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
from .secret_fields import SecretFields
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
CREDENTIAL_OPTIONS = (*AUTH_SECRETS, "clientKeyPassword", "cookie", "brokerKey")
# JSON objects with credentials and other texts, which may be references.
SECRET_OBJECTS = ("loginBody", "oauthParameters")
# The last six may hold credentials among other things.
REDACTED_OPTIONS = (
    *CREDENTIAL_OPTIONS,
    *SECRET_OBJECTS,
    "headers",
    "url",
    "body",
    "inputData",
    "parent",
    "proxy",
)

# The default of `spark.redaction.regex`.
_HIDING = re.compile("secret|password|token|access[.]?key", re.IGNORECASE)


def redaction_regex(current: str) -> str:
    """The session's pattern with our options; unchanged if it has them already."""
    ours = f"(?i:^(?:{'|'.join(map(_readable, REDACTED_OPTIONS))})$)"
    if ours in current:
        return current
    return f"(?:{current})|{ours}" if current else ours


def _readable(name: str) -> str:
    """An equal pattern without words such as `token`: Spark hides confs that contain them."""
    return _HIDING.sub(lambda word: f"[{word[0][0]}]{word[0][1:]}", name)


def require_references(options: Mapping[str, str], always: bool = False) -> None:
    """Refuses credentials that are not references, if `always` is set or the server asks for it."""
    if not always and os.environ.get(REQUIRE_REFERENCES, "").strip().lower() != "true":
        return
    given = {key.lower(): str(value) for key, value in options.items()}
    if sensitive_values(_parsed(given.get("inputdata", ""))):
        raise OptionError(
            "option 'inputData' has a field with the name of a credential, which plans on this "
            "server would show: use authType, headers or cookie with env:NAME or file:/path. If "
            "the field is not a credential, rename it and its placeholder."
        )
    for name in (*CREDENTIAL_OPTIONS, *SECRET_OBJECTS, "headers", "url", "body", "parent", "proxy"):
        if _holds_credential(name, given.get(name.lower(), "")):
            raise OptionError(
                f"option {name!r} holds a credential itself, which plans on this server would "
                "show: write env:NAME or file:/path instead (in 'headers' as a header's value, in "
                "'loginBody' and 'oauthParameters' as a field's value). "
                "For a key in the query use authType=ApiKey with apiKeyIn=query."
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
    if name in SECRET_OBJECTS:
        try:
            fields = SecretFields(name, text)
            found = fields.texts() if name == "loginBody" else fields.credentials()
        except ValueError:
            # The code that reads the option reports the error.
            return False
        return not all(secret.is_reference for secret in found)
    document = _parsed(text)
    if name == "parent":
        given = as_object(document) or {}
        return any(_holds_credential(part, str(given.get(part, ""))) for part in ("url", "body"))
    if name == "body":
        return not all(map(is_placeholder, sensitive_values(document)))
    headers = as_object(document) or {}
    private = [value for key, value in headers.items() if not is_benign_header(key)]
    return any(not Secret(name, str(value)).is_reference for value in private)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        # The code that reads the option reports the error.
        return None
