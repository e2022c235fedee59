import { describe, expect, it, vi } from "vitest";
import { DEFAULT_RETRY_POLICY, RetryState } from "../../../src/transport/retry.js";

const exact = { ...DEFAULT_RETRY_POLICY, jitterMs: 0 };

describe("RetryState", () => {
  it("backs off like PySpark: 50 ms, times 4, at most a minute, 15 times", () => {
    const state = new RetryState(exact);
    const waits = Array.from({ length: 16 }, () => state.next());
    expect(waits.slice(0, 7)).toEqual([50, 200, 800, 3_200, 12_800, 51_200, 60_000]);
    expect(waits[14]).toBe(60_000);
    expect(waits[15]).toBeUndefined();
  });

  it("waits at least ten minutes in total, as PySpark promises", () => {
    const state = new RetryState(exact);
    let totalMs = 0;
    for (let wait = state.next(); wait !== undefined; wait = state.next()) totalMs += wait;
    expect(totalMs).toBeGreaterThan(600_000);
  });

  it("adds jitter only to pauses of at least two seconds", () => {
    const state = new RetryState(DEFAULT_RETRY_POLICY);
    expect([state.next(), state.next(), state.next()]).toEqual([50, 200, 800]);
    const fourth = state.next() ?? 0;
    expect(fourth).toBeGreaterThanOrEqual(3_200);
    expect(fourth).toBeLessThan(3_700);
  });

  it("waits as long as the server requests, at most ten minutes", () => {
    expect(new RetryState(exact).next(1_500)).toBe(1_500);
    expect(new RetryState(exact).next(3_600_000)).toBe(600_000);
  });

  it("measures the time of its attempts from the first failure after progress", () => {
    vi.useFakeTimers({ now: 0, toFake: ["Date"] });
    try {
      const state = new RetryState(exact);
      vi.setSystemTime(5_000);
      expect(state.elapsedMs).toBe(5_000);
      state.reset();
      vi.setSystemTime(60_000);
      state.next();
      vi.setSystemTime(63_200);
      expect(state.elapsedMs).toBe(3_200);
    } finally {
      vi.useRealTimers();
    }
  });

  it("counts retries from zero after progress", () => {
    const state = new RetryState(exact);
    state.next();
    state.next();
    state.reset();
    expect(state.next()).toBe(50);
    expect(state.attempts).toBe(2);
  });
});
