import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { JavaScriptRuntime } from "../../src/connection/javascript/javascript-runtime.js";
import { SparkSession, type NodeChoice } from "../../src/index.js";
import { LOCATE_TEXT } from "../../src/javascript/bridge/locate-text.js";
import { cachedNode } from "../../src/javascript/node/cached-node.js";
import { NODE_BINARIES } from "../../src/javascript/node/node-binaries.js";
import type { npmPack } from "../../src/javascript/node/npm-pack.js";
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
  beforeEach(() => {
    subscribe("sparktide:rpc", note);
  });
  afterEach(() => {
    unsubscribe("sparktide:rpc", note);
    calls.length = 0;
  });
  const sends = (spark: SparkSession): number =>
    calls.filter((call) => call === `${spark.sessionId} AddArtifacts`).length;

  it("auto finds the client's own executable on the workers, and sends the worker program once a session", async () => {
    await using spark = await connect();
    const runtime = await runtimeOf(spark).get();
    expect(runtime.node.paths).toEqual([process.execPath, "node"]);
    expect(runtime.node.upload).toBeUndefined();
    const found = await located(spark, runtime);
    expect(found).toMatchObject({ node: process.execPath, version: process.version });
    expect(found.worker).toContain(workerProgram().sha256);
    expect(found.text.length).toBeGreaterThan(0);

    const count = calls.length;
    expect(await runtimeOf(spark).get()).toBe(runtime);
    expect(calls).toHaveLength(count);
    expect(sends(spark)).toBe(1);
    // The first session's file is no use on hosts that only the second session reaches.
    await using second = await connect();
    expect(await runtimeOf(second).get()).toEqual(runtime);
    expect(sends(second)).toBe(1);
  });

  it("upload sends a Node.js that the workers unpack, check and run, and that a clone has already", async () => {
    const here = `${process.platform}-${process.arch}`;
    const binary = NODE_BINARIES.find(({ platform }) => platform === here);
    if (binary === undefined) throw new Error(`The client has no Node.js for ${here}.`);
    await using spark = await connect("upload");
    const runtime = await runtimeOf(spark).get();
    expect(runtime.node).toMatchObject({ paths: [], upload: { sha256: binary.sha256 } });
    const { node, version } = await located(spark, runtime);
    expect(node).toContain(binary.sha256);
    expect(version).toBe(`v${binary.version}`);
    expect(sends(spark)).toBe(2);

    const download = vi.fn<typeof npmPack>();
    await cachedNode(binary, { download });
    expect(download).not.toHaveBeenCalled();

    if (!isSparkAtLeast(4, 1)) return;
    await using clone = await spark.cloneSession();
    expect(await runtimeOf(clone).get()).toEqual(runtime);
    expect(sends(clone)).toBe(0);
  });
});
