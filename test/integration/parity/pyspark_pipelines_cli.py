"""PySpark's `spark-pipelines`, with a spec in JSON. SPARK_REMOTE names the server."""

import warnings

warnings.simplefilter("ignore")

import json_as_yaml  # noqa: E402, F401
from pyspark.pipelines import cli  # noqa: E402

cli.main()
