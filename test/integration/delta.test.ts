import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import {
  ArgumentError,
  deltaTable,
  SparkException,
  SparkSession,
  Timestamp,
  UnsupportedOperationException,
  type DeltaTable,
} from "../../src/index.js";
import { count, lit } from "../../src/functions/index.js";
import { LocalSpark } from "../../src/local/index.js";
import { connect, isSparkAtLeast, uniqueName, uniquePath } from "./support.js";

/** A new Delta table at a new path, with rows id 0 to `rows` - 1 and v = id. */
async function newTable(spark: SparkSession, rows: number, path: string = uniquePath("delta")) {
  await spark.range(rows).selectExpr("id", "id AS v").write.format("delta").save(path);
  return { path, table: deltaTable(spark, path) };
}

function rowsOf(table: DeltaTable, ...columns: string[]): Promise<unknown[][]> {
  return table
    .toDF()
    .select(...columns)
    .orderBy("id")
    .collect({ rowMode: "array" });
}

async function operations(table: DeltaTable): Promise<unknown[]> {
  const history = await table.history();
  const rows = await history.select("operation").collect({ rowMode: "array" });
  return rows.map(([operation]) => operation);
}

/** The number of tasks in which VACUUM and RESTORE list files. Spark's default, 10 000, takes a minute on one machine. */
async function listQuickly(spark: SparkSession): Promise<void> {
  await spark.conf.set("spark.sql.sources.parallelPartitionDiscovery.parallelism", 2);
}

const describeDelta = describe.skipIf(!inject("hasDelta"));
const itOnce = it.runIf(isSparkAtLeast(4, 1));

describeDelta("deltaTable", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
    await listQuickly(spark);
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("finds a table by name, by path and by SQL path, with any characters in them", async () => {
    const name = uniqueName("orders");
    await spark.range(2).write.format("delta").saveAsTable(`default.${name}`);
    const path = `${uniquePath("odd")}/it's a\`path`;
    await newTable(spark, 3, path);
    try {
      expect(await deltaTable(spark, name).toDF().count()).toBe(2);
      expect(await deltaTable(spark, `default.\`${name}\``).toDF().count()).toBe(2);
      expect(await deltaTable(spark, `spark_catalog.default.${name}`).toDF().count()).toBe(2);
      for (const spelt of [path, `file:${path}`, `delta.\`${path.replaceAll("`", "``")}\``]) {
        const table = deltaTable(spark, spelt);
        expect(await table.toDF().count()).toBe(3);
        const [detail] = await (await table.detail()).collect();
        expect(detail).toMatchObject({ format: "delta", location: `file:${path}` });
      }
      const changed = await deltaTable(spark, path).delete("id = 0");
      expect(changed).toEqual({ numAffectedRows: 1n, isSkipped: false });
    } finally {
      await spark.sql(`DROP TABLE ${name}`);
    }
  });

  it("deletes and updates the rows of a condition, and treats values as literals", async () => {
    const { table } = await newTable(spark, 4);
    await spark
      .range(1)
      .selectExpr("10L AS id", "'' AS text", "1.5D AS d", "now() AS t", "true AS b")
      .write.format("delta")
      .mode("append")
      .option("mergeSchema", true)
      .save((await (await table.detail()).collect())[0]?.["location"] as string);
    const odd = "it's \\n ${spark.sql.ansi.enabled} -- ; \u{1f9ea}\u0000\"";
    const time = Timestamp.fromEpochMicros(-1n);
    const set = { text: lit(odd), d: Number.NaN, t: time, b: false, v: 9_007_199_254_740_993n };
    expect(await table.update({ set, where: "target.id = 10 -- the new one" })).toEqual({
      numAffectedRows: 1n,
      isSkipped: false,
    });
    expect(await table.alias("t").update({ set: { v: "t.v * 10" }, where: "t.id < 4" })).toEqual({
      numAffectedRows: 4n,
      isSkipped: false,
    });
    expect(await table.delete("id IN (0, 1)")).toMatchObject({ numAffectedRows: 2n });
    expect(await rowsOf(table, "id", "v", "text", "d", "b")).toEqual([
      [2n, 20n, null, null, null],
      [3n, 30n, null, null, null],
      [10n, 9_007_199_254_740_993n, odd, Number.NaN, false],
    ]);
    const [last] = await table.toDF().filter("id = 10").select("t").collect();
    expect((last?.["t"] as Timestamp).epochMicros).toBe(-1n);
    expect(await table.delete()).toMatchObject({ numAffectedRows: 3n });
    expect(await table.toDF().isEmpty()).toBe(true);
  });

  it("returns its history, compacts files, and lists the files that vacuum would remove", async () => {
    const { path, table } = await newTable(spark, 3);
    for (const id of [10, 11]) {
      const row = spark.range(id, id + 1).selectExpr("id", "id AS v");
      await row.write.format("delta").mode("append").save(path);
    }
    const [done] = await (await table.optimize({ zOrderBy: ["id", "v"] })).collect();
    expect(done?.["metrics"]).toMatchObject({ numFilesAdded: 1n });
    expect(await operations(table)).toEqual(["OPTIMIZE", "WRITE", "WRITE", "WRITE"]);
    expect(await (await table.history(2)).count()).toBe(2);

    const files = await (await table.vacuum({ retentionHours: 200, dryRun: true })).collect();
    expect(files).toEqual([]);
    await expect(table.vacuum({ retentionHours: 0 })).rejects.toMatchObject({
      errorClass: "DELTA_VACUUM_RETENTION_PERIOD_TOO_SHORT",
    });
    await using careless = await spark.newSession();
    await listQuickly(careless);
    await careless.conf.set("spark.databricks.delta.retentionDurationCheck.enabled", false);
    const dry = await deltaTable(careless, path).vacuum({ retentionHours: 0, dryRun: true });
    expect((await dry.collect()).length).toBeGreaterThanOrEqual(3);
    await deltaTable(careless, path).vacuum({ retentionHours: 0 });
    expect(await table.toDF().count()).toBe(5);
  });

  it("optimizes only the partitions of a condition", async () => {
    const path = uniquePath("parts");
    for (const offset of [0, 10]) {
      const rows = spark.range(offset, offset + 4, 1, 1).selectExpr("id", "id % 2 AS part");
      await rows.write.format("delta").mode("append").partitionBy("part").save(path);
    }
    const table = deltaTable(spark, path);
    const [done] = await (await table.optimize({ where: "part = 1" })).collect();
    expect(done?.["metrics"]).toMatchObject({ numFilesAdded: 1n, numFilesRemoved: 2n });
  });

  it("restores a version or a timestamp, and reads both without a restore", async () => {
    const { path, table } = await newTable(spark, 3);
    await table.update({ set: { v: 0 } });
    const [first] = await (await table.history()).filter("version = 0").collect();
    const created = first?.["timestamp"] as Timestamp;
    await table.delete();

    const read = () => spark.read.format("delta");
    expect(await read().option("versionAsOf", 0).load(path).count()).toBe(3);
    const zeros = await read().option("versionAsOf", 1).load(path).filter("v = 0").count();
    expect(zeros).toBe(3);
    const then = await read().option("timestampAsOf", created.toISOString()).load(path).collect();
    expect(then.map((row) => row["v"]).sort()).toEqual([0n, 1n, 2n]);

    await table.restore({ version: 1 });
    expect(await rowsOf(table, "v")).toEqual([[0n], [0n], [0n]]);
    await table.restore({ timestamp: created });
    expect(await rowsOf(table, "v")).toEqual([[0n], [1n], [2n]]);
    await expect(table.restore({ timestamp: "2001-01-01" })).rejects.toMatchObject({
      errorClass: "DELTA_CANNOT_RESTORE_TIMESTAMP_EARLIER",
    });
  });

  it("adds new columns on append with mergeSchema, and refuses them without it", async () => {
    const { path, table } = await newTable(spark, 1);
    const wider = spark.range(1).selectExpr("7L AS id", "8L AS v", "'new' AS extra").write;
    await expect(wider.format("delta").mode("append").save(path)).rejects.toMatchObject({
      errorClass: expect.stringContaining("DELTA_") as string,
    });
    await wider.format("delta").mode("append").option("mergeSchema", true).save(path);
    expect(await rowsOf(table, "id", "extra")).toEqual([
      [0n, null],
      [7n, "new"],
    ]);
  });

  it("reads the change data feed as a batch and as a stream", async () => {
    const name = uniqueName("changes");
    await spark.sql(
      `CREATE TABLE ${name} (id BIGINT, v BIGINT) USING delta TBLPROPERTIES (delta.enableChangeDataFeed = true)`,
    );
    try {
      const table = deltaTable(spark, name);
      await spark.range(2).selectExpr("id", "id AS v").write.insertInto(name);
      await table.update({ set: { v: 5 }, where: "id = 1" });
      await table.delete("id = 0");
      const expected = [
        [0n, 0n, "insert", 1n],
        [1n, 1n, "insert", 1n],
        [1n, 1n, "update_preimage", 2n],
        [1n, 5n, "update_postimage", 2n],
        [0n, 0n, "delete", 3n],
      ];
      const columns = ["id", "v", "_change_type", "_commit_version"];
      const order = ["_commit_version", "id", "v"];
      const options = { readChangeFeed: true, startingVersion: 0 };
      const batch = spark.read
        .options(options)
        .table(name)
        .select(...columns);
      expect(await batch.orderBy(...order).collect({ rowMode: "array" })).toEqual(expected);

      const out = uniquePath("feed");
      const stream = spark.readStream
        .options(options)
        .table(name)
        .select(...columns);
      const query = await stream.writeStream
        .format("parquet")
        .option("checkpointLocation", `${out}-checkpoint`)
        .trigger({ availableNow: true })
        .start(out);
      expect(await query.awaitTermination({ timeoutMs: 60_000 })).toBe(true);
      const seen = spark.read.parquet(out).orderBy(...order);
      expect(await seen.collect({ rowMode: "array" })).toEqual(expected);
    } finally {
      await spark.sql(`DROP TABLE ${name}`);
    }
  });

  it("refuses invalid arguments before it sends a request", async () => {
    const table = deltaTable(spark, "no_such_table");
    const source = spark.range(1);
    for (const name of ["", " ", "a..b", "a.", "`open", "a`b`", "/data/${user}"]) {
      expect(() => deltaTable(spark, name), name).toThrow(ArgumentError);
    }
    const both = { version: 1, timestamp: "2024-01-01" };
    const refused: Promise<unknown>[] = [
      table.history(0),
      table.optimize({ zOrderBy: [] }),
      table.optimize({ where: " " }),
      table.vacuum({ retentionHours: -1 }),
      table.vacuum({ retentionHours: Number.NaN }),
      table.restore(both),
      table.restore({} as typeof both),
      table.restore({ version: -1 }),
      table.restore({ timestamp: "1' OR" }),
      table.restore({ timestamp: new Date(Number.NaN) }),
      table.delete(""),
      table.update({ set: {} }),
      table.update({ set: { v: spark.range(1).col("id") } }),
      table.update({ set: { v: 2n ** 63n } }),
      table.merge(source, "target.id = source.id").execute(),
      table.merge(source, "true").whenMatchedDelete().executeOnce({ appId: "", version: 1 }),
      table.merge(source, "true").whenMatchedDelete().executeOnce({ appId: "a", version: -1 }),
      table.merge(source, "true").whenMatchedDelete().executeOnce({ appId: "a", version: 0.5 }),
    ];
    for (const promise of refused) await expect(promise).rejects.toBeInstanceOf(ArgumentError);
    expect(() => table.merge(source, " ")).toThrow(ArgumentError);
    expect(() => table.merge(source, "true").whenNotMatchedInsert({ values: {} })).toThrow(
      ArgumentError,
    );
  });

  it("passes on the server's error about a wrong call unchanged", async () => {
    const { table } = await newTable(spark, 1);
    await expect(deltaTable(spark, "no_such_table").optimize()).rejects.toMatchObject({
      errorClass: "TABLE_OR_VIEW_NOT_FOUND",
    });
    await expect(table.delete("id =")).rejects.toMatchObject({ errorClass: "PARSE_SYNTAX_ERROR" });
    await expect(deltaTable(spark, uniquePath("none")).detail()).rejects.toMatchObject({
      errorClass: "DELTA_MISSING_DELTA_TABLE",
    });
  });

  it("stops waiting when aborted, with the signal's reason", async () => {
    const { table } = await newTable(spark, 1);
    const reason = new Error("changed my mind");
    const signal = AbortSignal.abort(reason);
    await expect(table.optimize({ signal })).rejects.toBe(reason);
    await expect(table.delete(undefined, { signal })).rejects.toBe(reason);
    const merge = table.merge(spark.range(1), "target.id = source.id").whenMatchedDelete();
    await expect(merge.execute({ signal })).rejects.toBe(reason);
    expect(await table.toDF().count()).toBe(1);
  });
});

describeDelta("DeltaTable.merge()", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("updates, deletes and inserts by its clauses, and counts them", async () => {
    const { table } = await newTable(spark, 5);
    const changes = spark.createDataFrame(
      [
        { id: 1n, v: 100n, gone: false },
        { id: 2n, v: 0n, gone: true },
        { id: 9n, v: 900n, gone: false },
        { id: 10n, v: 1000n, gone: true },
      ],
      ["id", "v", "gone"],
    );
    const done = await table
      .merge(changes, "target.id = source.id -- the key")
      .whenNotMatchedBySourceUpdate({ set: { v: -1 }, condition: "target.id = 3" })
      .whenNotMatchedBySourceDelete({ condition: "target.id = 4" })
      .whenNotMatchedInsert({
        values: { id: "source.id", v: lit(7) },
        condition: "NOT source.gone",
      })
      .whenMatchedDelete({ condition: "source.gone" })
      .whenMatchedUpdate({ set: { v: "target.v + source.v" } })
      .execute();
    expect(done).toEqual({
      numAffectedRows: 5n,
      numInsertedRows: 1n,
      numUpdatedRows: 2n,
      numDeletedRows: 2n,
      isSkipped: false,
    });
    expect(await rowsOf(table, "id", "v")).toEqual([
      [0n, 0n],
      [1n, 101n],
      [3n, -1n],
      [9n, 7n],
    ]);
  });

  it("writes all columns by name, with the caller's aliases, and adds new columns if requested", async () => {
    const { table } = await newTable(spark, 2);
    const source = spark.range(1, 3).selectExpr("id", "id * 5 AS v", "'x' AS extra").alias("new");
    const merge = table
      .alias("old")
      .merge(source, "old.id = new.id")
      .whenMatchedUpdateAll({ condition: "new.v > old.v" })
      .whenNotMatchedInsertAll();
    expect(await merge.execute()).toMatchObject({ numInsertedRows: 1n, numUpdatedRows: 1n });
    expect(await table.toDF().columns()).toEqual(["id", "v"]);
    await merge.withSchemaEvolution().execute();
    expect(await rowsOf(table, "id", "v", "extra")).toEqual([
      [0n, 0n, null],
      [1n, 5n, null],
      [2n, 10n, null],
    ]);
  });

  it("drops its view after the merge, also if the server refuses the merge", async () => {
    await using own = await connect();
    const { table } = await newTable(own, 1);
    const views = async () => (await own.sql("SHOW VIEWS")).collect();
    const merge = table.merge(own.range(3), "target.id = source.id");
    await merge.whenMatchedDelete().execute();
    await expect(merge.whenMatchedUpdate({ set: { nowhere: 1 } }).execute()).rejects.toBeInstanceOf(
      SparkException,
    );
    if (isSparkAtLeast(4, 1)) {
      await merge.whenMatchedDelete().executeOnce({ appId: "views", version: 1 });
    }
    expect(await views()).toEqual([]);
  });

  it.skipIf(isSparkAtLeast(4, 1))(
    "refuses executeOnce() on an older server with an error that names it",
    async () => {
      const { table } = await newTable(spark, 1);
      const merge = table.merge(spark.range(3), "target.id = source.id").whenMatchedDelete();
      await expect(merge.executeOnce({ appId: "once", version: 1 })).rejects.toThrow(
        "executeOnce() needs Spark 4.1 or newer",
      );
      expect(await rowsOf(table, "id")).toEqual([[0n]]);
    },
  );

  itOnce(
    "takes effect once per transaction with any clauses, and does not affect other writes",
    async () => {
      const { path, table } = await newTable(spark, 2);
      // A checkpoint stands for a batch of foreachBatch: both are rows that one session keeps under an id.
      const source = await spark.range(2).selectExpr("id", "10L AS v").localCheckpoint();
      const add = table
        .merge(source, "target.id = source.id")
        .whenMatchedUpdate({ set: { v: "target.v + source.v" } });
      const appId = uniqueName("app");
      expect(await add.executeOnce({ appId, version: 0 })).toMatchObject({
        numUpdatedRows: 2n,
        isSkipped: false,
      });
      expect(await add.executeOnce({ appId, version: 0n })).toEqual({
        numAffectedRows: 0n,
        numInsertedRows: 0n,
        numUpdatedRows: 0n,
        numDeletedRows: 0n,
        isSkipped: true,
      });
      expect(await rowsOf(table, "v")).toEqual([[10n], [11n]]);
      expect(await add.executeOnce({ appId, version: 2 })).toMatchObject({ isSkipped: false });
      expect(await add.executeOnce({ appId, version: 1 })).toMatchObject({ isSkipped: true });
      expect(await rowsOf(table, "v")).toEqual([[20n], [21n]]);

      expect(await spark.conf.getOption("spark.databricks.delta.write.txnAppId")).toBeUndefined();
      await spark
        .range(5, 6)
        .selectExpr("id", "id AS v")
        .write.format("delta")
        .mode("append")
        .save(path);
      expect(await table.update({ set: { v: 0 } })).toMatchObject({ numAffectedRows: 3n });
    },
  );

  itOnce(
    "merges each batch of a foreachBatch callback once, by query id and batch id",
    async () => {
      const { table } = await newTable(spark, 2);
      const input = uniquePath("input");
      await spark.range(4).coalesce(1).write.parquet(input);
      const results: unknown[] = [];
      const query = await spark.readStream
        .schema("id BIGINT")
        .parquet(input)
        .writeStream.foreachBatch(async (batch, batchId, { queryId, signal }) => {
          const merge = table
            .merge(batch, "target.id = source.id")
            .whenMatchedUpdate({ set: { v: "target.v + 100" } })
            .whenNotMatchedInsert({ values: { id: "source.id", v: 0 } });
          const transaction = { appId: queryId, version: batchId };
          results.push(await merge.executeOnce(transaction, { signal }));
          results.push(await merge.executeOnce(transaction, { signal }));
        })
        .option("checkpointLocation", `${input}-checkpoint`)
        .trigger({ availableNow: true })
        .start();
      expect(await query.awaitTermination({ timeoutMs: 90_000 })).toBe(true);
      expect(results).toMatchObject([
        { numInsertedRows: 2n, numUpdatedRows: 2n, isSkipped: false },
        { numAffectedRows: 0n, isSkipped: true },
      ]);
      expect(await rowsOf(table, "id", "v")).toEqual([
        [0n, 100n],
        [1n, 101n],
        [2n, 0n],
        [3n, 0n],
      ]);
    },
  );

  itOnce(
    "skips a repeated merge of a batch of a stateful query without failing the query",
    async () => {
      const { path, table } = await newTable(spark, 2);
      const [input, appId] = [uniquePath("input"), uniqueName("app")];
      await spark.range(4).coalesce(1).write.parquet(input);
      const skipped: boolean[] = [];
      // The second query starts from batch 0 again, like a batch that runs again after a crash.
      for (const checkpoint of ["first", "second"]) {
        const query = await spark.readStream
          .schema("id BIGINT")
          .parquet(input)
          .groupBy("id")
          .agg(count("*").alias("n"))
          .writeStream.outputMode("update")
          .foreachBatch(async (batch, batchId, { signal }) => {
            const merge = deltaTable(spark, path)
              .merge(batch, "target.id = source.id")
              .whenMatchedUpdate({ set: { v: "target.v + source.n" } });
            const transaction = { appId, version: batchId };
            skipped.push((await merge.executeOnce(transaction, { signal })).isSkipped);
          })
          .option("checkpointLocation", `${input}-${checkpoint}`)
          .trigger({ availableNow: true })
          .start();
        expect(await query.awaitTermination({ timeoutMs: 90_000 })).toBe(true);
      }
      expect(skipped).toEqual([false, true]);
      expect(await rowsOf(table, "v")).toEqual([[1n], [2n]]);
    },
  );

  it("setting Delta's transaction options in a session affects every write of that session", async () => {
    const { path, table } = await newTable(spark, 2);
    const other = await newTable(spark, 1);
    await using own = await spark.newSession();
    await own.conf.set("spark.databricks.delta.write.txnAppId", uniqueName("app"));
    await own.conf.set("spark.databricks.delta.write.txnVersion", 1);
    const merge = deltaTable(own, path)
      .merge(own.range(2), "target.id = source.id")
      .whenMatchedUpdate({ set: { v: "target.v + 1" } });
    expect(await merge.execute()).toMatchObject({ numUpdatedRows: 2n, isSkipped: false });
    expect(await merge.execute()).toMatchObject({ numUpdatedRows: 0n, isSkipped: true });
    // The danger: Delta also skips writes that do not belong to the merge.
    const append = own.range(7, 8).selectExpr("id", "id AS v").write.format("delta").mode("append");
    await append.save(path);
    expect(await deltaTable(own, path).delete()).toEqual({ numAffectedRows: 0n, isSkipped: true });
    expect(await rowsOf(table, "id", "v")).toEqual([
      [0n, 1n],
      [1n, 2n],
    ]);
    // Delta records transactions per table, so the transaction is new to another table.
    expect(await deltaTable(own, other.path).delete()).toMatchObject({ numAffectedRows: 1n });
  });
});

describe("a server without Delta", () => {
  it("makes each operation fail with an error that names the settings for Delta", async () => {
    await using local = await LocalSpark.start({ heapMb: 1024, delta: false });
    await using spark = await SparkSession.builder().remote(local.url).create();
    const plain = uniqueName("plain");
    await spark.range(1).write.parquet(join(uniquePath("warehouse"), plain));
    await spark.sql(`CREATE TABLE ${plain} (id BIGINT) USING parquet`);
    for (const name of ["/no/such/table", plain]) {
      const table = deltaTable(spark, name);
      const merge = table.merge(spark.range(1), "target.id = source.id").whenMatchedDelete();
      const operations: Record<string, () => Promise<unknown>> = {
        detail: () => table.detail(),
        history: () => table.history(1),
        optimize: () => table.optimize(),
        vacuum: () => table.vacuum(),
        restore: () => table.restore({ version: 0 }),
        delete: () => table.delete(),
        update: () => table.update({ set: { id: 1 } }),
        merge: () => merge.execute(),
        executeOnce: () => merge.executeOnce({ appId: "a", version: 1 }),
      };
      for (const [operation, run] of Object.entries(operations)) {
        const error = await run().catch((reason: unknown) => reason);
        expect(error, `${operation} ${name}`).toBeInstanceOf(UnsupportedOperationException);
        expect(error, `${operation} ${name}`).toMatchObject({
          code: "NEEDS_DELTA",
          message: expect.stringMatching(
            /lacks Delta Lake's jars.*when the server starts.*io\.delta:delta-spark_4\.2_2\.13.*spark\.sql\.extensions=io\.delta\.sql\.DeltaSparkSessionExtension.*spark\.sql\.catalog\.spark_catalog=org\.apache\.spark\.sql\.delta\.catalog\.DeltaCatalog.*builder\(\)\.local\(\)/,
          ) as string,
          cause: expect.any(SparkException) as SparkException,
        });
      }
    }
    await expect(deltaTable(spark, "/no/such/table").toDF().collect()).rejects.toMatchObject({
      errorClass: "DATA_SOURCE_NOT_FOUND",
    });
  });
});
