/**
 * `npm run test:cut [filter]`: runs the integration tests on a Spark that ends each result
 * stream after one second or 123 bytes. Prints how often the client reattached. A run without
 * any reattach proves nothing and fails.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bootstrap, root, runScript } from "./bootstrap.mjs";
import { countVitest, runSuite, summary, vitest } from "./suites.mjs";

const CUTTING = {
  "spark.connect.execute.reattachable.senderMaxStreamDuration": "1s",
  "spark.connect.execute.reattachable.senderMaxStreamSize": "123",
};

/** Test files that do not use the server that cuts streams, and the reason. */
const LEFT_OUT = {
  "crash.test.ts": "starts its own Spark and kills it",
  "demo.test.ts": "runs the demo, which starts its own Spark",
  "idle.test.ts": "starts its own Spark, with short timeouts",
  "local.test.ts": "starts its own Sparks",
  "protocol.test.ts": "compares descriptors, without a session",
  "restart.test.ts": "starts its own Sparks and kills them",
};

await runScript(async () => {
  await bootstrap({ python: true });
  const events = join(root, "build", "reports", "cut-events.jsonl");
  mkdirSync(dirname(events), { recursive: true });
  rmSync(events, { force: true });
  writeFileSync(events, "");
  const filter = process.argv.slice(2);
  const left = Object.keys(LEFT_OUT).map((name) => `--exclude=test/integration/${name}`);
  const counts = await runSuite(
    "cut.json",
    vitest("integration", [...left, ...filter], {
      env: {
        ...process.env,
        SPARKTIDE_TEST_SPARK_CONF: JSON.stringify(CUTTING),
        SPARKTIDE_TEST_EVENTS: events,
      },
    }),
    countVitest,
  );

  const seen = { reattaches: 0, retries: 0 };
  for (const line of readFileSync(events, "utf8").split("\n").filter(Boolean)) {
    const { reattaches, retries } = JSON.parse(line);
    seen.reattaches += reattaches;
    seen.retries += retries;
  }
  console.log("");
  for (const [name, why] of Object.entries(LEFT_OUT)) console.log(`left out: ${name} (${why})`);
  if (seen.reattaches === 0) {
    counts.failed++;
    counts.why = "no stream was cut: the server did not use its settings";
  }
  if (counts.why !== undefined) console.log(counts.why);
  console.log(`reattaches ${seen.reattaches}, retries ${seen.retries}`);
  console.log(summary(counts));
  return counts.failed === 0 ? 0 : 1;
});
