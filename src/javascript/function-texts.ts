// The Python functions that Spark calls. Each passes its arguments to the bridge.

import type { PythonFunctionText } from "../python/python-function.js";
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

/** A function of the rows of a group: a table in and out. */
export function groupFunction(spec: CodeSpec): PythonFunctionText {
  return pythonText(
    spec,
    `
def call(key, table):
    import pyarrow as pa

    key_batch = pa.RecordBatch.from_arrays(
        [pa.array([value.as_py()], value.type) for value in key], names=["_%d" % at for at in range(len(key))]
    )
    batches = bridge().map_batches(SPEC, table.to_batches(), key=key_batch)
    return pa.Table.from_batches(batches, schema=bridge().arrow_schema(SPEC["load"]["returns"]))
`,
  );
}

function pythonText(spec: CodeSpec, body: string): PythonFunctionText {
  return { source: bridgeText(spec) + body, function: "call" };
}
