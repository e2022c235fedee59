import { describe, expect, it } from "vitest";
import { PollPace } from "../../../../src/streaming/foreach-batch/poll-pace.js";

/** Polls until the batch offered at `offeredMs` is found; returns the number of polls and when it was found. */
function poll(
  pace: PollPace,
  fromMs: number,
  offeredMs: number,
): { polls: number; foundMs: number } {
  let nowMs = fromMs;
  for (let polls = 1; ; polls++) {
    nowMs += pace.pauseMs(nowMs);
    if (nowMs >= offeredMs) return { polls, foundMs: nowMs };
  }
}

describe("polling for a callback's next batch", () => {
  it("is frequent around the due time, and rare otherwise", () => {
    const pace = new PollPace(0);
    pace.found(0);
    pace.found(5_000);
    for (const offeredMs of [10_000, 10_060, 9_940]) {
      const { polls, foundMs } = poll(pace, 5_100, offeredMs);
      expect(foundMs - offeredMs).toBeLessThan(12);
      expect(polls).toBeLessThan(120);
    }
  });

  it("finds a batch within a tenth of a second, whenever it comes", () => {
    const pace = new PollPace(0);
    pace.found(5_000);
    const { polls, foundMs } = poll(pace, 5_000, 65_037);
    expect(foundMs - 65_037).toBeLessThan(100);
    expect(polls).toBeLessThan(700);
  });

  it("pauses only 4 ms near the due time of a short interval", () => {
    const pace = new PollPace(0);
    pace.found(100);
    pace.found(200);
    expect(pace.pauseMs(290)).toBe(4);
  });
});
