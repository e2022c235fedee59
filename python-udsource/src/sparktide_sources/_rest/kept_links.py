"""Links of an API as positions of a stream, without our credentials.

The checkpoint, progress and logs show positions. A parameter of the link that repeats a credential
is removed, since each request adds the credential anyway. A parameter that repeats a sensitive
parameter of `url` is kept as `name=***`, and its value is filled in again for the request.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote, unquote_plus, urlsplit, urlunsplit

from .._credentials.redact import MASK, Redactor, is_sensitive_name

# A URL may contain shorter texts by chance.
_LEAST = 8


def is_link(text: str) -> bool:
    """Whether a cursor is a URL, absolute or relative."""
    return text.startswith(("/", "?", "http://", "https://"))


def exposes(text: str, secrets: Iterable[str]) -> bool:
    """Whether the text contains one of these in any encoding, and not by chance."""
    return Redactor(secret for secret in secrets if len(secret) >= _LEAST).holds(text)


def keepable(link: str, secrets: Iterable[str], asked: str) -> str:
    """The link without parameters that repeat a secret, and with those of `asked` masked."""
    parts = urlsplit(link)
    known, repeated = set(secrets), set(_telling_pairs(asked))
    pairs: list[str] = []
    for pair in parts.query.split("&"):
        name, value = _halves(pair)
        if value and (name, value) in repeated:
            pairs.append(f"{pair.partition('=')[0]}={MASK}")
        elif not _repeats(pair, known):
            pairs.append(pair)
    query = "&".join(pairs)
    return link if query == parts.query else urlunsplit(parts._replace(query=query))


def completed(link: str, asked: str) -> str:
    """The kept link, with the parameters filled in that `keepable` masked."""
    parts = urlsplit(link)
    if f"={MASK}" not in parts.query:
        return link
    own = {_halves(pair)[0]: pair for pair in urlsplit(asked).query.split("&")}
    pairs = [
        own.get(_halves(pair)[0], pair) if pair.endswith(f"={MASK}") else pair
        for pair in parts.query.split("&")
    ]
    return urlunsplit(parts._replace(query="&".join(pairs)))


def _telling_pairs(url: str) -> list[tuple[str, str]]:
    pairs = [_halves(pair) for pair in urlsplit(url).query.split("&")]
    return [(name, value) for name, value in pairs if is_sensitive_name(name)]


def _halves(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return unquote_plus(name), unquote_plus(value)


def _repeats(pair: str, secrets: set[str]) -> bool:
    name, value = _halves(pair)
    # Some APIs do not encode a plus sign.
    found = secrets & {value, unquote(pair.partition("=")[2])}
    return any(len(secret) >= _LEAST or is_sensitive_name(name) for secret in found if secret)
