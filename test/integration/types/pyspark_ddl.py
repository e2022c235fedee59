"""Parses DDL texts with Spark: reads a JSON list of texts and prints a list of results.

A result is `{"schema": …}`, the schema JSON of an empty DataFrame with that DDL, or
`{"refused": error class}`. Spark creates no DataFrame with char or varchar columns: their results
come from its parser.
"""

import json
import re
import sys
import warnings

warnings.simplefilter("ignore")

from pyspark.errors import PySparkException  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

spark = SparkSession.builder.getOrCreate()
try:
    spark.conf.set("spark.sql.timestampNanosTypes.enabled", "true")
except PySparkException:
    pass  # Spark before 4.3 lacks this setting.


def answer(ddl: str) -> dict[str, object]:
    try:
        parsed = spark.client._analyze(method="ddl_parse", ddl_string=ddl).parsed
        assert parsed is not None
        has_length = re.search(r"char\(", parsed.simpleString())
        schema = parsed if has_length else spark.createDataFrame([], ddl).schema
        return {"schema": json.loads(schema.json())}
    except PySparkException as error:
        return {"refused": error.getCondition() or str(error)}


json.dump([answer(ddl) for ddl in json.load(sys.stdin)], sys.stdout)
spark.stop()
