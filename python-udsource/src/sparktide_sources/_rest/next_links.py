"""Addresses and bodies of next pages: links, their queries, parameters in a body. No I/O here."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from .._errors import HttpError
from .._exact_json import parse, write_ascii
from .._http.urls import with_query_of
from .._json_types import Json
from .config import RestConfig

# RFC 8288: <address>; name=value; name="any text", <address> …; quoted text may hold anything.
_QUOTED = r'"(?:[^"\\]|\\.)*"?'
_LINK = re.compile(rf'<([^>]*)>((?:{_QUOTED}|[^",<])*)')
_LINK_PARAMETER = re.compile(rf';\s*([^\s=;"]+)\s*=\s*({_QUOTED}|[^\s;"]*)')


def next_address(config: RestConfig, first: str, here: str, link: str) -> str:
    """The address of the next page: the link, or with `nextLink=query` `first` with its query."""
    if not config.pages.next_query:
        return urljoin(here, link)
    query_of(link)
    return with_query_of(first, link)


def query_of(link: str) -> str:
    """The query of a link. Without one, `nextLink=query` can't find the next page."""
    query = urlsplit(link).query
    if not query:
        raise HttpError(
            "the API's next link has no query, so nextLink=query can't take the next page from it"
        )
    return query


def with_field(body: bytes, path: str, value: Any) -> bytes:
    """The JSON body with a field set. Dots name inner objects, which are added if missing."""
    document: Json = parse(body.decode("utf-8") or "{}").value
    node: Json = document
    names = path.split(".")
    for name in names[:-1]:
        node = node.setdefault(name, {}) if isinstance(node, dict) else None
    if not isinstance(node, dict):
        raise HttpError(f"the page parameter {path!r} has no place in the body: it needs an object")
    node[names[-1]] = value
    return write_ascii(document)


def link_target(here: str, header: str) -> str:
    """The URL of the next page in a Link header, or an empty text."""
    for target, parameters in _LINK.findall(header):
        for name, value in _LINK_PARAMETER.findall(parameters):
            if name.lower() == "rel" and "next" in value.strip("\"'").lower().split():
                return urljoin(here, target)
    return ""
