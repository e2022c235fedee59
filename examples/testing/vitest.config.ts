import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// In sparktide's own repository, use the package in dist/. Your project needs neither this nor the alias.
const built = fileURLToPath(new URL("../../dist", import.meta.url));
const isBuilt = existsSync(`${built}/index.js`);
const alias = isBuilt
  ? [
      { find: /^sparktide$/, replacement: `${built}/index.js` },
      { find: /^sparktide\/(\w+)$/, replacement: `${built}/$1/index.js` },
    ]
  : [];

export default defineConfig({
  resolve: { alias },
  test: {
    include: ["*.test.ts"],
    globalSetup: [isBuilt ? `${built}/testing/vitest.js` : "sparktide/testing/vitest"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
