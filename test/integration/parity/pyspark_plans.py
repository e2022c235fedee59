"""Prints PySpark's plans of expressions, for a comparison with the plans of the client.

Input: a JSON list of Python expressions, each a Column, a DataFrame, a text or an action. Output: a
JSON list of the same length with `{"column": base64}`, `{"relation": base64}`, `{"text": text}`,
`{"command": base64}` for an action, which is not sent, or `{"missing": text}` if this PySpark lacks
the function. SPARK_REMOTE names the server, which gets few requests. The argument is `plans`, or
`texts` to run the actions.
"""

import base64
import json
import sys
import warnings

warnings.simplefilter("ignore")

import pyspark  # noqa: E402
from pyspark import StorageLevel  # noqa: E402
from pyspark.errors import AnalysisException  # noqa: E402
from pyspark.sql import Observation, SparkSession  # noqa: E402
from pyspark.sql import functions as F  # noqa: E402
from pyspark.sql import types as T  # noqa: E402
from pyspark.sql.connect.catalog import Catalog  # noqa: E402
from pyspark.sql.connect.client import SparkConnectClient  # noqa: E402
from pyspark.sql.connect.column import Column  # noqa: E402
from pyspark.sql.connect.dataframe import DataFrame  # noqa: E402
from pyspark.sql.table_arg import TableArg  # noqa: E402
from pyspark.sql.window import Window  # noqa: E402

NEWEST = (4, 3)
pyspark_version = tuple(int(part) for part in pyspark.__version__.split(".")[:2])

spark = SparkSession.builder.getOrCreate()


def map_rows(frames):
    return frames


def map_group(key, frame):
    return frame


def map_cogroup(left, right):
    return left


names = {
    "F": F,
    "map_rows": map_rows,
    "map_group": map_group,
    "map_cogroup": map_cogroup,
    "T": T,
    "Window": Window,
    "spark": spark,
    "df": spark.range(3),
    "other": spark.range(5),
    "Observation": Observation,
    "StorageLevel": StorageLevel,
}


class Caught(BaseException):
    """The request that an action would send."""


def catch_command(client, command, *_):
    raise Caught({"command": encoded(command)})


def catch_request(client, request, *_):
    raise Caught({"command": encoded(request.plan.command)})


def catch_catalog_call(catalog, plan):
    raise Caught({"relation": encoded(plan.plan(spark.client))})


def catch_rows(df):
    raise Caught({"relation": encoded(df._plan.plan(spark.client))})


if sys.argv[1] == "plans":
    SparkConnectClient.execute_command = catch_command
    SparkConnectClient._execute = catch_request
    Catalog._execute_and_fetch = catch_catalog_call
    DataFrame._to_table = catch_rows


def plan_of(text: str) -> dict[str, str]:
    try:
        made = eval(text, dict(names))
    except Caught as caught:
        return caught.args[0]
    except AttributeError as error:
        return {"missing": str(error)}
    except (NotImplementedError, AssertionError, AnalysisException) as error:
        # An older PySpark does not implement this, takes other arguments, or asks the server.
        if pyspark_version >= NEWEST:
            raise
        return {"missing": f"{type(error).__name__} {error}"}
    except TypeError as error:
        # An older PySpark lacks this argument. Or its DataFrame lacks this method, and Python reads
        # the name as a column.
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
