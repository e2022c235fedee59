"""Keeps credentials out of every message."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, urlsplit, urlunsplit

MASK = "***"

# Shorter values would blank out ordinary words of a message.
_SHORTEST = 3

_SENSITIVE_NAME = re.compile(
    r"(?i)(?:key|token|secret|passw|signature|^sig$|auth|credential|session|cookie)"
)

_BENIGN_HEADERS = frozenset(
    {"accept", "accept-encoding", "accept-language", "cache-control", "content-type", "user-agent"}
)


def is_sensitive_name(name: str) -> bool:
    """Whether a query parameter or header of this name usually carries a credential."""
    return bool(_SENSITIVE_NAME.search(name))


def is_benign_header(name: str) -> bool:
    """Whether a header of this name never carries a credential."""
    return name.lower() in _BENIGN_HEADERS


def redact_url(url: str) -> str:
    """The URL without user, password and the values of sensitive query parameters."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    pairs = []
    for pair in parts.query.split("&") if parts.query else []:
        name, sep, _ = pair.partition("=")
        pairs.append(f"{name}={MASK}" if sep and is_sensitive_name(name) else pair)
    return urlunsplit((parts.scheme, host, parts.path, "&".join(pairs), ""))


class Redactor:
    """Replaces known secrets, in the forms they travel in, by `***`."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms: set[str] = set()
        for secret in secrets:
            if len(secret) < _SHORTEST:
                continue
            forms.update({secret, quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1]})
            forms.add(base64.b64encode(secret.encode("utf-8", "surrogateescape")).decode("ascii"))
        self._forms = sorted(forms, key=len, reverse=True)

    def text(self, message: str) -> str:
        for form in self._forms:
            message = message.replace(form, MASK)
        return message
