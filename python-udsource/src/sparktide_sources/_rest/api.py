"""Requests of `rest`: filled-in URL and body, authentication, records and pages.

`pagination` is `none`, or one of these:

- `link` follows the Link header's rel=next.
- `json` follows the URL in `nextField`, absolute or relative.
- `cursor` sends the token in `nextField`, or in the header `cursorHeader`, as `pageParam`.
- `page` counts `pageParam` up from `pageStart`; `offset` adds the number of received records;
  `lastId` sends `nextField` of the last record. These three end at an empty page, or at an answer
  that says that it is the last one (`page_walk`).

`moreField` false or `endField` true ends all kinds. `pageIn=body` puts the parameters into the JSON
body of a POST. A page that leads back to an earlier one is an error. Credentials are sent only to
the origin of `url`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from .._clock import Clock
from .._credentials.redact import (
    header_secrets,
    is_sensitive_name,
    redact_url,
    sensitive_parameters,
    sensitive_values,
)
from .._errors import ContentError, EgressError, HttpError, SkippedAnswer
from .._exact_json import Document, Exact, parse, scalar_text
from .._http.api_message import api_message
from .._http.client import HttpClient, Request
from .._http.connections import Connections
from .._http.egress import same_origin
from .._http.urls import with_parameter
from .._http.waits import asked_wait
from .._http.wire import Reply, exchange
from .._placeholders import fill_url, path_values, plain_text
from .answer_checks import Verdict, judge, not_ready
from .config import RestConfig
from .decode import decode_body, records_of, unpacked
from .envelope import require_list
from .error_policy import DATA, FAIL, RETRY, SKIP
from .kept_links import exposes, is_link, keepable
from .next_links import link_target, next_address, query_of, with_field
from .page_flags import usable_cursor
from .page_walk import Known, Walk
from .selector import MISSING, field_names, lookup, record_field

# Kinds of pagination that compute the next page; no answer names it.
COUNTED = ("page", "offset", "lastId")

# A URL, absolute or relative, has at least one of these characters.
_ADDRESS = re.compile("[/?.=&]")
_QUERY_ADVICE = (
    "; if the API's links name a host that only the API itself can use, set nextLink=query, which "
    "takes only their query"
)


class Page(NamedTuple):
    """One answer: its parsed body, the records in it and the URL of the next page, if any."""

    document: Any
    exact: bool
    records: list[Any]
    headers: dict[str, str]
    url: str
    next_url: str = ""
    unchanged: bool = False
    status: int = 200
    size: int = 0
    rejected: int = 0
    cursor: Any = None
    # The number of errors next to the records, with partialErrors=keep.
    partial: int = 0


class Answer(NamedTuple):
    """A decoded body (None if the answer has no body) and the verdict on it."""

    found: Document | str | None
    verdict: Verdict | None


# The Accept header by format.
_ACCEPT = {
    "jsonl": "application/x-ndjson, application/jsonl, application/json;q=0.5, */*;q=0.1",
    "csv": "text/csv, */*;q=0.1",
    "text": "text/plain, */*;q=0.1",
}


# The answers that a poll received before it had to wait, by URL, body and headers.
Memory = dict[tuple[Any, ...], tuple[Reply, Any]]


class RestApi:
    """Resolves the credentials once and makes the requests of one poll or task."""

    def __init__(
        self,
        config: RestConfig,
        clock: Clock,
        transport: Callable[..., Reply] = exchange,
        memory: Memory | None = None,
        connections: Connections | None = None,
        known: Known | None = None,
    ) -> None:
        self._config, self._clock = config, clock
        self._known = known or Known()
        self._memory: Memory = {} if memory is None else memory
        self._auth, hidden = config.auth.resolve(clock)
        self._private = {name: value.resolve() for name, value in config.private_headers.items()}
        self._origin = fill_url(config.url, {}, missing="x")
        self._credentials = list(hidden)
        for name, value in self._private.items():
            secrets = header_secrets(name, value)
            hidden += secrets
            # Other headers name the caller or a version; URLs may contain their values.
            if is_sensitive_name(name) or config.private_headers[name].is_reference:
                self._credentials += secrets
        self._client = HttpClient(
            config.settings, hidden, clock, transport, connections=connections
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
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[Page]:
        """The pages from this URL on, at most `maxPages`. The last one's `next_url` may be set.

        `headers` are those that hold the position.
        """
        pages = self._config.pages
        here, sent = self._first(url, body)
        self._hide(url, body)
        visited: set[tuple[str, bytes]] = set()
        walk, received = Walk(self._config, self._known), 0
        for _ in range(pages.max_pages):
            if (here, sent) in visited:
                raise HttpError(f"the pages lead back to {self.place(here)}")
            visited.add((here, sent))
            place = (here, sent, *sorted((headers or {}).items()))
            known = self._memory.get(place)
            reply, found = known or self._ask(
                self.request(here, sent, etag, headers), attempts, patience
            )
            if patience is not None:
                self._memory[place] = (reply, found)
            page = self._page(reply, found)
            page = page._replace(cursor=self._cursor(page, here))
            received += len(page.records)
            if received > self._config.max_rows:
                raise HttpError(
                    f"one poll or call brought more than maxRowsPerBatch "
                    f"({self._config.max_rows}) records; raise it, or ask for less at a time"
                )
            if pages.kind != "none" and not page.unchanged:
                linked = link_target(here, page.headers.get("link", ""))
                walk.note(page.document, page.records, bool(linked))
            if walk.repeated:
                page, (target, following) = page._replace(records=[]), ("", b"")
            else:
                target, following = self._next(url, body, here, page, walk)
            if pages.repeat_ends and (target, following) == (here, sent):
                target = ""
            sent = following
            if not target and pages.kind != "none":
                walk.end()
            yield page._replace(next_url=target)
            if not target:
                return
            # Earlier tries were for the first page that is not in the memory.
            here, etag, attempts = target, "", attempts if known else 0

    def _ask(self, request: Request, attempts: int, patience: float | None) -> tuple[Reply, Answer]:
        try:
            return self._client.send(request, self._decode, attempts, patience)
        except (EgressError, HttpError) as error:
            unusable = isinstance(error, EgressError) or error.status in (0, 401, 403)
            if unusable and not same_origin(request.url, self._origin):
                error.args = (str(error).rstrip(".") + _QUERY_ADVICE,)
            raise

    def _hide(self, url: str, body: bytes) -> None:
        """Hides values with a sensitive name in the URL, the body and inputData."""
        self._client.hide(sensitive_parameters(url))
        in_path = path_values(self._config.url, url).items()
        self._client.hide(value for name, value in in_path if is_sensitive_name(name))
        if body:
            self._client.hide(sensitive_values(parse(body.decode("utf-8")).value))

    def request(
        self,
        url: str,
        body: bytes,
        etag: str = "",
        positions: Mapping[str, str] | None = None,
    ) -> Request:
        """The request for this URL, with credentials only for the origin of the option `url`."""
        headers = dict(self._config.headers)
        wanted = _ACCEPT.get(self._config.form.kind)
        if wanted and "accept" not in {name.lower() for name in headers}:
            headers["Accept"] = wanted
        if etag:
            headers["If-None-Match"] = etag
        method, home = self._config.method, self._origin
        if same_origin(url, home):
            headers.update(positions or {})
            return Request(url, method, headers, self._private, self._auth, body, home)
        self._require_no_gift(url)
        if method == "POST":
            raise HttpError(
                f"the API's next link leads from {urlsplit(home).netloc} to another origin "
                f"({urlsplit(url).netloc}), where a POST and its body are not sent; if that host "
                f"is the right one, set it in the option url{_QUERY_ADVICE}"
            )
        return Request(url, method, headers, origin=home)

    def _require_no_gift(self, url: str) -> None:
        if self._client.gives_away(url):
            raise HttpError(
                "the API's next link leads to another origin with a credential in it: "
                f"{self.place(url)}{_QUERY_ADVICE}"
            )

    def _decode(self, reply: Reply) -> tuple[Reply, Answer]:
        # Only errors raised here are retried, so errors that a cut body can cause are found here.
        reply = unpacked(reply, self._config.settings.limits.max_bytes)
        self._require_data(reply)
        if reply.status in (204, 304):
            return reply, Answer(None, None)
        found = decode_body(self._config.form, reply)
        verdict = judge(self._config.answers, self._config.form, reply, found)
        if verdict is not None and self._may_pass(verdict, reply):
            wait = asked_wait(reply.headers, verdict.problem, self._clock.time())
            status = verdict.status or reply.status
            raise HttpError(f"answered {reply.status}: {verdict.problem}", status, True, wait)
        return reply, Answer(found, verdict)

    def _require_data(self, reply: Reply) -> None:
        """Refuses a status of success that means no data, by `onStatus` or by definition (202)."""
        action, answers = self._config.policy.for_status(reply.status), self._config.answers
        if reply.status == 202 and action in ("", RETRY):
            again = self._config.method != "POST" or self._config.settings.retry.retry_post
            raise not_ready(answers, reply, self._clock, api_message(reply.body), again)
        answers.pending.forget(reply.url)
        if 200 <= reply.status < 300 and action not in ("", DATA):
            said = api_message(reply.body)
            text = f"answered {reply.status} {reply.reason}".rstrip() + (
                f": {said}" if said else ""
            )
            raise HttpError(f"{text} (onStatus)", reply.status, transient=action == RETRY)

    def _may_pass(self, verdict: Verdict, reply: Reply) -> bool:
        if verdict.action == FAIL and verdict.status:
            return self._config.settings.retry.is_transient(verdict.status, reply.headers)
        return verdict.action == RETRY

    def _page(self, reply: Reply, answer: Answer) -> Page:
        found, verdict = answer
        if found is None:
            return Page(
                document=None,
                exact=False,
                records=[],
                headers=reply.headers,
                url=reply.url,
                unchanged=reply.status == 304,
            )
        try:
            if verdict is not None and verdict.action:
                kind = SkippedAnswer if verdict.action == SKIP else ContentError
                raise kind(
                    f"answered {reply.status}: {verdict.problem}", verdict.status or reply.status
                )
            document, exact, records = records_of(self._config.form, found)
            require_list(self._config, document, records)
        except ContentError as error:
            text = f"{self._config.method} {self.place(reply.url)}: {error}"
            raise type(error)(
                self._client.discreet_of(reply.url, text), error.status or reply.status
            ) from None
        return Page(
            document=document,
            exact=exact,
            records=records,
            headers=reply.headers,
            url=reply.url,
            status=reply.status,
            size=len(reply.body),
            partial=verdict.kept if verdict else 0,
        )

    def _cursor(self, page: Page, asked: str) -> Any:
        """The cursor of a stream in the form that an offset may keep, or None."""
        config, pages = self._config, self._config.pages
        if config.offset_type != "cursor":
            return None
        found: Any = None
        for field in [pages.header] if pages.header else config.offset_fields:
            at = page.headers.get(field, MISSING) if pages.header else lookup(page.document, field)
            if at is MISSING:
                continue
            self._known.next_seen = True
            found = usable_cursor(pages, field, at, page.document)
            if found is not None:
                break
        secrets = self._secrets()
        if isinstance(found, Exact) or not isinstance(found, str):
            self._require_no_secret(plain_text(found), secrets)
            return found
        kept = config.auth.without_key(found)
        if not config.has_placeholder and is_link(found):
            if config.pages.next_query:
                kept = f"?{query_of(kept)}"
            elif not same_origin(urljoin(asked, found), self._origin):
                self._require_no_gift(urljoin(asked, found))
            kept = keepable(kept, secrets, asked)
        self._require_no_secret(kept, secrets)
        return kept

    def _require_no_secret(self, cursor: str, secrets: set[str]) -> None:
        config = self._config
        if exposes(cursor, secrets):
            raise HttpError(
                f"the cursor in {config.pages.header or config.offset_field!r} holds a credential "
                "of the options, which the checkpoint and progress reports would show; choose "
                "another offsetField, or make the API omit it"
            )

    def _secrets(self) -> set[str]:
        """The texts that no offset may show: credentials of the options, and fetched tokens."""
        found = {*self._credentials, *self._auth.hidden()}
        return found - self._config.auth.names_of_users()

    def place(self, url: str) -> str:
        """A URL in the form for messages and rows."""
        return self._client.discreet_of(url, redact_url(url))

    def _first(self, url: str, body: bytes) -> tuple[str, bytes]:
        pages = self._config.pages
        if pages.size and pages.size_param:
            url, body = self._with(url, body, pages.size_param, pages.size)
        if pages.kind in ("page", "offset"):
            url, body = self._with(url, body, pages.param, pages.start)
        return url, body

    def _with(self, url: str, body: bytes, name: str, value: Any) -> tuple[str, bytes]:
        if self._config.pages.in_body:
            return url, with_field(body, name, value)
        return with_parameter(url, name, plain_text(value)), body

    def _next(self, url: str, body: bytes, here: str, page: Page, walk: Walk) -> tuple[str, bytes]:
        """URL and body of the next page; an empty URL after the last page."""
        pages, end = self._config.pages, ("", b"")
        if pages.kind == "none" or page.unchanged:
            return end
        first = self._first(url, body)
        if pages.kind in COUNTED:
            if not walk.counts_on():
                return end
            found = self._last_id(page) if pages.kind == "lastId" else walk.number
            return self._with(*first, pages.param, found)
        if walk.said() is False:
            return end
        found = self._found_next(here, page)
        if found is None or found == "":
            walk.require_next_seen(page.headers)
            return end
        if pages.kind == "cursor":
            if scalar_text(found) is None:
                raise HttpError(f"the field {pages.next_field!r} does not hold a page's token")
            return self._with(*first, pages.param, found)
        if not isinstance(found, str) or not _ADDRESS.search(found):
            raise HttpError(
                f"the field {pages.next_field!r} does not hold the URL of a next page; a token "
                "needs pagination=cursor"
            )
        address = next_address(self._config, first[0], here, found)
        return self._config.auth.without_key(address), first[1]

    def _last_id(self, page: Page) -> Any:
        field = self._config.pages.next_field
        found = record_field(page.records[-1], field)
        if found is MISSING or found is None:
            raise HttpError(
                f"the last record has no {field!r} (nextField); it has: "
                f"{field_names(page.records[-1])}"
            )
        return found

    def _found_next(self, here: str, page: Page) -> Any:
        """The URL or token of the next page; None or an empty text if the answer has none."""
        pages = self._config.pages
        if pages.kind == "link":
            return link_target(here, page.headers.get("link", ""))
        if pages.header:
            found: Any = page.headers.get(pages.header, MISSING)
        else:
            found = lookup(page.document, pages.next_field)
        if found is MISSING:
            return None
        self._known.next_seen = True
        if pages.kind == "json":
            return None if found is False else found
        return usable_cursor(pages, pages.header or pages.next_field, found, page.document)
