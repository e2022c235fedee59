/** A Spark home for an environment, from which Spark's workers import compiled code. */
import { access, mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { PythonEnvironment } from "./python-environment.js";
import { withLock } from "../../files/with-lock.js";

/**
 * The path in Spark's home that Spark puts first on the PYTHONPATH of all its Python processes, on the
 * driver and on executors.
 */
const FIRST_ON_PATH = ["python", "lib", "pyspark.zip"] as const;

/**
 * A Spark home whose workers import the PySpark that pip compiled. Creates it if it is missing, which
 * takes some milliseconds.
 *
 * Spark puts `python/lib/pyspark.zip` before site-packages. That file has no compiled code, so each
 * process that imports PySpark from it compiles it again, which takes most of the process's start. This
 * Spark home has a folder of that name with links to `pyspark` and `py4j` in site-packages. A worker of
 * another Python finds the same source files there. All other files are links to `environment.sparkHome`,
 * which does not change: running servers and older versions of this package still use it.
 *
 * Returns `environment.sparkHome` itself if the cache is not writable.
 *
 * @throws `signal.reason` on abort while another process installs the environment
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
    // Do not fail for slower workers, for example if the cache is read-only.
    if (error instanceof Error && "syscall" in error) return sparkHome;
    throw error;
  }
}

/** True if `home` has Spark's jars and the compiled PySpark. */
async function isWhole(home: string): Promise<boolean> {
  const needed = [join(home, "jars"), join(home, ...FIRST_ON_PATH, "pyspark", "__init__.py")];
  return Promise.all(needed.map((path) => access(path))).then(
    () => true,
    () => false,
  );
}

/** Creates `home` with links to the content of `sparkHome`, and with a folder of packages first on the path. */
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

/** Creates a relative link, so that the folder of the environment may be mounted elsewhere. */
async function link(target: string, path: string): Promise<void> {
  await symlink(relative(dirname(path), target), path);
}
