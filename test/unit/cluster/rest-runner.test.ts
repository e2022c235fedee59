import { describe, expect, it } from "vitest";
import type { Poll, Polled } from "../../../src/cluster/index.js";
import type { RestOffset } from "../../../src/cluster/worker/rest/rest-offset.js";
import { RestRunner } from "../../../src/cluster/worker/rest/rest-runner.js";
import { structTypeFromJson } from "../../../src/types/parse-schema-json.js";

const SCHEMA = structTypeFromJson({
  type: "struct",
  fields: [
    { name: "id", type: "long", nullable: true, metadata: {} },
    { name: "text", type: "string", nullable: true, metadata: {} },
  ],
}).json();
const WAITS = { waits: true, drains: true, schema: SCHEMA };

type PollFunction = (context: Poll<never>) => AsyncIterable<Polled> | Iterable<Polled>;

function runner(
  poll: PollFunction,
  {
    replay = "payload",
    options = {},
  }: { readonly replay?: string; readonly options?: Readonly<Record<string, string>> } = {},
): RestRunner {
  const source = { schema: SCHEMA, poll: poll as (context: Poll) => Iterable<Polled> };
  return new RestRunner("Things", source, replay, { options, hidden: [] });
}

/** Yields the numbers after `since` up to `last.id`, each at its own position, and counts its calls. */
function numbers(last: { id: number; polls: number }): PollFunction {
  return function* ({ since }: Poll<number>) {
    last.polls++;
    for (let id = (since ?? 0) + 1; id <= last.id; id++)
      yield { row: { id, text: `n${id}` }, position: id };
  };
}

async function rowsOf(run: RestRunner, start: RestOffset, end: RestOffset): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (const part of await run.partitionsBetween(start, end, SCHEMA))
    for await (const row of run.read(part as { data: string })) rows.push(row);
  return rows;
}

async function next(run: RestRunner, start: RestOffset): Promise<RestOffset> {
  const end = await run.latestOffset(start, WAITS);
  if (end === null) throw new Error("There is no batch.");
  return end;
}

async function ids(run: RestRunner, start: RestOffset, end: RestOffset): Promise<unknown[]> {
  return (await rowsOf(run, start, end)).map((row) => Number((row as { id: bigint }).id));
}

describe("a stream of a RestSource", () => {
  it("makes batches of at most batchSize rows from one poll, and ends a drain after an empty poll", async () => {
    const last = { id: 5, polls: 0 };
    const run = runner(numbers(last), { options: { batchsize: "2" } });
    let at = run.initialOffset();
    const batches: unknown[] = [];
    for (let end = await run.latestOffset(at, WAITS); end !== null;) {
      batches.push(await ids(run, at, end));
      at = end;
      end = await run.latestOffset(at, WAITS);
    }
    expect(batches).toEqual([[1, 2], [3, 4], [5]]);
    expect(last.polls).toBe(2);
    expect(at).toMatchObject({ v: 1, src: "Things", g: "payload", seq: 3, n: 1, position: 5 });
  });

  it("keeps rows with the same position in one batch", async () => {
    const poll: PollFunction = function* ({ since }: Poll<string>) {
      if (since !== undefined) return;
      for (const [id, position] of [
        [1, "a"],
        [2, "a"],
        [3, "a"],
        [4, "b"],
      ] as const)
        yield { row: { id, text: "" }, position };
    };
    const run = runner(poll, { options: { batchsize: "1" } });
    const first = await next(run, run.initialOffset());
    await expect(ids(run, run.initialOffset(), first)).resolves.toEqual([1, 2, 3]);
    await expect(ids(run, first, await next(run, first))).resolves.toEqual([4]);
  });

  it("continues the poll after a step only when Spark asks for the next batch", async () => {
    const done: string[] = [];
    const poll: PollFunction = function* ({ since }: Poll<string>) {
      if (since === undefined) {
        yield { position: "started" };
        done.push("second step");
      }
      if (since !== "ended") yield { row: { id: 1, text: "" }, position: "ended" };
    };
    const run = runner(poll);
    const step = await next(run, run.initialOffset());
    expect(step).toMatchObject({ n: 0, position: "started", polled: 0, data: "" });
    expect(done).toEqual([]);
    await expect(rowsOf(run, run.initialOffset(), step)).resolves.toEqual([]);
    const end = await next(run, step);
    expect(done).toEqual(["second step"]);
    await expect(ids(run, step, end)).resolves.toEqual([1]);
  });

  it("repeats a batch in a new process from its offset, without a poll", async () => {
    const last = { id: 3, polls: 0 };
    const run = runner(numbers(last));
    const end = await next(run, run.initialOffset());
    const restarted = runner(() => {
      throw new Error("polled");
    });
    const logged = JSON.parse(JSON.stringify(end)) as RestOffset;
    await expect(rowsOf(restarted, run.initialOffset(), logged)).resolves.toEqual([
      { id: 1n, text: "n1" },
      { id: 2n, text: "n2" },
      { id: 3n, text: "n3" },
    ]);
  });

  it("with replay refetch asks again, and checks the rows", async () => {
    const last = { id: 3, polls: 0 };
    const run = runner(numbers(last), { replay: "refetch" });
    const start = run.initialOffset();
    const end = await next(run, start);
    expect(end).toMatchObject({ g: "refetch", n: 3 });
    expect(end.data).toHaveLength(43);
    await expect(ids(run, start, end)).resolves.toEqual([1, 2, 3]);
    expect(last.polls).toBe(1);

    const restarted = (poll: PollFunction): RestRunner => runner(poll, { replay: "refetch" });
    // Rows after the batch do not count.
    const more = restarted(numbers({ id: 9, polls: 0 }));
    await expect(ids(more, start, end)).resolves.toEqual([1, 2, 3]);
    const changed = restarted(function* () {
      for (const id of [1, 2, 3]) yield { row: { id, text: "other" }, position: id };
    });
    await expect(rowsOf(changed, start, end)).rejects.toThrow(
      'Spark repeats a batch of Things that had 3 rows, but the API now gives 3 rows with another content. To keep rows in the offset, declare static replay = "payload".',
    );
    const fewer = restarted(numbers({ id: 2, polls: 0 }));
    await expect(rowsOf(fewer, start, end)).rejects.toThrow(
      "the API now gives 2 rows or more without the position at its end",
    );
  });

  it("splits a batch that does not fit into maxOffsetBytes, and refuses a position that does not", async () => {
    const random = (length: number): string =>
      Array.from({ length }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join(
        "",
      );
    const poll: PollFunction = function* ({ since }: Poll<number>) {
      for (let id = (since ?? 0) + 1; id <= 12; id++)
        yield { row: { id, text: random(300) }, position: id };
    };
    const run = runner(poll, { options: { maxoffsetbytes: "3000" } });
    const seen: unknown[] = [];
    let at = run.initialOffset();
    for (let end = await run.latestOffset(at, WAITS); end !== null;) {
      expect(JSON.stringify(end).length).toBeLessThanOrEqual(3_000);
      seen.push(...(await ids(run, at, end)));
      at = end;
      end = await run.latestOffset(at, WAITS);
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(at.seq).toBeGreaterThan(1);

    const large = runner(() => [{ row: { id: 1, text: random(5_000) }, position: 1 }], {
      options: { maxoffsetbytes: "3000" },
    });
    await expect(large.latestOffset(large.initialOffset(), WAITS)).rejects.toThrow(
      /^1 rows of Things at one position make an offset of \d+ bytes, more than maxOffsetBytes \(3000, at most 262144\): raise it, yield positions after fewer rows, or declare static replay = "refetch"/,
    );
  });

  it("answers within a second while a poll waits, and delivers its rows later", async () => {
    let finish: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (finish = resolve));
    const poll: PollFunction = async function* () {
      await waiting;
      yield { row: { id: 1, text: "" }, position: 1 };
    };
    const run = runner(poll);
    const start = run.initialOffset();
    const how = { ...WAITS, waits: false, drains: false };
    await expect(run.latestOffset(start, how)).resolves.toBeNull();
    finish();
    await expect(run.latestOffset(start, how)).resolves.toMatchObject({ seq: 1, position: 1 });
  });

  it("waits streamingInterval between polls, also after a restart", async () => {
    const last = { id: 1, polls: 0 };
    const how = { ...WAITS, drains: false };
    const run = runner(numbers(last), { options: { streaminginterval: "60" } });
    const end = (await run.latestOffset(run.initialOffset(), how)) as RestOffset;
    expect(end.polled).toBeGreaterThan(0);
    last.id = 2;
    await expect(run.latestOffset(end, how)).resolves.toBeNull();
    const restarted = runner(numbers(last), { options: { streaminginterval: "60" } });
    await expect(restarted.latestOffset(end, how)).resolves.toBeNull();
    expect(last.polls).toBe(1);
    const longAgo = { ...end, polled: end.polled - 61_000 };
    await expect(restarted.latestOffset(longAgo, how)).resolves.toMatchObject({ position: 2 });
  });

  it.each<[string, PollFunction, string]>([
    [
      "rows after the last position",
      () => [{ row: { id: 1, text: "" } }],
      "poll() of Things ended with 1 rows after its last position. Yield { row, position }, or a last { position }.",
    ],
    [
      "something else",
      () => [{ id: 1 } as Polled],
      "poll() of Things must yield { row, position }, { rows, position } or { position }, got an object with id.",
    ],
    [
      "a Date as position",
      () => [{ row: { id: 1, text: "" }, position: new Date(0) }],
      'A position of Things must be a JSON value, but JSON changes it to "1970-01-01T00:00:00.000Z". Write dates as text.',
    ],
    [
      "a bigint as position",
      () => [{ row: { id: 1, text: "" }, position: 1n }],
      "A position must be a JSON value, got a bigint. Write it as text.",
    ],
    [
      "a row that does not fit the schema",
      () => [{ row: { id: "x", text: "" }, position: 1 }],
      "A row of Things.poll(): Column id, row 0: string does not fit bigint",
    ],
  ])("refuses %s before the batch begins", async (_what, poll, message) => {
    const run = runner(poll);
    await expect(run.latestOffset(run.initialOffset(), WAITS)).rejects.toThrow(message);
  });

  it("refuses rows at the position where it is, because they would arrive twice", async () => {
    const run = runner(() => [{ row: { id: 1, text: "" }, position: 7 }]);
    const end = await next(run, run.initialOffset());
    await expect(run.latestOffset(end, WAITS)).rejects.toThrow(
      "poll() of Things yielded rows at the position 7, which it had reached before. Yield only rows after the position since.",
    );
  });

  it("refuses the checkpoint of another source, and options without an effect", async () => {
    const run = runner(() => []);
    const other = { ...run.initialOffset(), src: "Others" };
    await expect(run.latestOffset(other, WAITS)).rejects.toThrow("an offset of another source");
    expect(() => runner(() => [], { options: { proxy: "http://p:1" } })).toThrow(
      "Option proxy is not supported by a RestSource. Remove it.",
    );
    expect(() => runner(() => [], { options: { batchsize: "1.5" } })).toThrow(
      'Option batchSize must be an integer, got "1.5".',
    );
    expect(() => runner(() => [], { replay: "spool" })).toThrow(
      'Things.replay must be "payload" or "refetch", got "spool".',
    );
  });
});

describe("a batch read of a RestSource", () => {
  it("polls until a poll has no rows", async () => {
    const last = { id: 3, polls: 0 };
    const rows: unknown[] = [];
    for await (const row of runner(numbers(last)).read(null)) rows.push(row);
    expect(rows).toHaveLength(3);
    expect(last.polls).toBe(2);
  });

  it("fails if the polls never end", async () => {
    let position = 0;
    const run = runner(() => [{ row: { id: 1, text: "" }, position: ++position }]);
    const all = async (): Promise<void> => {
      for await (const row of run.read(null)) expect(row).toBeDefined();
    };
    await expect(all()).rejects.toThrow(
      "1000 polls of Things had rows, so the read may never end. A poll that finds nothing after since must yield nothing.",
    );
  });
});
