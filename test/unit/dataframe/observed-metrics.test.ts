import { describe, expect, it } from "vitest";
import { ObservedMetrics } from "../../../src/dataframe/actions/observed-metrics.js";

const failure = (text: string): { error: Error } => ({ error: new Error(text) });

describe("the metrics of an Observation", () => {
  it("come from the first action that delivers them, for every waiting caller", async () => {
    const metrics = new ObservedMetrics("o");
    const waiting = [metrics.get(), metrics.get()];
    metrics.started();
    metrics.observed({ n: 1 });
    metrics.observed({ n: 2 });
    metrics.ended(undefined, true);
    expect(await Promise.all([...waiting, metrics.get()])).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }]);
  });

  it("stay when a later action fails", async () => {
    const metrics = new ObservedMetrics("o");
    metrics.started();
    metrics.observed({ n: 1 });
    metrics.ended(undefined, true);
    metrics.started();
    metrics.ended(failure("no"), false);
    expect(await metrics.get()).toEqual({ n: 1 });
  });

  it.each([
    ["failed", failure("no luck"), false, /the action failed: no luck/],
    [
      "threw a value that cannot be printed",
      { error: Object.create(null) as unknown },
      false,
      /printed/,
    ],
    ["ended before its last row", undefined, false, /ended before its rows were read/],
    ["did not compute the rows", undefined, true, /ended without computing the observed rows/],
  ])("reject with the reason when the action %s", async (_, failed, isComplete, text) => {
    const metrics = new ObservedMetrics("o");
    const waiting = metrics.get();
    metrics.started();
    metrics.ended(failed, isComplete);
    await expect(waiting).rejects.toThrow(text);
    await expect(metrics.get()).rejects.toMatchObject({ code: "OBSERVATION_WITHOUT_METRICS" });
  });

  it("stay pending while another action runs, and after a failure when the next action starts", async () => {
    const metrics = new ObservedMetrics("o");
    const waiting = metrics.get();
    metrics.started();
    metrics.started();
    metrics.ended(failure("one"), false);
    metrics.observed({ n: 2 });
    metrics.ended(undefined, true);
    expect(await waiting).toEqual({ n: 2 });

    const again = new ObservedMetrics("o");
    again.started();
    again.ended(failure("first"), false);
    again.started();
    const second = again.get();
    again.observed({ n: 3 });
    again.ended(undefined, true);
    expect(await second).toEqual({ n: 3 });
  });
});
