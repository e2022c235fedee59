import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../../src/files/cache-folder.js";
import { prepareLocalSpark } from "../../src/local/index.js";

const run = promisify(execFile);

/** One jar without its dependencies. Spark's `--packages` does not support classifiers. */
function ivyFile(module: string, version: string): string {
  return `<ivy-module version="2.0" xmlns:m="http://ant.apache.org/ivy/maven">
  <info organisation="sparktide" module="tests"/>
  <dependencies>
    <dependency org="org.apache.spark" name="${module}" rev="${version}" transitive="false">
      <artifact name="${module}" type="jar" ext="jar" m:classifier="tests"/>
    </dependency>
  </dependencies>
</ivy-module>
`;
}

/** The `tests` jar of a module of Spark. The first call downloads it with Ivy, which Spark ships, to the cache folder. */
export async function sparkTestJar(module: string, version: string): Promise<string> {
  const jar = join(cacheFolder(), `${module}-${version}-tests.jar`);
  const isCached = await access(jar).then(
    () => true,
    () => false,
  );
  if (isCached) return jar;
  const { java, javaOptions, sparkHome } = await prepareLocalSpark();
  await mkdir(cacheFolder(), { recursive: true });
  // In the same parent folder, so that a rename is possible.
  const work = await mkdtemp(join(cacheFolder(), "spark-tests-"));
  try {
    const ivy = (await readdir(join(sparkHome, "jars"))).find((name) => /^ivy-.*\.jar$/.test(name));
    if (ivy === undefined) throw new Error(`No Ivy jar is in ${join(sparkHome, "jars")}.`);
    await writeFile(join(work, "ivy.xml"), ivyFile(module, version));
    await run(java.path, [
      ...javaOptions,
      ...["-cp", join(sparkHome, "jars", ivy), "org.apache.ivy.Main"],
      ...["-ivy", join(work, "ivy.xml"), "-cache", join(work, "cache")],
      ...["-retrieve", join(work, "[artifact].[ext]")],
    ]);
    await rename(join(work, `${module}.jar`), jar);
    return jar;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
