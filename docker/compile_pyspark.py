"""Adds compiled code to the zips from which Spark's Python workers import PySpark.

    python3 compile_pyspark.py "$SPARK_HOME"

Spark puts python/lib/pyspark.zip and python/lib/py4j-VERSION-src.zip before the packages of the
workers' Python. These zips contain only source code, which each Python process of a
stream compiles when it starts.

Run this with the Python of the workers, before Spark starts: a running Python process
cannot import from a replaced zip. The source code stays in the zips, so workers of
another Python version work as before. Each zip is replaced atomically.
"""

from __future__ import annotations

import glob
import importlib.util
import marshal
import os
import shutil
import sys
import tempfile
import zipfile

# PEP 552: Python uses the code without a check of the source's date, which is coarse in a zip.
UNCHECKED_HASH = (1).to_bytes(4, "little")


def compiled(source: bytes, file_name: str) -> bytes | None:
    """Returns the content of a .pyc file, or None if this Python cannot compile the source code."""
    try:
        code = compile(source, file_name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    source_hash = importlib.util.source_hash(source)
    return importlib.util.MAGIC_NUMBER + UNCHECKED_HASH + source_hash + marshal.dumps(code)


def add_compiled_code(path: str) -> int:
    """Replaces the zip by one that also has a .pyc for each .py. Returns the number of .pyc."""
    count = 0
    handle, draft = tempfile.mkstemp(dir=os.path.dirname(path), suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(path) as old:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
                for entry in old.infolist():
                    if entry.filename.endswith(".pyc"):
                        continue
                    content = old.read(entry)
                    new.writestr(entry, content)
                    if not entry.filename.endswith(".py"):
                        continue
                    code = compiled(content, os.path.join(path, entry.filename))
                    if code is not None:
                        new.writestr(entry.filename + "c", code)
                        count += 1
        shutil.copymode(path, draft)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
    return count


def main(arguments: list[str]) -> None:
    if len(arguments) != 1:
        sys.exit("usage: python3 compile_pyspark.py SPARK_HOME")
    # Resolve links, so that a link to the zip remains a link.
    folder = os.path.join(os.path.realpath(arguments[0]), "python", "lib")
    zips = [os.path.realpath(path) for path in sorted(glob.glob(os.path.join(folder, "py*.zip")))]
    if not any(os.path.basename(path) == "pyspark.zip" for path in zips):
        sys.exit(f"{folder} has no pyspark.zip: {arguments[0]} is not a Spark home")
    for path in zips:
        if os.path.isdir(path):
            sys.exit(f"{path} is a folder: an embedded Spark already has compiled code")
        count = add_compiled_code(path)
        version = ".".join(map(str, sys.version_info[:2]))
        print(f"{path}: {count} modules compiled for Python {version}")


if __name__ == "__main__":
    main(sys.argv[1:])
