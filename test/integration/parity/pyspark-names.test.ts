import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** PySpark's public names by class, each with its first release. */
const KNOWN = JSON.parse(readFileSync(`${root}/test/golden/pyspark-names.json`, "utf8")) as Record<
  string,
  Record<string, string>
>;

describe("test/golden/pyspark-names.json, the source of docs/api-coverage.md", () => {
  it("has exactly the names of the installed PySpark for its release", () => {
    const printed = execFileSync(inject("python"), [`${root}/scripts/pyspark_names.py`]);
    const { pyspark, names } = JSON.parse(printed.toString()) as {
      pyspark: string;
      names: Record<string, string[]>;
    };
    const release = Number(pyspark.split(".")[1]);
    for (const [owner, since] of Object.entries(KNOWN)) {
      const known = Object.keys(since).filter(
        (name) => Number(since[name]?.split(".")[1]) <= release,
      );
      expect(known.sort(), owner).toEqual([...(names[owner] ?? [])].sort());
    }
    expect(Object.keys(names)).toEqual(Object.keys(KNOWN));
  });
});
