/** The public types with each supported TypeScript, in ES modules and in CommonJS. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PackedProject } from "../support/packed-project.js";
import { COMPILE, isBefore57, NEWER_DEPENDENCIES, TYPED_PROGRAM } from "./typed-program.js";
import { TYPESCRIPT } from "./versions.js";

/** Both kinds of module are in one compilation. */
const BOTH = ["program.ts", "program.cts"];

const SETTINGS: readonly {
  readonly module: string;
  readonly resolution: string;
  readonly files: readonly string[];
  readonly checksDeclarations?: boolean;
  readonly since?: string;
}[] = [
  // All resolutions find the same declarations, so check those only once.
  { module: "nodenext", resolution: "nodenext", files: BOTH, checksDeclarations: true },
  { module: "node16", resolution: "node16", files: BOTH },
  { module: "node18", resolution: "node16", files: BOTH, since: "5.8" },
  { module: "esnext", resolution: "bundler", files: ["program.ts"] },
];

const CASES = TYPESCRIPT.flatMap((version) =>
  SETTINGS.filter(({ since = "5.4" }) => version >= since).map((setting) => ({
    version,
    ...setting,
  })),
);

describe("the public types", () => {
  let project: PackedProject;
  beforeAll(() => {
    project = new PackedProject();
    const compilers = TYPESCRIPT.map(
      (version) => `typescript-${version}@npm:typescript@${version}`,
    );
    project.npm(["install", "--prefer-offline", "--ignore-scripts", ...compilers]);
    for (const file of BOTH) project.write(file, TYPED_PROGRAM);
  }, 300_000);
  afterAll(() => {
    project[Symbol.dispose]();
  }, 60_000);

  it.each(CASES)(
    "compile with TypeScript $version, module $module and moduleResolution $resolution",
    ({ version, module, resolution, files, checksDeclarations = false }) => {
      const { stdout, stderr } = project.node(
        `node_modules/typescript-${version}/bin/tsc`,
        ...[...COMPILE, "--module", module, "--moduleResolution", resolution],
        ...["--skipLibCheck", String(!checksDeclarations), ...files],
      );
      expect(stderr).toBe("");
      const errors = stdout.split("\n").filter((line) => line !== "");
      expect(errors.filter((line) => !NEWER_DEPENDENCIES.test(line))).toEqual([]);
      // Without the expected errors, the exception can go.
      expect(errors.length > 0).toBe(checksDeclarations && isBefore57(version));
    },
  );
});
