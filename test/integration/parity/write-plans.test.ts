/** Readers make the same plans as PySpark; writers and registrations send the same requests. */
import { afterAll, beforeAll, inject } from "vitest";
import {
  IntegerType,
  LongType,
  SparkSession,
  StructField,
  StructType,
} from "../../../src/index.js";
import type { DataFrame } from "../../../src/index.js";
import { col, lit } from "../../../src/functions/index.js";
import {
  describeGoldenActions,
  describeGoldenPlans,
  type GoldenAction,
  type GoldenCase,
} from "./golden-plans.js";

let spark: SparkSession;
let df: DataFrame;
beforeAll(async () => {
  // The Python version is set, so registrations send no request before their own.
  spark = await SparkSession.builder()
    .remote(inject("sparkUrl"))
    .config("sparktide.pythonVersion", "3.11")
    .create();
  df = spark.range(3);
});
afterAll(async () => {
  await spark.stop();
});

const schema = new StructType([StructField("a", IntegerType())]);
const SCHEMA = 'T.StructType([T.StructField("a", T.IntegerType())])';
const strings = (): DataFrame => spark.range(3).selectExpr("string(id)");
const STRINGS = 'spark.range(3).selectExpr("string(id)")';

const reads: readonly GoldenCase[] = [
  ["spark.read.load()", () => spark.read.load()],
  ['spark.read.load(["/a", "/b"])', () => spark.read.load("/a", "/b")],
  [
    'spark.read.format("x").schema("a INT").option("k", True).options(n=1).load("/a")',
    () => spark.read.format("x").schema("a INT").option("k", true).options({ n: 1 }).load("/a"),
  ],
  [`spark.read.schema(${SCHEMA}).load("/a")`, () => spark.read.schema(schema).load("/a")],
  ['spark.read.option("k", "v").table("t")', () => spark.read.option("k", "v").table("t")],
  [
    'spark.read.option("startingVersion", 1).changes("t")',
    () => spark.read.option("startingVersion", 1).changes("t"),
  ],
  ['spark.read.csv("/a")', () => spark.read.csv("/a")],
  ['spark.read.csv(["/a", "/b"])', () => spark.read.csv("/a", "/b")],
  [
    'spark.read.csv("/a", schema="a INT", sep=";", header=True, maxColumns=5, samplingRatio=0.5)',
    () =>
      spark.read.csv("/a", {
        schema: "a INT",
        sep: ";",
        header: true,
        maxColumns: 5,
        samplingRatio: 0.5,
      }),
  ],
  [
    `spark.read.csv(${STRINGS}, ${SCHEMA}, header=True)`,
    () => spark.read.csv(strings(), { schema, header: true }),
  ],
  ['spark.read.json("/a")', () => spark.read.json("/a")],
  [
    `spark.read.json(["/a", "/b"], ${SCHEMA}, multiLine=True, mode="FAILFAST")`,
    () => spark.read.json(["/a", "/b"], { schema, multiLine: true, mode: "FAILFAST" }),
  ],
  [`spark.read.json(${STRINGS})`, () => spark.read.json(strings())],
  [
    `spark.read.schema(${SCHEMA}).option("k", "v").json(${STRINGS}, dropFieldIfAllNull=True)`,
    () => spark.read.schema(schema).option("k", "v").json(strings(), { dropFieldIfAllNull: true }),
  ],
  ['spark.read.xml("/a", rowTag="r")', () => spark.read.xml("/a", { rowTag: "r" })],
  [
    `spark.read.xml(${STRINGS}, rowTag="r", schema=${SCHEMA})`,
    () => spark.read.xml(strings(), { rowTag: "r", schema }),
  ],
  ['spark.read.parquet("/a", "/b")', () => spark.read.parquet("/a", "/b")],
  [
    'spark.read.parquet("/a", mergeSchema=True, int96RebaseMode="LEGACY")',
    () => spark.read.parquet("/a", { mergeSchema: true, int96RebaseMode: "LEGACY" }),
  ],
  ['spark.read.orc("/a")', () => spark.read.orc("/a")],
  [
    'spark.read.orc(["/a", "/b"], mergeSchema=True, pathGlobFilter="*.orc")',
    () => spark.read.orc(["/a", "/b"], { mergeSchema: true, pathGlobFilter: "*.orc" }),
  ],
  [
    'spark.read.text("/a", wholetext=True, lineSep=";")',
    () => spark.read.text("/a", { wholetext: true, lineSep: ";" }),
  ],
  ['spark.read.jdbc("jdbc:x", "t")', () => spark.read.jdbc("jdbc:x", "t")],
  [
    'spark.read.jdbc("jdbc:x", "t", "id", 0, "9", 3, properties={"user": "u"})',
    () =>
      spark.read.jdbc("jdbc:x", "t", {
        column: "id",
        lowerBound: 0,
        upperBound: "9",
        numPartitions: 3,
        properties: { user: "u" },
      }),
  ],
  [
    'spark.read.jdbc("jdbc:x", "t", predicates=["a < 1", "a >= 1"])',
    () => spark.read.jdbc("jdbc:x", "t", { predicates: ["a < 1", "a >= 1"] }),
  ],
  // PySpark's stream reader writes a boolean as in Python (`True`), ours as in Spark (`true`).
  [
    'spark.readStream.csv("/a", schema="a INT", header="true")',
    () => spark.readStream.csv("/a", { schema: "a INT", header: true }),
  ],
  [
    'spark.readStream.json("/a", schema="a INT", multiLine="true")',
    () => spark.readStream.json("/a", { schema: "a INT", multiLine: true }),
  ],
  [
    'spark.readStream.schema("a INT").parquet("/a", mergeSchema="true")',
    () => spark.readStream.schema("a INT").parquet("/a", { mergeSchema: true }),
  ],
  [
    'spark.readStream.schema("a INT").orc("/a", mergeSchema="true")',
    () => spark.readStream.schema("a INT").orc("/a", { mergeSchema: true }),
  ],
  [
    'spark.readStream.xml("/a", rowTag="r", schema="a INT")',
    () => spark.readStream.xml("/a", { rowTag: "r", schema: "a INT" }),
  ],
  [
    'spark.readStream.text("/a", wholetext="true")',
    () => spark.readStream.text("/a", { wholetext: true }),
  ],
  ['spark.readStream.table("t")', () => spark.readStream.table("t")],
  ['spark.readStream.changes("t")', () => spark.readStream.changes("t")],
  [
    'spark.readStream.format("rate").name("n").option("rowsPerSecond", 5).load()',
    () => spark.readStream.format("rate").name("n").option("rowsPerSecond", 5).load(),
  ],
  // If our plans differ, the Python expression is another one with our plan.
  // text(): PySpark always sends wholetext=false, which is Spark's default; we omit it.
  ['spark.read.format("text").load(["/a"])', () => spark.read.text("/a")],
  ['spark.readStream.format("text").load("/a")', () => spark.readStream.text("/a")],
];
describeGoldenPlans("readers", reads);

const IDENTITY = { source: "", function: "f" } as const;
const actions: readonly GoldenAction[] = [
  ["df.write.save()", () => df.write.save()],
  [
    'df.write.save("/a", "orc", "append", ["x", "y"], k=True)',
    () =>
      df.write.save("/a", {
        format: "orc",
        mode: "append",
        partitionBy: ["x", "y"],
        options: { k: true },
      }),
  ],
  [
    'df.write.format("x").mode("ignore").option("k", 1).options(b=False).partitionBy("a", "b").save("/a")',
    () =>
      df.write
        .format("x")
        .mode("ignore")
        .option("k", 1)
        .options({ b: false })
        .partitionBy("a", "b")
        .save("/a"),
  ],
  [
    'df.write.bucketBy(4, ["a", "b"]).sortBy("a", "b").saveAsTable("t")',
    () => df.write.bucketBy(4, ["a", "b"]).sortBy("a", "b").saveAsTable("t"),
  ],
  [
    'df.write.clusterBy("a", "b").saveAsTable("t")',
    () => df.write.clusterBy("a", "b").saveAsTable("t"),
  ],
  [
    'df.write.saveAsTable("t", "orc", "overwrite", "p", k="v")',
    () =>
      df.write.saveAsTable("t", {
        format: "orc",
        mode: "overwrite",
        partitionBy: "p",
        options: { k: "v" },
      }),
  ],
  ['df.write.insertInto("t")', () => df.write.insertInto("t")],
  ['df.write.insertInto("t", True)', () => df.write.insertInto("t", { overwrite: true })],
  ['df.write.insertInto("t", False)', () => df.write.insertInto("t", { overwrite: false })],
  ['df.write.mode("error").json("/a")', () => df.write.mode("error").json("/a")],
  [
    'df.write.json("/a", "append", "gzip", lineSep=";", ignoreNullFields=False)',
    () =>
      df.write.json("/a", {
        mode: "append",
        compression: "gzip",
        lineSep: ";",
        ignoreNullFields: false,
      }),
  ],
  [
    'df.write.csv("/a", "overwrite", sep=";", header=True, quoteAll=True)',
    () => df.write.csv("/a", { mode: "overwrite", sep: ";", header: true, quoteAll: true }),
  ],
  [
    'df.write.xml("/a", "r", "append", rootTag="rs", validateName=False)',
    () => df.write.xml("/a", { rowTag: "r", mode: "append", rootTag: "rs", validateName: false }),
  ],
  [
    'df.write.parquet("/a", "append", ["x", "y"], "zstd")',
    () => df.write.parquet("/a", { mode: "append", partitionBy: ["x", "y"], compression: "zstd" }),
  ],
  [
    'df.write.orc("/a", "append", "x", "zlib")',
    () => df.write.orc("/a", { mode: "append", partitionBy: "x", compression: "zlib" }),
  ],
  [
    'df.write.text("/a", "gzip", ";")',
    () => df.write.text("/a", { compression: "gzip", lineSep: ";" }),
  ],
  [
    'df.write.jdbc("jdbc:x", "t", "append", {"user": "u"})',
    () => df.write.jdbc("jdbc:x", "t", { mode: "append", properties: { user: "u" } }),
  ],
  ['df.write.jdbc("jdbc:x", "t")', () => df.write.jdbc("jdbc:x", "t")],
  [
    'df.writeTo("t").using("x").option("k", 1).options(b=True).tableProperty("p", "v").partitionedBy("a", F.col("b")).create()',
    () =>
      df
        .writeTo("t")
        .using("x")
        .option("k", 1)
        .options({ b: true })
        .tableProperty("p", "v")
        .partitionedBy("a", col("b"))
        .create(),
  ],
  [
    'df.writeTo("t").clusterBy("a", "b").replace()',
    () => df.writeTo("t").clusterBy("a", "b").replace(),
  ],
  ['df.writeTo("t").createOrReplace()', () => df.writeTo("t").createOrReplace()],
  ['df.writeTo("t").append()', () => df.writeTo("t").append()],
  ['df.writeTo("t").overwrite(F.col("id") == 1)', () => df.writeTo("t").overwrite(col("id").eq(1))],
  ['df.writeTo("t").overwritePartitions()', () => df.writeTo("t").overwritePartitions()],
  [
    'df.mergeInto("t", F.col("a") == F.col("id")).whenMatched().updateAll().whenNotMatched().insertAll().whenNotMatchedBySource().delete().merge()',
    () =>
      df
        .mergeInto("t", col("a").eq(col("id")))
        .whenMatched()
        .updateAll()
        .whenNotMatched()
        .insertAll()
        .whenNotMatchedBySource()
        .delete()
        .merge(),
  ],
  [
    'df.mergeInto("t", F.lit(True)).whenMatched(F.col("a") > 1).update({"t.a": F.col("b"), "c": F.lit(1)}).whenMatched().delete().withSchemaEvolution().merge()',
    () =>
      df
        .mergeInto("t", lit(true))
        .whenMatched(col("a").gt(1))
        .update({ "t.a": col("b"), c: 1 })
        .whenMatched()
        .delete()
        .withSchemaEvolution()
        .merge(),
  ],
  [
    'df.mergeInto("t", F.lit(True)).whenNotMatched(F.col("a") > 1).insert({"a": F.col("b")}).whenNotMatchedBySource(F.col("c")).update({"d": F.lit("x")}).whenNotMatchedBySource().updateAll().merge()',
    () =>
      df
        .mergeInto("t", lit(true))
        .whenNotMatched(col("a").gt(1))
        .insert({ a: col("b") })
        .whenNotMatchedBySource(col("c"))
        .update({ d: lit("x") })
        .whenNotMatchedBySource()
        .updateAll()
        .merge(),
  ],
  [
    'df.writeStream.format("x").outputMode("append").option("k", 1).options(b=True).partitionBy("a", "b").queryName("q").trigger(once=True).start("/a")',
    () =>
      df.writeStream
        .format("x")
        .outputMode("append")
        .option("k", 1)
        .options({ b: true })
        .partitionBy("a", "b")
        .queryName("q")
        .trigger({ once: true })
        .start("/a"),
  ],
  [
    'df.writeStream.clusterBy(["a", "b"]).trigger(processingTime="1 second").toTable("t")',
    () => df.writeStream.clusterBy(["a", "b"]).trigger({ processingTime: "1 second" }).toTable("t"),
  ],
  [
    "df.writeStream.foreach(print).start()",
    () => df.writeStream.foreachPython("def f(row): print(row)", "f").start(),
  ],
  [
    'spark.udf.register("f", lambda x: x, "struct<a:int>")',
    () => spark.udf.registerPython("f", { ...IDENTITY, returnType: "struct<a:int>" }),
  ],
  [
    `spark.udf.register("f", F.udf(lambda x: x, ${SCHEMA}, useArrow=True).asNondeterministic())`,
    () =>
      spark.udf.registerPython("f", {
        ...IDENTITY,
        returnType: schema,
        evalType: "SQL_ARROW_BATCHED_UDF",
        deterministic: false,
      }),
  ],
  [
    'spark.catalog.registerFunction("f", lambda x: x)',
    () => spark.catalog.registerFunction("f", { ...IDENTITY, returnType: "string" }),
  ],
  ['spark.udf.registerJavaFunction("f", "a.B")', () => spark.udf.registerJavaFunction("f", "a.B")],
  [
    'spark.udf.registerJavaFunction("f", "a.B", "int")',
    () => spark.udf.registerJavaFunction("f", "a.B", "int"),
  ],
  [
    'spark.udf.registerJavaFunction("f", "a.B", T.LongType())',
    () => spark.udf.registerJavaFunction("f", "a.B", LongType()),
  ],
  ['spark.udf.registerJavaUDAF("f", "a.B")', () => spark.udf.registerJavaUDAF("f", "a.B")],
  // PySpark reads from the configuration whether a table function uses Arrow; ours has a parameter.
  [
    'spark.udtf.register("f", F.udtf(type("C", (), {"eval": lambda self: None}), returnType="a int", useArrow=False))',
    () => spark.udtf.registerPython("f", { source: "", className: "C", returnType: "a int" }),
  ],
  [
    `spark.udtf.register("f", F.udtf(type("C", (), {"eval": lambda self: None}), returnType=${SCHEMA}, useArrow=True).asDeterministic())`,
    () =>
      spark.udtf.registerPython("f", {
        source: "",
        className: "C",
        returnType: schema,
        evalType: "SQL_ARROW_TABLE_UDF",
        deterministic: true,
      }),
  ],
  [
    'spark.udtf.register("f", F.udtf(type("C", (), {"eval": lambda self: None, "analyze": staticmethod(lambda: None)}), useArrow=False))',
    () => spark.udtf.registerPython("f", { source: "", className: "C" }),
  ],
];
describeGoldenActions("writers and registrations", actions);
