"""PySpark's half of the REST comparison: a typical loop, with a kept connection of requests.

python pyspark_rest_loop.py SPARK_URL API_URL SHARDS PAGES_PER_APPEND

Each input line names a Delta table. The loop reads all pages of all shards into the table, and
prints the milliseconds and this process's peak resident memory as a line of JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

warnings.simplefilter("ignore")

import requests  # noqa: E402 - after the filter
from pyspark.sql.connect.session import SparkSession  # noqa: E402

# The same columns as in rest.mjs.
SCHEMA = (
    "id bigint, name string, email string, amount double, active boolean, "
    "created_at timestamp, note string"
)


def row(record: dict[str, Any]) -> tuple[Any, ...]:
    return (
        record["id"],
        record["name"],
        record["email"],
        record["amount"],
        record["active"],
        # Python 3.10 does not parse the Z.
        datetime.fromisoformat(record["created_at"].replace("Z", "+00:00")),
        record["note"],
    )


def load(spark: SparkSession, api: str, shards: int, pages_per_append: int, table: str) -> None:
    rows: list[tuple[Any, ...]] = []
    pages = 0

    def append() -> None:
        spark.createDataFrame(rows, SCHEMA).write.format("delta").mode("append").save(table)
        rows.clear()

    with requests.Session() as http:
        for shard in range(shards):
            url: str | None = f"{api}?shard={shard}&page=0"
            while url:
                response = http.get(url, timeout=30)
                response.raise_for_status()
                document = response.json()
                rows.extend(row(record) for record in document["data"])
                pages += 1
                if pages % pages_per_append == 0:
                    append()
                url = urljoin(url, document["next"]) if document["next"] else None
    if rows:
        append()


def main(spark_url: str, api: str, shards: int, pages_per_append: int) -> None:
    spark = SparkSession.builder.remote(spark_url).getOrCreate()
    for line in sys.stdin:
        started = time.perf_counter()
        load(spark, api, shards, pages_per_append, line.rstrip("\n"))
        ms = (time.perf_counter() - started) * 1000
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        # macOS reports bytes, Linux KiB.
        peak_bytes = peak if sys.platform == "darwin" else peak * 1024
        sys.stdout.write(json.dumps({"ms": ms, "peakBytes": peak_bytes}) + "\n")
        sys.stdout.flush()
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
