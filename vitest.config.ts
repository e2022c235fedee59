import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { QUICK_JAVA } from "./test/support/quick-java.js";

// Else each test file fails with "Cannot find module".
if (!existsSync(fileURLToPath(new URL("src/gen", import.meta.url))))
  throw new Error("src/gen is missing. Run this first: npm install --no-save && npm run build");

/** The examples of connectors and pipelines are packages of their own, which use the sources in a test. */
const EXAMPLES: Record<string, string> = {
  "sparktide/connectors": fileURLToPath(new URL("src/connectors/index.ts", import.meta.url)),
  "sparktide/functions": fileURLToPath(new URL("src/functions/index.ts", import.meta.url)),
  "sparktide/sources": fileURLToPath(new URL("src/sources/index.ts", import.meta.url)),
  "sparktide/pipelines": fileURLToPath(new URL("src/pipelines/index.ts", import.meta.url)),
};

/** Short files whose tests take a minute or longer. */
const LONGEST = ["demo", "documentation-examples", "cookbook", "idle", "crash"];

/** Starts the longest files first: at the end of a run, they would occupy one worker while the other has no work. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      LONGEST.some((name) => moduleId.endsWith(`/${name}.test.ts`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

const config: ViteUserConfig = defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          // Loading src/ anew for each file took a third of the time. So files share what they import:
          // a test restores whatever it changes.
          isolate: false,
          unstubEnvs: true,
          unstubGlobals: true,
          // The longest tests need two seconds of processor time; a busy machine gives it slowly.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "package",
          // These need the build and npm's registry, so they are no part of the run on each save.
          include: ["test/package/**/*.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        resolve: { alias: EXAMPLES },
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          globalSetup: ["test/integration/setup.ts"],
          setupFiles: ["test/integration/count-events.ts"],
          // One Spark serves all files. A file alone leaves a third of two cores idle, because it waits for triggers,
          // for timeouts and for servers that start.
          maxWorkers: 2,
          // For each Java that a test starts: it compiles little and starts sooner.
          env: { JAVA_TOOL_OPTIONS: QUICK_JAVA.join(" ") },
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: "chaos",
          include: ["test/chaos/**/*.test.ts"],
          testTimeout: 120_000,
          // The 200 queries run in a hook; they have their own bound of six minutes.
          hookTimeout: 480_000,
        },
      },
      {
        resolve: { alias: EXAMPLES },
        test: {
          name: "faults",
          include: ["test/faults/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // Each round continues where the previous round ended.
          bail: 1,
        },
      },
      {
        test: {
          name: "scale",
          include: ["test/scale/**/*.test.ts"],
          // 100 streams start on one Spark, and then run for minutes.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "golden",
          include: ["test/golden-sql/**/*.test.ts"],
          // The largest file has 700 statements.
          testTimeout: 600_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "environments",
          include: ["test/environments/**/*.test.ts"],
          globalSetup: ["test/environments/setup.ts"],
          // The tools use several cores each.
          fileParallelism: false,
          testTimeout: 300_000,
        },
      },
      {
        test: {
          name: "container",
          include: ["test/container/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

export default config;
