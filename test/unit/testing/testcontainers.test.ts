import * as installed from "testcontainers";
import { describe, expect, it } from "vitest";
import { SparkConnectContainer } from "../../../src/testing/index.js";
import { loadTestcontainers } from "../../../src/testing/testcontainers.js";

function failing(error: Error): () => never {
  return () => {
    throw error;
  };
}

describe("loadTestcontainers", () => {
  it("returns the installed package", () => {
    expect(loadTestcontainers().GenericContainer).toBe(installed.GenericContainer);
  });
  it.each([
    ["is missing", Object.assign(new Error("no"), { code: "MODULE_NOT_FOUND" }), /not installed/],
    ["cannot run on this Node", new TypeError("reading 'bind'"), /reading 'bind'.*needs Node 22/],
  ])("says what to install if the package %s", (_, error, message) => {
    const load = (): unknown => loadTestcontainers(failing(error));
    expect(load).toThrow(message);
    expect(load).toThrow(/npm install -D testcontainers@11/);
    expect(load).toThrow(
      expect.objectContaining({ code: "MISSING_DEPENDENCY", cause: error }) as Error,
    );
  });
  it("refuses a version that is too old, before a class extends undefined", () => {
    expect(() =>
      loadTestcontainers(() => ({ GenericContainer: installed.GenericContainer })),
    ).toThrow(/version 10 or newer, which is older here/);
  });
});

describe("SparkConnectContainer", () => {
  it("is a GenericContainer of testcontainers, which the first container loads", () => {
    const container = new SparkConnectContainer("spark:1");
    expect(container).toBeInstanceOf(installed.GenericContainer);
    expect(container.withSparkUi().withEnvironment({ A: "1" })).toBe(container);
  });
});
