/**
 * Text of a Python data source that a test registers. Its class is `Source`. It has one row, which holds
 * `version`, as a batch and as a stream.
 */
export function oneRowSource(name: string, version: string): string {
  return `
from __future__ import annotations
from dataclasses import dataclass
from pyspark.sql.datasource import DataSource, DataSourceReader, SimpleDataSourceStreamReader

@dataclass
class Setting:
    text: str

class Reader(DataSourceReader):
    def read(self, partition):
        yield (Setting("${version}").text,)

class StreamReader(SimpleDataSourceStreamReader):
    def initialOffset(self):
        return {"n": 0}

    def read(self, start):
        return iter([("${version}",)] if start["n"] == 0 else []), {"n": 1}

    def readBetweenOffsets(self, start, end):
        return iter([("${version}",)])

class Source(DataSource):
    @classmethod
    def name(cls):
        return "${name}"

    def schema(self):
        return "version STRING"

    def reader(self, schema):
        return Reader()

    def simpleStreamReader(self, schema):
        return StreamReader()
`;
}
