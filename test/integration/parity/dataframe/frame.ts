import * as F from "../../../../src/functions/index.js";
import {
  Observation,
  StringType,
  StructField,
  StructType,
  type DataFrame,
  type SparkSession,
} from "../../../../src/index.js";
import type { GoldenCase } from "../golden-plans.js";

const { col, lit } = F;

/** Cases of the methods of DataFrame, on range(3) and range(5). */
export function frame(session: () => SparkSession): readonly GoldenCase[] {
  const df = (): DataFrame => session().range(3);
  const other = (): DataFrame => session().range(5);
  const both = (join: (left: DataFrame, right: DataFrame) => DataFrame) => () =>
    join(df(), other());
  return [
    ["df.id", () => df().col("id")],
    ['df["*"]', () => df().col("*")],
    ['df.colRegex("`i.*`")', () => df().colRegex("`i.*`")],
    ['df.metadataColumn("_metadata")', () => df().metadataColumn("_metadata")],
    ['df.select("id", F.col("*"))', () => df().select("id", col("*"))],
    ['df.select(["id", "id"])', () => df().select(["id", "id"])],
    ["df.select()", () => df().select()],
    ['df.selectExpr("id", "id + 1 AS x")', () => df().selectExpr("id", "id + 1 AS x")],
    ['df.selectExpr(["id"])', () => df().selectExpr(["id"])],
    ['df.filter("id > 1")', () => df().filter("id > 1")],
    ['df.where(F.col("id") > 1)', () => df().where(col("id").gt(1))],
    ['df.withColumn("x", F.lit(1))', () => df().withColumn("x", lit(1))],
    [
      'df.withColumns({"x": F.lit(1), "y": F.col("id")})',
      () => df().withColumns({ x: lit(1), y: col("id") }),
    ],
    ['df.withColumnRenamed("id", "x")', () => df().withColumnRenamed("id", "x")],
    [
      'df.withColumnsRenamed({"id": "x", "no": "y"})',
      () => df().withColumnsRenamed({ id: "x", no: "y" }),
    ],
    ['df.withMetadata("id", {"unit": "m"})', () => df().withMetadata("id", { unit: "m" })],
    [
      'df.to(T.StructType([T.StructField("id", T.StringType(), False, {"k": 1})]))',
      () => df().to(new StructType([StructField("id", StringType(), false, { k: 1 })])),
    ],
    ['df.toDF("x")', () => df().toDF("x")],
    ['df.drop("id", F.col("x"), "y")', () => df().drop("id", col("x"), "y")],
    ['df.orderBy("id", F.col("x").desc())', () => df().orderBy("id", col("x").desc())],
    ['df.sort(["id", "x"])', () => df().sort(["id", "x"])],
    ['df.orderBy("id", "x", ascending=False)', () => df().orderBy("id", "x", { ascending: false })],
    [
      'df.orderBy(["id", "x"], ascending=[True, False])',
      () => df().orderBy(["id", "x"], { ascending: [true, false] }),
    ],
    ['df.sortWithinPartitions("id")', () => df().sortWithinPartitions("id")],
    ["df.limit(2)", () => df().limit(2)],
    ["df.offset(2)", () => df().offset(2)],
    ["df.distinct()", () => df().distinct()],
    ["df.dropDuplicates()", () => df().dropDuplicates()],
    ['df.dropDuplicates(["id"])', () => df().dropDuplicates(["id"])],
    ['df.drop_duplicates(["id"])', () => df().dropDuplicates("id")],
    ["df.dropDuplicatesWithinWatermark()", () => df().dropDuplicatesWithinWatermark()],
    ['df.dropDuplicatesWithinWatermark(["id"])', () => df().dropDuplicatesWithinWatermark("id")],
    ['df.alias("a")', () => df().alias("a")],
    ["df.crossJoin(other)", both((a, b) => a.crossJoin(b))],
    ["df.join(other)", both((a, b) => a.join(b))],
    ['df.join(other, "id")', both((a, b) => a.join(b, "id"))],
    ['df.join(other, ["id", "x"], "left")', both((a, b) => a.join(b, ["id", "x"], "left"))],
    [
      'df.join(other, df.id == other.id, "full_outer")',
      both((a, b) => a.join(b, a.col("id").eq(b.col("id")), "full_outer")),
    ],
    [
      'df.join(other, [df.id == other.id, F.col("x") > 1, F.col("y") > 2], "semi")',
      both((a, b) =>
        a.join(b, [a.col("id").eq(b.col("id")), col("x").gt(1), col("y").gt(2)], "semi"),
      ),
    ],
    ['df.join(other, "id", "left_anti")', both((a, b) => a.join(b, "id", "left_anti"))],
    ['df.join(other, "id", "right")', both((a, b) => a.join(b, "id", "right"))],
    ["df.lateralJoin(other)", both((a, b) => a.lateralJoin(b))],
    [
      'df.lateralJoin(other.filter(F.col("id") == F.col("x").outer()), F.lit(True), "left")',
      both((a, b) => a.lateralJoin(b.filter(col("id").eq(col("x").outer())), lit(true), "left")),
    ],
    ['df._joinAsOf(other, "id", "id")', both((a, b) => a.joinAsOf(b, "id", "id"))],
    [
      'df._joinAsOf(other, df.id, other.id, on="id", how="left", tolerance=F.lit(2), allowExactMatches=False, direction="nearest")',
      both((a, b) =>
        a.joinAsOf(b, a.col("id"), b.col("id"), {
          on: "id",
          how: "left",
          tolerance: lit(2),
          allowExactMatches: false,
          direction: "nearest",
        }),
      ),
    ],
    [
      'df._joinAsOf(other, "id", "id", on=df.id == other.id, direction="forward")',
      both((a, b) =>
        a.joinAsOf(b, "id", "id", { on: a.col("id").eq(b.col("id")), direction: "forward" }),
      ),
    ],
    [
      'df.nearestByJoin(other, F.abs(df.id - other.id), 2, "exact", "distance")',
      both((a, b) =>
        a.nearestByJoin(b, F.abs(a.col("id").minus(b.col("id"))), {
          numResults: 2,
          mode: "exact",
          direction: "distance",
        }),
      ),
    ],
    [
      'df.nearestByJoin(other, df.id, 1, "approx", "similarity", joinType="left")',
      both((a, b) =>
        a.nearestByJoin(b, a.col("id"), {
          numResults: 1,
          mode: "approx",
          direction: "similarity",
          joinType: "left",
        }),
      ),
    ],
    ["df.zip(other)", both((a, b) => a.zip(b))],
    ["df.union(other)", both((a, b) => a.union(b))],
    ["df.unionAll(other)", both((a, b) => a.unionAll(b))],
    ["df.unionByName(other)", both((a, b) => a.unionByName(b))],
    [
      "df.unionByName(other, allowMissingColumns=True)",
      both((a, b) => a.unionByName(b, { allowMissingColumns: true })),
    ],
    ["df.intersect(other)", both((a, b) => a.intersect(b))],
    ["df.intersectAll(other)", both((a, b) => a.intersectAll(b))],
    ["df.subtract(other)", both((a, b) => a.subtract(b))],
    ["df.exceptAll(other)", both((a, b) => a.exceptAll(b))],
    ["df.repartition(2)", () => df().repartition(2)],
    ['df.repartition(2, "id", F.col("x"))', () => df().repartition(2, "id", col("x"))],
    ['df.repartition("id")', () => df().repartition("id")],
    ['df.repartitionByRange(2, "id")', () => df().repartitionByRange(2, "id")],
    ['df.repartitionByRange(F.col("id").desc())', () => df().repartitionByRange(col("id").desc())],
    ['df.repartitionById(2, "id")', () => df().repartitionById(2, "id")],
    ["df.coalesce(1)", () => df().coalesce(1)],
    ["df.zipWithIndex()", () => df().zipWithIndex()],
    ['df.zipWithIndex("n")', () => df().zipWithIndex("n")],
    ["df.toJSON()", () => df().toJSON()],
    ['df.withWatermark("t", "1 minute")', () => df().withWatermark("t", "1 minute")],
    ['df.hint("broadcast")', () => df().hint("broadcast")],
    [
      'df.hint("x", 1, "a", 1.5, True, F.col("id"), ["a", "b"])',
      () => df().hint("x", 1, "a", 1.5, true, col("id"), ["a", "b"]),
    ],
    ['df.hint("x", [1, 2])', () => df().hint("x", [1, 2])],
    ["df.transform(lambda d: d.limit(1))", () => df().transform((d) => d.limit(1))],
    [
      'df.observe("m", F.count(F.lit(1)).alias("n"), F.max("id"))',
      () => df().observe("m", F.count(lit(1)).alias("n"), F.max("id")),
    ],
    [
      'df.observe(Observation("o"), F.count(F.lit(1)).alias("n"))',
      () => df().observe(new Observation("o"), F.count(lit(1)).alias("n")),
    ],
    ["df.sample(0.5, 3)", () => df().sample(0.5, { seed: 3 })],
    [
      "df.sample(True, 1.5, 9223372036854775807)",
      () => df().sample(1.5, { withReplacement: true, seed: 9223372036854775807n }),
    ],
    ["df.randomSplit([1.0, 3.0], 7)[0]", () => at(df().randomSplit([1, 3], 7), 0)],
    ["df.randomSplit([1.0, 1.0, 1.0], 7)[2]", () => at(df().randomSplit([1, 1, 1], 7), 2)],
    [
      'df.sampleBy("id", {0: 0.1, 2: 1.0}, 5)',
      () =>
        df().sampleBy(
          "id",
          new Map([
            [0, 0.1],
            [2, 1],
          ]),
          5,
        ),
    ],
    [
      'df.stat.sampleBy(F.col("x"), {"a": 0.5}, 5)',
      () => df().stat.sampleBy(col("x"), { a: 0.5 }, 5n),
    ],
    [
      'df.unpivot(["id"], ["x", F.col("y")], "k", "v")',
      () => df().unpivot(["id"], ["x", col("y")], "k", "v"),
    ],
    ['df.unpivot("id", None, "k", "v")', () => df().unpivot("id", undefined, "k", "v")],
    ['df.melt("id", [], "k", "v")', () => df().melt("id", [], "k", "v")],
    ["df.transpose()", () => df().transpose()],
    ['df.transpose("id")', () => df().transpose("id")],
    ["df.describe()", () => df().describe()],
    ['df.describe("id", "x")', () => df().describe("id", "x")],
    ['df.describe(["id"])', () => df().describe(["id"])],
    ["df.summary()", () => df().summary()],
    ['df.summary("count", "75%")', () => df().summary("count", "75%")],
    ["df.dropna()", () => df().dropna()],
    ['df.dropna("all")', () => df().dropna("all")],
    [
      'df.dropna(thresh=2, subset=["id", "x"])',
      () => df().dropna({ thresh: 2, subset: ["id", "x"] }),
    ],
    ['df.na.drop(how="all", subset="id")', () => df().na.drop({ how: "all", subset: "id" })],
    ["df.fillna(0)", () => df().fillna(0)],
    ['df.fillna(1.5, "id")', () => df().fillna(1.5, "id")],
    ['df.fillna("x", ["a", "b"])', () => df().fillna("x", ["a", "b"])],
    ["df.fillna(True)", () => df().fillna(true)],
    ['df.na.fill({"a": 5000000000, "b": "x"})', () => df().na.fill({ a: 5_000_000_000, b: "x" })],
    ["df.replace(1, 2)", () => df().replace(1, 2)],
    ['df.replace("a", None, "x")', () => df().replace("a", null, "x")],
    ['df.replace(["a", "b"], ["c", None])', () => df().replace(["a", "b"], ["c", null])],
    ['df.replace(["a", "b"], "c", ["x"])', () => df().replace(["a", "b"], "c", ["x"])],
    ['df.replace({"a": "b"}, subset=["x"])', () => df().replace({ a: "b" }, ["x"])],
    ["df.na.replace({1: 2.5})", () => df().na.replace(new Map([[1, 2.5]]))],
    ["df.replace(True, False)", () => df().replace(true, false)],
    ['df.crosstab("a", "b")', () => df().crosstab("a", "b")],
    ['df.stat.crosstab("a", "b")', () => df().stat.crosstab("a", "b")],
    ['df.freqItems(["a"])', () => df().freqItems(["a"])],
    ['df.stat.freqItems(["a", "b"], 0.5)', () => df().stat.freqItems(["a", "b"], 0.5)],
  ];
}

/** Cases of subqueries, which a plan contains as references. */
export function subqueries(session: () => SparkSession): readonly GoldenCase[] {
  const df = (): DataFrame => session().range(3);
  const other = (): DataFrame => session().range(5);
  return [
    ["other.scalar()", () => other().scalar()],
    ["other.exists()", () => other().exists()],
    ['F.col("id").isin(other)', () => col("id").isin(other())],
    ['F.struct("a", "b").isin(other)', () => F.struct("a", "b").isin(other())],
    ["df.asTable()", () => df().asTable()],
    [
      'df.asTable().partitionBy("id").orderBy(F.col("x").desc())',
      () => df().asTable().partitionBy("id").orderBy(col("x").desc()),
    ],
    [
      'df.asTable().withSinglePartition().orderBy("x", "y")',
      () => df().asTable().withSinglePartition().orderBy("x", "y"),
    ],
    ["df.select(other.scalar())", () => df().select(other().scalar())],
    [
      'df.withColumn("x", other.scalar() + 1)',
      () => df().withColumn("x", other().scalar().plus(1)),
    ],
    [
      'df.where(other.where(F.col("id") == F.col("id").outer()).exists() & F.col("id").isin(other))',
      () => {
        const right = other();
        const matching = right.where(col("id").eq(col("id").outer()));
        return df().where(matching.exists().and(col("id").isin(right)));
      },
    ],
    [
      "df.select(other.scalar()).where(other.exists()).select(df.id)",
      () => {
        const [left, right] = [df(), other()];
        return left.select(right.scalar()).where(right.exists()).select(left.col("id"));
      },
    ],
    [
      "(lambda d: d.select(d.id))(df.where(other.exists()))",
      () => {
        const d = df().where(other().exists());
        return d.select(d.col("id"));
      },
    ],
    ["df.orderBy(other.scalar())", () => df().orderBy(other().scalar())],
    [
      "df.join(df, other.exists())",
      () => {
        const left = df();
        return left.join(left, other().exists());
      },
    ],
    [
      "df.groupBy(other.scalar()).agg(F.max(other.scalar()))",
      () => {
        const right = other();
        return df().groupBy(right.scalar()).agg(F.max(right.scalar()));
      },
    ],
    ["df.drop(other.scalar())", () => df().drop(other().scalar())],
    ["spark.tvf.explode(other.scalar())", () => session().tvf.explode(other().scalar())],
  ];
}

export function groups(session: () => SparkSession): readonly GoldenCase[] {
  const df = (): DataFrame => session().range(3);
  return [
    ['df.groupBy("a", F.col("b")).count()', () => df().groupBy("a", col("b")).count()],
    ['df.groupby(["a", "b"]).count()', () => df().groupby(["a", "b"]).count()],
    ["df.groupBy().count()", () => df().groupBy().count()],
    ['df.groupBy("id").sum("id")', () => df().groupBy("id").sum("id")],
    ['df.groupBy("id").avg("id")', () => df().groupBy("id").avg("id")],
    ['df.groupBy("id").mean("id")', () => df().groupBy("id").mean("id")],
    ['df.groupBy("id").min("id", "id")', () => df().groupBy("id").min("id", "id")],
    ['df.groupBy("id").max("id")', () => df().groupBy("id").max(["id"])],
    [
      'df.groupBy("id").agg(F.sum("x").alias("s"), F.max("y"))',
      () => df().groupBy("id").agg(F.sum("x").alias("s"), F.max("y")),
    ],
    [
      'df.groupBy("id").agg({"x": "sum", "*": "count"})',
      () => df().groupBy("id").agg({ x: "sum", "*": "count" }),
    ],
    ['df.agg(F.max("id"))', () => df().agg(F.max("id"))],
    ['df.agg({"id": "max"})', () => df().agg({ id: "max" })],
    ['df.rollup("a", "b").count()', () => df().rollup("a", "b").count()],
    ['df.cube("a", F.col("b")).sum("id")', () => df().cube("a", col("b")).sum("id")],
    [
      'df.groupingSets([["a"], [], ["a", "b"]], "a", F.col("b")).agg(F.expr("grouping_id()"))',
      () =>
        df()
          .groupingSets([["a"], [], ["a", "b"]], "a", col("b"))
          .agg(F.expr("grouping_id()")),
    ],
    [
      'df.groupBy("a").pivot("b").agg(F.sum("id"))',
      () => df().groupBy("a").pivot("b").agg(F.sum("id")),
    ],
    [
      'df.groupBy("a").pivot("b", ["x", "y"]).sum("id")',
      () => df().groupBy("a").pivot("b", ["x", "y"]).sum("id"),
    ],
    [
      'df.groupBy("a").pivot("b", [1, 2.5, True]).count()',
      () => df().groupBy("a").pivot("b", [1, 2.5, true]).count(),
    ],
  ];
}

export function tableFunctions(session: () => SparkSession): readonly GoldenCase[] {
  const array = F.array(lit(1), lit(2));
  return [
    ["spark.tvf.range(3)", () => session().tvf.range(3)],
    ["spark.tvf.range(1, 9, 2, 4)", () => session().tvf.range(1, 9, 2, 4)],
    ["spark.tvf.explode(F.array(F.lit(1), F.lit(2)))", () => session().tvf.explode(array)],
    [
      "spark.tvf.explode_outer(F.array(F.lit(1), F.lit(2)))",
      () => session().tvf.explode_outer(array),
    ],
    ["spark.tvf.posexplode(F.array(F.lit(1), F.lit(2)))", () => session().tvf.posexplode(array)],
    [
      "spark.tvf.posexplode_outer(F.array(F.lit(1), F.lit(2)))",
      () => session().tvf.posexplode_outer(array),
    ],
    ['spark.tvf.inline(F.col("a"))', () => session().tvf.inline(col("a"))],
    ['spark.tvf.inline_outer(F.col("a"))', () => session().tvf.inline_outer(col("a"))],
    [
      'spark.tvf.json_tuple(F.col("j"), F.lit("a"), F.lit("b"))',
      () => session().tvf.json_tuple(col("j"), lit("a"), lit("b")),
    ],
    [
      "spark.tvf.stack(F.lit(2), F.lit(1), F.lit(2))",
      () => session().tvf.stack(lit(2), lit(1), lit(2)),
    ],
    ["spark.tvf.collations()", () => session().tvf.collations()],
    ["spark.tvf.sql_keywords()", () => session().tvf.sql_keywords()],
    ['spark.tvf.variant_explode(F.col("v"))', () => session().tvf.variant_explode(col("v"))],
    [
      'spark.tvf.variant_explode_outer(F.col("v"))',
      () => session().tvf.variant_explode_outer(col("v")),
    ],
    ["spark.tvf.python_worker_logs()", () => session().tvf.python_worker_logs()],
  ];
}

function at(frames: readonly DataFrame[], index: number): DataFrame {
  const found = frames[index];
  if (found === undefined) throw new RangeError(`There is no split ${index}.`);
  return found;
}
