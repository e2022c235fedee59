/**
 * `npm run test:cut [filter]`: the integration tests once more, on a Spark that ends each result's
 * stream after one second or 123 bytes. Prints how often the client had to reattach; a run without a
 * single reattach has shown nothing and fails.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bootstrap, root, runScript } from "./bootstrap.mjs";
import { countVitest, runSuite, summary, vitest } from "./suites.mjs";

const CUTTING = {
  "spark.connect.execute.reattachable.senderMaxStreamDuration": "1s",
  "spark.connect.execute.reattachable.senderMaxStreamSize": "123",
};

/** Files whose client never talks to the server that cuts, and why. */
const LEFT_OUT = {
  "crash.test.ts": "starts a Spark of its own and kills it",
  "demo.test.ts": "runs the demo, which starts a Spark of its own",
  "idle.test.ts": "starts a Spark of its own, with short timeouts",
  "local.test.ts": "starts Sparks of its own",
  "protocol.test.ts": "compares descriptors, without a session",
  "restart.test.ts": "starts Sparks of its own and kills them",
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
      ...process.env,
      SPARKTIDE_TEST_SPARK_CONF: JSON.stringify(CUTTING),
      SPARKTIDE_TEST_EVENTS: events,
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
    counts.why = "no stream was ever cut: the server did not take its settings";
  }
  if (counts.why !== undefined) console.log(counts.why);
  console.log(`reattaches ${seen.reattaches}, retries ${seen.retries}`);
  console.log(summary(counts));
  return counts.failed === 0 ? 0 : 1;
});
