/** What the types cost an editor. `npm run bench types` measures the time; these counts are the same on every machine. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../bench/type-cost.mjs", import.meta.url));

/**
 * The limits are half above the current counts: a type that became expensive for every chain or every column exceeds them.
 * Raising one needs the time ratio of `npm run bench types` in the commit.
 */
const MAX_TYPED = 75_000;
const MAX_WIDE = 110_000;

interface Cost {
  readonly untyped: number;
  readonly typed: number;
  readonly wide: number;
  readonly hover: readonly string[];
}

describe("the cost of the types", () => {
  let cost: Cost;
  beforeAll(() => {
    const { stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
    expect(stderr).toBe("");
    cost = JSON.parse(stdout) as Cost;
  }, 120_000);

  it("stays within a limit for 200 lines of typed chains", () => {
    expect(cost.typed).toBeGreaterThan(cost.untyped);
    expect(cost.typed).toBeLessThan(MAX_TYPED);
  });

  it("stays within a limit for ten operations over 300 columns", () => {
    expect(cost.wide).toBeGreaterThan(0);
    expect(cost.wide).toBeLessThan(MAX_WIDE);
  });

  it("leaves flat objects in the editor's text after ten operations", () => {
    expect(cost.hover).toHaveLength(3);
    for (const text of cost.hover) {
      // Only property names and the types of values, such as `bigint | null` and `Timestamp`.
      expect(text).toMatch(/^const \w+: DataFrame<\{\n(?: {4}\w+: [\w |]+;\n)+\}>$/);
    }
  });
});
