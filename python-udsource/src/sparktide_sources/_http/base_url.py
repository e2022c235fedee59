"""The `baseUrl` option: the origin and prefix of an API."""

from __future__ import annotations

from .._errors import EgressError
from .._options import OptionReader
from .egress import split_url


def base_url(reader: OptionReader, default: str) -> str:
    """The base URL without a slash at its end. Only its form is checked."""
    url = reader.text("baseUrl", default).strip().rstrip("/")
    try:
        parts = split_url(url)
    except EgressError as error:
        raise reader.fail("baseUrl", str(error)) from None
    if parts.query or parts.fragment:
        raise reader.fail("baseUrl", "may not have a query or a fragment.")
    if "{" in url or "}" in url:
        raise reader.fail("baseUrl", "may not contain braces: it has no placeholders.")
    return url
