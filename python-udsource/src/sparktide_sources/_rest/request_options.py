"""The options of `rest` about the request itself."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal, NamedTuple

from .._credentials.redact import is_benign_header, is_sensitive_name
from .._credentials.secrets import Secret
from .._errors import EgressError
from .._http.egress import split_url
from .._options import OptionReader
from .._placeholders import fill_url, placeholders
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


class Headers(NamedTuple):
    """The option `headers`, by where and how a header is sent."""

    # Sent to each origin.
    plain: dict[str, str]
    # May hold a credential, so they are sent only to the origin of `url`.
    private: dict[str, Secret]
    # Have a placeholder of the position; sent only to the origin of `url`.
    positions: dict[str, str]


def read_headers(
    reader: OptionReader, fields: Collection[str], position_names: Collection[str]
) -> Headers:
    """Reads `headers`. `fields` are the names of all placeholders."""
    found = Headers({}, {}, {})
    if not reader.text("headers").strip():
        return found
    what = "a JSON object of header names and text values"
    given = reader.json_value("headers", dict, what)
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise reader.fail("headers", f"must be {what}; {name!r} has another value.")
        if name.lower() in ("host", "content-length", "transfer-encoding", "connection"):
            raise reader.fail("headers", f"{name!r} is set by the client itself.")
        if any(ord(char) < 32 for char in f"{name}{value}"):
            raise reader.fail("headers", f"{name!r} contains a line break or control character.")
        if name.lower() == "authorization" and reader.text("authType", "None").lower() != "none":
            raise reader.fail("headers", "has Authorization, and authType is set; use one of them.")
        if set(placeholders(str(value))) & set(position_names):
            others = set(fields) - set(position_names)
            require_no_placeholder(reader, "headers", repr(name), str(value), others)
            if is_sensitive_name(name):
                raise reader.fail(
                    "headers",
                    f"{name!r} holds a credential by its name, so it may not hold the position, "
                    "which checkpoints and progress reports show.",
                )
            found.positions[name] = str(value)
            continue
        require_no_placeholder(reader, "headers", repr(name), str(value), fields)
        if is_benign_header(name):
            found.plain[name] = str(value)
        else:
            found.private[name] = Secret("headers", str(value))
    return found


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
