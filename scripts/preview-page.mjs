/**
 * `node scripts/preview-page.mjs [--streams 100] [--port 8090] [--token TOKEN]`: builds the monitor's page, and shows it
 * with streams that do not exist, until Ctrl-C. For work on src/monitor/page/.
 */
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { rolldown } from "rolldown";
import { monitorPage, PAGE_COMMENT, writeModule } from "./build-page.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Bundles the fake monitor of the tests, because Node 20 does not run TypeScript. */
async function loadFakeMonitor() {
  const folder = join(root, "build", "preview");
  rmSync(folder, { recursive: true, force: true });
  const graph = await rolldown({
    input: join(root, "test/support/fake-monitor.ts"),
    platform: "node",
  });
  await graph.write({ dir: folder, entryFileNames: "fake-monitor.mjs" });
  await graph.close();
  return import(pathToFileURL(join(folder, "fake-monitor.mjs")).href);
}

const { values } = parseArgs({
  options: {
    streams: { type: "string", default: "100" },
    port: { type: "string", default: "8090" },
    token: { type: "string" },
  },
});
const text = await monitorPage(root);
writeModule(join(root, "src/gen/files"), "monitor-page", PAGE_COMMENT, "build-page.mjs", text);
const { FakeMonitor } = await loadFakeMonitor();
const monitor = await FakeMonitor.start({
  streams: Number(values.streams),
  pipelines: ["markets", "reports"],
  port: Number(values.port),
  beatMs: 2_000,
  ...(values.token === undefined ? {} : { token: values.token }),
});
console.log(`The page: ${monitor.url}`);
