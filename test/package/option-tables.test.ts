import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../scripts/option-tables.mjs", import.meta.url));

describe("the options tables in docs/sources", () => {
  it("match the doc comments of the option interfaces", { timeout: 60_000 }, () => {
    const check = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
    expect(check.stderr).toBe("");
    expect(check.status).toBe(0);
  });
});
