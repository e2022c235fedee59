import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RepeatedReading } from "../../../../src/monitor/page/repeated-reading.js";

describe("repeated reading", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("reads at the first request, and then not more often than allowed", async () => {
    const read = vi.fn(() => Promise.resolve());
    const reading = new RepeatedReading(1_000, read);
    reading.request();
    await vi.advanceTimersByTimeAsync(0);
    for (let count = 0; count < 10; count++) reading.request();
    await vi.advanceTimersByTimeAsync(999);
    expect(read).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it("lets a slow reading end, and reads again for a request that came meanwhile", async () => {
    let finish = (): void => undefined;
    const read = vi.fn(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    const reading = new RepeatedReading(1_000, read);
    reading.request();
    await vi.advanceTimersByTimeAsync(3_000);
    reading.request();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(read).toHaveBeenCalledTimes(1);
    finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it("aborts the reading and reads no more after close()", async () => {
    const read = vi.fn<(signal: AbortSignal) => Promise<void>>(() => Promise.resolve());
    const reading = new RepeatedReading(1_000, read);
    reading.request();
    await vi.advanceTimersByTimeAsync(0);
    reading.close();
    reading.request();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(read).toHaveBeenCalledTimes(1);
    expect(read.mock.calls[0]?.[0].aborted).toBe(true);
  });
});
