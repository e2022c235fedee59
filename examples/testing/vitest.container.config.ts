import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// In sparktide's own repository, use the package in dist/. Your project needs no alias.
const built = fileURLToPath(new URL("../../dist", import.meta.url));
const alias = existsSync(`${built}/index.js`)
  ? [
      { find: /^sparktide$/, replacement: `${built}/index.js` },
      { find: /^sparktide\/(\w+)$/, replacement: `${built}/$1/index.js` },
    ]
  : [];

export default defineConfig({
  resolve: { alias },
  test: { include: ["*.vitest.ts"], testTimeout: 60_000 },
});
