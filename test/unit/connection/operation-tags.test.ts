import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { queryPlan } from "../../../src/plan/command.js";
import { rangeRelation } from "../../../src/plan/relation.js";
import { OperationTags } from "../../../src/connection/operation-tags.js";
import type { SessionContext } from "../../../src/dataframe/session-context.js";
import { FakeSparkServer, sparkFailure } from "../support/fake-spark-server.js";
import { offlineContext } from "../support/offline-session.js";

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("operation tags", () => {
  it("of withTags() stay separate in concurrent jobs, whenever a job adds tags", async () => {
    const tags = new OperationTags();
    const seen: Record<string, readonly string[][]> = {};
    const job = async (name: string): Promise<void> => {
      const atStart = [...tags.current()];
      tags.add(`${name}-early`);
      const early = [...tags.current()];
      await tick();
      tags.add(`${name}-late`);
      await tick();
      seen[name] = [atStart, early, [...tags.current()]];
    };
    tags.add("outer");
    await Promise.all([tags.with(["a"], () => job("a")), tags.with(["b"], () => job("b"))]);
    expect(seen).toEqual({
      a: [
        ["outer", "a"],
        ["outer", "a", "a-early"],
        ["outer", "a", "a-early", "a-late"],
      ],
      b: [
        ["outer", "b"],
        ["outer", "b", "b-early"],
        ["outer", "b", "b-early", "b-late"],
      ],
    });
    expect(tags.current()).toEqual(["outer"]);
  });

  it("that a branch adds, removes or clears after its first await apply only to that branch", async () => {
    const tags = new OperationTags();
    tags.add("outer");
    const branch = async (change: () => void): Promise<readonly string[]> => {
      await tick();
      change();
      await tick();
      return tags.current();
    };
    const results = await Promise.all([
      branch(() => {
        tags.add("a");
      }),
      branch(() => {
        tags.remove("outer");
      }),
      branch(() => {
        tags.clear();
        tags.add("c");
      }),
      branch(() => undefined),
    ]);
    expect(results).toEqual([["outer", "a"], [], ["c"], ["outer"]]);
    expect(tags.current()).toEqual(["outer"]);
  });

  it("of withTags() apply to all work that it starts, even after it returns, and not to its caller", async () => {
    const tags = new OperationTags();
    let later: Promise<readonly string[]> | undefined;
    const result = tags.with(["a"], () => {
      later = tick().then(() => tags.current());
      tags.clear();
      tags.add("b");
      return tags.with(["c"], () => tags.current());
    });
    expect(result).toEqual(["b", "c"]);
    expect(tags.current()).toEqual([]);
    expect(await later).toEqual(["a"]);
    expect(() =>
      tags.with(["a"], () => {
        throw new Error("from the work");
      }),
    ).toThrow("from the work");
    expect(tags.current()).toEqual([]);
  });

  it("are refused before any work starts if Spark cannot transfer them", () => {
    const tags = new OperationTags();
    for (const bad of ["", "a,b", "\ud83d", undefined, 7, null]) {
      expect(() => {
        tags.add(bad as string);
      }).toThrow(ArgumentError);
      expect(() => tags.with(["good", bad as string], () => 1)).toThrow(ArgumentError);
    }
    expect(() => tags.with("a" as never, () => 1)).toThrow(/array of strings/);
    expect(tags.current()).toEqual([]);
  });
});

describe("an operation's request", () => {
  let server: FakeSparkServer;
  let context: SessionContext;
  beforeEach(async () => {
    server = await FakeSparkServer.start({
      executePlan: function* () {
        yield { responseType: { case: "resultComplete", value: {} } };
      },
      analyzePlan: () => {
        throw sparkFailure("worker has different version: 3.11", { classes: '["a.B"]' });
      },
    });
    context = offlineContext(server, "4.2.1");
  });
  afterEach(async () => {
    await context.connection.client.close();
    server.stop();
  });

  it("has only the tags of the async branch that started it", async () => {
    const { connection } = context;
    const run = (): Promise<void> =>
      connection.run(queryPlan(connection.relation(rangeRelation(0n, 1n, 1n))));
    await Promise.all([
      connection.tags.with(["a"], run),
      connection.tags.with(["b"], async () => {
        await tick();
        await run();
      }),
      run(),
    ]);
    const sent = server.requests("executePlan").map(({ tags }) => tags);
    expect(sent.sort()).toEqual([[], ["a"], ["b"]]);
  });

  it("has no tags if the whole session waits for its answer", async () => {
    // All callers share the first request for the workers' Python version: interruptTag() must not end it.
    const { connection, pythonVersion } = context;
    expect(await connection.tags.with(["a"], () => pythonVersion.get())).toBe("3.11");
    expect(server.requests("executePlan").map(({ tags }) => tags)).toEqual([[]]);
  });
});
