"""The sources travel by value: the processes they arrive in do not have the package."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sparktide_replay import ReplayServer
from support import NYC, OPEN

# What a client without Python sends: a few opcodes that import the package and name the class.
PAYLOAD = (
    "cpyspark.cloudpickle\nregister_pickle_by_value\n"
    "(cimportlib\nimport_module\n(Vsparktide_sources\ntRtR0"
    "csparktide_sources\n{name}\n."
)

FIRST = """
import json, pickle, sys
from pyspark import cloudpickle
job = json.load(open(sys.argv[1]))
source = pickle.loads(job["payload"].encode("ascii"))(job["options"])
open(sys.argv[2], "wb").write(cloudpickle.dumps(source))
"""

# The process of the stream reader, or of the planner: knows nothing but the pickle.
SECOND = """
import json, pickle, sys
from pyspark import cloudpickle
from pyspark.sql.types import StructField, StructType
from pyspark.sql import types
try:
    import sparktide_sources
    raise SystemExit("the package is on the path")
except ModuleNotFoundError:
    pass
job = json.load(open(sys.argv[1]))
source = pickle.loads(open(sys.argv[2], "rb").read())
names = {"string": types.StringType(), "double": types.DoubleType(), "long": types.LongType()}
if job["schema"]:
    schema = StructType.fromJson(job["schema"])
else:
    fields = [column.split() for column in source.schema().split(", ")]
    schema = StructType([StructField(name, names[kind]) for name, kind in fields])
parts = []
if job["stream"] == "simple":
    reader = source.simpleStreamReader(schema)
    start = reader.initialOffset()
    rows, end = reader.read(start)
    first = list(rows)
    assert list(reader.readBetweenOffsets(start, end)) == first
elif job["stream"]:
    reader = source.streamReader(schema)
    start = reader.initialOffset()
    end = reader.latestOffset(start, reader.getDefaultReadLimit())
    parts = reader.partitions(start, end) + source.streamReader(schema).partitions(start, end)
else:
    reader = source.reader(schema)
    parts = reader.partitions()
# The reader that goes to the executors is a new one, and its partitions travel on their own.
fresh = source.reader(schema) if not job["stream"] else reader
if job["stream"] and job["stream"] != "simple":
    fresh = source.streamReader(schema)
open(sys.argv[3], "wb").write(
    cloudpickle.dumps([cloudpickle.dumps(fresh), [cloudpickle.dumps(part) for part in parts]])
)
if job["stream"] == "simple":
    json.dump([len(first)], sys.stdout)
"""

# An executor.
THIRD = """
import json, pickle, sys
reader, parts = pickle.loads(open(sys.argv[1], "rb").read())
reader = pickle.loads(reader)
json.dump([len(list(reader.read(pickle.loads(part)))) for part in parts], sys.stdout)
"""


def run(code: str, *arguments: object, path: str = "") -> str:
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**env, **({"PYTHONPATH": path} if path else {})},
        cwd="/",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


CASES = [
    ("WeatherDataSource", {"stations": NYC}, "simple", [1]),
    ("WeatherDataSource", {"stations": NYC}, "", [1]),
    ("CoinGeckoDataSource", {"coins": "a,b"}, "simple", [2]),
    ("CoinGeckoDataSource", {"coins": "a,b"}, "", [2]),
    ("RestDataSource", {"path": "/tweets?since={timestamp}"}, "full", [3, 3]),
    (
        "RestDataSource",
        {"path": "/events", "offsetField": "id", "offsetType": "incremental"},
        "full",
        [5, 5],
    ),
    (
        "RestDataSource",
        {"path": "/stream?after={cursor}", "offsetField": "cursor", "offsetType": "cursor"},
        "full",
        [5, 5],
    ),
    (
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
    (
        "RestDataSource",
        {"path": "/tweets", "inputData": "[{},{},{}]", "authType": "Basic", "userId": "u"},
        "",
        [6, 3],
    ),
    ("RestDataSource", {"path": "/events", "outputType": "columns", "onError": "skip"}, "", [5]),
    (
        "RestDataSource",
        {"path": "/events", "offsetField": "id", "offsetType": "incremental", "schemaDrift": "null"}
        | {"outputType": "columns"},
        "full",
        [5, 5],
    ),
]

CASES.append(
    (
        "RestByReference",
        {"path": "/items", "tokenPath": "/oauth/token", "authType": "OAuth2"}
        | {"oauthClientId": "env:SPARKTIDE_SECRET_ID", "requestsPerSecond": "1000"}
        | {"oauthClientSecret": "env:SPARKTIDE_SECRET_KEY", "clientKeyPassword": ""},
        "",
        [10],
    )
)

# What Spark sends for .schema(…).
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


@pytest.mark.parametrize(("name", "options", "stream", "counts"), CASES)
def test_a_source_reads_in_processes_that_never_saw_the_package(
    server: ReplayServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    options: dict[str, str],
    stream: str,
    counts: list[int],
) -> None:
    given: dict[str, Any] = {**OPEN, **options}
    monkeypatch.setenv("SPARKTIDE_SECRET_ID", "replay-client")
    monkeypatch.setenv("SPARKTIDE_SECRET_KEY", "replay-secret")
    if "tokenPath" in given:
        given["oauthTokenUrl"] = server.url + given.pop("tokenPath")
    if "path" in given:
        given["url"] = server.url + given.pop("path")
    else:
        given["baseUrl"] = server.url
    job: dict[str, Any] = {"payload": PAYLOAD.format(name=name), "options": given}
    job.update(stream=stream, schema=COLUMNS if "outputType" in options else None)
    (tmp_path / "job").write_text(json.dumps(job))
    source = Path(__file__).parent.parent / "src"
    run(FIRST, tmp_path / "job", tmp_path / "source", path=str(source))
    told = run(SECOND, tmp_path / "job", tmp_path / "source", tmp_path / "read")
    assert json.loads(told or run(THIRD, tmp_path / "read")) == counts


def test_no_module_imports_a_sibling_as_a_module_or_keeps_what_can_not_travel() -> None:
    """Module objects are pickled with all they hold, cached functions by reference."""
    import ast

    folder = Path(__file__).parent.parent / "src" / "sparktide_sources"
    for path in folder.glob("*.py"):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level:
                assert node.module, f"{path.name}: from . import …"
                assert node in tree.body or path.name == "__init__.py", f"{path.name}: lazy import"
            if isinstance(node, ast.ImportFrom) and node.module == "functools":
                names = {alias.name for alias in node.names}
                assert not names & {"lru_cache", "cache", "cached_property", "singledispatch"}
