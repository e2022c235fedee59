import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as F from "../../src/functions/index.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const script = join(root, "scripts/api-coverage.mjs");
const parity = join(root, "test/integration/parity/functions");

/** Deprecated functions of PySpark, which its list of names does not have. */
const DEPRECATED = [
  ...["approxCountDistinct", "bitwiseNOT", "countDistinct", "shiftLeft", "shiftRight"],
  ...["shiftRightUnsigned", "sumDistinct", "toDegrees", "toRadians"],
];

/** PySpark's names of the SQL functions. `typeof` is a word of the language: ours has an underscore. */
const functions = Object.entries(F)
  .filter(([name, value]) => typeof value === "function" && name !== "Column")
  .map(([name]) => name.replace(/_$/, ""));

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

describe("sparktide/functions", () => {
  it("has functions of PySpark alone", () => {
    const names = JSON.parse(
      readFileSync(join(root, "test/golden/pyspark-names.json"), "utf8"),
    ) as { functions: Record<string, string> };
    const known = new Set([...Object.keys(names.functions), ...DEPRECATED]);
    const unknown = functions.filter((name) => !known.has(name));
    expect(unknown, "Rename or remove these functions: PySpark has none of these names.").toEqual(
      [],
    );
  });

  it("has for each function a case that compares its plan with PySpark's", () => {
    const cases = readdirSync(parity).map((name) => readFileSync(join(parity, name), "utf8"));
    const compared = new Set(
      [...cases.join("\n").matchAll(/["'`]F\.(\w+)\(/g)].map(([, name]) => name),
    );
    const missing = functions.filter((name) => !compared.has(name));
    expect(missing, `Add cases for these functions to a file of ${parity}.`).toEqual([]);
  });

  it("has a doc comment for each function", () => {
    const folder = join(root, "src/functions");
    const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    // An overload needs none of its own.
    const documented = new Set(
      texts.flatMap((text) =>
        [...text.matchAll(/\*\/\nexport (?:function|const) (\w+?)_?\b/g)].map(([, name]) => name),
      ),
    );
    const missing = functions.filter((name) => !documented.has(name));
    expect(missing, "Add a doc comment to each of these functions in src/functions.").toEqual([]);
  });
});
