import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hasPostgres, startPostgres, type TestPostgres } from "../support/postgres.js";
import { eventually } from "../support/eventually.js";
import { StoreProcess, type StorePlace } from "./store-process.js";

const LEASE_MS = 1_500;
const INCREMENTS = 60;

let folder: string;
let postgres: TestPostgres | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sparktide-test-"));
  if (hasPostgres) postgres = await startPostgres();
}, 60_000);
afterAll(async () => {
  await postgres?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

// CONTRIBUTING.md says how to get PostgreSQL's programs.
describe.each([
  { kind: "a file", isThere: true, place: () => ({ path: join(folder, "state.json") }) },
  {
    kind: "PostgreSQL, as in the example",
    isThere: hasPostgres,
    place: () => ({ url: postgres?.url ?? "" }),
  },
])("two processes with one state in $kind", ({ isThere, place }) => {
  let one: StoreProcess;
  let other: StoreProcess;
  beforeEach(async () => {
    [one, other] = await Promise.all([start(place()), start(place())]);
  });
  afterEach(async () => {
    const text = (await other.read()) as string | undefined;
    if (text !== undefined) await other.set(text, undefined);
    await Promise.all(started.splice(0).map((process) => process.kill()));
  });

  it.skipIf(!isThere)("lose none of their changes", async () => {
    await Promise.all([one.increment(INCREMENTS), other.increment(INCREMENTS)]);
    expect(await one.read()).toBe(String(2 * INCREMENTS));
  });

  it.skipIf(!isThere)("lose no change if one of them is suspended in the middle", async () => {
    const suspended = one.increment(INCREMENTS);
    await eventually(async () => Number(await other.read()) > 5, { withinMs: 10_000 });
    one.signal("SIGSTOP");
    await other.increment(INCREMENTS);
    one.signal("SIGCONT");
    await suspended;
    expect(await other.read()).toBe(String(2 * INCREMENTS));
  });

  it.skipIf(!isThere)("are not held up by one that was killed in the middle", async () => {
    void one.increment(1_000_000);
    await eventually(async () => Number(await other.read()) > 5, { withinMs: 10_000 });
    await one.kill();
    const before = Number(await other.read());
    await other.increment(INCREMENTS);
    expect(await other.read()).toBe(String(before + INCREMENTS));
  });

  it.skipIf(!isThere)("hold the lease one at a time, and hand it over at once", async () => {
    for (let round = 0; round < 5; round++) {
      const holders = await Promise.all([one.take(60_000), other.take(60_000)]);
      expect(holders.filter((heldBy) => heldBy === undefined)).toHaveLength(1);
      const [holder, waiting] = holders[0] === undefined ? [one, other] : [other, one];
      expect(await waiting.take(60_000)).toContain(`process ${String(holder.pid)} on `);
      await holder.release();
      expect(await waiting.take(60_000)).toBeUndefined();
      await waiting.release();
    }
  });

  it.skipIf(!isThere)("take the lease of one that was killed", async () => {
    expect(await one.take(LEASE_MS)).toBeUndefined();
    await one.kill();
    await eventually(async () => (await other.take(LEASE_MS)) === undefined, { withinMs: 10_000 });
    await other.release();
  });

  it.skipIf(!isThere)(
    "take the lease of one that is suspended, which then has no effect",
    async () => {
      expect(await one.take(LEASE_MS)).toBeUndefined();
      expect(await other.take(LEASE_MS)).toBeTypeOf("string");
      one.signal("SIGSTOP");
      await eventually(async () => (await other.take(LEASE_MS)) === undefined, {
        withinMs: 10_000,
      });
      one.signal("SIGCONT");
      expect(await one.renew()).toBe(false);
      await one.release();
      expect(await other.renew()).toBe(true);
      expect(await one.take(LEASE_MS)).toBeTypeOf("string");
      await other.release();
    },
  );
});

const started: StoreProcess[] = [];

async function start(place: StorePlace): Promise<StoreProcess> {
  const process = await StoreProcess.start(place);
  started.push(process);
  return process;
}
