"""Distinguishes a page from a record if `dataField` is not set. No I/O here."""

from __future__ import annotations

from typing import Any

from .._errors import ContentError
from .config import RestConfig
from .selector import field_names


def require_list(config: RestConfig, document: Any, records: list[Any]) -> None:
    """Refuses a body that would be one record by default, if the options read pages.

    Such a body is a page: its records are in another field, or it has no records.
    """
    by_default = not config.form.data_field_given and len(records) == 1 and records[0] is document
    if not by_default or config.pages.kind == "none":
        return
    raise ContentError(
        "the answer has no array in 'data', the default place of the records, and "
        f"pagination={config.pages.kind} reads pages of records; it has: {field_names(document)}. "
        "Set dataField to the field that holds the records, or dataField=$ if the whole body is "
        "one record"
    )
