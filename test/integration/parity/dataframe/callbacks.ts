import * as F from "../../../../src/functions/index.js";
import type { DataFrame, SparkSession } from "../../../../src/index.js";
import type { GoldenCase } from "../golden-plans.js";

type Row = { id: bigint };

/** Callbacks in place of columns make the plans of PySpark's `df.id`. On range(3) and range(5). */
export function callbacks(session: () => SparkSession): readonly GoldenCase[] {
  const df = (): DataFrame<Row> => session().range(3).assumeRows<Row>();
  const other = (): DataFrame<Row> => session().range(5).assumeRows<Row>();
  const both =
    (join: (left: DataFrame<Row>, right: DataFrame<Row>) => DataFrame) => (): DataFrame =>
      join(df(), other());
  return [
    ["df.select(df.id)", () => df().select((p) => p.id)],
    [
      'df.select("id", (df.id + 1).alias("x"))',
      () => df().select("id", (p) => p.id.plus(1).alias("x")),
    ],
    [
      'df.select(df.id, df.id.alias("x"), (df.id + 1).alias("y"))',
      () => df().select((p) => ({ id: p.id, x: p.id, y: p.id.plus(1) })),
    ],
    ["df.select(df.id, df.id + 1)", () => df().select((p) => [p.id, p.id.plus(1)])],
    [
      '(lambda d: d.select(d["`a.b`"]))(df.toDF("a.b"))',
      () =>
        df()
          .toDF("a.b")
          .select((p) => p["a.b"]),
    ],
    ["df.filter(df.id > 1)", () => df().filter((p) => p.id.gt(1))],
    ["df.where((df.id > 1) & (df.id < 3))", () => df().where((p) => p.id.gt(1).and(p.id.lt(3)))],
    ['df.withColumn("x", df.id + 1)', () => df().withColumn("x", (p) => p.id.plus(1))],
    [
      'df.withColumns({"x": df.id, "id": df.id + 1})',
      () => df().withColumns((p) => ({ x: p.id, id: p.id.plus(1) })),
    ],
    [
      '(lambda d: d.select(d.x))(df.withColumn("x", df.id))',
      () =>
        df()
          .withColumn("x", (p) => p.id)
          .select((p) => p.x),
    ],
    [
      'df.drop(df.id, "x")',
      () =>
        df()
          .untyped()
          .drop((p) => p["id"] ?? [], "x"),
    ],
    ["df.drop(df.id)", () => df().drop((p) => p.id)],
    [
      "df.groupBy(df.id).count()",
      () =>
        df()
          .groupBy((p) => p.id)
          .count(),
    ],
    [
      'df.groupBy("id", (df.id % 2).alias("odd")).agg(F.sum(df.id).alias("s"), F.max(df.id))',
      () =>
        df()
          .groupBy("id", (p) => ({ odd: p.id.mod(2) }))
          .agg(
            (p) => ({ s: F.sum(p.id) }),
            (p) => F.max(p.id),
          ),
    ],
    ['df.agg(F.max(df.id).alias("m"))', () => df().agg((p) => ({ m: F.max(p.id) }))],
    [
      "df.rollup(df.id).count()",
      () =>
        df()
          .rollup((p) => p.id)
          .count(),
    ],
    [
      "df.cube(df.id).count()",
      () =>
        df()
          .cube((p) => [p.id])
          .count(),
    ],
    [
      "df.groupingSets([[df.id], []], df.id).count()",
      () =>
        df()
          .groupingSets([[(p) => p.id], []], (p) => p.id)
          .count(),
    ],
    [
      'df.groupBy(df.id).pivot("id", [1]).agg(F.sum(df.id))',
      () =>
        df()
          .groupBy((p) => p.id)
          .pivot((p) => p.id, [1])
          .agg((p) => F.sum(p.id)),
    ],
    ["df.orderBy(df.id.desc())", () => df().orderBy((p) => p.id.desc())],
    ['df.sort("id", df.id)', () => df().sort("id", (p) => p.id)],
    [
      "df.orderBy([df.id, df.id], ascending=[True, False])",
      () => df().orderBy((p) => [p.id, p.id], { ascending: [true, false] }),
    ],
    ["df.sortWithinPartitions(df.id)", () => df().sortWithinPartitions((p) => p.id)],
    ["df.repartition(df.id)", () => df().repartition((p) => p.id)],
    ["df.repartition(2, df.id)", () => df().repartition(2, (p) => p.id)],
    [
      "df.repartitionByRange(2, df.id.desc())",
      () => df().repartitionByRange(2, (p) => p.id.desc()),
    ],
    ["df.repartitionById(2, df.id)", () => df().repartitionById(2, (p) => p.id)],
    [
      'df.unpivot([df.id], [df.id, (df.id + 1).alias("x")], "k", "v")',
      () =>
        df().unpivot(
          (p) => p.id,
          (p) => [p.id, p.id.plus(1).alias("x")],
          "k",
          "v",
        ),
    ],
    ['df.melt(df.id, None, "k", "v")', () => df().melt((p) => p.id, undefined, "k", "v")],
    ["df.transpose(df.id)", () => df().transpose((p) => p.id)],
    [
      'df.join(other, df.id == other.id, "left")',
      both((a, b) => a.join(b, (l, r) => l.id.eq(r.id), "left")),
    ],
    [
      'df.join(other, [df.id == other.id, df.id > 1], "full")',
      both((a, b) => a.join(b, (l, r) => [l.id.eq(r.id), l.id.gt(1)], "full")),
    ],
    [
      'df.join(other, df.id == other.id).select(df.id, other.id.alias("o"))',
      both((a, b) => a.join(b, (l, r) => l.id.eq(r.id)).select((l, r) => ({ id: l.id, o: r.id }))),
    ],
    [
      "df.join(other, df.id == other.id).filter(other.id > 1).select(other.id)",
      both((a, b) =>
        a
          .join(b, (l, r) => l.id.eq(r.id))
          .filter((_, r) => r.id.gt(1))
          .select((_, r) => r.id),
      ),
    ],
    [
      'df.crossJoin(other).withColumn("x", df.id + other.id)',
      both((a, b) => a.crossJoin(b).withColumn("x", (l, r) => l.id.plus(r.id))),
    ],
    [
      '(lambda j: j.select(j.id))(df.join(other, "id"))',
      both((a, b) => a.join(b, "id").select((j) => j.id)),
    ],
    [
      '(lambda a, b: a.join(b, a.id == b.id).select(a.id, b.id.alias("o")))(df.alias("a"), df.alias("b"))',
      () => {
        const frame = df();
        return frame
          .alias("a")
          .join(frame.alias("b"), (l, r) => l.id.eq(r.id))
          .select((l, r) => ({ id: l.id, o: r.id }));
      },
    ],
    [
      "df.lateralJoin(other, df.id == other.id)",
      both((a, b) => a.lateralJoin(b, (l, r) => l.id.eq(r.id))),
    ],
    [
      "df._joinAsOf(other, df.id, other.id)",
      both((a, b) =>
        a.joinAsOf(
          b,
          (l) => l.id,
          (r) => r.id,
        ),
      ),
    ],
  ];
}
