"""PySpark's half of the client comparison: prints milliseconds of each round as JSON.

python pyspark_side.py URL ROUNDS
"""

from __future__ import annotations

import json
import sys
import time
import warnings

warnings.simplefilter("ignore")

from pyspark.sql.connect.session import SparkSession  # noqa: E402 - after the filter

ROWS = (
    "SELECT id, CAST(id AS DOUBLE) AS x, CAST(id AS STRING) AS s, id % 2 = 0 AS b, "
    "CAST(id AS INT) AS i, timestamp_micros(id) AS t FROM range({})"
)


def timed(work, rounds: int) -> list[float]:
    work()
    figures = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        figures.append((time.perf_counter() - started) * 1000)
    return figures


def main(url: str, rounds: int) -> None:
    spark = SparkSession.builder.remote(url).getOrCreate()
    print(
        json.dumps(
            {
                "select1": timed(lambda: spark.sql("SELECT 1").collect(), rounds * 10),
                "rows": timed(lambda: spark.sql(ROWS.format(300_000)).collect(), rounds),
                "arrow": timed(lambda: spark.sql(ROWS.format(2_000_000)).toArrow(), rounds),
            }
        )
    )
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
