"""The options of `rest` about the request itself."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from .._credentials.redact import is_benign_header
from .._credentials.secrets import Secret
from .._errors import EgressError
from .._http.egress import split_url
from .._options import OptionReader
from .._placeholders import fill_url
from .stray_braces import require_no_placeholder

REQUEST_OPTIONS = ("url", "method", "body", "headers", "cookie")

Method = Literal["GET", "POST"]

_COOKIE = re.compile(r"[^\s=;,]+=[ !-:<-~]*")


def check_url(reader: OptionReader, url: str) -> None:
    try:
        parts = split_url(fill_url(url, {}, missing="x"))
    except EgressError as error:
        raise reader.fail("url", str(error)) from None
    if "{" in url.partition("//")[2].partition("/")[0]:
        raise reader.fail("url", "the host may not be a placeholder.")
    if parts.fragment:
        raise reader.fail("url", "may not have a fragment.")


def read_body(reader: OptionReader, method: Method) -> str:
    body = reader.text("body").strip()
    if not body:
        return ""
    if method != "POST":
        raise reader.fail("body", "needs method=POST.")
    reader.json_value("body", object, "JSON text")
    return body


def read_headers(
    reader: OptionReader, fields: Collection[str]
) -> tuple[dict[str, str], dict[str, Secret]]:
    if not reader.text("headers").strip():
        return {}, {}
    what = "a JSON object of header names and text values"
    given = reader.json_value("headers", dict, what)
    open_headers: dict[str, str] = {}
    private: dict[str, Secret] = {}
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise reader.fail("headers", f"must be {what}; {name!r} has another value.")
        if name.lower() in ("host", "content-length", "transfer-encoding", "connection"):
            raise reader.fail("headers", f"{name!r} is set by the client itself.")
        if any(ord(char) < 32 for char in f"{name}{value}"):
            raise reader.fail("headers", f"{name!r} contains a line break or control character.")
        require_no_placeholder(reader, "headers", repr(name), str(value), fields)
        if name.lower() == "authorization" and reader.text("authType", "None").lower() != "none":
            raise reader.fail("headers", "has Authorization, and authType is set; use one of them.")
        if is_benign_header(name):
            open_headers[name] = str(value)
        else:
            private[name] = Secret("headers", str(value))
    return open_headers, private


def read_cookie(reader: OptionReader, private: dict[str, Secret], fields: Collection[str]) -> None:
    """The `cookie` option: one or more pairs, or a reference to them."""
    text = reader.text("cookie").strip()
    if not text:
        return
    if any(name.lower() == "cookie" for name in private):
        raise reader.fail("cookie", "is set, and headers have a Cookie; use one of them.")
    require_no_placeholder(reader, "cookie", "it", text, fields)
    cookie = reader.secret("cookie")
    pairs = [pair.strip() for pair in text.split(";") if pair.strip()]
    if not cookie.is_reference and not all(_COOKIE.fullmatch(pair) for pair in pairs):
        raise reader.fail("cookie", "must be name=value; name2=value2, in printable ASCII.")
    private["Cookie"] = cookie
