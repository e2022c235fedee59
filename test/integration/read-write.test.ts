import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import {
  AnalysisException,
  IntegerType,
  StructField,
  StructType,
  UnsupportedOperationException,
  type SparkSession,
} from "../../src/index.js";
import { col, lit } from "../../src/functions/index.js";
import { connect, isSparkAtLeast, tableFormat, uniqueName, uniquePath } from "./support.js";

describe("readers and writers", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("CSV is written and read back with its options, and overwrite replaces existing rows", async () => {
    const path = uniquePath("csv");
    const df = await spark.sql("SELECT 1 AS a, 'x;y' AS b UNION ALL SELECT 2, null");
    await df.write.csv(path, { header: true, sep: ";", nullValue: "-" });
    await df.write.csv(path, { mode: "overwrite", header: true, sep: ";", nullValue: "-" });
    const read = spark.read.csv(path, {
      schema: "a INT, b STRING",
      header: true,
      sep: ";",
      nullValue: "-",
    });
    expect(await read.orderBy("a").collect()).toEqual([
      { a: 1, b: "x;y" },
      { a: 2, b: null },
    ]);
    const inferred = spark.read.csv([path], { header: true, sep: ";", inferSchema: true });
    expect((await inferred.dtypes()).slice(0, 1)).toEqual([["a", "int"]]);
  });

  it("JSON, XML, Parquet, ORC and text are written and read back", async () => {
    const df = await spark.sql("SELECT 7 AS a");
    const path = uniquePath("formats");
    await df.write.json(join(path, "json"), { compression: "none" });
    expect(await spark.read.json(join(path, "json")).collect()).toEqual([{ a: 7n }]);
    await df.write.xml(join(path, "xml"), { rowTag: "row" });
    const xml = spark.read.xml(join(path, "xml"), { rowTag: "row", schema: "a INT" });
    expect(await xml.collect()).toEqual([{ a: 7 }]);
    await df.write.parquet(join(path, "parquet"), { partitionBy: "a", mode: "append" }).then(
      () => expect.unreachable("Spark does not partition by every column."),
      (error: unknown) => {
        expect(error).toBeInstanceOf(AnalysisException);
      },
    );
    await df.write.parquet(join(path, "parquet"), { compression: "zstd" });
    expect(await spark.read.parquet(join(path, "parquet")).collect()).toEqual([{ a: 7 }]);
    await df.write.orc(join(path, "orc"));
    expect(await spark.read.orc(join(path, "orc")).collect()).toEqual([{ a: 7 }]);
    await (await spark.sql("SELECT 'one' AS t")).write.text(join(path, "text"), { lineSep: "|" });
    const [file = ""] = (await readdir(join(path, "text"))).filter((name) => /^part/.test(name));
    expect(await readFile(join(path, "text", file), "utf8")).toBe("one|");
    const whole = spark.read.text(join(path, "text"), { wholetext: true });
    expect(await whole.collect()).toEqual([{ value: "one|" }]);
  });

  it("a text column is parsed into records, with a StructType as the schema or an inferred one", async () => {
    const json = await spark.sql(`SELECT '{"a": 1}' AS t UNION ALL SELECT '{"a": 2}'`);
    expect(await spark.read.json(json).orderBy("a").collect()).toEqual([{ a: 1n }, { a: 2n }]);
    expect(() => spark.read.json(json, { schema: "a INT" })).toThrow("got the DDL");
    const csv = await spark.sql("SELECT '1;x' AS t");
    const schema = new StructType([
      StructField("a", IntegerType()),
      StructField("b", { kind: "string", collation: "UTF8_BINARY" }),
    ]);
    const read = spark.read.csv(csv, { schema, sep: ";" });
    expect(await read.collect()).toEqual([{ a: 1, b: "x" }]);
    const asJson = spark.read.schema(schema.json()).csv(csv, { sep: ";" });
    expect(await asJson.collect()).toEqual([{ a: 1, b: "x" }]);
    const xml = await spark.sql("SELECT '<r><a>1</a></r>' AS t");
    if (isSparkAtLeast(4, 2)) {
      const rows = spark.read.xml(xml, {
        rowTag: "r",
        schema: new StructType([StructField("a", IntegerType())]),
      });
      expect(await rows.collect()).toEqual([{ a: 1 }]);
    } else {
      expect(() => spark.read.xml(xml, { rowTag: "r" })).toThrow("needs Spark 4.2");
    }
  });

  it("a table is written and read over JDBC, partitioned by values or by predicates", async () => {
    // Derby is part of Spark; this database is in the memory of the server.
    const url = `jdbc:derby:memory:${uniqueName("db")};create=true`;
    const properties = { driver: "org.apache.derby.iapi.jdbc.AutoloadedDriver" };
    await spark.range(10).write.jdbc(url, "numbers", { properties });
    await spark.range(10, 12).write.jdbc(url, "numbers", { mode: "append", properties });
    expect(await spark.read.jdbc(url, "numbers", { properties }).count()).toBe(12);
    const shared = spark.read.jdbc(url, "numbers", {
      column: "id",
      lowerBound: 2,
      upperBound: 6,
      numPartitions: 2,
      properties,
    });
    expect(await shared.count()).toBe(12);
    const predicates = ['"id" < 3', '"id" > 10'];
    const some = spark.read.jdbc(url, "numbers", { predicates, properties });
    expect(await some.orderBy("id").collect({ rowMode: "array" })).toEqual(
      [0n, 1n, 2n, 11n].map((id) => [id]),
    );
  });

  it("insertInto() appends rows to a table, or replaces them", async () => {
    const name = uniqueName("inserted");
    await spark.range(3).write.saveAsTable(name, { format: tableFormat(), mode: "error" });
    await spark.range(3).write.insertInto(name);
    expect(await spark.table(name).count()).toBe(6);
    await spark.range(1).write.insertInto(name, { overwrite: true });
    expect(await spark.table(name).count()).toBe(1);
    await spark.sql(`DROP TABLE ${name}`);
  });

  it("writeTo() creates a table with the given properties, once", async () => {
    const name = uniqueName("written");
    const writer = spark
      .range(4)
      .withColumn("half", col("id").mod(2))
      .writeTo(name)
      .using(tableFormat())
      .tableProperty("team", "blue")
      .partitionedBy("half");
    await writer.create();
    expect(await spark.table(name).count()).toBe(4);
    const columns = await spark.catalog.listColumns(name);
    expect(columns.map((column) => [column.name, column.isPartition])).toEqual([
      ["id", false],
      ["half", true],
    ]);
    const properties = await (await spark.sql(`SHOW TBLPROPERTIES ${name}`)).collect();
    expect(properties).toContainEqual({ key: "team", value: "blue" });
    await expect(writer.create()).rejects.toMatchObject({
      errorClass: "TABLE_OR_VIEW_ALREADY_EXISTS",
    });
    await spark.sql(`DROP TABLE ${name}`);
  });

  it.runIf(inject("hasDelta"))("writeTo() appends, overwrites and replaces", async () => {
    const name = uniqueName("written");
    const rows = (end: number) => spark.range(end).writeTo(name).using("delta");
    await rows(3).createOrReplace();
    await rows(2).append();
    expect(await spark.table(name).count()).toBe(5);
    await rows(1).overwrite(lit(true));
    expect(await spark.table(name).count()).toBe(1);
    await rows(4).replace();
    expect(await spark.table(name).count()).toBe(4);
    await spark.sql(`DROP TABLE ${name}`);
  });

  it.runIf(inject("hasDelta"))(
    "overwrite() and mergeInto() support the alternatives that the refusal of a subquery recommends",
    async () => {
      const name = uniqueName("refused");
      await spark.range(6).writeTo(name).using("delta").create();
      const some = spark.range(2);
      const row = spark.range(1);
      const refusal = /does not support a subquery/;
      await expect(row.writeTo(name).overwrite(col("id").isin(some))).rejects.toThrow(refusal);
      expect(await spark.table(name).count()).toBe(6);
      const values = (await some.collect()).map(({ id }) => id);
      await row.writeTo(name).overwrite(col("id").isin(values));
      const sorted = async () => (await spark.table(name).orderBy("id").toColumns())["id"];
      expect(await sorted()).toEqual([0n, 2n, 3n, 4n, 5n]);

      const on = col(`${name}.id`).eq(col("s.id"));
      const least = spark.range(4, 5).scalar();
      const merge = spark.range(12).alias("s").mergeInto(name, on);
      await expect(merge.whenMatched(col("s.id").geq(least)).delete().merge()).rejects.toThrow(
        refusal,
      );
      expect(await spark.table(name).count()).toBe(5);
      const source = spark.range(12).withColumn("least", least).alias("s");
      await source
        .mergeInto(name, on)
        .whenMatched(col("s.id").geq(col("s.least")))
        .delete()
        .merge();
      expect(await sorted()).toEqual([0n, 2n, 3n]);
      await spark.sql(`DROP TABLE ${name}`);
    },
  );

  it.runIf(inject("hasDelta"))(
    "mergeInto() updates, inserts and deletes rows by its clauses",
    async () => {
      const name = uniqueName("merged");
      await spark.sql(`CREATE TABLE ${name} USING delta AS SELECT id, 'old' AS v FROM range(4)`);
      const source = (await spark.sql("SELECT id + 2 AS id, 'new' AS v FROM range(4)")).alias("s");
      await source
        .mergeInto(name, col(`${name}.id`).eq(col("s.id")))
        .whenMatched(col("s.id").eq(2))
        .update({ v: "both" })
        .whenMatched()
        .updateAll()
        .whenNotMatched(col("s.id").eq(4))
        .insert({ id: col("s.id"), v: lit("in") })
        .whenNotMatched()
        .insertAll()
        .whenNotMatchedBySource(col(`${name}.id`).eq(0))
        .delete()
        .merge();
      const merged = spark.table(name).orderBy("id").collect({ rowMode: "array" });
      expect(await merged).toEqual([
        [1n, "old"],
        [2n, "both"],
        [3n, "new"],
        [4n, "in"],
        [5n, "new"],
      ]);
      await spark.sql(`DROP TABLE ${name}`);
    },
  );

  it("Spark refuses a merge into a table if its catalog does not support merges", async () => {
    const name = uniqueName("unmerged");
    await spark.range(2).write.saveAsTable(name, { format: "parquet" });
    const merge = spark.range(2).mergeInto(name, lit(true)).whenMatched().delete().merge();
    await expect(merge).rejects.toBeInstanceOf(UnsupportedOperationException);
    await spark.sql(`DROP TABLE ${name}`);
  });

  it("foreachPython() calls a Python class with each row of a stream", async () => {
    const input = uniquePath("foreach_in");
    const output = uniquePath("foreach_out");
    await spark.range(3).write.parquet(input);
    const source = `
import os

class Writer:
    def open(self, partition_id, epoch_id):
        os.makedirs("${output}", exist_ok=True)
        return True

    def process(self, row):
        open(f"${output}/{row.id}", "w").close()

    def close(self, error):
        pass
`;
    const query = await spark.readStream
      .schema("id BIGINT")
      .parquet(input)
      .writeStream.foreachPython(source, "Writer")
      .trigger({ availableNow: true })
      .option("checkpointLocation", uniquePath("foreach_checkpoint"))
      .start();
    expect(await query.awaitTermination({ timeoutMs: 60_000 })).toBe(true);
    expect((await readdir(output)).sort()).toEqual(["0", "1", "2"]);
  });

  it("a configuration value can be read with a default, even null, and only valid keys can be set", async () => {
    const key = `sparktide.test.${uniqueName("key")}`;
    expect(await spark.conf.get(key, "default")).toBe("default");
    expect(await spark.conf.get(key, null)).toBeNull();
    await expect(spark.conf.get(key)).rejects.toMatchObject({ errorClass: "SQL_CONF_NOT_FOUND" });
    await spark.conf.set(key, true);
    expect(await spark.conf.get(key, null)).toBe("true");
    expect((await spark.conf.getAll())[key]).toBe("true");
    await spark.conf.unset(key);
    expect(await spark.conf.get(key, null)).toBeNull();
    expect(await spark.conf.isModifiable("spark.sql.shuffle.partitions")).toBe(true);
    expect(await spark.conf.isModifiable("spark.sql.warehouse.dir")).toBe(false);
    // Callers in JavaScript may pass values of any type.
    const wrong = spark.conf.set(key, null as unknown as string);
    await expect(wrong).rejects.toMatchObject({ argument: "value" });
  });
});
