/** The Spark home of an environment, laid out so that Spark's workers import compiled code. */
import { access, mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { PythonEnvironment } from "./python-environment.js";
import { withLock } from "./with-lock.js";

/**
 * The path below Spark's home that Spark puts first on PYTHONPATH of every Python process it starts, on
 * the driver and on executors.
 */
const FIRST_ON_PATH = ["python", "lib", "pyspark.zip"] as const;

/**
 * A Spark home whose workers import the PySpark that pip compiled. Made when it is missing, which
 * takes some milliseconds.
 *
 * Spark puts `python/lib/pyspark.zip` before site-packages. That file holds no compiled code, so each
 * process that imports PySpark from it compiles it again, which takes most of the process's start. Here
 * a folder has that name, with links to `pyspark` and `py4j` in site-packages. A worker of another
 * Python finds the same source files there. All else is linked to `environment.sparkHome`, which stays
 * as pip made it: servers that run, and older versions of this package, go on using it.
 *
 * Returns `environment.sparkHome` itself where the cache cannot be written.
 *
 * @throws `signal.reason` when aborted while another process sets the environment up
 */
export async function compiledSparkHome(
  environment: Pick<PythonEnvironment, "folder" | "sparkHome">,
  signal?: AbortSignal,
): Promise<string> {
  const { folder, sparkHome } = environment;
  const home = join(folder, "spark-home");
  if (await isWhole(home)) return home;
  try {
    await withLock(
      `${folder}.lock`,
      async () => {
        if (await isWhole(home)) return;
        const draft = `${home}.tmp`;
        await rm(draft, { recursive: true, force: true });
        await rm(home, { recursive: true, force: true });
        await makeHome(sparkHome, draft);
        await rename(draft, home);
      },
      { signal },
    );
    return home;
  } catch (error) {
    // Slower workers are no reason to fail, for example where the cache is read-only.
    if (error instanceof Error && "syscall" in error) return sparkHome;
    throw error;
  }
}

/** Whether Spark's jars and the compiled PySpark are found in `home`. */
async function isWhole(home: string): Promise<boolean> {
  const needed = [join(home, "jars"), join(home, ...FIRST_ON_PATH, "pyspark", "__init__.py")];
  return Promise.all(needed.map((path) => access(path))).then(
    () => true,
    () => false,
  );
}

/** Makes `home` a folder of links to what `sparkHome` holds, with a folder of packages first on the path. */
async function makeHome(sparkHome: string, home: string): Promise<void> {
  let from = sparkHome;
  let to = home;
  for (const part of FIRST_ON_PATH) {
    await mkdir(to);
    for (const name of await readdir(from)) {
      if (name !== part) await link(join(from, name), join(to, name));
    }
    from = join(from, part);
    to = join(to, part);
  }
  await mkdir(to);
  const sitePackages = dirname(sparkHome);
  for (const name of ["pyspark", "py4j"]) await link(join(sitePackages, name), join(to, name));
}

/** A relative link, so that the folder of the environment may be mounted elsewhere. */
async function link(target: string, path: string): Promise<void> {
  await symlink(relative(dirname(path), target), path);
}
