"""The records of a page that were emitted already, as short hashes in the offset.

With one hash per record, the records are found anywhere on the page. If these hashes do not fit
into the offset, it keeps a count and one hash of the first records of the page instead. The page
may then grow at its end, but not change.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections import Counter
from collections.abc import Iterable

from ..._errors import ReplayError
from .offset_types import Mode

_BYTES = 8


def mark(text: str) -> bytes:
    """A 64-bit hash of a record's text."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=_BYTES).digest()


def pack_marks(marks: Iterable[bytes]) -> str:
    return base64.b64encode(b"".join(marks)).decode("ascii")


def unpack_marks(text: str) -> Counter[bytes]:
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise ReplayError("the offset's list of seen records is damaged.") from None
    return Counter(raw[i : i + _BYTES] for i in range(0, len(raw), _BYTES))


def pack_head(head: list[str]) -> str:
    """The first records of a page as a count and one hash."""
    return f"{len(head)}:{digest(head)}"


def seen_of_page(text: str, page: list[str]) -> Counter[bytes]:
    """The marks of the emitted records on this page."""
    count, colon, wanted = text.partition(":")
    if not colon:
        return unpack_marks(text)
    if not page:
        return Counter()
    head = page[: int(count)] if count.isdigit() else []
    if digest(head) != wanted:
        raise ReplayError(
            f"a page changed while several batches emitted its records: its first {count} records "
            "are not the emitted ones any more, so it is unknown which ones are left. Use a new "
            "checkpoint, and a batchSize or maxOffsetBytes that is large enough for a page."
        )
    return Counter(map(mark, head))


def digest_of(mode: Mode, texts: list[str]) -> str:
    """The digest of a batch. For `keys` it ignores the order, which may change for equal keys."""
    return digest(sorted(texts) if mode == "keys" else texts)


def digest(texts: Iterable[str]) -> str:
    """One hash over the records of a batch, in order."""
    whole = hashlib.blake2b(digest_size=16)
    for text in texts:
        whole.update(mark(text))
    return whole.hexdigest()
