"""Spark data sources for HTTP APIs: `weather`, `coingecko` and `rest`.

    from sparktide_sources import register_all
    register_all(spark)
    spark.readStream.format("coingecko").option("coins", "bitcoin,ethereum").load()

Needs PySpark 4.0 or newer and nothing else. Importing this package imports no source; each is
imported when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from .coingecko import CoinGeckoDataSource
    from .rest import RestDataSource
    from .weather import WeatherDataSource

__version__ = "0.1.0"

__all__ = [
    "CoinGeckoDataSource",
    "RestDataSource",
    "WeatherDataSource",
    "register_all",
]

_SOURCES = {
    "CoinGeckoDataSource": "coingecko",
    "RestDataSource": "rest",
    "WeatherDataSource": "weather",
}


def __getattr__(name: str) -> Any:
    if name not in _SOURCES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_SOURCES[name]}", __name__), name)


def register_all(spark: SparkSession) -> None:
    """Registers the three sources in this session."""
    for class_name in _SOURCES:
        spark.dataSource.register(__getattr__(class_name))
