import { describe, expect, it } from "vitest";
import {
  eventJson,
  eventText,
  resultJson,
  resultText,
} from "../../../src/cli/pipelines/event-text.js";
import { graphMermaid } from "../../../src/cli/pipelines/graph-mermaid.js";
import { graphJson, graphText } from "../../../src/cli/pipelines/graph-text.js";
import { PipelineFailedError, type PipelineGraph } from "../../../src/pipelines/index.js";

const MARKETS: PipelineGraph = {
  datasets: [
    {
      name: "daily",
      kind: "materializedView",
      location: { file: "transformations/daily.sql", line: 1 },
    },
    {
      name: "prices",
      kind: "streamingTable",
      location: { file: "/project/transformations/prices.ts", line: 12 },
    },
    { name: "recent", kind: "temporaryView", location: { file: "/elsewhere/lib.ts", line: 3 } },
    { name: "alerts", kind: "sink" },
  ],
  flows: [
    { name: "daily", target: "daily", sources: ["recent", "sales.coins"], formats: [] },
    { name: "recent", target: "recent", sources: ["prices"], formats: [] },
    { name: "from_api", target: "prices", sources: [], formats: ["coingecko"] },
    { name: "backfill", target: "prices", sources: ["sales.coins"], formats: [] },
    { name: "alerts", target: "alerts", sources: [], formats: [] },
  ],
};

describe("the graph of a pipeline", () => {
  it("is text with each dataset after those that it reads", () => {
    expect(graphText(MARKETS, "/project"))
      .toBe(`prices: streaming table, transformations/prices.ts:12
  flow from_api reads format coingecko
  flow backfill reads sales.coins
recent: temporary view, /elsewhere/lib.ts:3
  reads prices
daily: materialized view, transformations/daily.sql:1
  reads recent, sales.coins
alerts: sink
  reads no table
`);
  });

  it("is JSON with absolute paths, in the order of the definitions", () => {
    const json = JSON.parse(graphJson(MARKETS, "/project")) as { datasets: unknown[] };
    expect(json.datasets.slice(0, 2)).toEqual([
      {
        name: "daily",
        kind: "materializedView",
        file: "/project/transformations/daily.sql",
        line: 1,
      },
      {
        name: "prices",
        kind: "streamingTable",
        file: "/project/transformations/prices.ts",
        line: 12,
      },
    ]);
    expect(json.datasets.at(-1)).toEqual({ name: "alerts", kind: "sink", file: null, line: null });
    expect(json).toMatchObject({ flows: MARKETS.flows });
  });

  it("is a flowchart of Mermaid with one node for each dataset, table and format", () => {
    expect(graphMermaid(MARKETS)).toBe(`flowchart LR
  n0["prices<br/>streaming table"]
  n1("recent<br/>temporary view")
  n2[["daily<br/>materialized view"]]
  n3[/"alerts<br/>sink"/]
  n4[("sales.coins")]
  n1 --> n2
  n4 --> n2
  n0 --> n1
  n5(["coingecko"])
  n5 -->|"from_api"| n0
  n4 -->|"backfill"| n0
`);
  });

  it("escapes names that Mermaid would read as its own syntax", () => {
    const name = '`a"b`.<i>#x;|end\n';
    const graph: PipelineGraph = {
      datasets: [{ name, kind: "streamingTable" }],
      flows: [{ name: "é 1", target: name, sources: ['"'], formats: [] }],
    };
    expect(graphMermaid(graph)).toBe(`flowchart LR
  n0["#96;a#34;b#96;.#60;i#62;#35;x#59;#124;end#10;<br/>streaming table"]
  n1[("#34;")]
  n1 -->|"é 1"| n0
`);
    expect(graphText(graph, "/")).toContain("end\\n: streaming table\n");
  });

  it("shows a cycle in the order of the definitions", () => {
    const graph: PipelineGraph = {
      datasets: [
        { name: "a", kind: "materializedView" },
        { name: "b", kind: "materializedView" },
      ],
      flows: [
        { name: "a", target: "a", sources: ["b"], formats: [] },
        { name: "b", target: "b", sources: ["a"], formats: [] },
      ],
    };
    expect(graphText(graph, "/")).toBe(
      "b: materialized view\n  reads a\na: materialized view\n  reads b\n",
    );
  });
});

describe("the output of a run", () => {
  const timestamp = new Date("2026-01-31T10:00:00.123Z");

  it("has each event with its time in UTC, and no control characters in texts", () => {
    expect(eventText({ timestamp, message: "Flow a.b.\u001bc is RUNNING." })).toBe(
      "2026-01-31 10:00:00: Flow a.b.\\u001bc is RUNNING.\n",
    );
  });

  it("has each event as one line of JSON with all fields", () => {
    const message = "Flow 'a.b.c' has FAILED.\nError: [X] no";
    const event = { timestamp, message, flow: "a.b.c", state: "FAILED" } as const;
    const text = eventJson({ ...event, error: { message: "[X] no", errorClass: "X" } });
    expect(text.split("\n")).toHaveLength(2);
    expect(JSON.parse(text)).toEqual({
      event: "progress",
      timestamp: "2026-01-31T10:00:00.123Z",
      message,
      flow: "a.b.c",
      dataset: null,
      state: "FAILED",
      runState: null,
      error: { message: "[X] no", errorClass: "X" },
    });
  });

  it("ends with the state and the rows of each flow", () => {
    const flows = [
      { flow: "a.b.c", dataset: "c", state: "COMPLETED", rows: 1n },
      { flow: "a.b.d", dataset: "d", state: "COMPLETED", rows: 12n },
      { flow: "a.b.e", state: "EXCLUDED" },
    ] as const;
    expect(resultText({ flows })).toBe(
      "a.b.c: COMPLETED, 1 row\na.b.d: COMPLETED, 12 rows\na.b.e: EXCLUDED\n",
    );
    expect(JSON.parse(resultJson({ flows }))).toMatchObject({
      event: "result",
      state: "COMPLETED",
      flows: [{ rows: 1 }, { dataset: "d", rows: 12 }, { dataset: null, rows: null, error: null }],
    });
    const states = ["PIPELINE_FAILED", "PIPELINE_STOPPED"].map(
      (code) =>
        (JSON.parse(resultJson(new PipelineFailedError(code, "", flows))) as { state: string })
          .state,
    );
    expect(states).toEqual(["FAILED", "STOPPED"]);
  });
});
