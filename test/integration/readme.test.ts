import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, inject, it } from "vitest";
import ts from "typescript";
import { replayEgress, uniquePath } from "./support.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const scratch = mkdtempSync(join(root, "build", "readme-"));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

it.skipIf(!inject("hasDelta"))(
  "the first example of the README runs; only the server, the API host and the paths are replaced",
  () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
    const { baseUrl, ...egress } = replayEgress();
    const local = example
      .replace(".local()", `.remote(${JSON.stringify(inject("sparkUrl"))})`)
      .replace(
        '.option("coins", "bitcoin,ethereum")',
        `$&.options(${JSON.stringify({ baseUrl, ...egress, streamingInterval: 1 })})`,
      )
      .replace("30 seconds", "1 second")
      .replaceAll("/tmp/prices", uniquePath("readme"));
    const file = join(scratch, "example.mjs");
    const options = { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 };
    writeFileSync(file, ts.transpileModule(local, { compilerOptions: options }).outputText);
    const run = spawnSync(process.execPath, [file], {
      cwd: root,
      encoding: "utf8",
      timeout: 100_000,
    });
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/coin: 'bitcoin', usd_price: [\d.]+, ts_ingest: \d+n/);
  },
);
