import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bridgeText } from "../../../src/javascript/bridge-text.js";
import { workerArtifactName, workerProgram } from "../../../src/javascript/worker-program.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sparktide-test-"));
  for (const name of ["files", "local", "pyspark"]) mkdirSync(join(folder, name));
  // The only names that the bridge imports from PySpark here.
  writeFileSync(
    join(folder, "pyspark", "__init__.py"),
    `import os
class SparkFiles:
    def getRootDirectory():
        return os.environ["FILES_ROOT"]
class TaskContext:
    def get():
        return None
`,
  );
  const program = workerProgram();
  writeFileSync(join(folder, "files", workerArtifactName(program)), program.gzip);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Calls a method in Node.js beside a Python that has a limit of its virtual memory. Returns the error. */
function failureWithin(limitMb: number, text: string, heapMb?: number): string {
  const spec = bridgeText({
    code: { form: "expression", text, name: "hoard" },
    runtime: {
      worker: workerProgram().sha256,
      node: { minimum: "20.19.0", paths: [process.execPath] },
    },
    settings: { heapMb },
  });
  const script = `${spec}
import resource
resource.setrlimit(resource.RLIMIT_AS, (${limitMb} << 20, ${limitMb} << 20))
module = bridge()
try:
    module.call(SPEC, "object", {}, "fill")
except module.JavaScriptFunctionError as error:
    print(str(error).split("\\n")[0])
print(len(module.CHILDREN), "children")
`;
  const python = spawnSync("python3", ["-B", "-c", script], {
    encoding: "utf8",
    env: {
      ...process.env,
      PYTHONPATH: folder,
      FILES_ROOT: join(folder, "files"),
      SPARK_LOCAL_DIRS: join(folder, "local"),
    },
  });
  const [error = "", children] = python.stdout.split("\n");
  expect(children).toBe("0 children");
  return error;
}

const HOARD = `(class { fill() { const held = []; for (;;) held.push(new Array(1000).fill(held.length)); } })`;

// macOS does not hold this limit.
describe.runIf(process.platform === "linux")("a worker with a limit of its virtual memory", () => {
  it("says the limit and the setting if Node.js cannot start within it", () => {
    expect(failureWithin(512, HOARD)).toMatch(
      /^\[JAVASCRIPT_MEMORY_LIMIT\] Node\.js did not start, because this worker may use only 512 MB .* Spark divides spark\.executor\.pyspark\.memory by the cores of the executor\. Raise or unset it\. Node\.js printed: Fatal/,
    );
  });

  it("says the limit and the setting if a function comes to it", () => {
    expect(failureWithin(1600, HOARD)).toMatch(
      /^\[JAVASCRIPT_MEMORY_LIMIT\] hoard needed more than the 1600 MB of virtual memory that this worker may use\. .*spark\.executor\.pyspark\.memory/,
    );
  });

  it("names heapMb if a function comes to that limit first", () => {
    expect(failureWithin(2048, HOARD, 32)).toMatch(
      /^\[JAVASCRIPT_OUT_OF_MEMORY\] hoard needed more memory than the heap limit of heapMb: 32\./,
    );
  });
});
