"""Rows inside an offset: JSON, deflated, in base64.

Spark writes a batch's end offset to its log before it runs the batch. Rows in that offset are
therefore safe: after a restart, a lost block or a retried task, the batch has the same rows. They
make the log and the progress reports larger, so their size is limited.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from typing import Any

from .._errors import HttpError, ReplayError
from .._options import OptionReader

DEFAULT_OFFSET_BYTES = 32 * 1024
HARD_OFFSET_BYTES = 256 * 1024

# A valid payload of 256 KiB can't inflate beyond this size, but a damaged payload might.
_LARGEST_ROWS = 512 * 1024 * 1024


def max_offset_bytes(options: OptionReader) -> int:
    return options.integer("maxOffsetBytes", DEFAULT_OFFSET_BYTES, 256, HARD_OFFSET_BYTES)


def pack(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode("ascii"), 9)).decode("ascii")


def unpack(data: str) -> Any:
    """The value that `pack` packed. Raises `ReplayError` for any other text."""
    try:
        decoder = zlib.decompressobj()
        text = decoder.decompress(base64.b64decode(data, validate=True), _LARGEST_ROWS)
        if not decoder.eof:
            raise ValueError("cut off")
        return json.loads(text)
    except (ValueError, zlib.error, binascii.Error):
        raise ReplayError(
            "the rows logged in the offset are damaged; the log was altered."
        ) from None


def offset_size(offset: Mapping[str, object]) -> int:
    return len(json.dumps(offset))


def require_size(offset: Mapping[str, object], limit: int, advice: str) -> None:
    size = offset_size(offset)
    if size > limit:
        raise HttpError(
            f"the rows of one poll make an offset of {size} bytes, more than maxOffsetBytes "
            f"({limit}, at most {HARD_OFFSET_BYTES}): {advice}"
        )
