"""Rows inside an offset: JSON, deflated, in base64.

Spark writes a batch's end offset to its log before it runs the batch. Rows that are part of that
offset are therefore safe: a restart, a lost block and a retried task all get the very same rows.
The price is their size in the log and in progress reports, hence the cap.
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

# A valid payload of 256 KiB can't inflate beyond this; a damaged one might try.
_LARGEST_ROWS = 512 * 1024 * 1024


def max_offset_bytes(options: OptionReader) -> int:
    return options.integer("maxOffsetBytes", DEFAULT_OFFSET_BYTES, 256, HARD_OFFSET_BYTES)


def pack(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode("ascii"), 9)).decode("ascii")


def unpack(data: str) -> Any:
    """What `pack` packed, or a `ReplayError` for anything else."""
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
