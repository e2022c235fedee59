import { describe, expect, it } from "vitest";
import { PythonDataSource } from "../../../src/sources/python-data-source.js";

describe("a Python file or package that is not there", () => {
  it("is named with the reason and the folder that relative paths start at", async () => {
    const file = PythonDataSource.fromFile("no_such_source.py", "Source");
    await expect(file.deployment(undefined, false)).rejects.toThrow(
      `Cannot read the Python file no_such_source.py (ENOENT). Relative paths start at ${process.cwd()}.`,
    );
    const folder = PythonDataSource.fromPackage("/nonexistent/package", "package.source", "Source");
    await expect(folder.deployment(undefined, false)).rejects.toThrow(
      /^Cannot read the Python package \/nonexistent\/package \(ENOENT\)\.$/,
    );
  });
});
