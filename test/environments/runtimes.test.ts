/** Programs that run without a build, in Node, tsx, Bun and Deno. */
import { expect, it } from "vitest";
import { Environment } from "./environment.js";
import { MODULE, SAID, SCRIPT } from "./program.js";

it.each([
  ["Node", "ES module", "node", ["main.mjs"], MODULE],
  ["Node", "CommonJS", "node", ["main.cjs"], SCRIPT],
  ["tsx", "TypeScript ES module", "tsx", ["main.mts"], MODULE],
  ["tsx", "TypeScript compiled to CommonJS", "tsx", ["main.ts"], MODULE],
  ["Bun", "ES module", "bun", ["main.mjs"], MODULE],
  ["Bun", "CommonJS", "bun", ["main.cjs"], SCRIPT],
  ["Bun", "TypeScript", "bun", ["main.ts"], MODULE],
  ["Deno", "ES module", "deno", ["run", "--allow-all", "main.mjs"], MODULE],
  ["Deno", "CommonJS", "deno", ["run", "--allow-all", "main.cjs"], SCRIPT],
  ["Deno", "TypeScript", "deno", ["run", "--allow-all", "main.ts"], MODULE],
] as const)("%s runs a program that is %s", async (_, kind, command, args, program) => {
  const type = kind.endsWith("CommonJS") ? "commonjs" : "module";
  const environment = new Environment(`${command}-${kind.replaceAll(" ", "-")}`, type);
  environment.write(args.at(-1) ?? "", program);
  const { stdout } = await environment.run(command, args);
  expect(stdout).toBe(`${SAID}\n`);
});

it("Deno runs a program that may only use the network, the environment, files and system information", async () => {
  const environment = new Environment("deno-permissions");
  environment.write("main.ts", MODULE);
  const permissions = ["--allow-net", "--allow-env", "--allow-read", "--allow-sys"];
  const { stdout } = await environment.run("deno", [
    "run",
    "--no-prompt",
    ...permissions,
    "main.ts",
  ]);
  expect(stdout).toBe(`${SAID}\n`);
});
