/** A result that does not fit into Node's heap is an error, not the end of the process. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, inject, it } from "vitest";

const SCRIPT = fileURLToPath(new URL("../support/collecting-process.mjs", import.meta.url));

async function collected(query: string): Promise<unknown> {
  const args = ["--max-old-space-size=96", SCRIPT, inject("sparkUrl"), query];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

it("collect() in a process with a small heap throws an error instead of ending the process", async () => {
  expect(await collected("SELECT id FROM range(10000)")).toEqual({ rows: 10_000 });
  expect(await collected("SELECT id, string(id) AS text FROM range(5000000)")).toMatchObject({
    name: "ResultTooLargeError",
    code: "RESULT_TOO_LARGE",
    message: expect.stringMatching(
      /more rows than fit into Node's heap, which has a limit of \d+ MiB .*toLocalIterator\(\) or toReadable\(\)/,
    ) as string,
  });
});
