import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { AnalysisException } from "../../src/errors.js";

describe("SparkException", () => {
  const error = new AnalysisException("no such table", {
    errorClass: "TABLE_OR_VIEW_NOT_FOUND",
    serverStackTrace: "at org.example.Analyzer",
  });

  it("is printed by Node without the server's stack trace, so that the message stays in sight", () => {
    expect(inspect(error)).toContain("no such table");
    expect(inspect(error)).not.toContain("org.example.Analyzer");
    expect(inspect(new Error("outer", { cause: error }))).not.toContain("org.example.Analyzer");
  });
  it("gives the server's stack trace to callers and to loggers that copy its properties", () => {
    expect(error.serverStackTrace).toBe("at org.example.Analyzer");
    expect(Object.keys(error)).toContain("serverStackTrace");
    expect(JSON.stringify(error)).toContain("org.example.Analyzer");
  });
});
