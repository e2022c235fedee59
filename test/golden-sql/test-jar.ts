import { execFile } from "node:child_process";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../../src/files/cache-folder.js";
import { prepareLocalSpark } from "../../src/local/index.js";
import { sparkTestJar } from "../support/spark-test-jar.js";

const run = promisify(execFile);

/**
 * The Spark release of the golden files. They are part of Spark's tests, which only Maven has. The newest
 * release there can be older than the newest release of PySpark.
 */
const GOLDEN_VERSION = "4.2.0";

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
  const jar = await sparkTestJar("spark-sql_2.13", GOLDEN_VERSION);
  const { pythonPath } = await prepareLocalSpark();
  // In the same parent folder, so that a rename is possible.
  const work = await mkdtemp(join(cacheFolder(), "spark-golden-"));
  try {
    const unpacked = join(work, "unpacked");
    await run(pythonPath, ["-c", UNPACK, jar, unpacked]);
    await writeFile(join(unpacked, "complete"), GOLDEN_VERSION);
    await rm(folder, { recursive: true, force: true });
    await rename(unpacked, folder);
    await rm(jar, { force: true });
    return folder;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
