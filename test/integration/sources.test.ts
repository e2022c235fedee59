import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SparkSession, StreamingQuery } from "../../src/index.js";
import { ArgumentError, SparkException } from "../../src/index.js";
import { coingecko, PythonDataSource, rest, weather } from "../../src/sources/index.js";
import { eventually } from "../support/eventually.js";
import { oneRowSource } from "./one-row-source.js";
import { connect, replayEgress, tableFormat, uniqueName, uniquePath } from "./support.js";

const TABLES = tableFormat();

/** A data source that streams one row per batch: the number of the row, and the version of the code. */
function ticking(name: string, version: string): string {
  return `
from pyspark.sql.datasource import DataSource, DataSourceReader, SimpleDataSourceStreamReader

class Reader(DataSourceReader):
    def read(self, partition):
        yield (-1, "${version}")

class StreamReader(SimpleDataSourceStreamReader):
    def initialOffset(self):
        return {"n": 0}

    def read(self, start):
        return iter([(start["n"], "${version}")]), {"n": start["n"] + 1}

    def readBetweenOffsets(self, start, end):
        return iter([(n, "${version}") for n in range(start["n"], end["n"])])

class Source(DataSource):
    @classmethod
    def name(cls):
        return "${name}"

    def schema(self):
        return "n BIGINT, version STRING"

    def reader(self, schema):
        return Reader()

    def simpleStreamReader(self, schema):
        return StreamReader()
`;
}

describe("Python data sources deployed from TypeScript", () => {
  let spark: SparkSession;
  let folder: string;
  beforeAll(async () => {
    spark = await connect();
    folder = await mkdtemp(join(tmpdir(), "sparktide-sources-"));
  });
  afterAll(async () => {
    await spark.stop();
    await rm(folder, { recursive: true });
  });

  async function streamed(format: string): Promise<unknown[]> {
    const path = uniquePath(format);
    const query = await spark.readStream
      .format(format)
      .load()
      .writeStream.format(TABLES)
      .option("checkpointLocation", `${path}-checkpoint`)
      .start(path);
    await query.processAllAvailable();
    await query.stop();
    return spark.read.format(TABLES).load(path).collect();
  }

  it("read as batch and as stream from Python text, under the name that the class declares", async () => {
    const name = uniqueName("inline");
    await spark.dataSource.register(
      PythonDataSource.fromSource({ source: oneRowSource(name, "v1"), class: "Source" }),
    );
    expect(await spark.read.format(name).load().collect()).toEqual([{ version: "v1" }]);
    expect(await streamed(name)).toEqual([{ version: "v1" }]);
  });

  it("read as batch and as stream from a Python file", async () => {
    const name = uniqueName("file");
    const path = join(folder, "source.py");
    await writeFile(path, oneRowSource(name, "v1"));
    await spark.dataSource.register(PythonDataSource.fromFile(path, "Source"));
    expect(await streamed(name)).toEqual([{ version: "v1" }]);
  });

  it("run the new code of a changed package at once, in batch and stream", async () => {
    const name = uniqueName("package");
    const path = join(folder, name);
    await mkdir(path);
    await writeFile(join(path, "__init__.py"), "");
    for (const version of ["v1", "v2"]) {
      await writeFile(join(path, "source.py"), oneRowSource(name, version));
      await spark.dataSource.register(
        PythonDataSource.fromPackage(path, `${name}.source`, "Source"),
      );
      expect(await spark.read.format(name).load().collect()).toEqual([{ version }]);
      expect(await streamed(name)).toEqual([{ version }]);
    }
  });

  it("run the new code of a package's nested modules at once, in batch and stream", async () => {
    const name = uniqueName("nested");
    const path = join(folder, name);
    await mkdir(join(path, "inner"), { recursive: true });
    await writeFile(join(path, "__init__.py"), "");
    await writeFile(join(path, "inner", "__init__.py"), "");
    await writeFile(join(path, "source.py"), "from .inner.classes import Source\n");
    for (const version of ["v1", "v2"]) {
      await writeFile(join(path, "inner", "classes.py"), oneRowSource(name, version));
      await spark.dataSource.register(
        PythonDataSource.fromPackage(path, `${name}.source`, "Source"),
      );
      expect(await spark.read.format(name).load().collect()).toEqual([{ version }]);
      expect(await streamed(name)).toEqual([{ version }]);
    }
  });

  it("keep the old code in a running stream until the stream is restarted", async () => {
    const name = uniqueName("running");
    const [path, module] = [join(folder, name), `${name}.source`];
    const register = async (version: string): Promise<void> => {
      await writeFile(join(path, "source.py"), ticking(name, version));
      await spark.dataSource.register(PythonDataSource.fromPackage(path, module, "Source"));
    };
    await mkdir(path);
    await writeFile(join(path, "__init__.py"), "");
    await register("v1");
    const table = uniquePath(name);
    // Build the DataFrame from its source again: the server may reuse the plan of a known DataFrame.
    const start = (): Promise<StreamingQuery> =>
      spark.readStream
        .format(name)
        .load()
        .writeStream.format("parquet")
        .option("checkpointLocation", `${table}-checkpoint`)
        .trigger({ processingTime: "500 milliseconds" })
        .start(table);
    /** The versions that wrote the rows, in order. The nth tick is the nth row. */
    const versions = async (atLeast: number): Promise<unknown[]> =>
      eventually(
        async () => {
          const rows = await spark.read.parquet(table).orderBy("n").collect();
          return rows.length >= atLeast && rows.map((row) => row["version"]);
        },
        { withinMs: 90_000 },
      );

    const old = await start();
    const before = await versions(1);
    await register("v2");
    expect(await spark.read.format(name).load().collect()).toEqual([{ n: -1n, version: "v2" }]);
    // Wait for two more batches: the first may have started before the new code arrived.
    const meanwhile = await versions(before.length + 3);
    expect(new Set(meanwhile)).toEqual(new Set(["v1"]));
    await old.stop();
    const atStop = (await versions(meanwhile.length)).length;

    const restarted = await start();
    const after = await versions(atStop + 2);
    await restarted.stop();
    expect(new Set(after.slice(0, atStop))).toEqual(new Set(["v1"]));
    expect(new Set(after.slice(atStop))).toEqual(new Set(["v2"]));
  });

  it("are refused with the names of the existing classes if the class is missing", async () => {
    const source = oneRowSource(uniqueName("missing"), "v1");
    const failure = spark.dataSource.register(
      PythonDataSource.fromSource({ source, class: "Sauce", name: "missing" }),
    );
    await expect(failure).rejects.toBeInstanceOf(SparkException);
    await expect(failure).rejects.toThrow(/no class 'Sauce'.*'Source'/s);
  });

  it("are refused with both names if the class has another name()", async () => {
    const failure = spark.dataSource.register(
      PythonDataSource.fromSource({
        source: oneRowSource("one", "v1"),
        class: "Source",
        name: "two",
      }),
    );
    await expect(failure).rejects.toThrow(/'one'.*'two'/s);
  });

  it("are refused with the Python error if the text does not run", async () => {
    const failure = spark.dataSource.register(
      PythonDataSource.fromSource({ source: "import no_such_module", class: "Source" }),
    );
    await expect(failure).rejects.toThrow(/no_such_module/);
  });

  it("are refused before a request if two have the same name", async () => {
    await expect(spark.dataSource.register(weather, weather)).rejects.toBeInstanceOf(ArgumentError);
  });

  it("named weather, coingecko and rest read a batch with one poll", async () => {
    await spark.dataSource.register(weather, coingecko, rest);
    const stations = [
      { id: "NYC", lat: 40.71, lon: -74.01 },
      { id: "Madrid", lat: 40.42, lon: -3.7 },
    ];
    const weatherRows = await spark.read
      .format("weather")
      .options(weather.options({ stations, ...replayEgress() }))
      .load()
      .collect();
    expect(weatherRows.map((row) => row["station"])).toEqual(["NYC", "Madrid"]);

    const prices = await spark.read
      .format("coingecko")
      .options(coingecko.options({ coins: ["bitcoin", "unknown-coin"], ...replayEgress() }))
      .load()
      .collect();
    expect(prices.map((row) => [row["coin"], row["usd_price"] === null])).toEqual([
      ["bitcoin", false],
      ["unknown-coin", true],
    ]);

    const { baseUrl, ...egress } = replayEgress();
    const events = await spark.read
      .format("rest")
      .options(rest.options({ url: `${baseUrl}/events`, ...egress }))
      .load()
      .collect();
    expect(events.length).toBeGreaterThan(0);
    const [first] = events;
    expect(JSON.parse(String(first?.["output"]))).toHaveProperty("id");
  });
});
