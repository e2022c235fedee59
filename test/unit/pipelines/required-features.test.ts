import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { SparkVersion } from "../../../src/connection/spark-version.js";
import { UnsupportedOperationException } from "../../../src/index.js";
import { pipeline, type AutoCdcOptions, type Pipeline } from "../../../src/pipelines/index.js";
import { requireFeatures } from "../../../src/pipelines/required-features.js";

const FILE = fileURLToPath(import.meta.url);

const empty = (): Pipeline => pipeline({ storage: "file:///tmp/unused" });

function cdc(options: Partial<AutoCdcOptions> = {}): Pipeline {
  const needed = { target: "users", source: "changes", keys: ["id"], sequenceBy: "version" };
  return empty().autoCdcFlow({ ...needed, ...options });
}

/** The message of the refusal; undefined if the server's Spark has all features. */
function refusal(version: string, { definitions }: Pipeline): string | undefined {
  try {
    requireFeatures(new SparkVersion(version), definitions);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(UnsupportedOperationException);
    expect((error as UnsupportedOperationException).errorClass).toBe("NEEDS_NEWER_SPARK");
    return (error as Error).message;
  }
}

describe("a pipeline on an older Spark", () => {
  it("is refused before Spark 4.1", () => {
    expect(refusal("4.0.1", empty())).toBe(
      "A pipeline needs Spark 4.1 or newer; the server runs Spark 4.0.1.",
    );
    expect(refusal("4.1.4", empty())).toBeUndefined();
  });

  it.each([
    ["once: true", "flow backfill", 4, 4],
    ["autoCdcFlow()", "AUTO CDC flow users", 4, 2],
    ["storedAsScdType: 2", "AUTO CDC flow users", 4, 3],
    ["autoCdcFlow() with sparkConf", "AUTO CDC flow users", 4, 3],
  ])("names the definition and the line that uses %s", (name, described, major, minor) => {
    const pipelines: Record<string, () => Pipeline> = {
      "once: true": () =>
        empty().appendFlow("t", (spark) => spark.range(1), { name: "backfill", once: true }),
      "autoCdcFlow()": () => cdc(),
      "storedAsScdType: 2": () => cdc({ storedAsScdType: 2 }),
      "autoCdcFlow() with sparkConf": () => cdc({ sparkConf: {} }),
    };
    const own = pipelines[name]?.() ?? empty();
    const older = `${major}.${minor - 1}.9`;
    expect(refusal(older, own)).toMatch(
      `The ${described} uses ${name}, which needs Spark ${major}.${minor} or newer; the server runs Spark ${older}.\nDefined at ${FILE}:`,
    );
    expect(refusal(`${major}.${minor}.0`, own)).toBeUndefined();
  });
});
