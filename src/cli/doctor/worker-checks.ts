import { SparkException, type SparkSession } from "../../index.js";
import { PythonDataSource } from "../../sources/index.js";
import { result, type CheckResult } from "./check.js";

/** The checks of the server's Python workers, in order. */
export const WORKER_CHECKS: readonly string[] = ["workers", "bytecode"];

/**
 * Produces one row about two workers: the worker on the driver that creates the reader, and the worker on
 * an executor that creates the row.
 *
 * A module loaded from compiled code in a zip has a __file__ that ends with .pyc. For a module in a file,
 * the .pyc in the cache counts if this Python would use it: it has this Python's version, and the date
 * and size of the source.
 */
const PROBE = `
from pyspark.sql.datasource import DataSource, DataSourceReader

def imported():
    import importlib.util
    import os
    from pyspark import serializers

    path = serializers.__file__
    folder = os.path.dirname(os.path.dirname(path))
    if path.endswith(".pyc"):
        return folder, True
    try:
        with open(importlib.util.cache_from_source(path), "rb") as file:
            header = file.read(16)
        source = os.stat(path)
    except OSError:
        return folder, False
    dated = b"".join(
        (int(number) & 0xFFFFFFFF).to_bytes(4, "little")
        for number in (source.st_mtime, source.st_size)
    )
    is_current = header[4:8] != bytes(4) or header[8:] == dated
    return folder, header[:4] == importlib.util.MAGIC_NUMBER and is_current

class Probe(DataSource):
    @classmethod
    def name(cls):
        return "sparktide_doctor"
    def schema(self):
        return (
            "python STRING, pyspark STRING, driverFolder STRING, driverCompiled BOOLEAN, "
            "executorFolder STRING, executorCompiled BOOLEAN"
        )
    def reader(self, schema):
        return ProbeReader(imported())

class ProbeReader(DataSourceReader):
    def __init__(self, on_driver):
        self.on_driver = on_driver
    def read(self, partition):
        import platform
        import pyspark
        yield (platform.python_version(), pyspark.__version__, *self.on_driver, *imported())
`;

/** Where a worker imports PySpark from. */
export interface WorkerImport {
  /** The folder or zip that holds the package. */
  readonly folder: string;
  /** True if it contains code compiled for the worker's Python. */
  readonly isCompiled: boolean;
}

/** Reads a row through the server's Python workers, and reports their versions. */
export async function workerChecks(
  spark: SparkSession,
  version: string,
  signal: AbortSignal,
): Promise<CheckResult[]> {
  const probe = PythonDataSource.fromSource({
    source: PROBE,
    class: "Probe",
    name: "sparktide_doctor",
  });
  try {
    await spark.dataSource.register(probe);
    const [row] = await spark.read.format("sparktide_doctor").load().collect({ signal });
    const { python, pyspark } = row ?? {};
    const found = `Python ${String(python)} with pyspark ${String(pyspark)} made a row.`;
    const workers =
      pyspark === version
        ? result("workers", "ok", found)
        : result(
            "workers",
            "warn",
            `${found} The server runs Spark ${version}.`,
            `Install pyspark ${version} in the workers' Python.`,
          );
    const imported = (place: string): WorkerImport => ({
      folder: String(row?.[`${place}Folder`]),
      isCompiled: row?.[`${place}Compiled`] === true,
    });
    return [workers, bytecodeCheck(String(python), imported("driver"), imported("executor"))];
  } catch (error) {
    if (!(error instanceof SparkException)) throw error;
    return [
      result(
        "workers",
        "fail",
        `No Python worker made a row: ${lastLine(error.message)}`,
        "The packaged sources and foreachBatch need Python 3.9 or newer (Spark 4.1: 3.10, Spark 4.3: 3.11) with pyspark, pyarrow and pandas on the server and its executors. PYSPARK_PYTHON selects the Python that they use.",
      ),
      result("bytecode", "skip", "No Python worker made a row."),
    ];
  }
}

/** Checks whether the driver's and the executors' Python processes import compiled PySpark. */
export function bytecodeCheck(
  python: string,
  driver: WorkerImport,
  executor: WorkerImport,
): CheckResult {
  const slow = [
    ...(driver.isCompiled ? [] : [{ where: "driver", folder: driver.folder }]),
    ...(executor.isCompiled ? [] : [{ where: "executors", folder: executor.folder }]),
  ];
  if (slow.length === 0) {
    return result("bytecode", "ok", `The workers import compiled PySpark from ${driver.folder}.`);
  }
  const places = slow.map(({ where, folder }) => `${folder} on the ${where}`).join(" and from ");
  return result(
    "bytecode",
    "warn",
    `Each Python process of a stream or of foreachBatch compiles PySpark when it starts, because it imports PySpark from ${places}, without code compiled for Python ${python}.`,
    "With the workers' Python, run docker/compile_pyspark.py of this package on the server's SPARK_HOME, and restart the server. See \"Workers that start quickly\" in docs/guides/production.md.",
  );
}

/** The line of a Python traceback that contains the error. */
function lastLine(message: string): string {
  const lines = message.split("\n").filter((line) => line.trim() !== "");
  return lines.find((line) => /^\w*(?:Error|Exception)\b/.test(line)) ?? lines[0] ?? message;
}
