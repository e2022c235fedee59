"""Requests of `rest`: filled-in URL and body, authentication, records and pages.

Pagination (`pagination`): `none`; `link` follows the Link header's rel=next; `json` the URL in
`nextField`, absolute or relative; `cursor` sends the token in `nextField` back as `pageParam`;
`page` counts `pageParam` up from `pageStart`, `offset` by the records received, both until an empty
page, or one shorter than `pageSize` if that is set. A page that leads back to an earlier one is an
error. Credentials stay with the origin of `url`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from ._clock import Clock
from ._egress import same_origin
from ._errors import HttpError
from ._http import HttpClient, Request, decode_json
from ._redact import redact_url
from ._rest_config import RestConfig
from ._rest_json import MISSING, field_names, lookup, parse, scalar_text
from ._wire import Reply, exchange

_LINK = re.compile(r"<([^>]*)>([^<]*)")
_REL_NEXT = re.compile(
    r""";\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)""", re.IGNORECASE
)
_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.\-]*)\}")


class Page(NamedTuple):
    """One answer: its parsed body, the records in it and the URL of the next page, if any."""

    document: Any
    exact: bool
    records: list[Any]
    headers: dict[str, str]
    url: str
    next_url: str
    unchanged: bool


class RestApi:
    """Resolves the credentials once and makes the requests of one poll or task."""

    def __init__(
        self,
        config: RestConfig,
        clock: Clock,
        transport: Callable[..., Reply] = exchange,
    ) -> None:
        self._config = config
        self._auth, hidden = config.auth.resolve(clock)
        self._private = {name: value.resolve() for name, value in config.private_headers.items()}
        self._origin = fill_url(config.url, {}, missing="x")
        self._client = HttpClient(
            config.settings, [*hidden, *self._private.values()], clock, transport
        )

    @property
    def calls(self) -> int:
        return self._client.calls

    def walk(
        self,
        url: str,
        body: bytes,
        etag: str = "",
        attempts: int = 0,
        patience: float | None = None,
    ) -> Iterator[Page]:
        """The pages from this URL on, `maxPages` at most: see the last one's `next_url`."""
        pages = self._config.pages
        here = self._first(url)
        visited = set()
        number, previous = pages.start, b""
        for _ in range(pages.max_pages):
            if here in visited:
                raise HttpError(f"the pages lead back to {redact_url(here)}")
            visited.add(here)
            reply, page = self._client.send(
                self.request(here, body, etag), self._decoder(), attempts, patience
            )
            if pages.kind in ("page", "offset") and page.records and reply.body == previous:
                raise HttpError(f"the API returns the same page whatever {pages.param!r} says")
            previous = reply.body
            number += len(page.records) if pages.kind == "offset" else 1
            page = page._replace(next_url=self._next(url, here, page, number))
            yield page
            if not page.next_url:
                return
            here, etag, attempts = page.next_url, "", 0

    def request(self, url: str, body: bytes, etag: str = "") -> Request:
        """The request for this URL; credentials only for the origin that the options name."""
        headers = dict(self._config.headers)
        if etag:
            headers["If-None-Match"] = etag
        if not same_origin(url, self._origin):
            return Request(url, self._config.method, headers, body=body)
        return Request(url, self._config.method, headers, self._private, self._auth, body)

    def _decoder(self) -> Callable[[Reply], tuple[Reply, Page]]:
        def decode(reply: Reply) -> tuple[Reply, Page]:
            if reply.status == 304 or reply.status == 204 or not reply.body.strip():
                empty = Page(None, False, [], reply.headers, reply.url, "", reply.status == 304)
                return reply, empty
            document = decode_json(reply, parse)
            records = find_records(self._config, document.value)
            return reply, Page(
                document.value, document.exact, records, reply.headers, reply.url, "", False
            )

        return decode

    def _first(self, url: str) -> str:
        pages = self._config.pages
        if pages.size and pages.size_param:
            url = with_parameter(url, pages.size_param, str(pages.size))
        if pages.kind in ("page", "offset"):
            url = with_parameter(url, pages.param, str(pages.start))
        return url

    def _next(self, first: str, here: str, page: Page, number: int) -> str:
        pages = self._config.pages
        if pages.kind == "none" or page.unchanged:
            return ""
        if pages.kind == "link":
            return link_target(here, page.headers.get("link", ""))
        if pages.kind in ("page", "offset"):
            if not page.records or (pages.size and len(page.records) < pages.size):
                return ""
            return with_parameter(self._first(first), pages.param, str(number))
        found = lookup(page.document, pages.next_field)
        if found is MISSING or found is None or found == "" or found is False:
            return ""
        text = scalar_text(found)
        if text is None or (pages.kind == "json" and not isinstance(found, str)):
            raise HttpError(f"the field {pages.next_field!r} holds no address of a next page")
        if pages.kind == "json":
            return urljoin(here, text)
        return with_parameter(self._first(first), pages.param, text)


def find_records(config: RestConfig, document: Any) -> list[Any]:
    """The records of a body, by `dataField`."""
    if not config.data_field_given:
        if isinstance(document, list):
            return document
        if isinstance(document, dict):
            inner = document.get(config.data_field, MISSING)
            if inner is None or isinstance(inner, list):
                return inner or []
            return [document]
        raise HttpError(f"answered with {field_names(document)}, not an array or object")
    found = lookup(document, config.data_field) if config.data_field else document
    if found is MISSING:
        raise HttpError(
            f"the response has no field {config.data_field!r} (dataField); it has: "
            f"{field_names(document)}"
        )
    if found is None:
        return []
    if isinstance(found, (list, dict)):
        return found if isinstance(found, list) else [found]
    raise HttpError(f"the field {config.data_field!r} (dataField) is not an array or object")


def fill_url(url: str, values: Mapping[str, Any], missing: str | None = None) -> str:
    """The URL with its placeholders replaced, percent-encoded."""

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in values and missing is not None:
            return missing
        return quote(plain_text(values[name]), safe="")

    return _PLACEHOLDER.sub(value, url)


def fill_body(body: str, values: Mapping[str, Any]) -> bytes:
    """The JSON body with the placeholders in its strings replaced.

    A string that is nothing but a placeholder becomes the value itself, number or text.
    """
    if not body:
        return b""

    def fill(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: fill(item) for key, item in node.items()}
        if isinstance(node, list):
            return [fill(item) for item in node]
        if not isinstance(node, str):
            return node
        whole = _PLACEHOLDER.fullmatch(node)
        if whole:
            return values[whole.group(1)]
        return _PLACEHOLDER.sub(lambda match: plain_text(values[match.group(1)]), node)

    return json.dumps(fill(json.loads(body)), separators=(",", ":")).encode("ascii")


def plain_text(value: Any) -> str:
    """A simple JSON value as it stands in a query."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def with_parameter(url: str, name: str, value: str) -> str:
    """The URL with this query parameter set; the others stay as they are written."""
    parts = urlsplit(url)
    written = quote(name, safe="")
    kept = [p for p in parts.query.split("&") if p and p.partition("=")[0] not in (name, written)]
    kept.append(f"{written}={quote(value, safe='')}")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "&".join(kept), ""))


def link_target(here: str, header: str) -> str:
    """The next page by a Link header, or an empty text."""
    for target, parameters in _LINK.findall(header):
        if _REL_NEXT.search(parameters):
            return urljoin(here, target)
    return ""
