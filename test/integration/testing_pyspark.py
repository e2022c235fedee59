"""Prints the verdicts of PySpark's assertDataFrameEqual.

Input: a JSON list of `{"actual": SQL, "expected": SQL, "options": {…}}`.
Output: a JSON list with `EQUAL`, `DIFFERENT_SCHEMA` or `DIFFERENT_ROWS` for each pair.
"""

import json
import sys
import warnings

warnings.simplefilter("ignore")

from pyspark.errors import PySparkAssertionError  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402
from pyspark.testing import assertDataFrameEqual  # noqa: E402

spark = SparkSession.builder.getOrCreate()


def verdict(pair: dict) -> str:
    try:
        assertDataFrameEqual(
            spark.sql(pair["actual"]), spark.sql(pair["expected"]), **pair["options"]
        )
    except PySparkAssertionError as error:
        return error.getCondition()
    return "EQUAL"


json.dump([verdict(pair) for pair in json.load(sys.stdin)], sys.stdout)
