import { describe, expect, it } from "vitest";
import { isPlainQuery } from "../../../src/session/sql/plain-query.js";

describe("isPlainQuery", () => {
  it.each([
    "SELECT 1",
    "  select 1",
    "(SELECT 1) UNION (SELECT 2)",
    "-- note\nSELECT 1",
    "/* a\n * b */ VALUES (1)",
    "TABLE t",
    "WITH a AS (SELECT 1) SELECT * FROM a",
    "FROM t |> SELECT a",
  ])("is true for %j, which can wait for an action", (text) => {
    expect(isPlainQuery(text)).toBe(true);
  });

  it.each([
    "INSERT INTO t VALUES (1)",
    "CREATE TABLE t (a INT)",
    "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
    "FROM t INSERT INTO u SELECT *",
    "DESCRIBE HISTORY t",
    "SHOW TABLES",
    "EXPLAIN SELECT 1",
    "BEGIN SELECT 1; END",
    "/* SELECT */ DROP TABLE t",
    "",
  ])("is false for %j, which runs at once", (text) => {
    expect(isPlainQuery(text)).toBe(false);
  });
});
