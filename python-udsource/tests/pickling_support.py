"""Shared by the pickling tests: the three processes of a query, and the cases that they read.

The first process has the package. It creates the source from the client's payload, as the planner
of Spark does. The second process plans or polls, the third runs tasks. Both have PySpark alone.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sparktide_replay import ReplayServer
from support import NYC, OPEN

SOURCES = Path(__file__).parent.parent / "src"

# The payload of a client without Python: pickle opcodes that import the package and the class.
PAYLOAD = (
    "cpyspark.cloudpickle\nregister_pickle_by_value\n"
    "(cimportlib\nimport_module\n(Vsparktide_sources\ntRtR0"
    "csparktide_sources\n{name}\n."
)

# Code of all three processes: reads jobs from one file and writes results to another.
COMMON = """
import base64, importlib.util, json, pickle, sys
from pyspark import cloudpickle
assert importlib.util.find_spec("requests") is None, "requests can be imported"
jobs = json.load(open(sys.argv[1]))

def decoded(text):
    return pickle.loads(base64.b64decode(text))

def encoded(value):
    return base64.b64encode(cloudpickle.dumps(value)).decode("ascii")

def done(results):
    json.dump(results, open(sys.argv[2], "w"))
"""

FIRST = """
for job in jobs:
    job["source"] = encoded(decoded(job.pop("payload"))(job["options"]))
done(jobs)
"""

SECOND = """
from pyspark.sql import types
if importlib.util.find_spec("sparktide_sources") is not None:
    raise SystemExit("the package is on the path")
names = {"string": types.StringType(), "double": types.DoubleType(), "long": types.LongType()}

def schema_of(source, given):
    if given:
        return types.StructType.fromJson(given)
    fields = [column.split() for column in source.schema().split(", ")]
    return types.StructType([types.StructField(name, names[kind]) for name, kind in fields])

for job in jobs:
    source = decoded(job.pop("source"))
    schema = schema_of(source, job["schema"])
    parts = []
    if job["stream"] == "simple":
        fresh = source.simpleStreamReader(schema)
        start = fresh.initialOffset()
        rows, end = fresh.read(start)
        first = list(rows)
        assert list(fresh.readBetweenOffsets(start, end)) == first
        job["counts"] = [len(first)]
    elif job["stream"]:
        reader = source.streamReader(schema)
        start = reader.initialOffset()
        limit = getattr(reader, "getDefaultReadLimit", None)
        end = reader.latestOffset(start, limit()) if limit else reader.latestOffset()
        # Spark sends a new reader to the executors.
        fresh = source.streamReader(schema)
        parts = reader.partitions(start, end) + fresh.partitions(start, end)
    else:
        parts = source.reader(schema).partitions()
        fresh = source.reader(schema)
    job["reader"], job["parts"] = encoded(fresh), [encoded(part) for part in parts]
done(jobs)
"""

THIRD = """
if importlib.util.find_spec("sparktide_sources") is not None:
    raise SystemExit("the package is on the path")
counts = []
for job in jobs:
    reader = decoded(job["reader"])
    read = [len(list(reader.read(decoded(part)))) for part in job["parts"]]
    counts.append(job.get("counts") or read)
done(counts)
"""


class Case(NamedTuple):
    """A class, its options, its kind of stream (`""`: batch), and the row count of each part."""

    name: str
    options: Mapping[str, str]
    stream: str
    counts: list[int]


def pyspark_alone(folder: Path) -> Path:
    """A folder from which PySpark can be imported, and no other package."""
    folder.mkdir()
    for name in ("pyspark", "py4j"):
        found = importlib.util.find_spec(name)
        assert found is not None
        assert found.origin is not None
        (folder / name).symlink_to(Path(found.origin).parent)
    return folder


def job_of(case: Case, server: ReplayServer, payload: bytes) -> dict[str, Any]:
    given: dict[str, Any] = {**OPEN, **case.options}
    if "parentPath" in given:
        given["parent"] = json.dumps({"url": server.url + given.pop("parentPath")})
    if "tokenPath" in given:
        given["oauthTokenUrl"] = server.url + given.pop("tokenPath")
    if "path" in given:
        given["url"] = server.url + given.pop("path")
    else:
        given["baseUrl"] = server.url
    return {
        "payload": base64.b64encode(payload).decode("ascii"),
        "options": given,
        "stream": case.stream,
        "schema": COLUMNS if "outputType" in given else None,
    }


def rows_read(
    python: str, pyspark: Path, package: Path, jobs: Sequence[Mapping[str, Any]], folder: Path
) -> list[list[int]]:
    """Runs the three processes with this Python. Returns the row count of each part of each job."""
    (folder / "0").write_text(json.dumps(jobs))
    for number, code in enumerate((FIRST, SECOND, THIRD)):
        paths = [str(pyspark), str(package)] if number == 0 else [str(pyspark)]
        files = [str(folder / str(number)), str(folder / str(number + 1))]
        done = subprocess.run(
            # -S hides the packages that are installed in this Python.
            [python, "-S", "-B", "-c", COMMON + code, *files],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            cwd="/",
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
    return json.loads((folder / "3").read_text())


CASES: list[Case] = [
    Case("WeatherDataSource", {"stations": NYC}, "simple", [1]),
    Case("WeatherDataSource", {"stations": NYC}, "", [1]),
    Case("CoinGeckoDataSource", {"coins": "a,b"}, "simple", [2]),
    Case("CoinGeckoDataSource", {"coins": "a,b"}, "", [2]),
    Case("RestDataSource", {"path": "/tweets?since={timestamp}"}, "full", [3, 3]),
    Case(
        "RestDataSource",
        {"path": "/events", "offsetField": "id", "offsetType": "incremental"},
        "full",
        [5, 5],
    ),
    Case(
        "RestDataSource",
        {"path": "/stream?after={cursor}", "offsetField": "cursor", "offsetType": "cursor"},
        "full",
        [5, 5],
    ),
    Case(
        "RestDataSource",
        {
            "path": "/events?org={org}",
            "inputData": '[{"org":"a"},{"org":"b"}]',
            "offsetField": "id",
            "offsetType": "incremental",
        },
        "full",
        [5, 5, 5, 5],
    ),
    Case(
        "RestDataSource",
        {
            "path": "/repos/{parent.owner.login}/{parent.name}/issues?since={id}",
            "parentPath": "/orgs/acme/repos",
            "offsetField": "id",
            "offsetType": "incremental",
        },
        "full",
        [6, 6],
    ),
    Case(
        "RestDataSource",
        {
            "path": "/repos/{parent.owner.login}/{parent.name}/issues",
            "parentPath": "/orgs/acme/repos",
            "partitions": "1",
        },
        "",
        [6],
    ),
    Case(
        "RestDataSource",
        {"path": "/tweets", "inputData": "[{},{},{}]", "authType": "Basic", "userId": "u"},
        "",
        [6, 3],
    ),
    Case(
        "RestDataSource", {"path": "/events", "outputType": "columns", "onError": "skip"}, "", [5]
    ),
    Case(
        "RestDataSource",
        {"path": "/events", "offsetField": "id", "offsetType": "incremental", "schemaDrift": "null"}
        | {"outputType": "columns"},
        "full",
        [5, 5],
    ),
    Case(
        "RestByReference",
        {"path": "/items", "tokenPath": "/oauth/token", "authType": "OAuth2"}
        | {"oauthClientId": "env:SPARKTIDE_SECRET_ID", "requestsPerSecond": "1000"}
        | {"oauthClientSecret": "env:SPARKTIDE_SECRET_KEY", "clientKeyPassword": ""},
        "",
        [10],
    ),
]

# The schema as Spark sends it for .schema(…).
COLUMNS = {
    "type": "struct",
    "fields": [
        {"name": name, "type": kind, "nullable": True, "metadata": {}}
        for name, kind in (
            ("id", "decimal(20,0)"),
            ("created_at", "timestamp"),
            ("actor", {"type": "map", "keyType": "string", "valueType": "string"}),
            ("public", "boolean"),
        )
    ],
}
COLUMNS["fields"][2]["type"]["valueContainsNull"] = True  # type: ignore[index]
