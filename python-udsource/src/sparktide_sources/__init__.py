"""Spark data sources for HTTP APIs: `weather`, `coingecko` and `rest`.

    from sparktide_sources import register_all
    register_all(spark)
    spark.readStream.format("coingecko").option("coins", "bitcoin,ethereum").load()

Needs PySpark 4.0 or newer, with the packages of its `connect` extra, and nothing else. Importing
this package imports no source; each is imported when it is first asked for.
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

    Where the session may not extend `spark.sql.redaction.options.regex`, the sources take
    credentials as references (`env:NAME`, `file:/path`) only.
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
        # Whatever kind of error a server refuses with, the consequence is the same.
        _log.warning(
            "The session refuses to set %s (%s): credentials must be references.",
            REDACTION_CONF,
            type(error).__name__,
        )
        return False
