/** `npm run demo`: installs everything, then runs the compiled demo. */
import { join } from "node:path";
import { bootstrap, root, runCommand, runScript } from "./bootstrap.mjs";

await runScript(async () => {
  // The demo itself installs the embedded Spark.
  await bootstrap({ python: false });
  const demo = join(root, "build", "examples", "demo", "main.js");
  return runCommand(process.execPath, [demo, ...process.argv.slice(2)]);
});
