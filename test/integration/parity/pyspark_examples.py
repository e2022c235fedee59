"""Runs SQL statements in PySpark and prints their results.

Input: JSON with the `settings` of the session, `atOnce`, a list of statements to run concurrently,
and `inOrder`, a list of statements to run one after the other. Output: for each statement the JSON
of its schema (or the server's tree text) and its rows as canonical texts, or its error condition.
"""

import json
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

warnings.simplefilter("ignore")
sys.path.insert(0, str(Path(__file__).parent.parent / "types"))

from canonical_text import text  # noqa: E402
from pyspark.errors import PySparkException, PySparkValueError  # noqa: E402
from pyspark.sql import DataFrame, SparkSession  # noqa: E402
from pyspark.sql import functions as sf  # noqa: E402
from pyspark.sql.types import DataType  # noqa: E402

AT_ONCE = 3

spark = SparkSession.builder.getOrCreate()
asked = json.load(sys.stdin)
for key, value in asked["settings"].items():
    spark.conf.set(key, value)


def is_collectable(data_type: DataType) -> bool:
    return "interval" not in data_type.typeName() or "day" in data_type.typeName()


def outcome(statement: str) -> dict[str, object]:
    try:
        return decoded(spark.sql(statement))
    except PySparkException as error:
        return {"error": error.getCondition() or type(error).__name__}
    except Exception as error:
        return {"failure": f"PySpark: {type(error).__name__}: {error}"[:500]}


def decoded(df: DataFrame) -> dict[str, object]:
    try:
        schema = df.schema
    except PySparkValueError:
        return undeclared(df)
    kinds = [field.dataType for field in schema.fields]
    if not all(map(is_collectable, kinds)):
        # The server casts values that PySpark cannot collect to text.
        named = df.toDF(*(f"c{at}" for at in range(len(kinds))))
        df = named.select(
            *(
                sf.col(f"c{at}") if is_collectable(kind) else sf.col(f"c{at}").cast("string")
                for at, kind in enumerate(kinds)
            )
        )
    rows = [
        [
            text(value) if value is None or is_collectable(kind) else value
            for value, kind in zip(row, kinds, strict=True)
        ]
        for row in df.collect()
    ]
    return {"schema": schema.jsonValue(), "rows": rows}


def undeclared(df: DataFrame) -> dict[str, object]:
    """The result with one column of a type that PySpark lacks, such as nanoseconds of Spark 4.3."""
    rows = df.toDF("c0").select(sf.col("c0").cast("string")).collect()
    plan = df._plan.to_proto(spark.client)
    tree = spark.client._analyze(method="tree_string", plan=plan).tree_string
    cells = [[text(None) if value is None else value] for (value,) in rows]
    return {"tree": tree, "rows": cells}


with ThreadPoolExecutor(AT_ONCE) as pool:
    at_once = list(pool.map(outcome, asked["atOnce"]))
json.dump(at_once + [outcome(statement) for statement in asked["inOrder"]], sys.stdout)
spark.stop()
