import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as root from "../../src/index.js";
import * as sources from "../../src/sources/index.js";

const manifest = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { version: string; dependencies: Record<string, string> };

describe("the package", () => {
  it("exports the version from package.json", () => {
    expect(root.VERSION).toBe(manifest.version);
  });
  it("has six runtime dependencies", () => {
    expect(Object.keys(manifest.dependencies)).toEqual([
      "@bufbuild/protobuf",
      "@grpc/grpc-js",
      "acorn",
      "apache-arrow",
      "croner",
      "eslint-scope",
    ]);
  });
  it("exports the packaged sources under the names for format()", () => {
    expect([sources.weather.name, sources.coingecko.name, sources.rest.name]).toEqual([
      "weather",
      "coingecko",
      "rest",
    ]);
  });
  it("exports error classes that extend Error and keep Spark's class tree", () => {
    const errors = Object.entries(root).filter(([name]) => /(?:Error|Exception)$/.test(name));
    expect(errors.length).toBeGreaterThan(12);
    for (const [, error] of errors)
      expect((error as { prototype: unknown }).prototype).toBeInstanceOf(Error);
    const parse = new root.ParseException("x");
    expect(parse).toBeInstanceOf(root.AnalysisException);
    expect(parse).toBeInstanceOf(root.SparkError);
    expect(parse).not.toBeInstanceOf(root.PythonException);
  });
});
