import { describe, expect, it } from "vitest";
import { col, lit, sum } from "../../../src/functions/index.js";
import { dataSourceRelation, sqlRelation } from "../../../src/plan/relation.js";
import { DataFrame } from "../../../src/dataframe/dataframe.js";
import { Window } from "../../../src/dataframe/window.js";
import { FakeSparkServer } from "../support/fake-spark-server.js";
import { offlineContext, rangeOf } from "../support/offline-session.js";

describe("df.plan()", () => {
  it("prints each relation with its arguments, and its inputs below it, without calling the server", async () => {
    using server = await FakeSparkServer.start();
    const df = rangeOf(offlineContext(server, "4.3.0"));
    const text = df
      .filter(col("id").gt(1))
      .select(
        "id",
        sum("id")
          .over(Window.orderBy(col("id").desc()))
          .alias("total"),
      )
      .plan();
    expect(text).toBe(
      [
        "Project expressions=[id, sum(id) OVER (ORDER BY id DESC) AS total]",
        "+- Filter condition=(id > 1)",
        "   +- Range start=0, end=3, step=1",
        "",
      ].join("\n"),
    );
    expect(server.calls).toEqual([]);
  });

  it("labels the sides of a join and the relation of a subquery", async () => {
    using server = await FakeSparkServer.start();
    const df = rangeOf(offlineContext(server, "4.3.0"));
    const text = df.join(df.limit(1), "id").where(df.exists()).plan();
    expect(text).toMatch(/^WithRelations\n\+- root: Filter condition=exists-subquery#\d+\n/);
    expect(text).toMatch(/ {6}\+- left: Range /);
    expect(text).toMatch(/ {6}\+- right: Limit limit=1\n/);
    expect(text).toMatch(/\n\+- subquery#\d+: Range start=0, end=3, step=1\n$/);
  });

  it("hides credentials in options, URLs and SQL text", async () => {
    using server = await FakeSparkServer.start();
    const context = offlineContext(server, "4.3.0");
    context.connection.sources.add("mine", {
      hiddenOptions: ["oddName"],
    } as unknown as Parameters<typeof context.connection.sources.add>[1]);
    const secret = "s3cr3t";
    const body = dataSourceRelation({
      format: "mine",
      options: { password: secret, ODDNAME: secret, url: secret, apiKey: secret, plain: "seen" },
      paths: [`https://user:${secret}@host/x?sig=${secret}&b=${secret}`],
      isStreaming: false,
    });
    const read = new DataFrame(context, context.connection.relation(body)).plan();
    expect(read).not.toContain(secret);
    expect(read).toContain("plain=seen");
    expect(read).toContain("password=*********(redacted)");
    const sql = sqlRelation(
      `SELECT * FROM f(token => '${secret}') OPTIONS (password "${secret}", 'api-key' = '${secret}')`,
      [lit(1).expression],
      { password: lit(secret).expression },
    );
    const text = new DataFrame(context, context.connection.relation(sql)).plan();
    expect(text).not.toContain(secret);
    expect(text).toContain("SELECT * FROM f(token => *********(redacted))");
  });
});
