"""PySpark's half of the client comparison.

SPARK_REMOTE=sc://… python pyspark_side.py

Each line on standard input is a JSON object of `what` and `times`; for each it prints the
milliseconds of each run, as a JSON list on a separate line.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings

warnings.simplefilter("ignore")

from pyspark.sql.connect.session import SparkSession  # noqa: E402 - after the filter

ROWS = (
    "SELECT id, CAST(id AS DOUBLE) AS x, CAST(id AS STRING) AS s, id % 2 = 0 AS b, "
    "CAST(id AS INT) AS i, timestamp_micros(id) AS t FROM range({})"
)


def timed(work, times: int) -> list[float]:
    figures = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        figures.append((time.perf_counter() - started) * 1000)
    return figures


def main() -> None:
    spark = SparkSession.builder.remote(os.environ["SPARK_REMOTE"]).getOrCreate()
    works = {
        "select1": lambda: spark.sql("SELECT 1").collect(),
        "rows": lambda: spark.sql(ROWS.format(300_000)).collect(),
        "arrow": lambda: spark.sql(ROWS.format(2_000_000)).toArrow(),
    }
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(timed(works[asked["what"]], asked["times"])), flush=True)
    spark.stop()


if __name__ == "__main__":
    main()
