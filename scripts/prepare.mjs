/** Installs and builds what the checks and the tests need. They do it themselves if it is missing. */
import { bootstrap, pythonTools, runScript } from "./bootstrap.mjs";

await runScript(async () => {
  await pythonTools(await bootstrap({ python: true }));
});
