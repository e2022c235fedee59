"""Spark data sources for HTTP APIs: `weather`, `coingecko` and `rest`.

    from sparktide_sources import register_all
    register_all(spark)
    spark.readStream.format("coingecko").option("coins", "bitcoin,ethereum").load()

Needs only PySpark 4.0 or newer with the packages of its `connect` extra. Each source is imported
when it is first used.
"""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING, Any

from ._credentials.plan_redaction import REDACTION_CONF, redaction_regex

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from .coingecko import CoinGeckoByReference, CoinGeckoDataSource
    from .rest import RestByReference, RestDataSource
    from .weather import WeatherByReference, WeatherDataSource

_log = logging.getLogger("sparktide_sources")

__version__ = "0.1.0"

__all__ = [
    "CoinGeckoByReference",
    "CoinGeckoDataSource",
    "RestByReference",
    "RestDataSource",
    "WeatherByReference",
    "WeatherDataSource",
    "register_all",
]

_SOURCES = {
    "CoinGeckoDataSource": "coingecko",
    "RestDataSource": "rest",
    "WeatherDataSource": "weather",
}


def __getattr__(name: str) -> Any:
    module = _SOURCES.get(name.replace("ByReference", "DataSource"))
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{module}", __name__), name)


def register_all(spark: SparkSession) -> None:
    """Registers the three sources in this session, and keeps their credentials out of its plans.

    If the session may not extend `spark.sql.redaction.options.regex`, the sources accept
    credentials only as references (`env:NAME`, `file:/path`).
    """
    suffix = "DataSource" if _extend_redaction(spark) else "ByReference"
    for class_name in _SOURCES:
        spark.dataSource.register(__getattr__(class_name.replace("DataSource", suffix)))


def _extend_redaction(spark: SparkSession) -> bool:
    try:
        current = spark.conf.get(REDACTION_CONF) or ""
        wanted = redaction_regex(current)
        if wanted != current:
            spark.conf.set(REDACTION_CONF, wanted)
        return True
    except Exception as error:
        # Servers refuse with different kinds of errors. The consequence is always the same.
        _log.warning(
            "The session refuses to set %s (%s): credentials must be references.",
            REDACTION_CONF,
            type(error).__name__,
        )
        return False
