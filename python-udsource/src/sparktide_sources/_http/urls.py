"""Changes query parameters of URLs, and nothing else in them."""

from __future__ import annotations

from urllib.parse import quote, unquote_plus, urlsplit, urlunsplit


def with_parameter(url: str, name: str, value: str) -> str:
    """The URL with this query parameter set."""
    parts = urlsplit(url)
    pairs = [*_others(parts.query, name), f"{quote(name, safe='')}={quote(value, safe='')}"]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "&".join(pairs), ""))


def with_query_of(url: str, link: str) -> str:
    """The URL with the query parameters of a link. They replace those with the same names."""
    parts = urlsplit(url)
    pairs = [pair for pair in urlsplit(link).query.split("&") if pair]
    names = {unquote_plus(pair.partition("=")[0]) for pair in pairs}
    own = [pair for pair in parts.query.split("&") if pair]
    own = [pair for pair in own if unquote_plus(pair.partition("=")[0]) not in names]
    return urlunsplit(parts._replace(query="&".join([*own, *pairs])))


def without_parameter(url: str, name: str) -> str:
    """The URL without this query parameter; the same text if it does not have it."""
    parts = urlsplit(url)
    kept = _others(parts.query, name)
    if len(kept) == len([pair for pair in parts.query.split("&") if pair]):
        return url
    return urlunsplit(parts._replace(query="&".join(kept)))


def _others(query: str, name: str) -> list[str]:
    pairs = [pair for pair in query.split("&") if pair]
    return [pair for pair in pairs if unquote_plus(pair.partition("=")[0]) != name]
