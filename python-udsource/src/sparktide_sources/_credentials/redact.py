"""Removes credentials from messages."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote_plus, urlsplit, urlunsplit

from .._json_types import as_array, as_object

MASK = "***"

# Masking shorter values would remove ordinary words from messages.
_SHORTEST = 3

# accessToken, X-API-Key and client_secret are split into words. Joined words such as `mytoken`
# match by their end.
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SENSITIVE_WORD = re.compile(
    r".*(?:tokens?|secrets?|passw(?:or)?ds?|signature|credentials?|cookies?|auth|key(?:id)?)"
    r"|auth(?:[nz]|code|data|hash|header|id|ori[sz]ation|entication)"
    r"|(?:.*session|.*sess)(?:id)?|passw.*|pass|pwd|passphrase|sig|jwt|bearer"
)
_ORDINARY_WORDS = frozenset(
    {"donkey", "hockey", "hotkey", "jockey", "monkey", "obsession", "turkey", "whiskey"}
)

_BENIGN_HEADERS = frozenset(
    {"accept", "accept-encoding", "accept-language", "cache-control", "content-type", "user-agent"}
)


def is_sensitive_name(name: str) -> bool:
    """Whether a query parameter or header of this name usually carries a credential."""
    words = {word.lower() for word in _WORD.findall(name)} - _ORDINARY_WORDS
    return any(_SENSITIVE_WORD.fullmatch(word) for word in words)


def is_benign_header(name: str) -> bool:
    """Whether a header of this name never carries a credential."""
    return name.lower() in _BENIGN_HEADERS


def redact_url(url: str) -> str:
    """The URL without user, password and the values of sensitive query parameters."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    pairs: list[str] = []
    for pair in parts.query.split("&") if parts.query else []:
        name, sep, _ = pair.partition("=")
        telling = sep and is_sensitive_name(unquote_plus(name))
        pairs.append(f"{name}={MASK}" if telling else pair)
    return urlunsplit((parts.scheme, host, parts.path, "&".join(pairs), ""))


class Redactor:
    """Replaces known secrets, also in encoded forms, by `***`."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: set[str] = set()
        self._forms: list[str] = []
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Adds secrets to mask."""
        fresh = {secret for secret in secrets if len(secret) >= _SHORTEST} - self._known
        if not fresh:
            return
        self._known |= fresh
        forms = {form for secret in self._known for form in _forms(secret)}
        # The longest first: a secret may contain a shorter one.
        self._forms = sorted(forms, key=len, reverse=True)

    def text(self, message: str) -> str:
        for form in self._forms:
            message = message.replace(form, MASK)
        return message

    def holds(self, text: str) -> bool:
        """Whether a known secret is in this text."""
        return any(form in text for form in self._forms)


def sensitive_values(document: Any) -> list[str]:
    """The texts in a JSON value that have a sensitive name."""
    found: list[str] = []
    for name, value in (as_object(document) or {}).items():
        if isinstance(value, str) and is_sensitive_name(name):
            found.append(value)
        found += sensitive_values(value)
    for value in as_array(document) or []:
        found += sensitive_values(value)
    return found


def header_secrets(name: str, value: str) -> list[str]:
    """The secrets in a private header: its value, each cookie, and the part after the scheme."""
    if name.lower() == "cookie":
        pairs = [pair.strip().partition("=")[2] for pair in value.split(";")]
        return [value, *pairs]
    return [value, value.strip().partition(" ")[2].strip()]


def sensitive_parameters(url: str) -> list[str]:
    """The values of the sensitive query parameters of a URL."""
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return [value for name, value in pairs if is_sensitive_name(name)]


def _forms(secret: str) -> set[str]:
    octets = secret.encode("utf-8", "surrogateescape")
    forms = {secret, quote(octets, safe=""), quote_plus(octets), repr(secret)[1:-1]}
    # The forms in JSON, with and without escapes for non-ASCII characters.
    forms |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    forms |= {quote(octets, safe="/%:@!$&'()*+,;=~-._?"), html.escape(secret)}
    forms.add(base64.b64encode(octets).decode("ascii"))
    forms.add(base64.urlsafe_b64encode(octets).decode("ascii"))
    return {form for form in forms if len(form) >= _SHORTEST}
