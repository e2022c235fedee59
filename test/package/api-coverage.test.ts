import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../scripts/api-coverage.mjs", import.meta.url));

describe("docs/api-coverage.md", () => {
  it(
    "matches the code, and gives a reason for each missing name of PySpark",
    { timeout: 120_000 },
    () => {
      const run = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
      expect(run.stderr).toBe("");
      expect(run.status).toBe(0);
    },
  );
});
