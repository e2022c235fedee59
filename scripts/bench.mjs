/**
 * `npm run bench`: sets everything up, then measures and prints ratios, each from this one run on this
 * one machine. Figures of different runs, or of a busy machine, say little.
 */
import { bootstrap, runScript } from "./bootstrap.mjs";

await runScript(async () => {
  const prepared = await bootstrap({ python: true });
  const { benchStart } = await import("../bench/start.mjs");
  const { benchClient } = await import("../bench/client.mjs");
  await benchStart(prepared);
  await benchClient(prepared);
});
