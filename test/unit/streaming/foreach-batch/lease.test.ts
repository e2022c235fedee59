import { describe, expect, it } from "vitest";
import type { SparkError } from "../../../../src/index.js";
import { BatchAttempt } from "../../../../src/streaming/foreach-batch/batch-attempt.js";
import { Lease } from "../../../../src/streaming/foreach-batch/lease.js";

const offer = { attempt: "a1", holder: "me", batchId: 7n, relationId: "r" };

describe("a callback's lease", () => {
  it("expires for the client before it expires on the server", () => {
    let nowMs = 0;
    const lease = new Lease(10_000, 0, () => nowMs);
    nowMs = 5_999;
    expect(lease.remainingMs).toBeGreaterThan(0);
    nowMs = 6_000;
    expect(lease.remainingMs).toBeLessThanOrEqual(0);
  });

  it("counts from the time its renewal was sent, not answered", () => {
    let nowMs = 0;
    const lease = new Lease(10_000, 0, () => nowMs);
    nowMs = 4_000;
    lease.renewed(1_000);
    expect(lease.remainingMs).toBe(3_000);
    lease.renewed(500);
    expect(lease.remainingMs).toBe(3_000);
  });

  it("returns an integer deadline, as timers need it", () => {
    let nowMs = 0;
    const lease = new Lease(10_000, 0.5, () => nowMs);
    expect(lease.deadlineMs).toBe(6_001);
    nowMs = 30_000;
    expect(lease.deadlineMs).toBe(1);
  });

  it("stays expired if a renewal arrives after its end", () => {
    let nowMs = 0;
    const lease = new Lease(10_000, 0, () => nowMs);
    nowMs = 20_000;
    lease.renewed(19_999);
    expect(lease.remainingMs).toBeLessThan(0);
  });

  it("refuses calls after a suspension of the process, even if no timer has fired", () => {
    let nowMs = 0;
    const attempt = new BatchAttempt(offer, "run", new Lease(10_000, 0, () => nowMs));
    attempt.check();
    nowMs = 60_000;
    expect(attempt.signal.aborted).toBe(false);
    expect(() => {
      attempt.check();
    }).toThrow(/batch 7/);
    expect((attempt.signal.reason as SparkError).code).toBe("FOREACH_BATCH_LEASE_LOST");
  });
});
