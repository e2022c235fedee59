import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { checkInterval, durationMs } from "../../../src/session/heartbeat.js";
import { OperationTags } from "../../../src/connection/operation-tags.js";
import { SparkVersion } from "../../../src/connection/spark-version.js";

describe("durationMs", () => {
  it.each([
    ["3600000ms", 3_600_000],
    ["60m", 3_600_000],
    ["60min", 3_600_000],
    ["20s", 20_000],
    ["1h", 3_600_000],
    ["1500", 1_500],
    ["-1ms", -1],
  ])("reads %s as Spark does", (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });
  it("returns undefined for a text that is not a duration", () => {
    expect(durationMs("soon")).toBeUndefined();
    expect(durationMs("")).toBeUndefined();
  });
});

describe("checkInterval", () => {
  it("refuses an interval that would flood the server", () => {
    expect(() => checkInterval(10)).toThrow(ArgumentError);
    expect(() => checkInterval(Number.NaN)).toThrow(ArgumentError);
    expect(checkInterval(100)).toBe(100);
  });
});

describe("OperationTags", () => {
  it("apply to the async context that adds them, not to its siblings or caller", async () => {
    const tags = new OperationTags();
    const one = (async () => {
      await Promise.resolve();
      tags.add("one");
      await Promise.resolve();
      return tags.current();
    })();
    const two = (async () => {
      await Promise.resolve();
      tags.add("two");
      await Promise.resolve();
      tags.add("more");
      tags.remove("two");
      return tags.current();
    })();
    expect(await Promise.all([one, two])).toEqual([["one"], ["more"]]);
    expect(tags.current()).toEqual([]);
  });
  it("refuse a tag with a comma", () => {
    expect(() => {
      new OperationTags().add("a,b");
    }).toThrow(ArgumentError);
  });
});

describe("SparkVersion", () => {
  it("throws an error that names the method and both versions if the server is older", () => {
    const version = new SparkVersion("4.0.3");
    expect(version.isAtLeast(4, 0)).toBe(true);
    expect(() => {
      version.require("cloneSession()", 4, 1);
    }).toThrow("cloneSession() needs Spark 4.1 or newer; the server runs Spark 4.0.3.");
  });
  it("treats a snapshot like its release", () => {
    expect(new SparkVersion("4.3.0-SNAPSHOT").isAtLeast(4, 3)).toBe(true);
    expect(new SparkVersion("10.0.0").isAtLeast(4, 3)).toBe(true);
  });
});
