"""Which package may import which."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "src" / "sparktide_sources"

# From the lowest to the highest. What is not named here are modules at the top of the package.
LAYERS = (
    "_errors",
    "_credentials",
    "_options",
    "_http",
    "_polling",
    "_rest",
    "rest",
    "rest_schema",
    "connector",
)
# The options of streams are read by the modules that define what they mean.
STREAM_OPTIONS = {"offset_fields", "guarantee", "position_format", "offset_types", "windows"}


def imports_of(path: Path) -> set[tuple[str, ...]]:
    """The modules of the package that a file imports, as paths from the package."""
    folder = path.relative_to(PACKAGE).parent.parts
    found: set[tuple[str, ...]] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level and node.module:
            above = folder[: len(folder) - node.level + 1]
            found.add((*above, *node.module.split(".")))
    return found


def test_a_package_imports_only_packages_below_it() -> None:
    for path in PACKAGE.rglob("*.py"):
        own = path.relative_to(PACKAGE).with_suffix("").parts
        if own[0] not in LAYERS:
            continue
        for imported in imports_of(path):
            if imported[0] in LAYERS:
                assert LAYERS.index(imported[0]) <= LAYERS.index(own[0]), f"{own} <- {imported}"


def test_of_the_stream_package_the_rest_package_imports_only_options() -> None:
    for path in (PACKAGE / "_rest").glob("*.py"):
        for imported in imports_of(path):
            if imported[:2] == ("_rest", "stream"):
                assert path.name == "config.py", f"{path.name} <- {imported}"
                assert imported[2] in STREAM_OPTIONS, imported


def test_of_the_rest_package_nothing_outside_imports_the_sink() -> None:
    for path in (PACKAGE / "_rest").rglob("*.py"):
        for imported in imports_of(path):
            if imported[:2] == ("_rest", "sink"):
                assert path.parent.name == "sink", f"{path.name} <- {imported}"


def test_a_module_at_the_top_of_the_package_imports_no_package_above_the_options() -> None:
    for path in PACKAGE.glob("_[a-z]*.py"):
        for imported in imports_of(path):
            assert imported[0] not in ("_http", "_polling", "_rest"), f"{path.name} <- {imported}"
