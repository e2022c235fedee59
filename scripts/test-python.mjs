/**
 * `npm run test:python [-- ARGUMENTS]`: the tests of `python-udsource/` alone, with arguments for pytest. It
 * keeps the terminal, so that pdb can ask.
 */
import { spawnSync } from "node:child_process";
import { bootstrap, pythonTools, runScript } from "./bootstrap.mjs";
import { pytestCommand } from "./python-tests.mjs";

await runScript(async () => {
  const prepared = await bootstrap({ python: true });
  const [command, args, options] = pytestCommand(prepared, await pythonTools(prepared));
  const { status } = spawnSync(command, [...args, ...process.argv.slice(2)], {
    ...options,
    stdio: "inherit",
  });
  return status ?? 1;
});
