"""Credentials in the path of a URL: `/bot123456:AAF…/getUpdates`, `/v6/<key>/latest`.

The parts of a path have no names. So a part counts as a credential if the part before it has a
sensitive name (`/token/…`), or if it looks random: long, and neither a word, number, date nor slug.
Ids that look random, such as a UUID, are hidden, too: some APIs use them as keys.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from .redact import Redactor, is_sensitive_name, redact_url

# A shorter random text would be too easy to guess, so it is not a key.
_SHORTEST = 16
# Prefixes that APIs give their tokens.
_TOKEN_PREFIX = re.compile(
    r"(?:bot\d+:|sk[-_]|pk[-_]|rk[-_]|gh[pousr]_|glpat-|xox[a-z]-|eyJ).", re.ASCII
)
# A part of a route, such as the `token` of `/oauth/token`.
_ROUTE = re.compile(r"[a-z]{1,24}(?:[-_.][a-z]{1,24})*|v\d{1,3}(?:\.\d{1,3})?", re.ASCII)
_KEY_SIGNS = re.compile(r"[A-Za-z0-9_\-~.=:+]+", re.ASCII)
# Words, numbers, and numbers that end in a unit: the pieces of a slug, a date or a version.
_ORDINARY_PIECE = re.compile(
    r"[a-z]*|[A-Z]*|[A-Z][a-z]+|\d+|v\d+|\d{1,4}[a-z]{1,3}|[TZ\d]+", re.ASCII
)

_LETTERS_ALONE, _LETTERS_OF_A_WORD = 20, 3.5
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


def discreet_url(url: str) -> str:
    """The URL for messages, without possible credentials."""
    return Redactor(path_secrets(url)).text(redact_url(url))


def path_secrets(url: str) -> list[str]:
    """The texts in a URL's path that may be credentials, both as written and decoded."""
    found: list[str] = []
    before = ""
    for segment in urlsplit(url).path.split("/"):
        text = unquote(segment)
        if _names_value(before, text) or looks_secret(text):
            found += [text, segment]
        # Matrix parameters have names: `/data;token=abc`.
        for pair in segment.split(";")[1:]:
            name, _, value = pair.partition("=")
            if value and is_sensitive_name(unquote(name)):
                found += [unquote(value), value]
        before = text
    return list(dict.fromkeys(text for text in found if text))


def _names_value(name: str, text: str) -> bool:
    """Whether `name` in `/name/text` says that `text` is a credential."""
    return bool(text) and is_sensitive_name(name) and not _ROUTE.fullmatch(text)


def looks_secret(text: str) -> bool:
    """Whether a segment of a path looks like a key and not like a name, number, date or slug."""
    if _TOKEN_PREFIX.match(text) and len(text) >= _SHORTEST:
        return True
    if len(text) < _SHORTEST or not _KEY_SIGNS.fullmatch(text):
        return False
    return any(map(_is_random, re.split(r"[_\-~.=:+]", text)))


def _is_random(piece: str) -> bool:
    if any(char.isdigit() for char in piece):
        return len(piece) > 3 and not _ORDINARY_PIECE.fullmatch(piece)
    # In a random text, upper and lower case alternate more often than in joined words.
    words = _WORDS.findall(piece)
    return len(piece) >= _LETTERS_ALONE and len(words) * _LETTERS_OF_A_WORD > len(piece)
