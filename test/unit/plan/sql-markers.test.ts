import { describe, expect, it } from "vitest";
import { sqlMarkers } from "../../../src/plan/sql-markers.js";
import { sqlTokens } from "../../../src/plan/sql-tokens.js";

/** Each marker's text. */
function markersOf(text: string): readonly string[] {
  return sqlMarkers(text).map(({ start, end }) => text.slice(start, end));
}

describe("sqlTokens", () => {
  it.each<[string, readonly string[]]>([
    ["SELECT'a'", ["SELECT", "'a'"]],
    ["'it''s' 'a\\'b' \"a\"\"b\"", ["'it''s'", "'a\\'b'", '"a""b"']],
    ["r'a\\' R\"b\\\" bar'x'", ["r'a\\'", 'R"b\\"', "bar", "'x'"]],
    ["`a``b`.c", ["`a``b`", ".", "c"]],
    ["a--b ' ?\nc -- d \\\n e\nf", ["a", "c", "f"]],
    ["a/* b /* c */ d */e/**/f", ["a", "e", "f"]],
    ["/*+ hint */ /* /*+ */ x", ["/*+", "hint", "*/", "x"]],
    ["/* never closed ?", []],
    ["1e+5r'x' 1.5r'x' 1.5BD .5", ["1e+5", "r'x'", "1", ".", "5r", "'x'", "1.5BD", ".5"]],
    ["hdfs://a/b?c=1 :x", ["hdfs://a/b?c=1", ":", "x"]],
    ["a::b->c=>d||e|>f", ["a", "::", "b", "->", "c", "=>", "d", "||", "e", "|>", "f"]],
    ["AS $$ a: ? $$ b", ["AS", "$$ a: ? $$", "b"]],
    ["'open ?", ["'", "open", "?"]],
  ])("splits %j into the same tokens as Spark's lexer", (text, tokens) => {
    expect(sqlTokens(text).map((token) => token.text)).toEqual(tokens);
  });
});

// The expected markers are those that Spark 4.2.1's own parser finds.
describe("sqlMarkers", () => {
  it.each<[string, readonly string[]]>([
    [
      "SELECT :x, : y, :/*c*/z, :`a b`, :from, :1a, ?",
      [":x", ": y", ":/*c*/z", ":`a b`", ":from", ":1a", "?"],
    ],
    ["SELECT ':x ?', \":x\", r':x', `:x ?`, 1 -- :x ?\n /* ? */", []],
    ["SELECT 'a' :x 'b', X'00':a, DATE'2020-01-01':b", [":x"]],
    ["SELECT v:a, v:`q`, t.v:a.b[0]['c'], (v):a, xs[1]:a, ?:a, :p:q", ["?", ":p"]],
    ["SELECT limit:a, where:a, date:a, null:a, DATE :x, TIMESTAMP :x", []],
    ["SELECT a FROM t u WHERE :a AND b:c LIMIT :limit OFFSET :n", [":a", ":limit", ":n"]],
    [
      "SELECT a BETWEEN :begin AND :end, c NOT LIKE :l, d IS NOT DISTINCT FROM :e",
      [":begin", ":end", ":l", ":e"],
    ],
    [
      "SELECT CASE :a WHEN :b THEN :c ELSE :d END, CASE WHEN a THEN b END:q",
      [":a", ":b", ":c", ":d"],
    ],
    ["SELECT :x::int, a::STRUCT<a:int, b :array<int>, `c`: varchar(:n)>, :y", [":x", ":n", ":y"]],
    ["CREATE TABLE t (a STRUCT<x: INT> COMMENT :c) OPTIONS (k :v) LOCATION :l", [":c", ":v", ":l"]],
    [
      "SELECT x -> :a, f(k => :b), INTERVAL :d DAY, trim(BOTH :e FROM f:g)",
      [":a", ":b", ":d", ":e"],
    ],
    ["SELECT * FROM (VALUES :x) WHERE f(values:y)", [":x"]],
    [
      "SELECT count(*) FILTER (WHERE a:b = :c) OVER (ROWS BETWEEN :n PRECEDING AND :m FOLLOWING)",
      [":c", ":n", ":m"],
    ],
    ["SELECT /*+ COALESCE(:n) */ a * b:c, * FROM IDENTIFIER(:t)", [":n", ":t"]],
    [
      "BEGIN l: BEGIN SELECT :x; END; `l b`: WHILE :w DO SET y = :z; END WHILE; END",
      [":x", ":w", ":z"],
    ],
    [
      "BEGIN IF :begin THEN IF :b THEN VALUES :c; END IF; ELSE l: LOOP SELECT v:a; END LOOP; END IF; END",
      [":begin", ":b", ":c"],
    ],
    ["FROM t |> WHERE :x |> EXTEND :y AS z |> LIMIT :n", [":x", ":y", ":n"]],
    ["EXECUTE IMMEDIATE :q USING :x AS a, (?)", [":q", ":x", "?"]],
    ["SET some.key = :x ?", []],
    ["SET VAR x = :a", [":a"]],
  ])("finds the same markers in %j as Spark's parser", (text, markers) => {
    expect(markersOf(text)).toEqual(markers);
  });
});
