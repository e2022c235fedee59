import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { resolveRestartPolicy, RestartBudget } from "../../../src/supervisor/restart-policy.js";

describe("RestartBudget", () => {
  const policy = resolveRestartPolicy({
    initialBackoffMs: 100,
    maxBackoffMs: 1_000,
    maxRestarts: 6,
  });

  it("doubles the wait up to its cap, and ends with the budget", () => {
    const budget = new RestartBudget(policy, () => 0.999_999);
    const waits = Array.from({ length: 7 }, () => budget.fail(0));
    expect(waits).toEqual([100, 200, 400, 800, 1_000, 1_000, undefined]);
  });

  it("leaves half of each wait to chance", () => {
    expect(new RestartBudget(policy, () => 0).fail(0)).toBe(50);
    expect(new RestartBudget(policy, () => 0.5).fail(0)).toBe(75);
  });

  it("begins anew after a run that was long enough to be healthy", () => {
    const budget = new RestartBudget(policy, () => 0);
    for (let failures = 0; failures < 6; failures++) budget.fail(599_999);
    expect(budget.fail(599_999)).toBeUndefined();
    expect(budget.fail(600_000)).toBe(50);
  });

  it("goes on waiting at its cap when it may fail for ever", () => {
    const endless = resolveRestartPolicy({ maxRestarts: Infinity, initialBackoffMs: 0 });
    const budget = new RestartBudget(endless, () => 0);
    for (let failures = 0; failures < 5_000; failures++) expect(budget.fail(0)).toBe(0);
  });
});

describe("resolveRestartPolicy", () => {
  it("refuses by name what no timer can wait", () => {
    expect(() => resolveRestartPolicy({ maxBackoffMs: 2 ** 31 })).toThrow(ArgumentError);
    expect(() => resolveRestartPolicy({ initialBackoffMs: -1 })).toThrow(
      /restart.initialBackoffMs/,
    );
    expect(() => resolveRestartPolicy({ maxRestarts: Number.NaN })).toThrow(/restart.maxRestarts/);
  });
});
