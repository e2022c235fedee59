import { describe, expect, it } from "vitest";
import { DEFAULT_RETRY_POLICY, RetryState } from "../../../src/transport/retry.js";

const exact = { ...DEFAULT_RETRY_POLICY, jitterMs: 0 };

describe("RetryState", () => {
  it("backs off as PySpark does: 50 ms, times 4, at most a minute, 15 times", () => {
    const state = new RetryState(exact);
    const waits = Array.from({ length: 16 }, () => state.next());
    expect(waits.slice(0, 7)).toEqual([50, 200, 800, 3_200, 12_800, 51_200, 60_000]);
    expect(waits[14]).toBe(60_000);
    expect(waits[15]).toBeUndefined();
  });

  it("waits in all at least the ten minutes PySpark promises", () => {
    const state = new RetryState(exact);
    let totalMs = 0;
    for (let wait = state.next(); wait !== undefined; wait = state.next()) totalMs += wait;
    expect(totalMs).toBeGreaterThan(600_000);
  });

  it("adds jitter only to waits of two seconds and more", () => {
    const state = new RetryState(DEFAULT_RETRY_POLICY);
    expect([state.next(), state.next(), state.next()]).toEqual([50, 200, 800]);
    const fourth = state.next() ?? 0;
    expect(fourth).toBeGreaterThanOrEqual(3_200);
    expect(fourth).toBeLessThan(3_700);
  });

  it("waits as long as the server asks, ten minutes at most", () => {
    expect(new RetryState(exact).next(1_500)).toBe(1_500);
    expect(new RetryState(exact).next(3_600_000)).toBe(600_000);
  });

  it("starts anew after progress", () => {
    const state = new RetryState(exact);
    state.next();
    state.next();
    state.reset();
    expect(state.next()).toBe(50);
    expect(state.attempts).toBe(2);
  });
});
