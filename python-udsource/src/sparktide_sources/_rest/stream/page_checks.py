"""Checks of a poll's pages: whether they are enough, and whether records may be missed.

A position in the records may move only if the order of the pages shows what is missing. No I/O
here.
"""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import Any

from ..._errors import HttpError
from ..api import Page
from ..config import RestConfig
from ..unread_pages import named_next
from .guarantee import NONE
from .key_batches import Fetched, keyed_records, takeable
from .keys import seconds_of, stored_key
from .offset_types import Mode, Offset
from .offsets import find_mode, first_page

_log = logging.getLogger("sparktide_sources")

# A few late records can make an ascending list look descending. This many keys in descending order
# are no accident.
_SURE = 10


def tells_all(config: RestConfig, mode: Mode, start: Offset, pages: list[Page]) -> bool:
    """Whether a later 304 for the first page would prove that nothing is new."""
    first, how = pages[0], config.pages
    alone = len(pages) == 1 and not first.next_url
    if config.safety.lag:
        # An unchanged answer would hide the records that were held back.
        return False
    # The Link header may change while the body, and so its ETag, stays the same.
    linked = how.kind == "link" or (how.kind == "none" and mode == "keys")
    if alone and not how.header and not (linked and first.records):
        return True
    if mode != "keys":
        return False
    # The first page alone must show the order: after a 304 no other page is requested.
    here = _orders(config, start, first_page([first]))
    orders = _orders(config, start, first_page(pages))
    # Without pagination no other page is read, so two keys are enough.
    enough_keys = len(set(here)) > (1 if how.kind == "none" else _SURE)
    return enough_keys and _descends(orders) and _begins_new(start, orders)


def enough(config: RestConfig, start: Offset, pages: list[Page], limit: int) -> bool:
    """Whether no further page can add records to this batch."""
    if not pages[-1].next_url:
        return True
    fetched = first_page(pages)
    mode = find_mode(config, start, fetched)
    if mode == "last":
        # One more than the limit: the record at the cursor may be among them.
        return len(fetched.records) > limit + 1
    if mode != "keys":
        return False
    orders = _orders(config, start, fetched)
    if len(set(orders)) < 2:
        # One key does not show whether the pages ascend or descend.
        return False
    if _ascends(orders):
        if _may_be_late(config):
            return False
        return len(takeable(config, start, fetched)) > limit
    reaches = _reaches(config, start, fetched)
    return _newest_first(orders) and reaches and _begins_new(start, orders)


def require_end(config: RestConfig, start: Offset, pages: list[Page]) -> None:
    """Refuses pages that `maxPages` cut off, unless a later poll reads the others."""
    fetched = first_page(pages)
    mode = find_mode(config, start, fetched)
    if mode == "last":
        return
    if mode == "keys":
        ranged = config.has_placeholder
        orders = _orders(config, start, fetched)
        has_order = (len(set(orders)) > 1 or not ranged) and not _may_be_late(config)
        if _ascends(orders) and has_order and takeable(config, start, fetched):
            return
        # maxPages allows no further page that could prove the order better.
        if _newest_first(orders) and _reaches(config, start, fetched):
            return
    raise endless(config)


def endless(config: RestConfig) -> HttpError:
    return HttpError(
        f"the pages did not end within maxPages ({config.pages.max_pages}); raise it: a batch of "
        "these pages would lose records"
    )


def require_order(
    config: RestConfig, mode: Mode, start: Offset, pages: list[Page], fetched: Fetched
) -> None:
    """Refuses a page with unread next pages, unless a later poll reads them."""
    if mode not in ("keys", "stamp") or not unread(config, pages):
        return
    orders = _orders(config, start, fetched) if mode == "keys" else []
    if mode == "stamp":
        problem = "has more pages of this answer"
    elif not config.has_placeholder:
        if not _ascends(orders) or len(set(orders)) < 2:
            # Newest first: the older records on other pages count as a gap.
            return
        problem = "lists the oldest records first and has more pages"
    elif len(set(orders)) < 2:
        only = keyed_records(config, start, fetched)[0].key.text
        problem = (
            f"has more pages, but the first one has only the key {only!r}, which does not show "
            "whether the newest records come first"
        )
    elif _ascends(orders):
        if takeable(config, start, fetched):
            return
        problem = f"has more pages, but the first one has no record after {start['pos']!r}"
    elif _descends(orders):
        problem = "lists the newest records first and has more pages of them"
    else:
        problem = "lists its records in no order and has more pages of them"
    how = "pagination=link" if "link" in pages[-1].headers else "pagination"
    raise HttpError(f"the API {problem}; set {how}, or the others would be lost")


def require_progress(config: RestConfig, mode: Mode, start: Offset, fetched: Fetched) -> None:
    """Refuses a full page of old records, since the next poll would return the same page.

    This happens if `positionFormat` cuts digits off, and so requests records before the position.
    """
    size = config.pages.size
    full = bool(size) and len(fetched.records) >= size and config.pages.kind == "none"
    if mode != "keys" or not config.position_format or not full or not start["kind"]:
        return
    orders = _orders(config, start, fetched)
    if _ascends(orders) and orders[-1] <= stored_key(start["kind"], start["pos"]).order:
        raise HttpError(
            f"a page of {len(orders)} records has no record after {start['pos']!r}, because "
            f"positionFormat={config.position_format.kind} sends a slightly earlier position. The "
            "next poll would get the same page: set pagination, raise pageSize, or choose a finer "
            "positionFormat"
        )


def missed(config: RestConfig, start: Offset, pages: list[Page], fetched: Fetched) -> bool:
    """Whether records between the last batch and this page may have been missed."""
    orders = [] if config.has_placeholder else _orders(config, start, fetched)
    if not orders:
        return False
    if not start["kind"]:
        if not unread(config, pages):
            return False
        text = (
            "the API has more pages with older records, which are not read: records may be "
            "missing. Set pagination=link to begin with them."
        )
    else:
        bound, oldest = stored_key(start["kind"], start["pos"]).order, min(orders)
        adjacent = config.offset_type == "incremental" and oldest == bound + 1
        if oldest <= bound or adjacent:
            return False
        text = (
            f"the oldest record received ({oldest}) is newer than the last one of the previous "
            f"batch ({start['pos']}): records may be missing. Poll more often, or set pagination."
        )
    if config.safety.required != NONE:
        raise HttpError(f"{text} requireGuarantee={config.safety.required} forbids it")
    _log.warning("rest: %s", text)
    return True


def unread(config: RestConfig, pages: list[Page]) -> bool:
    """Whether the API names a next page that the options do not follow."""
    last = pages[-1]
    return config.pages.kind == "none" and bool(last.records and named_next(config, last))


def reads_on(config: RestConfig, mode: Mode, start: Offset, fetched: Fetched) -> bool:
    """Whether a later poll reads the records after this page."""
    if mode not in ("keys", "stamp"):
        # After a page without records, only a cursor in the response names the next page.
        return mode == "cursor" or bool(fetched.records)
    if mode == "stamp":
        return False
    if config.has_placeholder:
        orders = _orders(config, start, fetched)
        ascends = _ascends(orders) and len(set(orders)) > 1
        return ascends and bool(takeable(config, start, fetched))
    # Newest first: a page that reaches the last position has all new records.
    orders = _orders(config, start, fetched)
    return bool(start["kind"]) and _newest_first(orders) and _begins_new(start, orders)


def _orders(config: RestConfig, start: Offset, fetched: Fetched) -> list[Any]:
    return [item.key.order for item in keyed_records(config, start, fetched)]


def _may_be_late(config: RestConfig) -> bool:
    """Whether a later page may have a record that is older than those of the pages before it.

    `lagSeconds` expects late records. An API sorts a range by its key, but it may list records in
    the order in which they arrived, with a late one behind newer ones.
    """
    return config.safety.lag > 0 and not config.has_placeholder


def _reaches(config: RestConfig, start: Offset, fetched: Fetched) -> bool:
    """Whether the last record is older than the position, by more than `lagSeconds`.

    A late record comes before older records in the list: without the lag, reading would end at a
    late record, and newer ones after it would be lost.
    """
    if not start["kind"]:
        return False
    last = keyed_records(config, start, fetched)[-1].key
    bound = stored_key(start["kind"], start["pos"])
    if not config.safety.lag:
        return bool(last.order < bound.order)
    oldest, position = seconds_of(last), seconds_of(bound)
    if oldest is None or position is None:
        return False
    return oldest < position - Decimal(config.safety.lag)


def _newest_first(orders: list[Any]) -> bool:
    return len(set(orders)) > _SURE and _descends(orders)


def _begins_new(start: Offset, orders: list[Any]) -> bool:
    """Whether the first record is not older than the position.

    If it is older, newer records are elsewhere in the list.
    """
    return not start["kind"] or orders[0] >= stored_key(start["kind"], start["pos"]).order


def _ascends(orders: list[Any]) -> bool:
    return all(a <= b for a, b in zip(orders, orders[1:]))


def _descends(orders: list[Any]) -> bool:
    return all(a >= b for a, b in zip(orders, orders[1:]))
