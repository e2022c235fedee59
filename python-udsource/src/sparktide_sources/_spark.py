"""What the sources need from PySpark, imported in one place.

Spark 4.1 added `DataSourceStreamArrowWriter`. Spark 4.2 added `SupportsTriggerAvailableNow` and row
limits: with older versions, `AvailableNowMixin` is an empty class and `HAS_ADMISSION_CONTROL` is
False.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

try:
    from pyspark import TaskContext
    from pyspark import __version__ as _version
    from pyspark.sql.datasource import (
        DataSource,
        DataSourceArrowWriter,
        DataSourceReader,
        DataSourceStreamReader,
        DataSourceStreamWriter,
        InputPartition,
        SimpleDataSourceStreamReader,
        WriterCommitMessage,
    )
    from pyspark.sql.types import VariantVal
except ImportError:
    raise ImportError(
        "sparktide_sources needs PySpark 4.0 or newer, which has the Python Data Source API."
    ) from None

from ._errors import OptionError

if TYPE_CHECKING:
    from pyspark.sql.types import StructType

# Spark 4.0 cannot convert VARIANT values of a Python source to Arrow.
HAS_VARIANT_ROWS = not _version.startswith("4.0.")

try:
    from pyspark.sql.streaming.datasource import ReadMaxRows, SupportsTriggerAvailableNow

    AvailableNowMixin: Any = SupportsTriggerAvailableNow
except ImportError:

    class _BeforeAvailableNow:
        """Replaces the mixin, which Spark 4.0 and 4.1 do not have."""

    AvailableNowMixin = _BeforeAvailableNow
    ReadMaxRows = None

try:
    from pyspark.sql.datasource import DataSourceStreamArrowWriter
except ImportError:
    # Spark 4.0 passes Arrow batches to each writer of the first class.
    _bases = (DataSourceArrowWriter, DataSourceStreamWriter)
    DataSourceStreamArrowWriter = type("DataSourceStreamArrowWriter", _bases, {})


HAS_ADMISSION_CONTROL = ReadMaxRows is not None


def task_context() -> TaskContext:
    """The context of the running task."""
    context = TaskContext.get()
    if context is None:
        raise RuntimeError("this code must run in a task of Spark.")
    return context


def require_schema(source: str, declared: str, given: StructType) -> None:
    """Refuses a schema other than the declared one, which the rows always have."""
    wanted = [tuple(column.split()) for column in declared.split(", ")]
    # Only this type has different names in DDL and in simpleString().
    expected = [(name, "bigint" if kind == "long" else kind) for name, kind in wanted]
    if [(field.name, field.dataType.simpleString()) for field in given.fields] != expected:
        raise OptionError(f"{source} has the fixed schema {declared!r}; remove .schema(…).")


__all__ = [
    "HAS_ADMISSION_CONTROL",
    "HAS_VARIANT_ROWS",
    "AvailableNowMixin",
    "DataSource",
    "DataSourceArrowWriter",
    "DataSourceReader",
    "DataSourceStreamArrowWriter",
    "DataSourceStreamReader",
    "InputPartition",
    "ReadMaxRows",
    "SimpleDataSourceStreamReader",
    "VariantVal",
    "WriterCommitMessage",
    "require_schema",
    "task_context",
]
