import { describe, expect, it } from "vitest";
import { SparkException } from "../../../src/errors.js";
import type { SupervisedStreamOptions } from "../../../src/supervisor/supervisor-options.js";
import { ends, Supervised } from "./support/supervised.js";

const BAD_DATA = new SparkException("1/0", { errorClass: "DIVIDE_BY_ZERO", sqlState: "22012" });

/** A supervised stream, and a new declaration of it. */
async function upgradable(
  stream: Partial<SupervisedStreamOptions> = {},
): Promise<{ supervised: Supervised; next: SupervisedStreamOptions }> {
  const supervised = await new Supervised(stream).run();
  return { supervised, next: { name: "a", start: supervised.start, ...stream } };
}

describe("an upgrade", () => {
  it("stops the former query before it starts the new one, and ends after the watched batches", async () => {
    const { supervised, next } = await upgradable();
    const former = supervised.query;
    former.isTriggerActive = true;
    const upgrading = supervised.supervisor.upgrade("a", next, { watchBatches: 2 });
    await supervised.clock.advance(500);
    expect(supervised.queries).toHaveLength(1);
    former.isTriggerActive = false;
    await supervised.clock.advance(500);
    expect(former.running).toBe(false);
    expect(supervised.queries).toHaveLength(2);
    await supervised.query.progress(1);
    await supervised.clock.settle();
    expect(supervised.supervisor.status()[0]?.upgrade).toMatchObject({ state: "watching" });
    await supervised.query.progress(2);
    await ends(supervised, upgrading);
    expect(supervised.supervisor.status()[0]?.upgrade).toMatchObject({ state: "succeeded" });
    const names = supervised.names.filter((name) => !["connected", "progress"].includes(name));
    expect(names).toEqual(["started", "commanded", "stopped", "upgrading", "started", "upgraded"]);
    await supervised.supervisor.stop();
  });

  it("of an idle stream ends after watchMs", async () => {
    const { supervised, next } = await upgradable();
    await ends(supervised, supervised.supervisor.upgrade("a", next, { watchMs: 5_000 }));
    expect(supervised.last("upgraded")).toEqual({ stream: "a" });
    await supervised.supervisor.stop();
  });

  it("that fails while it is watched starts the former declaration again, and reports the failure", async () => {
    const { supervised, next } = await upgradable();
    let failing = 0;
    const bad = {
      ...next,
      start: () => {
        failing += 1;
        return Promise.reject(BAD_DATA);
      },
    };
    const upgrading = ends(supervised, supervised.supervisor.upgrade("a", bad));
    await expect(upgrading).rejects.toMatchObject({ code: "UPGRADE_FAILED", cause: BAD_DATA });
    expect(failing).toBe(1);
    expect(supervised.last("upgradeFailed")).toEqual({
      stream: "a",
      error: BAD_DATA,
      rolledBack: true,
    });
    await supervised.clock.settle();
    expect(supervised.queries.map(({ running }) => running)).toEqual([false, true]);
    expect(supervised.names).not.toContain("fatal");
    expect(supervised.supervisor.status()[0]).toMatchObject({
      state: "running",
      upgrade: { state: "rolledBack", error: BAD_DATA },
    });
    await supervised.supervisor.stop();
  });

  it("restarts the new query as usual once its watch is over", async () => {
    const { supervised, next } = await upgradable({ restart: { initialBackoffMs: 10 } });
    const upgrading = supervised.supervisor.upgrade("a", next, { watchBatches: 1 });
    await supervised.clock.advance(500);
    await supervised.query.progress(1);
    await ends(supervised, upgrading);
    await supervised.query.end(BAD_DATA);
    await supervised.clock.advance(100);
    expect(supervised.names).toContain("restarting");
    expect(supervised.query.running).toBe(true);
    await supervised.supervisor.stop();
  });

  it("of a paused stream takes effect when it is resumed", async () => {
    const { supervised, next } = await upgradable();
    const { supervisor } = supervised;
    await ends(supervised, supervisor.pause("a"));
    let starts = 0;
    const start: SupervisedStreamOptions["start"] = (...call) => {
      starts += 1;
      return next.start(...call);
    };
    await ends(supervised, supervisor.upgrade("a", { ...next, start }));
    expect(starts).toBe(0);
    await ends(supervised, supervisor.resume("a"));
    expect(starts).toBe(1);
    await supervisor.stop();
  });

  it.each([
    ["another name", { name: "b", start: () => Promise.reject(BAD_DATA) }, "name"],
    [
      "a declaration by data for a stream by code",
      { name: "a", source: "rate", sink: { format: "noop" }, checkpoint: "/x" },
      "declaration",
    ],
  ])("is refused with %s, and the query continues", async (_, next, argument) => {
    const { supervised } = await upgradable();
    const upgrading = ends(supervised, supervised.supervisor.upgrade("a", next));
    await expect(upgrading).rejects.toMatchObject({ code: "INVALID_ARGUMENT", argument });
    expect(supervised.query.running).toBe(true);
    await supervised.supervisor.stop();
  });

  it("refuses limits that are no numbers in their range", async () => {
    const { supervised, next } = await upgradable();
    for (const limits of [{ watchBatches: 0 }, { watchBatches: 1.5 }, { watchMs: -1 }]) {
      const upgrading = supervised.supervisor.upgrade("a", next, limits);
      await expect(upgrading).rejects.toMatchObject({ argument: Object.keys(limits)[0] });
    }
    await supervised.supervisor.stop();
  });
});
