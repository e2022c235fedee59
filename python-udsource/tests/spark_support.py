"""What the tests on a real Spark share: queries into parquet, and their checkpoints."""

from __future__ import annotations

import glob
import json
from pathlib import Path
from typing import Any

from support import OPEN


def start(spark: Any, name: str, options: dict[str, str], folder: Path, **trigger: Any) -> Any:
    frame = spark.readStream.format(name).options(**OPEN).options(**options).load()
    writer = frame.writeStream.format("parquet").option("path", str(folder / "out"))
    writer = writer.option("checkpointLocation", str(folder / "check"))
    return (writer.trigger(**trigger) if trigger else writer).start()


def rows(spark: Any, folder: Path, column: str) -> list[Any]:
    # Before the sink's first commit there is nothing to tell a schema from.
    if not (folder / "out" / "_spark_metadata" / "0").exists():
        return []
    return [row[0] for row in spark.read.parquet(str(folder / "out")).select(column).collect()]


def logged(folder: Path, batch: int) -> dict[str, Any]:
    lines = (folder / "check" / "offsets" / str(batch)).read_text().splitlines()
    return json.loads(lines[-1])


def undo_last_batch(folder: Path) -> int:
    """Leaves the checkpoint as a crash would: the offset logged, the batch not committed."""
    last = max(int(Path(p).name) for p in glob.glob(str(folder / "check" / "commits" / "[0-9]*")))
    # A stop may have come between the sink's commit and Spark's: later traces go as well.
    for part, first in (
        ("check/commits", last),
        ("out/_spark_metadata", last),
        ("check/offsets", last + 1),
    ):
        for path in (folder / part).iterdir():
            number = path.name.strip(".").split(".")[0]
            if number.isdigit() and int(number) >= first:
                path.unlink()
    return last
