"""Spark pickles the sources by value: the processes that receive them lack the package."""

from __future__ import annotations

import base64
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pickling_support import CASES, PAYLOAD, SOURCES, Case, job_of, pyspark_alone, rows_read
from sparktide_replay import ReplayServer

OLDEST, NEWEST = "3.9", "3.13"


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKTIDE_SECRET_ID", "replay-client")
    monkeypatch.setenv("SPARKTIDE_SECRET_KEY", "replay-secret")


@pytest.fixture
def pyspark(tmp_path: Path) -> Path:
    return pyspark_alone(tmp_path / "pyspark-alone")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{case.stream or 'batch'}")
def test_a_source_reads_in_processes_without_the_package(
    server: ReplayServer, pyspark: Path, tmp_path: Path, credentials: None, case: Case
) -> None:
    job = job_of(case, server, PAYLOAD.format(name=case.name).encode("ascii"))
    assert rows_read(sys.executable, pyspark, SOURCES, [job], tmp_path) == [case.counts]


def python_of(version: str) -> str:
    """An interpreter of this version: the current one, or from PATH, or from pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    installed = [str(path) for path in pyenv.glob(f"versions/{version}.*/bin/python")]
    for python in (sys.executable, shutil.which(f"python{version}"), *installed):
        # A shim of pyenv on PATH may not work, so try to run it.
        command = [str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        if (
            python
            and subprocess.run(command, capture_output=True, text=True).stdout == f"{version}\n"
        ):
            return python
    pytest.skip(f"needs Python {version}, as python{version} on PATH or in pyenv")


def supported(version: str) -> str:
    """This version, or the oldest that the installed PySpark supports, if that is newer."""
    wanted = str(importlib.metadata.metadata("pyspark")["Requires-Python"]).removeprefix(">=")
    return max(version, wanted, key=lambda text: [int(part) for part in text.split(".")])


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_the_oldest_and_the_newest_python_read_their_pickles_without_the_package(
    server: ReplayServer, pyspark: Path, tmp_path: Path, credentials: None, version: str
) -> None:
    jobs = [job_of(case, server, PAYLOAD.format(name=case.name).encode("ascii")) for case in CASES]
    counts = rows_read(python_of(supported(version)), pyspark, SOURCES, jobs, tmp_path)
    assert counts == [case.counts for case in CASES]


# The payloads of the client for each source, and for its variant that only takes references.
DEPLOYMENTS = """
const { coingecko, rest, weather } = await import(process.argv[1]);
const sources = { CoinGecko: coingecko, Rest: rest, Weather: weather };
const sent = {};
for (const [title, source] of Object.entries(sources))
  for (const kind of ["DataSource", "ByReference"]) {
    const { artifacts, command } = await source.deployment(source.name, kind === "DataSource");
    const [name, content] = [artifacts[0].name, Buffer.from(artifacts[0].content)];
    sent[title + kind] = {
      name,
      content: content.toString("base64"),
      command: Buffer.from(command).toString("base64"),
    };
  }
process.stdout.write(JSON.stringify(sent));
"""


@pytest.fixture(scope="module")
def deployments() -> dict[str, dict[str, str]]:
    node, client = shutil.which("node"), SOURCES.parent.parent / "dist" / "sources" / "index.js"
    if node is None or not client.exists():
        pytest.skip("needs Node and the built TypeScript client (npm run build)")
    command = [node, "--input-type=module", "-e", DEPLOYMENTS, client.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_the_oldest_and_the_newest_python_read_the_payload_of_the_typescript_client(
    server: ReplayServer,
    pyspark: Path,
    tmp_path: Path,
    credentials: None,
    deployments: dict[str, dict[str, str]],
    version: str,
) -> None:
    sent = deployments["RestDataSource"]
    package = tmp_path / sent["name"].rpartition("/")[2]
    package.write_bytes(base64.b64decode(sent["content"]))
    jobs = [
        job_of(case, server, base64.b64decode(deployments[case.name]["command"])) for case in CASES
    ]
    counts = rows_read(python_of(supported(version)), pyspark, package, jobs, tmp_path)
    assert counts == [case.counts for case in CASES]


def test_a_worker_reads_with_the_zip_of_the_package_alone(
    server: ReplayServer, pyspark: Path, tmp_path: Path, credentials: None
) -> None:
    archive = tmp_path / "sources.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in (SOURCES / "sparktide_sources").rglob("*.py"):
            packed.write(path, path.relative_to(SOURCES))
    jobs = [job_of(case, server, PAYLOAD.format(name=case.name).encode("ascii")) for case in CASES]
    counts = rows_read(sys.executable, pyspark, archive, jobs, tmp_path)
    assert counts == [case.counts for case in CASES]


def test_no_module_imports_a_sibling_module_or_uses_functions_that_pickle_by_reference() -> None:
    """cloudpickle pickles a module with all its contents, and cached functions by reference."""
    import ast

    folder = Path(__file__).parent.parent / "src" / "sparktide_sources"
    for path in folder.rglob("*.py"):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level:
                assert node.module, f"{path.name}: from . import …"
                assert node in tree.body or path.name == "__init__.py", f"{path.name}: lazy import"
            if isinstance(node, ast.ImportFrom) and node.module == "functools":
                names = {alias.name for alias in node.names}
                assert not names & {"lru_cache", "cache", "cached_property", "singledispatch"}


def test_no_module_uses_features_that_python_3_9_lacks() -> None:
    """Checks what the linter cannot derive from its target version."""
    import ast

    for path in SOURCES.rglob("*.py"):
        tree = ast.parse(path.read_text(), feature_version=(3, 9))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                words = {keyword.arg for keyword in node.keywords}
                assert not (node.func.id == "zip" and "strict" in words), f"{path}: zip(strict=…)"
                newer = words & {"slots", "kw_only"}
                assert not (node.func.id == "dataclass" and newer), f"{path}: {newer}"
            elif isinstance(node, ast.ImportFrom) and node.module == "itertools":
                assert not {alias.name for alias in node.names} & {"pairwise", "batched"}, path
            elif isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name):
                # In Python 3.9 the timeout of a socket was another class.
                assert node.type.id != "TimeoutError", f"{path}: except TimeoutError"
