import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { resolveRestartPolicy, RestartBudget } from "../../../src/supervisor/restart-policy.js";

describe("RestartBudget", () => {
  const policy = resolveRestartPolicy({
    initialBackoffMs: 100,
    maxBackoffMs: 1_000,
    maxRestarts: 6,
  });

  it("doubles the wait up to maxBackoffMs, until maxRestarts is reached", () => {
    const budget = new RestartBudget(policy, () => 0.999_999);
    const waits = Array.from({ length: 7 }, () => budget.fail(0));
    expect(waits).toEqual([100, 200, 400, 800, 1_000, 1_000, undefined]);
  });

  it("randomises half of each wait", () => {
    expect(new RestartBudget(policy, () => 0).fail(0)).toBe(50);
    expect(new RestartBudget(policy, () => 0.5).fail(0)).toBe(75);
  });

  it("starts again with the first wait after a run of resetAfterMs", () => {
    const budget = new RestartBudget(policy, () => 0);
    for (let failures = 0; failures < 6; failures++) budget.fail(599_999);
    expect(budget.fail(599_999)).toBeUndefined();
    expect(budget.fail(600_000)).toBe(50);
  });

  it("keeps waiting maxBackoffMs if maxRestarts is Infinity", () => {
    const endless = resolveRestartPolicy({ maxRestarts: Infinity, initialBackoffMs: 0 });
    const budget = new RestartBudget(endless, () => 0);
    for (let failures = 0; failures < 5_000; failures++) expect(budget.fail(0)).toBe(0);
  });
});

describe("resolveRestartPolicy", () => {
  it("refuses values that a timer cannot wait, and names the option", () => {
    expect(() => resolveRestartPolicy({ maxBackoffMs: 2 ** 31 })).toThrow(ArgumentError);
    expect(() => resolveRestartPolicy({ initialBackoffMs: -1 })).toThrow(
      /restart.initialBackoffMs/,
    );
    expect(() => resolveRestartPolicy({ maxRestarts: Number.NaN })).toThrow(/restart.maxRestarts/);
  });
});
