"""One poll of a `rest` stream, and its replay: from an offset to requests, records and a batch."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urljoin

from ._clock import Clock
from ._errors import HttpError, ReplayError
from ._rest_api import Page, RestApi, fill_body, fill_url, link_target
from ._rest_config import RestConfig
from ._rest_json import write
from ._rest_keyed import Fetched, Offset, keyed_records, newer
from ._rest_keys import stored_key
from ._rest_offsets import find_mode, first_page, next_batch, next_cursor, require_own
from ._rest_seen import digest, mark, unpack_marks
from ._wire import Reply, exchange

_log = logging.getLogger("sparktide_sources")


class Poll(NamedTuple):
    """What a poll brought, where from, and what the server said about pace."""

    mode: str
    source: str
    fetched: Fetched
    calls: int
    gap: bool
    unchanged: bool
    asked_interval: float
    last_page: bool


class Poller:
    """Asks the API for what comes after an offset."""

    def __init__(
        self, config: RestConfig, clock: Clock, transport: Callable[..., Reply] = exchange
    ) -> None:
        self._config, self._clock, self._transport = config, clock, transport

    def poll(
        self, start: Offset, limit: int, etag: str, attempts: int, patience: float | None
    ) -> Poll:
        """Fetches the page at the offset; for cursors also the next ones while nothing is new."""
        api = RestApi(self._config, self._clock, self._transport)
        source, visited = str(start["pos"]), set()
        for _ in range(self._config.pages.max_pages):
            pages = self._pages(api, start, source, limit, etag, attempts, patience)
            fetched = first_page(pages)
            mode = find_mode(self._config, start, fetched)
            following = next_cursor(self._config, source, fetched) if mode == "cursor" else ""
            if not following or next_batch(self._config, mode, start, source, fetched, 1):
                break
            visited.add(source)
            if following in visited:
                raise HttpError(f"the cursor {following!r} leads back to an earlier page")
            source, etag, attempts = following, "", 0
        if mode == "keys":
            self._require_oldest(start, pages)
        gap = mode == "keys" and self._missed(start, fetched)
        asked = pages[0].headers.get("x-poll-interval", "")
        return Poll(
            mode,
            source,
            fetched,
            api.calls,
            gap,
            pages[0].unchanged,
            float(asked) if asked.isdigit() else 0.0,
            not following,
        )

    def replay(self, start: Offset, end: Offset) -> list[str]:
        """The rows of a logged batch, fetched again and checked."""
        require_own(self._config, end)
        api = RestApi(self._config, self._clock, self._transport)
        if end["mode"] == "keys":
            return self._replay_keys(api, start, end)
        return self._replay_page(api, start, end)

    def url(self, start: Offset, source: str) -> str:
        """The URL to ask at a position."""
        config, fresh = self._config, start["seq"] == 0 and source == start["pos"]
        if config.offset_type == "cursor" and not config.has_placeholder and not fresh:
            if not source:
                return config.url
            if not source.startswith(("/", "?", "http://", "https://")):
                raise HttpError(
                    f"the cursor in {config.offset_field!r} is not a link; write "
                    f"{{{config.offset_field}}} in the url where it belongs"
                )
            return urljoin(config.url, source)
        return fill_url(config.url, {config.offset_field: self._asked(start, source)})

    def _asked(self, start: Offset, source: str) -> str:
        # The id of the next record, by the definition of `incremental`.
        if self._config.offset_type == "incremental" and start["kind"]:
            return str(int(source) + 1)
        return source

    def _body(self, start: Offset, source: str) -> bytes:
        asked = self._asked(start, source)
        numeric = start["kind"] in ("int", "number") and asked.lstrip("-").isdigit()
        value: Any = int(asked) if numeric else asked
        return fill_body(self._config.body, {self._config.offset_field: value})

    def _pages(
        self,
        api: RestApi,
        start: Offset,
        source: str,
        limit: int,
        etag: str,
        attempts: int,
        patience: float | None,
    ) -> list[Page]:
        pages: list[Page] = []
        url, body = self.url(start, source), self._body(start, source)
        for page in api.walk(url, body, etag, attempts, patience):
            pages.append(page)
            if self._enough(start, pages, limit):
                return pages
        if pages[-1].next_url:
            self._require_end(start, pages)
        return pages

    def _enough(self, start: Offset, pages: list[Page], limit: int) -> bool:
        """Whether further pages can add nothing to this batch."""
        if not pages[-1].next_url:
            return True
        fetched = first_page(pages)
        mode = find_mode(self._config, start, fetched)
        if mode == "last":
            # One more than the limit: the record at the cursor may be among them.
            return len(fetched.records) > limit + 1
        if mode != "keys":
            return False
        keyed = keyed_records(self._config, start, fetched)
        orders = [item.key.order for item in keyed]
        if all(a <= b for a, b in zip(orders, orders[1:])) and len(set(orders)) > 1:
            return len(newer(self._config, start, keyed)) > limit
        if start["kind"] and all(a >= b for a, b in zip(orders, orders[1:])):
            return bool(orders) and orders[-1] < stored_key(start["kind"], start["pos"]).order
        return False

    def _require_end(self, start: Offset, pages: list[Page]) -> None:
        fetched = first_page(pages)
        mode = find_mode(self._config, start, fetched)
        if mode == "last":
            return
        if mode == "keys":
            keyed = keyed_records(self._config, start, fetched)
            orders = [item.key.order for item in keyed]
            ascending = all(a <= b for a, b in zip(orders, orders[1:]))
            if ascending and newer(self._config, start, keyed):
                return
            # Without a placeholder the newest come first, and old ones may be out of reach.
            if not ascending and not self._config.has_placeholder:
                return
        raise HttpError(
            f"the pages did not end within maxPages ({self._config.pages.max_pages}); raise it, "
            "or no batch can be formed without losing records"
        )

    def _require_oldest(self, start: Offset, pages: list[Page]) -> None:
        """Refuses the newest page of a range when the API says that there are older ones."""
        if self._config.pages.kind != "none" or not self._config.has_placeholder:
            return
        keyed = keyed_records(self._config, start, first_page(pages))
        descends = bool(keyed) and keyed[0].key.order > keyed[-1].key.order
        if descends and link_target(pages[-1].url, pages[-1].headers.get("link", "")):
            raise HttpError(
                "the API lists the newest records first and has more pages of them; set "
                "pagination=link, or the older ones would be lost"
            )

    def _missed(self, start: Offset, fetched: Fetched) -> bool:
        """Whether records between the last batch and this page may have scrolled out of reach."""
        if self._config.has_placeholder or not start["kind"]:
            return False
        keyed = keyed_records(self._config, start, fetched)
        if not keyed:
            return False
        bound = stored_key(start["kind"], start["pos"]).order
        oldest = min(item.key.order for item in keyed)
        adjacent = self._config.offset_type == "incremental" and oldest == bound + 1
        if oldest <= bound or adjacent:
            return False
        _log.warning(
            "rest: the oldest record received (%s) is newer than the last one of the batch before "
            "(%s): records may be missing. Poll more often, or set pagination.",
            oldest,
            start["pos"],
        )
        return True

    def _replay_keys(self, api: RestApi, start: Offset, end: Offset) -> list[str]:
        config = self._config
        # One more than the batch had, so that the walk surely passes its last key.
        pages = self._pages(api, start, str(start["pos"]), end["n"] + 1, "", 0, None)
        fetched = first_page(pages)
        bound = stored_key(end["kind"], end["pos"]).order
        at_bound = unpack_marks(end["seen"])
        typed = {**start, "kind": start["kind"] or end["kind"]}
        texts = []
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
        if len(texts) != end["n"]:
            # Updated rows take their key with them and come again later; ids stay.
            self._mismatch(
                f"{end['n']} rows were logged up to {end['pos']!r}, the API now has {len(texts)}",
                config.replay_mismatch_fails and config.offset_type == "incremental",
            )
        return texts

    def _replay_page(self, api: RestApi, start: Offset, end: Offset) -> list[str]:
        source = str(end["from"])
        try:
            pages = self._pages(api, start, source, end["n"], "", 0, None)
        except HttpError as error:
            if error.status in (400, 404, 410):
                raise ReplayError(
                    f"the position {source!r} of the batch to repeat is gone: {error}"
                ) from None
            raise
        fetched = first_page(pages)
        batch = next_batch(self._config, end["mode"], start, source, fetched, max(end["n"], 1))
        texts = batch.texts if batch else []
        found = digest(texts)
        if len(texts) != end["n"] or found != end["digest"]:
            self._mismatch(
                f"{end['n']} rows with digest {end['digest']} were logged, the API now gives "
                f"{len(texts)} with digest {found}",
                self._config.replay_mismatch_fails,
            )
        return texts

    def _mismatch(self, text: str, fails: bool) -> None:
        advice = "set onReplayMismatch=warn to accept what the API gives now"
        if fails:
            raise ReplayError(f"the batch can't be repeated exactly: {text}; {advice}.")
        _log.warning("rest: a repeated batch differs: %s.", text)
