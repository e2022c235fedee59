"""Prints the plans that PySpark makes of expressions, to compare ours with.

On standard input a JSON list of Python expressions, each a Column, a DataFrame or a text; on standard output
a JSON list of the same length: `{"column": base64}`, `{"relation": base64}`, `{"text": text}`, or `{"missing": text}` for
what this PySpark does not have. SPARK_REMOTE names the server; making plans asks it next to nothing.
"""

import base64
import json
import sys
import warnings

warnings.simplefilter("ignore")

import pyspark  # noqa: E402
from pyspark.sql import Observation, SparkSession, functions as F, types as T  # noqa: E402
from pyspark.sql.connect.column import Column  # noqa: E402
from pyspark.sql.table_arg import TableArg  # noqa: E402
from pyspark.sql.window import Window  # noqa: E402

NEWEST = (4, 3)
pyspark_version = tuple(int(part) for part in pyspark.__version__.split(".")[:2])

spark = SparkSession.builder.getOrCreate()
names = {
    "F": F,
    "T": T,
    "Window": Window,
    "spark": spark,
    "df": spark.range(3),
    "other": spark.range(5),
    "Observation": Observation,
}


def plan_of(text: str) -> dict[str, str]:
    try:
        made = eval(text, dict(names))
    except AttributeError as error:
        return {"missing": str(error)}
    except TypeError as error:
        # An argument that later releases have, of which the newest has them all; or a method that a
        # DataFrame lacks, which Python takes for a column of that name.
        if pyspark_version >= NEWEST and str(error) != "'Column' object is not callable":
            raise
        return {"missing": str(error)}
    if isinstance(made, Column):
        return {"column": encoded(made._expr.to_plan(spark.client))}
    if isinstance(made, str):
        return {"text": made}
    if isinstance(made, TableArg):
        return {"column": encoded(made.to_plan(spark.client))}
    return {"relation": encoded(made._plan.plan(spark.client))}


def encoded(message: object) -> str:
    return base64.b64encode(message.SerializeToString(deterministic=True)).decode()  # type: ignore[attr-defined]


json.dump([plan_of(text) for text in json.load(sys.stdin)], sys.stdout)
spark.stop()
