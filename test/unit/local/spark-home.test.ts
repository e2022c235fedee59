import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compiledSparkHome } from "../../../src/local/install/spark-home.js";

const run = promisify(execFile);

let parent: string;
let environment: { readonly folder: string; readonly sparkHome: string };

/** Creates the relevant files of pip's pyspark. Its zip is a file from which Python cannot import. */
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "sparktide-test-"));
  const folder = join(parent, "environment");
  const sitePackages = join(folder, "lib", "python3.11", "site-packages");
  const sparkHome = join(sitePackages, "pyspark");
  environment = { folder, sparkHome };
  const files = {
    "py4j/__init__.py": "",
    "pyspark/__init__.py": "",
    "pyspark/jars/spark.jar": "",
    "pyspark/bin/spark-submit": "",
    "pyspark/python/pyspark/shell.py": "",
    "pyspark/python/lib/pyspark.zip": "pip's zip",
    "pyspark/python/lib/py4j-0.10.9.9-src.zip": "",
  };
  for (const [name, content] of Object.entries(files)) {
    const path = join(sitePackages, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
});
afterEach(async () => {
  await rm(parent, { recursive: true, force: true });
});

/** The file from which a worker's Python imports `name`, with the path that Spark sets. */
async function importedFrom(home: string, name: string): Promise<string> {
  const PYTHONPATH = join(home, "python", "lib", "pyspark.zip");
  const code = `import ${name}; print(${name}.__file__)`;
  const { stdout } = await run("python3", ["-c", code], { env: { ...process.env, PYTHONPATH } });
  return stdout.trim();
}

describe("the Spark home of an environment", () => {
  it("has the content of pip's, but its pyspark.zip is a folder with the installed packages", async () => {
    const home = await compiledSparkHome(environment);
    expect((await readdir(home)).sort()).toEqual(["__init__.py", "bin", "jars", "python"]);
    expect(await readdir(join(home, "jars"))).toEqual(["spark.jar"]);
    expect(await readdir(join(home, "python", "pyspark"))).toEqual(["shell.py"]);
    const lib = await readdir(join(home, "python", "lib"));
    expect(lib.sort()).toEqual(["py4j-0.10.9.9-src.zip", "pyspark.zip"]);
    for (const name of ["pyspark", "py4j"]) {
      const file = join(home, "python", "lib", "pyspark.zip", name, "__init__.py");
      expect(await importedFrom(home, name)).toBe(file);
    }
  });

  it("does not change pip's Spark home, because servers may run on it", async () => {
    await compiledSparkHome(environment);
    const zip = join(environment.sparkHome, "python", "lib", "pyspark.zip");
    expect(await readFile(zip, "utf8")).toBe("pip's zip");
  });

  it("is created once for concurrent callers", async () => {
    const homes = await Promise.all(
      Array.from({ length: 5 }, () => compiledSparkHome(environment)),
    );
    expect([...new Set(homes)]).toEqual([join(environment.folder, "spark-home")]);
    expect((await readdir(environment.folder)).sort()).toEqual(["lib", "spark-home"]);
    expect(await readdir(parent)).toEqual(["environment"]);
  });

  it("is created again if it is incomplete or lost its packages", async () => {
    const home = join(environment.folder, "spark-home");
    await mkdir(join(`${home}.tmp`, "python"), { recursive: true });
    await compiledSparkHome(environment);
    await rm(join(home, "python", "lib", "pyspark.zip", "pyspark"));
    await compiledSparkHome(environment);
    expect(await importedFrom(home, "pyspark")).toContain(home);
    expect((await readdir(environment.folder)).sort()).toEqual(["lib", "spark-home"]);
  });

  it("has only links within the environment, which may be mounted elsewhere", async () => {
    const home = await compiledSparkHome(environment);
    expect(await readlink(join(home, "jars"))).toBe("../lib/python3.11/site-packages/pyspark/jars");
  });

  it("is pip's own if the cache is not writable", async () => {
    // A file instead of the folder, because root can write to any folder.
    const folder = join(parent, "read-only");
    await writeFile(folder, "");
    const { sparkHome } = environment;
    expect(await compiledSparkHome({ folder, sparkHome })).toBe(sparkHome);
  });
});
