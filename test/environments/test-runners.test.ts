/** Test files in Jest and vitest that import the package. */
import { expect, it } from "vitest";
import { Environment } from "./environment.js";
import { IMPORTS, SAID, USE } from "./program.js";

const TEST = `${IMPORTS}${USE}
test("use", async () => {
  expect(await use()).toBe(${JSON.stringify(SAID)});
}, 120_000);
`;

/** The compiler options of ts-jest. TS151002 only recommends another option for this module kind. */
function tsJest(module: string): object {
  const lib = ["es2022", "esnext.disposable"];
  const tsconfig = {
    strict: true,
    target: "es2022",
    lib,
    module,
    types: ["node", "jest"],
    skipLibCheck: true,
  };
  return { tsconfig, diagnostics: { ignoreCodes: [151002] } };
}

function swcJest(type: string): object {
  return { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type } };
}

it.each([
  ["ts-jest", "commonjs", tsJest("node16")],
  ["ts-jest", "module", { ...tsJest("nodenext"), useESM: true }],
  ["@swc/jest", "commonjs", swcJest("commonjs")],
  ["@swc/jest", "module", swcJest("es6")],
] as const)("Jest with %s runs a test that is %s", async (transformer, type, options) => {
  const environment = new Environment(`${transformer.replace(/\W/g, "")}-${type}`, type);
  environment.write("main.test.ts", TEST);
  const config = {
    rootDir: environment.folder,
    transform: { "\\.ts$": [transformer, options] },
    ...(type === "module" ? { extensionsToTreatAsEsm: [".ts"] } : {}),
  };
  environment.write("jest.config.json", JSON.stringify(config));
  const jest = "../node_modules/jest/bin/jest.js";
  const flags = type === "module" ? ["--experimental-vm-modules"] : [];
  const { stderr } = await environment.run("node", [
    ...flags,
    jest,
    "--config",
    "jest.config.json",
  ]);
  expect(stderr).toMatch(/✓ use/);
});

it("vitest runs a test", async () => {
  const environment = new Environment("vitest-project");
  environment.write("main.test.ts", `import { expect, test } from "vitest";\n${TEST}`);
  const { stdout } = await environment.run("vitest", ["run", "--root", environment.folder]);
  expect(stdout).toMatch(/Tests +1 passed/);
});
