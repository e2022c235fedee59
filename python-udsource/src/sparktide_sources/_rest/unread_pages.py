"""Signs of further pages that no option follows, on the only page that is read. No I/O here."""

from __future__ import annotations

import logging

from .api import Page
from .config import RestConfig
from .next_links import link_target
from .page_signs import Signs, signs_of
from .page_walk import Known

_log = logging.getLogger("sparktide_sources")


def named_next(config: RestConfig, page: Page) -> str:
    """The sign by which the answer names a next page, or an empty text."""
    if link_target(page.url, page.headers.get("link", "")):
        return "a Link header with rel=next"
    signs = _signs(config, page)
    if signs.next:
        return "a field with the next page"
    return "a flag for more" if signs.more else ""


def tell_unread(config: RestConfig, known: Known, page: Page, passed: bool = False) -> None:
    """Warns once if the only page that is read says that it is not the last one.

    `passed`: the position is behind records that a total or a number of pages may count.
    """
    if config.pages.kind != "none" or known.unread_told or page.unchanged:
        return
    signs, had = _signs(config, page), len(page.records)
    said = named_next(config, page)
    # An empty page proves nothing if the total may count records before the position.
    counts = bool(had) or not passed
    if not said and counts and signs.total is not None and had < signs.total:
        said = f"a total of {signs.total}, where the page has {had}"
    if not said and counts and signs.pages is not None and signs.pages > 1:
        said = f"{signs.pages} pages"
    if not said:
        return
    known.unread_told = True
    _log.warning(
        "rest: the answer says that there are more records (%s), but only this page is read: set "
        "pagination to read the other pages.",
        said,
    )


def _signs(config: RestConfig, page: Page) -> Signs:
    return signs_of(config.form, page.document, page.records)
