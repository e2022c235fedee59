import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { JavaScriptRuntime } from "../../../src/connection/javascript/javascript-runtime.js";
import { SparkSession, type NodeChoice } from "../../../src/index.js";
import { workerProgram } from "../../../src/javascript/worker-program.js";
import { Failure, FakeSparkServer } from "../support/fake-spark-server.js";

/** A server that notes which artifacts arrive. `gate` runs before each answer. */
function start(
  names: string[],
  gate: () => Promise<void> = () => Promise.resolve(),
): Promise<FakeSparkServer> {
  return FakeSparkServer.start({
    analyzePlan: () => ({ result: { case: "sparkVersion", value: { version: "4.2.1" } } }),
    addArtifacts: async (requests) => {
      const artifacts: { name: string; isCrcSuccessful: boolean }[] = [];
      for await (const { payload } of requests) {
        if (payload.case === "beginChunk")
          artifacts.push({ name: payload.value.name, isCrcSuccessful: true });
        if (payload.case !== "batch") continue;
        for (const { name } of payload.value.artifacts) {
          artifacts.push({ name, isCrcSuccessful: true });
        }
      }
      await gate();
      names.push(...artifacts.map(({ name }) => name));
      return { artifacts };
    },
  });
}

async function connect(fake: FakeSparkServer, node: NodeChoice): Promise<SparkSession> {
  return SparkSession.builder().remote(fake.remote).javascript({ node }).create();
}
function runtimeOf(spark: SparkSession): JavaScriptRuntime {
  return spark["context"].connection.part(JavaScriptRuntime);
}

describe("the JavaScript runtime of a session", () => {
  it("is sent at its first use, once for all callers, under the digest of its content", async () => {
    const names: string[] = [];
    using fake = await start(names);
    await using spark = await connect(fake, "/opt/node/bin/node");
    expect(names).toEqual([]);
    const runtime = runtimeOf(spark);
    const [one, other] = await Promise.all([runtime.get(), runtime.get()]);
    const { sha256 } = workerProgram();
    expect(one).toEqual({
      worker: sha256,
      node: { paths: ["/opt/node/bin/node"], minimum: "20.19.0" },
    });
    expect(other).toBe(one);
    expect(await runtime.get()).toBe(one);
    expect(names).toEqual([`files/sparktide-${sha256}-worker.mjs.gz`]);
  });
  it("is tried again after a failure", async () => {
    let failures = 1;
    const names: string[] = [];
    using fake = await start(names, () =>
      failures-- > 0
        ? Promise.reject(new Failure(status.INTERNAL, "disk full"))
        : Promise.resolve(),
    );
    await using spark = await connect(fake, "path");
    await expect(runtimeOf(spark).get()).rejects.toThrow("disk full");
    expect((await runtimeOf(spark).get()).node.paths).toEqual(["node"]);
    expect(names).toHaveLength(1);
  });
  it("continues for the next caller if a caller aborts", async () => {
    let resolve: () => void = () => undefined;
    const open = new Promise<void>((settle) => (resolve = settle));
    const names: string[] = [];
    using fake = await start(names, () => open);
    await using spark = await connect(fake, "path");
    const aborted = new AbortController();
    const first = runtimeOf(spark).get(aborted.signal);
    aborted.abort(new Error("enough"));
    await expect(first).rejects.toThrow("enough");
    await expect(runtimeOf(spark).get(AbortSignal.abort(new Error("early")))).rejects.toThrow(
      "early",
    );
    resolve();
    expect((await runtimeOf(spark).get()).node.paths).toEqual(["node"]);
    expect(names).toHaveLength(1);
  });
});
