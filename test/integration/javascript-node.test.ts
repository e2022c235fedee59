import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { JavaScriptRuntime } from "../../src/connection/javascript/javascript-runtime.js";
import { SparkSession, type NodeChoice } from "../../src/index.js";
import { LOCATE_TEXT } from "../../src/javascript/bridge/locate-text.js";
import { NODE_BINARIES } from "../../src/javascript/node/node-binaries.js";
import type { RuntimeSpec } from "../../src/javascript/runtime-spec.js";
import { workerProgram } from "../../src/javascript/worker-program.js";
import { isSparkAtLeast } from "./support.js";

const calls: string[] = [];
function note(event: unknown): void {
  const { rpc, sessionId } = event as { rpc: string; sessionId: string };
  calls.push(`${sessionId} ${rpc}`);
}

function connect(node?: NodeChoice): Promise<SparkSession> {
  const builder = SparkSession.builder().remote(inject("sparkUrl"));
  return (node === undefined ? builder : builder.javascript({ node })).create();
}

function runtimeOf(spark: SparkSession): JavaScriptRuntime {
  return spark["context"].connection.part(JavaScriptRuntime);
}

/** What locate() finds in a worker of the session: both paths, the version of Node.js, the worker program's text. */
async function located(spark: SparkSession, runtime: RuntimeSpec): Promise<Located> {
  const source = `${LOCATE_TEXT}
import json

def located(runtime):
    node, worker = locate(json.loads(runtime))
    said = subprocess.run([node, "--version"], stdout=subprocess.PIPE).stdout.decode().strip()
    with open(worker) as file:
        return json.dumps({"node": node, "version": said, "worker": worker, "text": file.read()})
`;
  await spark.udf.registerPython("located", { source, function: "located", returnType: "string" });
  const df = await spark.sql("SELECT located(?)", [JSON.stringify(runtime)]);
  return JSON.parse((await df.collect({ rowMode: "array" }))[0]?.[0] as string) as Located;
}

interface Located {
  readonly node: string;
  readonly version: string;
  readonly worker: string;
  readonly text: string;
}

describe("Node.js on the workers", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    unsubscribe("sparktide:rpc", note);
    calls.length = 0;
  });

  it("auto finds the client's own executable on the workers, and sends the worker program once", async () => {
    await using spark = await connect();
    const runtime = await runtimeOf(spark).get();
    expect(runtime.node.paths).toEqual([process.execPath, "node"]);
    expect(runtime.node.upload).toBeUndefined();
    const found = await located(spark, runtime);
    expect(found).toMatchObject({ node: process.execPath, version: process.version });
    expect(found.text.length).toBeGreaterThan(0);

    subscribe("sparktide:rpc", note);
    expect(await runtimeOf(spark).get()).toBe(runtime);
    expect(calls).toEqual([]);
  });

  it("upload sends a Node.js that the workers unpack, check and run, without a second download", async () => {
    const here = `${process.platform}-${process.arch}`;
    const binary = NODE_BINARIES.find(({ platform }) => platform === here);
    expect(binary, `a binary for ${here}`).toBeDefined();
    const version = `v${binary?.version ?? ""}`;
    await using first = await connect("upload");
    subscribe("sparktide:rpc", note);
    const runtime = await runtimeOf(first).get();
    const sends = (session: SparkSession): number =>
      calls.filter((call) => call === `${session.sessionId} AddArtifacts`).length;
    // The worker program, and Node.js.
    expect(sends(first)).toBe(2);
    expect(runtime.node).toMatchObject({ paths: [], upload: { sha256: binary?.sha256 } });
    const found = await located(first, runtime);
    expect(found).toMatchObject({
      version,
      node: expect.stringContaining(binary?.sha256 ?? "") as string,
    });
    expect(found.worker).toContain((await workerProgram()).sha256);

    // Without npm on PATH, a download would fail.
    const empty = await mkdtemp(join(tmpdir(), "sparktide-test-"));
    vi.stubEnv("PATH", empty);
    await using second = await connect("upload");
    expect(await runtimeOf(second).get()).toEqual(runtime);
    expect((await located(second, runtime)).node).toBe(found.node);
    await rm(empty, { recursive: true });

    if (!isSparkAtLeast(4, 1)) return;
    await using clone = await second.cloneSession();
    expect(await runtimeOf(clone).get()).toEqual(runtime);
    expect(sends(clone)).toBe(0);
  });
});
