// The Python functions that Spark calls. Each passes its arguments to the bridge.

import type { PythonClassText, PythonFunctionText } from "../python/python-function.js";
import { bridgeText, type CodeSpec } from "./bridge-text.js";

/** A function of columns: arrays of Arrow in, one array out. */
export function columnFunction(spec: CodeSpec): PythonFunctionText {
  return pythonText(
    spec,
    `
def call(*columns):
    return bridge().scalar(SPEC, columns)
`,
  );
}

/** A function of all rows of a partition: record batches in and out. */
export function partitionFunction(spec: CodeSpec): PythonFunctionText {
  return pythonText(
    spec,
    `
def call(batches):
    return bridge().map_batches(SPEC, batches)
`,
  );
}

const KEY_BATCH = `
def key_batch(key):
    import pyarrow as pa

    columns = [pa.array([value.as_py()], value.type) for value in key]
    return pa.RecordBatch.from_arrays(columns, names=SPEC["keyNames"])
`;

/** A function of the rows of a group, which arrive in parts. */
export function groupPartsFunction(spec: CodeSpec): PythonFunctionText {
  return pythonText(
    spec,
    `${KEY_BATCH}

def call(key, batches):
    return bridge().map_batches(SPEC, batches, key_batch(key))
`,
  );
}

/** A function of the rows of a group: a table in and out. */
export function groupFunction(spec: CodeSpec): PythonFunctionText {
  return pythonText(
    spec,
    `${KEY_BATCH}

def call(key, table):
    import pyarrow as pa

    batches = bridge().map_batches(SPEC, table.to_batches(), key_batch(key))
    return pa.Table.from_batches(batches, schema=bridge().arrow_schema(SPEC["load"]["returns"]))
`,
  );
}

/**
 * A table function: a class with the methods analyze() and eval(). Spark passes Python values, whose types only analyze()
 * knows. The Arrow variant of table functions would have them, but it cannot be used in a LATERAL join.
 */
export function tableFunction(spec: CodeSpec): PythonClassText {
  const { source } = pythonText(
    spec,
    `
import dataclasses

from pyspark.sql.udtf import AnalyzeResult


@dataclasses.dataclass
class Analyzed(AnalyzeResult):
    # The types of the arguments, as JSON.
    arguments: str = ""


class Call:
    @staticmethod
    def analyze(*arguments):
        from pyspark.sql.types import StructField, StructType

        rows = StructType.fromJson(json.loads(SPEC["load"]["returns"]))
        types = StructType([StructField("_%d" % at, one.dataType) for at, one in enumerate(arguments)])
        return Analyzed(schema=rows, arguments=types.json())

    def __init__(self, analyzed):
        from pyspark.sql.types import StructType

        self.types = StructType.fromJson(json.loads(analyzed.arguments))
        self.rows = analyzed.schema

    def eval(self, *values):
        import pyarrow as pa
        from pyspark.sql.conversion import ArrowTableToRowsConversion, LocalDataToArrowConversion

        if len(self.types) == 0:
            batch = pa.RecordBatch.from_pylist([{}])
        else:
            batch = LocalDataToArrowConversion.convert([tuple(values)], self.types, False).to_batches()[0]
        for result in bridge().table(SPEC, batch):
            yield from ArrowTableToRowsConversion.convert(pa.Table.from_batches([result]), self.rows)
`,
  );
  return { source, className: "Call" };
}

function pythonText(spec: CodeSpec, body: string): PythonFunctionText {
  return { source: bridgeText(spec) + body, function: "call" };
}
