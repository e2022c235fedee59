"""Writes two streams to an API on its own Spark. `test_spark_sink.py` runs it, and kills it.

Arguments: the URL of the server, a folder, Spark's configuration as JSON. The rows are the JSON
files in the folder `in`. The file `done` says that all rows are written.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from spark_support import registered
from support import OPEN

# `/orders` honours the idempotency key, `/hooks` does not.
APIS = ("orders", "hooks")


def main(url: str, folder: Path, conf: dict[str, str]) -> None:
    with registered(folder, conf) as spark:
        rows = (
            spark.readStream.schema("id bigint, name string")
            .option("maxFilesPerTrigger", "1")
            .json(str(folder / "in"))
            # A shuffle, after which the rows of a task may have another order in another try.
            .repartition(2, "id")
        )
        queries = [
            rows.writeStream.format("rest")
            .options(**OPEN, url=f"{url}/{api}", concurrentRequests="2", maxRetries="1")
            .option("checkpointLocation", str(folder / api))
            .trigger(availableNow=True)
            .start()
            for api in APIS
        ]
        for query in queries:
            query.awaitTermination()
    (folder / "done").touch()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3]))
