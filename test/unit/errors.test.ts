import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { AnalysisException } from "../../src/errors.js";

describe("SparkException", () => {
  const error = new AnalysisException("no such table", {
    errorClass: "TABLE_OR_VIEW_NOT_FOUND",
    serverStackTrace: "at org.example.Analyzer",
  });

  it("prints in Node without the server's stack trace, so that the message stays visible", () => {
    expect(inspect(error)).toContain("no such table");
    expect(inspect(error)).not.toContain("org.example.Analyzer");
    expect(inspect(new Error("outer", { cause: error }))).not.toContain("org.example.Analyzer");
  });
  it("has the server's stack trace as a property, which loggers can copy", () => {
    expect(error.serverStackTrace).toBe("at org.example.Analyzer");
    expect(Object.keys(error)).toContain("serverStackTrace");
    expect(JSON.stringify(error)).toContain("org.example.Analyzer");
  });
});
