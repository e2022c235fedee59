"""Prints the values that PySpark collects, as canonical texts.

Input: a JSON list of SQL queries. Output: the list of columns of each query, each a list of texts.
"""

import json
import sys
import warnings

warnings.simplefilter("ignore")

from canonical_text import text  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

spark = SparkSession.builder.getOrCreate()
spark.conf.set("spark.sql.session.timeZone", "UTC")
spark.conf.set("spark.sql.timeType.enabled", "true")


def columns(query: str) -> list[list[str]]:
    rows = spark.sql(query).collect()
    return [[text(row[at]) for row in rows] for at in range(len(rows[0]))]


json.dump([columns(query) for query in json.load(sys.stdin)], sys.stdout)
spark.stop()
