"""One poll of a `rest` stream, and its replay: from an offset to requests, records and a batch."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from ..._clock import Clock
from ..._credentials.path_secrets import discreet_url
from ..._errors import ContentError, HttpError, ReplayError
from ..._exact_json import Reject, write
from ..._http.connections import Connections
from ..._http.waits import poll_interval
from ..._http.wire import Reply, exchange
from ..._keyword_only import KeywordOnly
from ..._options import shown
from ..api import COUNTED, Memory, Page, RestApi
from ..batch_reader import request_headers, request_parts
from ..config import RestConfig
from ..error_policy import DEAD_LETTER, SKIP
from ..kept_links import completed, is_link
from ..next_links import next_address
from ..page_flags import more_said
from ..page_walk import Known
from ..position_place import as_number, placeholder_of
from ..selector import MISSING, lookup
from ..unread_pages import tell_unread
from .cursor_text import cursor_value
from .guarantee import EXACTLY_ONCE, REFETCH
from .key_batches import Fetched, keyed_records, newer
from .keys import known_kind, stored_key
from .offset_types import Mode, Offset
from .offsets import (
    find_mode,
    first_page,
    next_batch,
    next_cursor,
    require_cursor_seen,
    require_own,
)
from .page_checks import (
    endless,
    enough,
    missed,
    reads_on,
    require_end,
    require_order,
    require_progress,
    tells_all,
    unread,
)
from .seen import digest, digest_of, mark, unpack_marks

_log = logging.getLogger("sparktide_sources")


@dataclass(frozen=True)
class Poll(KeywordOnly):
    """The result of a poll: its records, their source, and the interval that the server asked for.

    `following` is the cursor that the page names; a later poll continues there if nothing is new.
    `ended`: the API names no further page. `cut`: maxPages ended the search for new records.
    """

    mode: Mode
    source: str
    fetched: Fetched
    calls: int
    gap: bool
    unchanged: bool
    asked_interval: float
    following: str
    ended: bool
    cut: bool
    rejected: int
    size: int
    partial: int = 0


class Asked(NamedTuple):
    """A request at a position; `headers` are those that hold the position."""

    url: str
    body: bytes
    headers: dict[str, str]


class Poller:
    """Requests the records after an offset."""

    def __init__(
        self,
        config: RestConfig,
        clock: Clock,
        transport: Callable[..., Reply] = exchange,
        memory: Memory | None = None,
        known: Known | None = None,
        connections: Connections | None = None,
    ) -> None:
        self._config, self._clock, self._transport = config, clock, transport
        self._memory, self._connections = memory, connections
        self._known = known or Known()

    def poll(
        self,
        start: Offset,
        source: str,
        limit: int,
        *,
        etag: str,
        attempts: int,
        patience: float | None,
        draining: bool,
    ) -> Poll:
        """Fetches the page at `source`; for cursors also the next pages until one has new records.

        An empty page with a cursor ends the poll, and the next poll continues there, since many
        APIs always return a new cursor. Only while draining, or if the answer says that more pages
        follow, the poll continues at once.
        """
        visited: set[str] = set()
        # A partly emitted page may have nothing new, so it does not count towards maxPages.
        most = self._config.pages.max_pages + bool(start["seen"] and source == start["pos"])
        cut, rejected, partial = False, 0, 0
        shared = self._connections
        with Connections() if shared is None else nullcontext(shared) as kept:
            api = RestApi(
                self._config, self._clock, self._transport, self._memory, kept, self._known
            )
            while True:
                pages = self._pages(
                    api, start, source, limit, etag=etag, attempts=attempts, patience=patience
                )
                rejected += sum(page.rejected for page in pages)
                partial += sum(page.partial for page in pages)
                fetched = first_page(pages)._replace(at=self._moment(pages[0]))
                mode = find_mode(self._config, start, fetched)
                fetched = self._judged(mode, start, pages, fetched)
                if mode == "cursor":
                    require_cursor_seen(self._config, self._known, source, fetched)
                following = next_cursor(self._config, source, fetched) if mode == "cursor" else ""
                more = self._more(fetched, following) if mode == "cursor" else None
                if not following or next_batch(self._config, mode, start, source, fetched, 1):
                    break
                visited.add(source)
                if following in visited:
                    raise HttpError(
                        f"the cursor {_told(following)!r} leads back to an earlier page"
                    )
                empty = not fetched.records and not draining
                cut = len(visited) == most
                if cut or more is False or (more is None and empty):
                    break
                source, etag, attempts = following, "", 0
        if mode == "stamp":
            # Raises first if the position is not a time.
            next_batch(self._config, mode, start, source, fetched, 1)
        require_order(self._config, mode, start, pages, fetched)
        if not reads_on(self._config, mode, start, fetched):
            tell_unread(self._config, self._known, pages[0], passed=start["seq"] > 0)
        require_progress(self._config, mode, start, fetched)
        gap = mode == "keys" and missed(self._config, start, pages, fetched)
        asked = poll_interval(pages[0].headers, self._config.settings.retry.max_wait)
        return Poll(
            mode=mode,
            source=source,
            fetched=fetched,
            calls=api.calls,
            gap=gap,
            unchanged=pages[0].unchanged,
            asked_interval=asked,
            following=following,
            ended=not following or more is False,
            cut=cut,
            rejected=rejected,
            size=sum(page.size for page in pages),
            partial=partial,
        )

    def _more(self, fetched: Fetched, following: str) -> bool | None:
        """Whether more pages follow; None if the answer does not say."""
        config = self._config
        allowed = config.form.missing_is_empty and not fetched.records
        more = more_said(config.pages, fetched.document, allowed)
        self._known.end_seen = self._known.end_seen or more is not None
        if more and not following:
            raise HttpError(
                f"the response says that more pages follow ({config.pages.flag}), but has no "
                f"cursor to continue from ({config.offset_field!r}, offsetField)"
            )
        if more is None and following and len(config.offset_fields) == 2:
            # The first of two fields names the next page, the second the next poll.
            first = lookup(fetched.document, config.offset_fields[0])
            return first is not MISSING and first not in (None, "", False)
        return more

    def _judged(self, mode: Mode, start: Offset, pages: list[Page], fetched: Fetched) -> Fetched:
        """The records without an unreliable ETag, and marked incomplete if a page is not read."""
        cut = mode == "keys" and self._config.has_placeholder and unread(self._config, pages)
        etag = fetched.etag if tells_all(self._config, mode, start, pages) else ""
        return fetched._replace(complete=fetched.complete and not cut, etag=etag)

    def _moment(self, page: Page) -> float:
        """The earlier of our time and the server's, since `lagSeconds` must not be too short."""
        now, date = self._clock.time(), page.headers.get("date", "")
        if not date or not self._config.safety.lag:
            return now
        try:
            theirs = parsedate_to_datetime(date).timestamp()
        except (ValueError, TypeError, IndexError, OverflowError):
            return now
        return min(now, theirs)

    def replay(self, start: Offset, end: Offset) -> list[str]:
        """Fetches the rows of a logged batch again, and checks them."""
        require_own(self._config, end)
        with Connections() as kept:
            api = RestApi(self._config, self._clock, self._transport, connections=kept)
            if end["mode"] == "keys":
                return self._replay_keys(api, start, end)
            return self._replay_page(api, start, end)

    def url(self, start: Offset, source: str) -> str:
        """The URL to request at a position."""
        config, fresh = self._config, start["seq"] == 0 and source == start["pos"]
        if config.offset_type == "cursor" and not config.has_placeholder and not fresh:
            first, _ = request_parts(config, self._row, "")
            if not source:
                return first
            if not is_link(source):
                raise HttpError(
                    f"the cursor in {config.offset_field!r} is not a link; add the placeholder "
                    f"{placeholder_of(config.offset_field)} to the url"
                )
            return next_address(config, first, first, completed(source, first))
        return request_parts(config, self._row, self._value(start, source))[0]

    def asked(self, start: Offset, source: str) -> Asked:
        """The request at a position."""
        headers = request_headers(self._config, self._row, self._value(start, source))
        return Asked(self.url(start, source), self._body(start, source), headers)

    @property
    def _row(self) -> dict[str, Any] | None:
        """The row of `inputData` that this stream is for."""
        return self._config.input_data[0] if self._config.input_data else None

    def _sent(self, start: Offset, source: str) -> str:
        # `incremental` sends the id of the next record.
        if self._config.offset_type == "incremental" and start["kind"]:
            return str(int(source) + 1)
        form = self._config.position_format
        if not form:
            return source
        if not start["kind"]:
            return form.of_start(source)
        return form.of_position(start["kind"], source, start["mode"] == "stamp")

    def _value(self, start: Offset, source: str) -> Any:
        """The position in the form in which the API gave it."""
        sent = self._sent(start, source)
        return cursor_value(sent) if self._config.offset_type == "cursor" else sent

    def _body(self, start: Offset, source: str) -> bytes:
        value = self._value(start, source)
        form = self._config.position_format
        is_number = form.is_number if form else start["kind"] in ("int", "number")
        if is_number or self._config.offset_type == "incremental":
            value = as_number(value)
        return request_parts(self._config, self._row, value)[1]

    def _pages(
        self,
        api: RestApi,
        start: Offset,
        source: str,
        limit: int,
        *,
        etag: str = "",
        attempts: int = 0,
        patience: float | None = None,
    ) -> list[Page]:
        pages: list[Page] = []
        url, body, headers = self.asked(start, source)
        try:
            for page in api.walk(url, body, etag, attempts, patience, headers):
                pages.append(self._without_rejects(page))
                self._require_room(pages)
                if enough(self._config, start, pages, limit):
                    return pages
        except HttpError as error:
            # A later page may be missing only with counted pages: they also request the page after
            # the last one, which may be an error.
            counted = self._config.pages.kind in COUNTED and error.status < 500
            if not self._config.policy.skips(error) or (pages and not counted):
                raise
            if pages:
                _log.info("rest: %s The pages end there, by onStatus or onBody.", error)
            else:
                _log.warning("rest: %s The poll counts as empty, by onStatus or onBody.", error)
            pages.append(Page(document={}, exact=False, records=[], headers={}, url=url))
        if pages[-1].next_url:
            require_end(self._config, start, pages)
        return pages

    def _without_rejects(self, page: Page) -> Page:
        """The page after the error policy. Dead letters stay among the records."""
        bad = [record for record in page.records if isinstance(record, Reject)]
        action = self._config.policy.on_error
        if not bad or action == DEAD_LETTER:
            return page
        if action != SKIP:
            raise ContentError(
                f"{bad[0].message}: {shown(bad[0].raw)}; onError can skip such records or make "
                "them dead letters"
            )
        good = [record for record in page.records if not isinstance(record, Reject)]
        return page._replace(records=good, rejected=len(bad))

    def _require_room(self, pages: list[Page]) -> None:
        limit = self._config.max_batch_bytes
        if sum(page.size for page in pages) > limit:
            raise HttpError(
                f"the pages of one poll are larger than maxBatchBytes ({limit}); raise it, or make "
                "the API send less at a time"
            )

    def _replay_keys(self, api: RestApi, start: Offset, end: Offset) -> list[str]:
        config = self._config
        # One more record than the batch had, so that the walk passes its last key.
        pages = self._pages(api, start, start["pos"], end["n"] + 1)
        fetched = first_page(pages)
        bound = stored_key(end["kind"], end["pos"]).order
        at_bound = unpack_marks(end["seen"])
        typed: Offset = {**start, "kind": start["kind"] or known_kind(end["kind"], end["pos"])}
        texts: list[str] = []
        for item in newer(config, start, keyed_records(config, typed, fetched)):
            text = write(item.value, item.exact)
            if item.key.order > bound:
                continue
            if config.inclusive and item.key.order == bound:
                found = mark(text)
                if at_bound[found] <= 0:
                    continue
                at_bound[found] -= 1
            texts.append(text)
        if len(texts) < end["n"] and not fetched.complete:
            if not enough(self._config, start, pages, end["n"] + 1):
                raise endless(self._config)
        if len(texts) != end["n"]:
            text = f"{end['n']} rows were logged up to {end['pos']!r}, the API now has {len(texts)}"
            if config.offset_type != "incremental":
                text += " (a row that has changed comes again with its new key)"
            # Additional rows came late, and would be lost otherwise.
            strict = config.offset_type == "incremental" or config.safety.required == EXACTLY_ONCE
            fewer = len(texts) < end["n"]
            self._mismatch(text, config.safety.mismatch_fails and (strict or fewer))
            return texts
        found, logged = digest_of("keys", texts), end["digest"]
        # Offsets of older versions have no digest for a range.
        if logged and found != logged:
            self._mismatch(
                f"{end['n']} rows with digest {logged} were logged up to {end['pos']!r}, the API "
                f"now returns as many with digest {found}, so some rows have changed",
                config.safety.mismatch_fails,
            )
        return texts

    def _replay_page(self, api: RestApi, start: Offset, end: Offset) -> list[str]:
        source = end["from"]
        try:
            pages = self._pages(api, start, source, end["n"])
        except HttpError as error:
            if error.status in (400, 404, 410):
                raise ReplayError(
                    f"the position {_told(source)!r} of the batch to repeat is gone: {error}"
                ) from None
            raise
        fetched = first_page(pages)
        batch = next_batch(self._config, end["mode"], start, source, fetched, max(end["n"], 1))
        texts = batch.texts if batch else []
        found = digest(texts)
        if self._config.safety.replay == REFETCH and found != end["digest"]:
            # It is unknown which of these records were in the batch, so take all of them.
            whole = max(len(fetched.records), 1)
            batch = next_batch(self._config, end["mode"], start, source, fetched, whole)
            texts = batch.texts if batch else []
        if len(texts) != end["n"] or found != end["digest"]:
            self._mismatch(
                f"{end['n']} rows with digest {end['digest']} were logged, the API now returns "
                f"{len(texts)} with digest {found}",
                self._config.safety.mismatch_fails,
            )
        return texts

    def _mismatch(self, text: str, fails: bool) -> None:
        advice = (
            "set replay=payload with a new checkpoint, or onReplayMismatch=warn to accept what the "
            "API returns now"
        )
        if fails and self._config.safety.replay != REFETCH:
            raise ReplayError(f"the batch can't be repeated exactly: {text}; {advice}.")
        _log.warning("rest: a repeated batch differs: %s.", text)


def _told(position: str) -> str:
    """A position for a message, without credentials that a link may hold."""
    return discreet_url(position) if is_link(position) else position
