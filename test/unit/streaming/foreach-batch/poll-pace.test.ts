import { describe, expect, it } from "vitest";
import { PollPace } from "../../../../src/streaming/foreach-batch/poll-pace.js";

/** Times at which a poll is made until a batch is found at `offeredMs`, and when it is found. */
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

describe("how often a callback's next batch is looked for", () => {
  it("is often around when it is due, and seldom otherwise", () => {
    const pace = new PollPace(0);
    pace.found(0);
    pace.found(5_000);
    for (const offeredMs of [10_000, 10_060, 9_940]) {
      const { polls, foundMs } = poll(pace, 5_100, offeredMs);
      expect(foundMs - offeredMs).toBeLessThan(12);
      expect(polls).toBeLessThan(120);
    }
  });

  it("never takes longer than a tenth of a second, whenever a batch comes", () => {
    const pace = new PollPace(0);
    pace.found(5_000);
    const { polls, foundMs } = poll(pace, 5_000, 65_037);
    expect(foundMs - 65_037).toBeLessThan(100);
    expect(polls).toBeLessThan(700);
  });

  it("is at once for batches that follow one another", () => {
    const pace = new PollPace(0);
    pace.found(100);
    pace.found(200);
    expect(pace.pauseMs(290)).toBe(4);
  });
});
