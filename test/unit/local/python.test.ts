import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findPython } from "../../../src/local/install/python.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sparktide-test-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Creates a program that answers like the given Python. */
async function fakePython(name: string, version: number[], hasVenv = true): Promise<void> {
  const answer = JSON.stringify([join(folder, name), version, hasVenv, "/usr"]);
  await writeFile(join(folder, name), `#!/bin/sh\necho '${answer}'\n`);
  await chmod(join(folder, name), 0o755);
}

describe("findPython", () => {
  it("prefers python3, but skips it if it is too old", async () => {
    await fakePython("python3", [3, 9, 2]);
    await fakePython("python3.12", [3, 12, 1]);
    const python = await findPython({ PATH: folder });
    expect(python.path).toBe(join(folder, "python3.12"));
    expect(python.version).toEqual([3, 12, 1]);
  });
  it("prefers SPARKTIDE_PYTHON to PATH", async () => {
    await fakePython("python3", [3, 12, 1]);
    await fakePython("mine", [3, 11, 4]);
    const python = await findPython({ PATH: folder, SPARKTIDE_PYTHON: join(folder, "mine") });
    expect(python.version).toEqual([3, 11, 4]);
  });
  it("rejects a SPARKTIDE_PYTHON that is not Python, and names it", async () => {
    await fakePython("python3", [3, 12, 1]);
    await expect(findPython({ PATH: folder, SPARKTIDE_PYTHON: "/nowhere" })).rejects.toMatchObject({
      name: "ArgumentError",
      argument: "SPARKTIDE_PYTHON",
    });
  });
  it("lists the Pythons on PATH if all are too old", async () => {
    await fakePython("python3", [3, 8, 10]);
    await expect(findPython({ PATH: folder })).rejects.toMatchObject({
      code: "PYTHON_TOO_OLD",
      message: expect.stringContaining("python3 is 3.8.10") as string,
    });
  });
  it("says what to install if PATH has no Python", async () => {
    await expect(findPython({ PATH: folder })).rejects.toMatchObject({
      code: "PYTHON_NOT_FOUND",
      message: expect.stringContaining("python3-venv") as string,
    });
  });
  it("names the Debian package of a Python without venv", async () => {
    await fakePython("python3", [3, 11, 2], false);
    await expect(findPython({ PATH: folder })).rejects.toMatchObject({
      code: "PYTHON_WITHOUT_VENV",
      message: expect.stringContaining("python3.11-venv") as string,
    });
  });
  it("refuses a Python for Spark 4.3 that Spark 4.2 accepts", async () => {
    await fakePython("python3", [3, 10, 2]);
    await expect(findPython({ PATH: folder }, [3, 11])).rejects.toMatchObject({
      code: "PYTHON_TOO_OLD",
    });
  });
});
