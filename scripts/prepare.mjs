/** Installs and builds what the checks and the tests need. They do it themselves if it is missing. */
import { bootstrap, pythonTools, runScript } from "./bootstrap.mjs";
import { installChromium } from "./debian-packages.mjs";

await runScript(async () => {
  installChromium();
  await pythonTools(await bootstrap({ python: true }));
});
