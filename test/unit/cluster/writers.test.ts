import { describe, expect, it } from "vitest";
import { DataSource } from "../../../src/cluster/worker/base-classes.js";
import type { LoadedCode } from "../../../src/cluster/worker/loaded-code.js";
import { calledWriter, type WriterRequest } from "../../../src/cluster/worker/writers.js";

const REQUEST: WriterRequest = {
  options: { baseurl: "http://localhost" },
  maker: "writer",
  schema: '{"type":"struct","fields":[{"name":"id","type":"long","nullable":true,"metadata":{}}]}',
  settings: { overwrite: true },
  method: "write",
  args: [{ partitionId: 2 }],
};

/** Code with a source that makes this writer. */
function source(
  makeWriter: (this: DataSource, ...args: readonly unknown[]) => unknown,
): LoadedCode {
  class Target extends DataSource {
    writer = makeWriter;
  }
  return { name: "Target", value: Target as never } as unknown as LoadedCode;
}

/** Input rows, and how many of them were read. */
function input(count: number) {
  const state = { read: 0 };
  async function* rows(): AsyncGenerator<unknown, void, undefined> {
    while (state.read < count) yield await Promise.resolve({ id: state.read++ });
  }
  return { state, rows: rows() };
}

const nothing = (): void => undefined;

describe("the writer of a data source", () => {
  it("receives the schema, the settings, its options in any case, and the task", async () => {
    const code = source(function (schema, settings) {
      return {
        write: async (rows: AsyncIterable<unknown>, task: unknown) => {
          for await (const row of rows) if (row === undefined) break;
          return [String(schema), settings, this.options["baseUrl"], task];
        },
      };
    });
    const answer = (await calledWriter(code, REQUEST, input(3).rows, nothing)) as unknown[];
    expect(answer.slice(1)).toEqual([{ overwrite: true }, "http://localhost", { partitionId: 2 }]);
    expect(answer[0]).toContain("id");
  });

  it("may lack commit() and abort()", async () => {
    const code = source(() => ({ write: nothing }));
    for (const method of ["commit", "abort"] as const)
      await expect(
        calledWriter(code, { ...REQUEST, method, args: [[]] }, input(0).rows, nothing),
      ).resolves.toBeUndefined();
  });

  it("must have write()", async () => {
    const code = source(() => ({ commit: nothing }));
    await expect(calledWriter(code, REQUEST, input(0).rows, nothing)).rejects.toThrow(
      "Target.writer() must return an object with the method write().",
    );
  });

  it("fails if write() returns before it has read all rows", async () => {
    const early = source(() => ({
      write: async (rows: AsyncIterable<unknown>) => {
        for await (const row of rows) return row;
        return undefined;
      },
    }));
    await expect(calledWriter(early, REQUEST, input(2).rows, nothing)).rejects.toThrow(
      "write() of Target returned before it had read all rows.",
    );
    await expect(calledWriter(early, REQUEST, input(1).rows, nothing)).resolves.toEqual({ id: 0 });
  });

  it("gets no more rows after write() has failed, also in code that still runs", async () => {
    let others: Promise<void> = Promise.resolve();
    const code = source(() => ({
      write: async (rows: AsyncIterable<unknown>) => {
        const lane = async (): Promise<void> => {
          for await (const row of rows) await new Promise((resolve) => setTimeout(resolve, 0, row));
        };
        others = lane();
        await Promise.resolve();
        throw new Error("no");
      },
    }));
    const { rows, state } = input(100);
    await expect(calledWriter(code, REQUEST, rows, nothing)).rejects.toThrow("no");
    const { read } = state;
    await others;
    expect(state.read).toBe(read);
    expect(read).toBeLessThan(3);
  });
});
