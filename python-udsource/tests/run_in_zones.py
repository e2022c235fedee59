"""Reads the three sources on its own Spark. `test_spark_zones.py` runs it in several time zones.

Arguments: the URL of the replay server, a folder, Spark's configuration as JSON. Writes the rows,
and the time zone of each process, to `found.json` in the folder.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from spark_support import logged, registered, start_each, stop_all
from support import NYC, OPEN

SCHEMA = "id bigint, at timestamp, local timestamp_ntz, day date, nested struct<at: timestamp>"
# Numbers and text: Spark shows a timestamp in the time zone of the session.
EXACT = ["id", "unix_micros(at)", "string(local)", "string(day)", "unix_micros(nested.at)"]

FIELDS = ("at", "local")
ONCE = {"streamingInterval": "3600"}


def zones(spark: Any) -> dict[str, str]:
    """The time zone that each kind of process sees."""
    from pyspark.sql.functions import udf

    tell = udf(lambda _: time.tzname[0], "string", useArrow=False)
    # A shuffle in between keeps Spark from computing this on the driver.
    task = spark.range(1).repartition(1)
    java = "reflect('java.lang.System', 'getProperty', 'user.timezone')"
    return {
        "driver": time.tzname[0],
        "driver's Java": str(spark._jvm.java.util.TimeZone.getDefault().getID()),
        "executor": task.select(tell("id")).collect()[0][0],
        "executor's Java": task.selectExpr(java).collect()[0][0],
    }


def main(url: str, folder: Path, conf: dict[str, str]) -> dict[str, Any]:
    with registered(folder, conf) as spark:
        found: dict[str, Any] = {"zones": zones(spark)}
        snapshots = {"weather": {"stations": NYC}, "coingecko": {"coins": "bitcoin"}}
        keyed = {"outputType": "columns", "schema": SCHEMA, "offsetType": "max_field"}
        rest = {"url": f"{url}/tweets", **OPEN, **ONCE, **keyed, "lagSeconds": "60"}
        batch = spark.read.format("rest").options(**rest).load()
        found["batch"] = sorted(batch.selectExpr(*EXACT).collect())

        began = time.time()
        sources = {
            **{name: (name, {"baseUrl": url, **ONCE, **own}) for name, own in snapshots.items()},
            **{f"by-{field}": ("rest", {**rest, "offsetField": field}) for field in FIELDS},
        }
        stop_all(start_each(spark, sources, folder).values())
        for name in snapshots:
            at = [row["ts_ingest"] for row in spark.read.parquet(f"{folder}/{name}/out").collect()]
            at.append(logged(folder / name, 0)["polled"] / 1000)
            found[name] = [began - 1 <= moment <= time.time() for moment in at]
        for field in FIELDS:
            frame = spark.read.parquet(f"{folder}/by-{field}/out")
            offset = logged(folder / f"by-{field}", 0)
            found[field] = sorted(frame.selectExpr(*EXACT).collect())
            found[f"offset by {field}"] = [offset["kind"], offset["pos"], offset["n"]]
        return found


if __name__ == "__main__":
    home = Path(sys.argv[2])
    result = main(sys.argv[1], home, json.loads(sys.argv[3]))
    (home / "found.json").write_text(json.dumps(result))
