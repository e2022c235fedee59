import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AnalysisException } from "../../../src/errors.js";
import { eventually } from "../../support/eventually.js";
import { FakeSpark } from "./support/fake-spark.js";
import { ends, Supervised } from "./support/supervised.js";

describe("the commands of a supervisor", () => {
  it("pause a stream between two triggers, and resume it from its checkpoint", async () => {
    const supervised = await new Supervised().run();
    const { supervisor } = supervised;
    const first = supervised.query;
    first.isTriggerActive = true;
    const pausing = supervisor.pause("a", { by: "ann" });
    await supervised.clock.advance(1_000);
    expect(first.stops).toBe(0);
    first.isTriggerActive = false;
    await ends(supervised, pausing);
    expect(first.stops).toBe(1);
    expect(supervisor.status()[0]).toMatchObject({ state: "paused", desired: "paused" });
    expect(supervisor.health()).toMatchObject({ healthy: true, ready: true });
    expect(supervised.last("commanded")).toEqual({ stream: "a", command: "pause", by: "ann" });
    await ends(supervised, supervisor.pause("a"));
    expect(supervised.names.filter((name) => name === "paused")).toHaveLength(1);

    await ends(supervised, supervisor.resume("a"));
    await ends(supervised, supervisor.resume("a"));
    expect(supervised.queries).toHaveLength(2);
    expect(supervisor.status()[0]).toMatchObject({ state: "running", desired: "running" });
    await supervisor.stop();
    expect(await supervised.ended).toBeUndefined();
  });

  it("take effect one after the other when they are given at the same time", async () => {
    const supervised = await new Supervised().run();
    const { supervisor } = supervised;
    const commands = [
      supervisor.pause("a"),
      supervisor.resume("a"),
      supervisor.restart("a"),
      supervisor.pause("a"),
      supervisor.stop("a"),
      supervisor.resume("a"),
    ];
    await ends(
      supervised,
      Promise.all(commands).then(() => undefined),
    );
    expect(supervised.queries.map(({ running }) => running)).toEqual([false, false, false, true]);
    expect(supervisor.status()[0]?.state).toBe("running");
    await supervisor.stop();
  });

  it("restart a stream that failed for good, with all its restarts", async () => {
    const supervised = new Supervised({ restart: { maxRestarts: 0 } }, { streams: undefined });
    await supervised.run();
    const { supervisor } = supervised;
    await ends(supervised, supervisor.add({ name: "b", start: supervised.start }));
    await supervised.query.end(new AnalysisException("no table"));
    await supervised.clock.settle();
    expect(supervisor.status()[0]?.state).toBe("fatal");
    await ends(supervised, supervisor.restart("b"));
    expect(supervisor.status()[0]).toMatchObject({ state: "running" });
    await supervisor.stop();
    expect(await supervised.ended).toBeUndefined();
  });

  it("add and remove streams, each once, and do not remove a stream of the options", async () => {
    const supervised = await new Supervised().run();
    const { supervisor } = supervised;
    const b = { name: "b", start: supervised.start };
    await ends(supervised, supervisor.add(b));
    await expect(supervisor.add(b)).rejects.toMatchObject({ code: "STREAM_EXISTS" });
    expect(supervisor.status().map(({ name }) => name)).toEqual(["a", "b"]);
    const { query } = supervised;
    await ends(supervised, supervisor.remove("b"));
    await ends(supervised, supervisor.remove("b"));
    expect(query.stops).toBe(1);
    expect(supervisor.status().map(({ name }) => name)).toEqual(["a"]);
    expect(supervised.names.filter((name) => name === "removed")).toHaveLength(1);
    await expect(supervisor.remove("a")).rejects.toMatchObject({ code: "STREAM_IN_CODE" });
    await supervisor.stop();
  });

  it("name the known streams if there is none with the name", async () => {
    const supervised = await new Supervised().run();
    await expect(supervised.supervisor.pause("aa")).rejects.toMatchObject({
      code: "STREAM_NOT_FOUND",
      message: expect.stringMatching(/named "aa".*Streams: a\./) as string,
    });
    await supervised.supervisor.stop();
  });

  it("are refused before run() and after its end", async () => {
    const supervised = new Supervised();
    await expect(supervised.supervisor.pause("a")).rejects.toMatchObject({
      code: "SUPERVISOR_NOT_ACTIVE",
    });
    await supervised.run();
    await supervised.supervisor.stop();
    await expect(supervised.supervisor.pause("a")).rejects.toMatchObject({
      code: "SUPERVISOR_NOT_ACTIVE",
    });
  });

  it("wait for a running command when the supervisor stops, and start nothing after it", async () => {
    const supervised = await new Supervised().run();
    const restarting = supervised.supervisor.restart("a");
    restarting.catch(() => undefined);
    await supervised.supervisor.stop();
    expect(supervised.queries.every(({ running }) => !running)).toBe(true);
    expect(supervised.supervisor.status()[0]?.state).toBe("stopped");
  });

  it("keep run() going while a stream is paused or stopped, and let it end with the other streams", async () => {
    const supervised = await new Supervised({ ends: true }).run();
    const { supervisor } = supervised;
    await ends(supervised, supervisor.stop("a"));
    let isOver = false;
    void supervised.ended.then(() => (isOver = true));
    await supervised.clock.advance(60_000);
    expect(isOver).toBe(false);
    await ends(supervised, supervisor.resume("a"));
    await supervised.query.end();
    await supervised.clock.settle();
    expect(await supervised.ended).toBeUndefined();
  });

  describe("with a state file", () => {
    let folder: string;
    let state: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "sparktide-test-"));
      state = join(folder, "state.json");
    });
    afterEach(async () => {
      for (const each of [folder, `${folder}-gone`])
        await rm(each, { recursive: true, force: true });
    });

    /** Makes the state impossible to write, also if the supervisor is writing it now. */
    async function moveFolderAway(): Promise<void> {
      await rename(folder, `${folder}-gone`);
    }

    async function begun(options: object = {}): Promise<Supervised> {
      const supervised = new Supervised({}, { state, ...options });
      await supervised.run();
      await eventually(() => supervised.names.includes("connected"), { withinMs: 5_000 });
      await supervised.clock.settle();
      return supervised;
    }

    it("outlive the process: a paused stream stays paused, and a resumed one runs", async () => {
      const first = await begun();
      await ends(first, first.supervisor.pause("a"));
      expect(JSON.parse(await readFile(state, "utf8"))).toMatchObject({
        kept: { a: { desired: "paused" } },
      });
      await first.supervisor.stop();
      const second = await begun();
      expect(second.queries).toEqual([]);
      expect(second.supervisor.status()[0]).toMatchObject({ state: "paused", desired: "paused" });
      await ends(second, second.supervisor.resume("a"));
      expect(second.queries).toHaveLength(1);
      await second.supervisor.stop();
      const third = await begun();
      expect(third.queries).toHaveLength(1);
      await third.supervisor.stop();
    });

    it("reject if their effect cannot be stored, and change nothing", async () => {
      const supervised = await begun();
      await moveFolderAway();
      const pausing = ends(supervised, supervised.supervisor.pause("a"));
      await expect(pausing).rejects.toMatchObject({ code: "STATE_FILE_NOT_WRITABLE" });
      expect(supervised.query.running).toBe(true);
      expect(supervised.supervisor.status()[0]?.desired).toBe("running");
      await supervised.supervisor.stop();
    });

    it("do not keep a stream that could not be stored", async () => {
      const supervised = await begun();
      const stream = { name: "b", source: "rate", sink: { format: "noop" }, checkpoint: "/tmp/x" };
      await moveFolderAway();
      const adding = ends(supervised, supervised.supervisor.add(stream));
      await expect(adding).rejects.toMatchObject({ code: "STATE_FILE_NOT_WRITABLE" });
      await mkdir(folder);
      await ends(supervised, supervised.supervisor.pause("a"));
      expect(await readFile(state, "utf8")).not.toContain("noop");
      await supervised.supervisor.stop();
    });

    it("leave no query of a stream that was removed while it was being added", async () => {
      const supervised = await begun();
      const { supervisor } = supervised;
      const adding = supervisor.add({ name: "b", start: supervised.start });
      await Promise.all([ends(supervised, supervisor.remove("b")), adding]);
      const running = (): number => supervised.queries.filter((query) => query.running).length;
      await eventually(() => running() === 1, { withinMs: 10_000 });
      expect(supervisor.status().map(({ name }) => name)).toEqual(["a"]);
      await supervisor.stop();
    });

    it("add a stream by data that the next process starts again", async () => {
      const stream = {
        name: "prices",
        source: "rate",
        sink: { format: "noop" },
        checkpoint: "/tmp/x",
      };
      const first = await begun({ streams: [] });
      // The fake session cannot start it: the stream fails for good, which is another test's subject.
      await ends(first, first.supervisor.add(stream));
      await ends(first, first.supervisor.add({ ...stream }));
      await expect(first.supervisor.add({ ...stream, checkpoint: "/tmp/y" })).rejects.toMatchObject(
        { code: "STREAM_EXISTS" },
      );
      await first.supervisor.stop();
      const second = await begun({ streams: [] });
      expect(second.supervisor.status()).toMatchObject([{ name: "prices", declaration: stream }]);
      await ends(second, second.supervisor.remove("prices"));
      await second.supervisor.stop();
      const third = await begun({ streams: [] });
      expect(third.supervisor.status()).toEqual([]);
      await third.supervisor.stop();
    });
  });
});

it("a supervisor without streams runs until it is stopped", async () => {
  const supervised = new Supervised({}, { streams: [] });
  supervised.connecting = () => Promise.resolve(new FakeSpark());
  await supervised.run();
  let isOver = false;
  void supervised.ended.then(() => (isOver = true));
  await supervised.clock.advance(3_600_000);
  expect(isOver).toBe(false);
  await supervised.supervisor.stop();
  expect(await supervised.ended).toBeUndefined();
});
