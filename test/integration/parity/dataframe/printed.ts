import type { DataFrame, SparkSession } from "../../../../src/index.js";

type TextCase = readonly [python: string, ours: () => Promise<string>];

const ROWS = "spark.sql(\"SELECT '東京' AS `名`, id AS n, repeat('x', 30) AS long FROM range(3)\")";

/** The output of show(), printSchema() and explain() with each of their options. */
export function printed(session: () => SparkSession): readonly TextCase[] {
  const rows = (): DataFrame =>
    session().range(3).selectExpr("'東京' AS `名`", "id AS n", "repeat('x', 30) AS long");
  const nested = (): DataFrame =>
    session().range(1).selectExpr("struct(id, array(struct(1 AS b)) AS l) AS s");
  const NESTED = 'spark.range(1).selectExpr("struct(id, array(struct(1 AS b)) AS l) AS s")';
  return [
    [`${ROWS}._show_string()`, () => rows().showString()],
    [`${ROWS}._show_string(2)`, () => rows().showString({ numRows: 2 })],
    [`${ROWS}._show_string(0)`, () => rows().showString({ numRows: 0 })],
    [`${ROWS}._show_string(truncate=False)`, () => rows().showString({ truncate: false })],
    [`${ROWS}._show_string(truncate=3)`, () => rows().showString({ truncate: 3 })],
    [`${ROWS}._show_string(truncate=7)`, () => rows().showString({ truncate: 7 })],
    [`${ROWS}._show_string(vertical=True)`, () => rows().showString({ vertical: true })],
    [
      `${ROWS}._show_string(1, False, True)`,
      () => rows().showString({ numRows: 1, truncate: false, vertical: true }),
    ],
    [`${NESTED}.schema.treeString()`, async () => (await nested().schema()).treeString()],
    [`${NESTED}.schema.treeString(2)`, async () => (await nested().schema()).treeString(2)],
    ["df._explain_string()", () => session().range(3).explainString()],
    ["df._explain_string(True)", () => session().range(3).explainString(true)],
    ["df._explain_string(False)", () => session().range(3).explainString(false)],
    ['df._explain_string("formatted")', () => session().range(3).explainString("formatted")],
    ['df._explain_string(mode="cost")', () => session().range(3).explainString("cost")],
    ['df._explain_string(mode="codegen")', () => session().range(3).explainString("codegen")],
  ];
}
