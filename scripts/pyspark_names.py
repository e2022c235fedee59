"""Prints the public names of the installed PySpark's Connect client as JSON, class by class.

`node scripts/api-coverage.mjs --record` keeps what each release prints, in
test/golden/pyspark-names.json.
"""

import inspect
import json
import sys
import warnings

warnings.simplefilter("ignore")

import pyspark  # noqa: E402
from pyspark.sql import functions  # noqa: E402
from pyspark.sql.connect.catalog import Catalog  # noqa: E402
from pyspark.sql.connect.column import Column  # noqa: E402
from pyspark.sql.connect.conf import RuntimeConf  # noqa: E402
from pyspark.sql.connect.dataframe import (  # noqa: E402
    DataFrame,
    DataFrameNaFunctions,
    DataFrameStatFunctions,
)
from pyspark.sql.connect.datasource import DataSourceRegistration  # noqa: E402
from pyspark.sql.connect.group import GroupedData  # noqa: E402
from pyspark.sql.connect.merge import MergeIntoWriter  # noqa: E402
from pyspark.sql.connect.observation import Observation  # noqa: E402
from pyspark.sql.connect.readwriter import (  # noqa: E402
    DataFrameReader,
    DataFrameWriter,
    DataFrameWriterV2,
)
from pyspark.sql.connect.session import SparkSession  # noqa: E402
from pyspark.sql.connect.streaming.query import (  # noqa: E402
    StreamingQuery,
    StreamingQueryManager,
)
from pyspark.sql.connect.streaming.readwriter import (  # noqa: E402
    DataStreamReader,
    DataStreamWriter,
)
from pyspark.sql.connect.tvf import TableValuedFunction  # noqa: E402
from pyspark.sql.connect.udf import UDFRegistration  # noqa: E402
from pyspark.sql.connect.udtf import UDTFRegistration  # noqa: E402
from pyspark.sql.window import Window, WindowSpec  # noqa: E402

CLASSES = [
    SparkSession,
    DataFrame,
    DataFrameNaFunctions,
    DataFrameStatFunctions,
    GroupedData,
    Column,
    Window,
    WindowSpec,
    Observation,
    TableValuedFunction,
    RuntimeConf,
    Catalog,
    DataFrameReader,
    DataFrameWriter,
    DataFrameWriterV2,
    MergeIntoWriter,
    DataStreamReader,
    DataStreamWriter,
    StreamingQuery,
    StreamingQueryManager,
    UDFRegistration,
    UDTFRegistration,
    DataSourceRegistration,
]

# PySpark's list omits these only because Python has built-ins or modules with the same names.
HIDDEN_FUNCTIONS = ["chr", "random", "uuid"]


def public_names(owner: type) -> list[str]:
    return sorted(
        name
        for name, value in inspect.getmembers(owner)
        if not name.startswith("_") and (callable(value) or isinstance(value, property))
    )


names = {owner.__name__: public_names(owner) for owner in CLASSES}
hidden = [name for name in HIDDEN_FUNCTIONS if hasattr(functions, name)]
names["functions"] = sorted({*functions.__all__, *hidden})
json.dump({"pyspark": pyspark.__version__, "names": names}, sys.stdout, indent=2)
