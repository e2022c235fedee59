import type { TestProject } from "vitest/node";
import { LocalSpark } from "../../src/local/index.js";
import { PackedProject } from "../support/packed-project.js";
import { BESIDE_TOOLS, TOOLS } from "./versions.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the project with the packed package and the tools. It has an empty folder for each environment. */
    readonly toolsFolder: string;
    /** Connection string of the Spark that all environments use. */
    readonly sparkRemote: string;
  }
}

/**
 * Installs the packed package and all tools once, because each installation takes longer than most tests. Starts one
 * Spark. SPARKTIDE_TEST_REMOTE: connection string of a server to use instead.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const packed = new PackedProject();
  const wanted = Object.entries({ ...TOOLS, ...BESIDE_TOOLS }).map(
    ([name, version]) => `${name}@${version}`,
  );
  // The packages bun and deno get their program from an installation script.
  packed.npm(["install", "--prefer-offline", "--ignore-scripts=false", ...wanted], {
    timeoutMs: 600_000,
  });
  const remote = process.env["SPARKTIDE_TEST_REMOTE"];
  const spark = remote === undefined ? await LocalSpark.start({ heapMb: 1024 }) : undefined;
  project.provide("toolsFolder", packed.folder);
  project.provide("sparkRemote", spark?.url ?? remote ?? "");
  return async () => {
    await spark?.stop();
    packed[Symbol.dispose]();
  };
}
