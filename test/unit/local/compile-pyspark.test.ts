import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL("../../../docker/compile_pyspark.py", import.meta.url));

/** Writes the zips of a Spark: three modules, one of them for another Python. */
const MAKE_ZIPS = `
import os, sys, zipfile
with zipfile.ZipFile(os.path.join(sys.argv[1], "pyspark.zip"), "w") as new:
    new.writestr("pyspark/__init__.py", "")
    new.writestr("pyspark/worker.py", "NAME = 'worker'")
    new.writestr("pyspark/newer.py", "this is no Python")
    new.writestr("pyspark/py.typed", "")
with zipfile.ZipFile(os.path.join(sys.argv[1], "py4j-0.10-src.zip"), "w") as new:
    new.writestr("py4j/__init__.py", "")
`;

/** Replaces the first bytes of each .pyc, which contain its Python version. */
const OF_ANOTHER_PYTHON = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as old:
    entries = [(entry, old.read(entry)) for entry in old.infolist()]
with zipfile.ZipFile(sys.argv[1], "w") as new:
    for entry, content in entries:
        new.writestr(entry, b"\\0\\0\\r\\n" + content[4:] if entry.filename.endswith(".pyc") else content)
`;

let home: string;
let lib: string;
let zip: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sparktide-test-"));
  lib = join(home, "python", "lib");
  zip = join(lib, "pyspark.zip");
  await mkdir(lib, { recursive: true });
});
afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

async function python(...args: readonly string[]): Promise<string> {
  return (await run("python3", args)).stdout;
}

/** The module that a worker's Python imports with these zips first on its path. */
async function worker(): Promise<{ readonly name: string; readonly file: string }> {
  const code =
    "import json, py4j, pyspark.worker as w; print(json.dumps({'name': w.NAME, 'file': w.__file__}))";
  const PYTHONPATH = `${zip}:${join(lib, "py4j-0.10-src.zip")}`;
  const { stdout } = await run("python3", ["-c", code], { env: { ...process.env, PYTHONPATH } });
  return JSON.parse(stdout) as { name: string; file: string };
}

describe("docker/compile_pyspark.py", () => {
  it("makes workers import compiled code, may run repeatedly, and changes nothing else", async () => {
    await python("-c", MAKE_ZIPS, lib);
    expect(await worker()).toEqual({ name: "worker", file: join(zip, "pyspark", "worker.py") });
    const { mode } = await stat(zip);
    for (let times = 0; times < 2; times++) {
      const said = await python(SCRIPT, home);
      expect(said).toMatch(/py4j-0\.10-src\.zip: 1 modules compiled for Python 3\.\d+\n/);
      expect(said).toMatch(/pyspark\.zip: 2 modules compiled for Python 3\.\d+\n/);
      expect(await worker()).toEqual({ name: "worker", file: join(zip, "pyspark", "worker.pyc") });
      expect((await python("-m", "zipfile", "-l", zip)).match(/pyspark\/\S+/g)?.sort()).toEqual([
        ...["pyspark/__init__.py", "pyspark/__init__.pyc", "pyspark/newer.py", "pyspark/py.typed"],
        ...["pyspark/worker.py", "pyspark/worker.pyc"],
      ]);
      expect((await stat(zip)).mode).toBe(mode);
      expect((await readdir(lib)).sort()).toEqual(["py4j-0.10-src.zip", "pyspark.zip"]);
    }
  });

  it("lets workers of another Python version import the source code", async () => {
    await python("-c", MAKE_ZIPS, lib);
    await python(SCRIPT, home);
    await python("-c", OF_ANOTHER_PYTHON, zip);
    expect(await worker()).toEqual({ name: "worker", file: join(zip, "pyspark", "worker.py") });
  });

  it("fails for a folder that is not a Spark home", async () => {
    await expect(python(SCRIPT, home)).rejects.toThrow(`${lib} has no pyspark.zip`);
    await expect(python(SCRIPT)).rejects.toThrow("usage: python3 compile_pyspark.py SPARK_HOME");
  });
});
