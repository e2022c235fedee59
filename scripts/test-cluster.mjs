/**
 * `npm run test:cluster [master]`: runs the tests of the sources, of TypeScript on the cluster, of foreachBatch and of
 * streaming with executors in separate processes: on `local-cluster[2,1,1024]`, and on a standalone master with
 * two workers, which the script starts.
 */
import { bootstrap, runScript } from "./bootstrap.mjs";
import { startStandaloneCluster } from "./standalone-cluster.mjs";
import { closeWith, countVitest, runSuite, vitest } from "./suites.mjs";

const FILES = [
  "source",
  "cluster",
  "javascript-node",
  "foreach-batch",
  "streaming",
  "stateful-python",
  "delta",
];
const LOCAL_CLUSTER = "local-cluster[2,1,1024]";

async function testOn(master, name) {
  console.log(`\non ${master}`);
  const env = { ...process.env, SPARKTIDE_TEST_MASTER: master };
  return runSuite(`${name}.json`, vitest("integration", FILES, { env }), countVitest);
}

await runScript(async () => {
  const prepared = await bootstrap({ python: true });
  const wanted = process.argv[2];
  const suites = {};
  if (wanted === undefined || wanted === "local-cluster") {
    suites[LOCAL_CLUSTER] = await testOn(LOCAL_CLUSTER, "local-cluster");
  }
  if (wanted === undefined || wanted === "standalone") {
    const cluster = await startStandaloneCluster(prepared);
    try {
      suites["standalone, two workers"] = await testOn(cluster.url, "standalone");
    } finally {
      await cluster.stop();
    }
  }
  return closeWith(suites);
});
