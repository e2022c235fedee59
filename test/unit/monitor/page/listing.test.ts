import { describe, expect, it } from "vitest";
import type { StreamSummary } from "../../../../src/monitor/documents.js";
import { usefulCommands } from "../../../../src/monitor/page/commands.js";
import {
  DEFAULT_SETTINGS,
  groupOf,
  listed,
  totalsOf,
  type ListSettings,
} from "../../../../src/monitor/page/listing.js";
import { FakeStream } from "../../../support/fake-streams.js";

const NOW = Date.parse("2026-11-30T12:00:00Z");

function stream(name: string, change: Partial<StreamSummary> = {}): StreamSummary {
  return { ...new FakeStream(1, NOW).summary, name, ...change };
}

function namesOf(streams: readonly StreamSummary[], settings: Partial<ListSettings>): string[] {
  return listed(streams, { ...DEFAULT_SETTINGS, ...settings }).map(({ name }) => name);
}

describe("the list of streams", () => {
  it("shows first what needs attention, and equal states by name with numbers in their order", () => {
    const streams = [
      stream("s10"),
      stream("done", { state: "completed" }),
      stream("s9"),
      stream("broken", { state: "fatal" }),
      stream("stuck", { isStalled: true }),
      stream("again", { state: "backingOff" }),
    ];
    expect(namesOf(streams, {})).toEqual(["broken", "again", "stuck", "s9", "s10", "done"]);
  });

  it("sorts by values in both directions, and puts streams without a value last", () => {
    const streams = [
      stream("none", { lag: null }),
      stream("little", { lag: { value: 1, unit: "files" } }),
      stream("much", { lag: { value: 9, unit: "files" } }),
    ];
    expect(namesOf(streams, { sort: "lag" })).toEqual(["little", "much", "none"]);
    expect(namesOf(streams, { sort: "lag", isDescending: true })).toEqual([
      "much",
      "little",
      "none",
    ]);
    expect(namesOf(streams, { sort: "name", isDescending: true })).toEqual([
      "none",
      "much",
      "little",
    ]);
  });

  it("keeps streams whose name or error has all words of the filter", () => {
    const lastError = {
      at: "2026-11-30T11:00:00Z",
      name: "AnalysisException",
      code: "TABLE_OR_VIEW_NOT_FOUND",
      message: "shop.orders_v2",
      advice: null,
      help: null,
    };
    const streams = [stream("Orders-EU"), stream("orders-us"), stream("clicks", { lastError })];
    expect(namesOf(streams, { text: "orders" })).toEqual(["clicks", "Orders-EU", "orders-us"]);
    expect(namesOf(streams, { text: " eu ORDERS" })).toEqual(["Orders-EU"]);
    expect(namesOf(streams, { text: "table_or" })).toEqual(["clicks"]);
  });

  it("counts streams by group, and a stalled stream as failing", () => {
    const streams = [
      stream("a"),
      stream("b", { isStalled: true }),
      stream("c", { state: "paused" }),
    ];
    expect(streams.map(groupOf)).toEqual(["running", "failing", "paused"]);
    expect(totalsOf(streams)).toMatchObject({
      streams: 3,
      groups: { running: 1, failing: 1, paused: 1, waiting: 0, ended: 0 },
    });
  });

  it("adds up the rates of streams that run, and not the last rate of one that ended", () => {
    const lastBatch = {
      id: 1,
      at: "2026-11-30T11:00:00Z",
      durationMs: 1,
      rows: 1,
      inputRowsPerSecond: 1,
      processedRowsPerSecond: 50,
    };
    const streams = [
      stream("a", { lastBatch }),
      stream("b", { lastBatch }),
      stream("c", { lastBatch, state: "fatal" }),
    ];
    expect(totalsOf(streams).rowsPerSecond).toBe(100);
  });
});

describe("the commands of a stream", () => {
  const ALL = ["pause", "resume", "restart", "stop", "run", "remove"] as const;

  it.each([
    ["running", {}, ["pause", "restart", "stop", "remove"]],
    ["paused", { state: "paused", desired: "paused" }, ["resume", "stop", "remove"]],
    ["pausing", { desired: "paused" }, ["resume", "stop", "remove"]],
    ["failed", { state: "fatal" }, ["restart", "remove"]],
    ["stopped", { state: "stopped", desired: "stopped" }, ["resume", "remove"]],
    [
      "waiting for its schedule",
      { state: "waiting", schedule: "every 15 minutes" },
      ["pause", "run", "stop", "remove"],
    ],
  ] as const)("are those that change something: %s", (_state, change, commands) => {
    expect(usefulCommands(stream("a", change), ALL)).toEqual(commands);
  });

  it("are only those that the monitor accepts", () => {
    expect(usefulCommands(stream("a"), ["resume", "stop"])).toEqual(["stop"]);
    expect(usefulCommands(stream("a"), [])).toEqual([]);
  });
});
