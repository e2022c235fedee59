import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";

// Else each test file fails with "Cannot find module".
if (!existsSync(fileURLToPath(new URL("src/gen", import.meta.url))))
  throw new Error("src/gen is missing. Run this first: npm install --no-save && npm run build");

const config: ViteUserConfig = defineConfig({
  test: {
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
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          globalSetup: ["test/integration/setup.ts"],
          setupFiles: ["test/integration/count-events.ts"],
          // One Spark serves all files; side by side they would only wait for each other's cores.
          fileParallelism: false,
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
