import { describe, expect, it } from "vitest";
import { sourcesOfQuery, sqlElements } from "../../../src/pipelines/sql-elements.js";

describe("sqlElements()", () => {
  it("reads the kind, the name, the target and the sources of each statement", () => {
    const text = `
      -- CREATE MATERIALIZED VIEW in_a_comment AS SELECT 1;
      CREATE STREAMING TABLE events (id BIGINT) COMMENT 'a; b' AS SELECT * FROM STREAM raw;
      create or refresh materialized view if not exists \`per day\` as
        select day, count(*) from events join shared.days using (day) group by day; /* ; */
      CREATE TEMPORARY VIEW recent AS SELECT * FROM STREAM(events);
      CREATE STREAMING TABLE empty`;
    expect(sqlElements(text)).toEqual([
      { kind: "streamingTable", name: "events", target: "events", sources: ["raw"] },
      {
        ...{ kind: "materializedView", name: "`per day`", target: "`per day`" },
        sources: ["events", "shared.days"],
      },
      { kind: "temporaryView", name: "recent", target: "recent", sources: ["events"] },
      { kind: "streamingTable", name: "empty", target: undefined, sources: [] },
    ]);
  });

  it.each([
    ["CREATE FLOW f AS INSERT INTO events BY NAME SELECT * FROM STREAM raw", "events", ["raw"]],
    ["CREATE FLOW f AS INSERT INTO ONCE events SELECT * FROM raw", "events", ["raw"]],
    ["CREATE FLOW f AS INSERT INTO once BY NAME SELECT * FROM STREAM raw", "once", ["raw"]],
    ["CREATE FLOW f COMMENT 'x' AS INSERT INTO a.b SELECT * FROM STREAM(raw)", "a.b", ["raw"]],
    [
      "CREATE FLOW f AS AUTO CDC INTO users FROM STREAM(changes) KEYS (id) SEQUENCE BY version",
      "users",
      ["changes"],
    ],
  ])("reads the target and the source of a flow: %s", (text, target, sources) => {
    expect(sqlElements(text)).toEqual([{ kind: "flow", name: "f", target, sources }]);
  });

  it("reads a target that is called once", () => {
    const text = "CREATE FLOW f AS INSERT INTO ONCE once BY NAME SELECT 1";
    expect(sqlElements(text)[0]?.target).toBe("once");
  });

  it("skips statements that define nothing", () => {
    expect(sqlElements("SET a = b; ; SELECT 1; CREATE TABLE t (id INT); CREATE FLOW")).toEqual([]);
  });
});

describe("sourcesOfQuery()", () => {
  it.each([
    ["SELECT * FROM a, b", ["a", "b"]],
    ["SELECT * FROM a x JOIN b y ON x.id = y.id LEFT JOIN c.d USING (id)", ["a", "b", "c.d"]],
    ["WITH recent AS (SELECT * FROM a) SELECT * FROM recent", ["a"]],
    ["SELECT * FROM (SELECT * FROM a) WHERE id IN (SELECT id FROM b)", ["a", "b"]],
    ["SELECT * FROM range(10) JOIN a", ["a"]],
    ["SELECT 'x FROM y' FROM `a b`.c -- FROM d", ["`a b`.c"]],
    ["FROM a |> WHERE id > 1", ["a"]],
    ["TABLE a", ["a"]],
    ["SELECT * FROM f(TABLE a), g(TABLE(b))", ["a", "b"]],
    [
      "SELECT * FROM a x, b AS y (id), (SELECT * FROM c) z, LATERAL explode(x.ids), d",
      ["a", "b", "c", "d"],
    ],
    ["SELECT id, (SELECT max(id) FROM b) most FROM a, c GROUP BY id, most", ["b", "a", "c"]],
    ["SELECT * FROM a LATERAL VIEW explode(ids) t AS id, name", ["a"]],
    ["SELECT * FROM a JOIN b USING (id, day), c ORDER BY id, day", ["a", "b", "c"]],
    ["SELECT extract(day FROM time), trim(BOTH x FROM y) FROM a", ["a"]],
    ["SELECT * FROM a WHERE b IS DISTINCT FROM c AND d IS NOT DISTINCT FROM e", ["a"]],
    ["SELECT * FROM STREAM a UNION ALL SELECT * FROM STREAM(b)", ["a", "b"]],
    ["SELECT * FROM stream", ["stream"]],
    ["SELECT * FROM (a JOIN b ON a.id = b.id)", ["a", "b"]],
    ["SELECT * FROM VALUES (1), (2) AS v (id), a", ["a"]],
    ["WITH r AS (SELECT 1), s AS (TABLE a) SELECT * FROM r, s JOIN b", ["a", "b"]],
  ])("finds the tables of %s", (text, sources) => {
    expect(sourcesOfQuery(text)).toEqual(sources);
  });
});
