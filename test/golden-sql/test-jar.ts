import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../../src/files/cache-folder.js";
import { prepareLocalSpark } from "../../src/local/index.js";

const run = promisify(execFile);

/**
 * The Spark release of the golden files. They are part of Spark's tests, which only Maven has. The newest
 * release there can be older than the newest release of PySpark.
 */
const GOLDEN_VERSION = "4.2.0";

/** Downloads one jar with Ivy, which Spark ships: Spark's `--packages` does not support classifiers. */
function ivyFile(version: string): string {
  return `<ivy-module version="2.0" xmlns:m="http://ant.apache.org/ivy/maven">
  <info organisation="sparktide" module="golden"/>
  <dependencies>
    <dependency org="org.apache.spark" name="spark-sql_2.13" rev="${version}" transitive="false">
      <artifact name="spark-sql_2.13" type="jar" ext="jar" m:classifier="tests"/>
    </dependency>
  </dependencies>
</ivy-module>
`;
}

/** Unpacks parts of a jar with the standard library of the embedded Spark's Python. */
const UNPACK = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as jar:
    wanted = ("sql-tests/inputs/", "sql-tests/results/", "test-data/postgresql/")
    jar.extractall(sys.argv[2], [name for name in jar.namelist() if name.startswith(wanted)])
`;

/**
 * Returns the folder with Spark's golden files (`sql-tests`, `test-data`). The first call downloads the
 * `tests` jar of spark-sql, 53 MB, and stores these files in the cache folder.
 */
export async function goldenFolder(): Promise<string> {
  const folder = join(cacheFolder(), `spark-golden-${GOLDEN_VERSION}`);
  if (await readFile(join(folder, "complete"), "utf8").catch(() => undefined)) return folder;
  const { java, javaOptions, sparkHome, pythonPath } = await prepareLocalSpark();
  // In the same parent folder, so that a rename is possible.
  await mkdir(cacheFolder(), { recursive: true });
  const work = await mkdtemp(join(cacheFolder(), "spark-golden-"));
  try {
    const ivy = (await readdir(join(sparkHome, "jars"))).find((name) => /^ivy-.*\.jar$/.test(name));
    if (ivy === undefined) throw new Error(`No Ivy jar is in ${join(sparkHome, "jars")}.`);
    await writeFile(join(work, "ivy.xml"), ivyFile(GOLDEN_VERSION));
    await run(java.path, [
      ...javaOptions,
      ...["-cp", join(sparkHome, "jars", ivy), "org.apache.ivy.Main"],
      ...["-ivy", join(work, "ivy.xml"), "-cache", join(work, "cache")],
      ...["-retrieve", join(work, "[artifact].[ext]")],
    ]);
    const unpacked = join(work, "unpacked");
    await run(pythonPath, ["-c", UNPACK, join(work, "spark-sql_2.13.jar"), unpacked]);
    await writeFile(join(unpacked, "complete"), GOLDEN_VERSION);
    await rm(folder, { recursive: true, force: true });
    await rename(unpacked, folder);
    return folder;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
