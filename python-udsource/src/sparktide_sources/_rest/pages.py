"""How one poll or call reads further pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .._keyword_only import KeywordOnly

Pagination = Literal["none", "link", "json", "cursor", "page", "offset", "lastId"]


@dataclass(frozen=True)
class Pages(KeywordOnly):
    """How one poll or call reads further pages."""

    kind: Pagination
    next_field: str
    param: str
    start: int
    size: int
    size_param: str
    max_pages: int
    header: str = ""
    in_body: bool = False
    more_field: str = ""
    end_field: str = ""
    end_values: tuple[str, ...] = ()
    missing_ends: bool = False
    total_field: str = ""
    total_pages_field: str = ""
    # The same page again is the end of the pages, not an error.
    repeat_ends: bool = False
    # Only the query of a next link is used, with the option `url`.
    next_query: bool = False

    @property
    def flag(self) -> str:
        """The field that says whether more pages follow, for a message."""
        if self.more_field:
            return f"{self.more_field!r}, moreField"
        return f"{self.end_field!r}, endField"
