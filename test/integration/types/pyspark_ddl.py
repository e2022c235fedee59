"""Prints how Spark reads DDL texts: a JSON list of texts in, a list of answers out.

An answer is `{"schema": …}`, the schema JSON of an empty DataFrame with that DDL, or
`{"refused": error class}`. Spark makes no DataFrame with char or varchar columns: for those it is
what its parser says.
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
    pass  # Before Spark 4.3 there is no such thing.


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
