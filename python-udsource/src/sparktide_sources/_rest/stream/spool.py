"""Batches that are too large for an offset, as files in `spoolDir`.

A file is completely written, synced and renamed before Spark gets the offset that names it. So the
rows of every logged offset exist. A file holds gzipped JSON lines, and only its owner can read it.
Names begin with the stream's id, so several queries may share a folder. Spark's `commit` removes
the files of the batches before the committed one. Since a worker may end without `commit`, each new
batch also removes old files.

Only the driver reads and writes the files. A folder on the driver's own disk survives restarts on
the same host; a folder on a shared disk also survives the loss of the host.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import tempfile
import zlib

from ..._errors import HttpError, ReplayError
from .offset_types import Offset
from .seen import digest

# How the error about a missing file begins.
ROWS = "the rows of the batch to repeat were spooled to"
POSITIONS = "the positions of the children were spooled to"

_PREFIX = "spool:"
_NAME = re.compile(r"([0-9a-f]{16})-(\d+)-[0-9a-f]{32}\.jsonl\.gz\Z")


class Spool:
    """The files of one stream; `stream` is the id that its offsets carry."""

    def __init__(self, folder: str, lost: str = ROWS) -> None:
        self._folder, self._lost = folder, lost

    def write(self, stream: str, seq: int, texts: list[str]) -> str:
        """Writes the rows, and returns the text for the offset's `data`."""
        name = f"{stream}-{seq}-{digest(texts)}.jsonl.gz"
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            handle, path = tempfile.mkstemp(prefix=f".{stream}-", dir=self._folder)
            try:
                with os.fdopen(handle, "wb") as raw:
                    with gzip.GzipFile("", "wb", 1, raw, 0) as packed:
                        for text in texts:
                            packed.write(json.dumps(text).encode("ascii") + b"\n")
                    raw.flush()
                    os.fsync(raw.fileno())
                os.replace(path, os.path.join(self._folder, name))
            except BaseException:
                os.unlink(path)
                raise
            self._sync_folder()
        except OSError as error:
            raise HttpError(
                f"spoolDir {self._folder!r} can't be written ({error.strerror}): it must be a "
                "folder where the driver's Python may create files"
            ) from None
        return _PREFIX + name

    def _sync_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def read(self, data: str) -> list[str]:
        """The rows that `write` wrote."""
        if not self._folder:
            raise ReplayError(f"{self._lost} a folder: set spoolDir again.")
        name = data[len(_PREFIX) :]
        if not _NAME.match(name):
            raise ReplayError("the offset does not name a spool file; the log was altered.")
        path = os.path.join(self._folder, name)
        try:
            with gzip.open(path, "rb") as lines:
                texts = [str(json.loads(line)) for line in lines]
        except FileNotFoundError:
            raise ReplayError(
                f"{self._lost} {path!r}, which is gone: set spoolDir to the folder that this query "
                "began with, on the same or a shared disk."
            ) from None
        except (OSError, EOFError, ValueError, zlib.error) as error:
            raise ReplayError(f"the spool file {path!r} can't be read: {error}") from None
        if digest(texts) != name.rpartition("-")[2].partition(".")[0]:
            raise ReplayError(f"the spool file {path!r} does not match the offset's digest.")
        return texts

    def purge(self, stream: str, before: int) -> None:
        """Removes this stream's files of batches before this one."""
        try:
            names = os.listdir(self._folder) if stream else []
        except OSError:
            return
        for name in names:
            match = _NAME.match(name)
            old = match is not None and match.group(1) == stream and int(match.group(2)) < before
            if old or name.startswith(f".{stream}-"):
                try:
                    os.unlink(os.path.join(self._folder, name))
                except OSError:
                    continue


def is_spooled(offset: Offset) -> bool:
    return offset["data"].startswith(_PREFIX)
