import { getContainerRuntimeClient } from "testcontainers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workerChecks } from "../../src/cli/doctor/worker-checks.js";
import { DataSource, udf } from "../../src/cluster/index.js";
import { JavaScriptRuntime } from "../../src/connection/javascript/javascript-runtime.js";
import { SparkSession } from "../../src/index.js";
import {
  SparkConnectContainer,
  type StartedSparkConnectContainer,
} from "../../src/testing/index.js";
import { eventually } from "../support/eventually.js";
import { imageOptions } from "./image-options.js";

class Pages extends DataSource<{ count: string }> {
  override schema(): string {
    return "page INT";
  }

  override *read(): Generator<object> {
    for (let page = 0; page < Number(this.options.count); page++) yield { page };
  }
}

describe("the image of docker/", () => {
  let spark: StartedSparkConnectContainer;
  beforeAll(async () => {
    const container = await SparkConnectContainer.build(imageOptions());
    spark = await container.withSparkUi().start();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("runs as a non-root user who may only write to the data of Spark", async () => {
    const { output } = await spark.exec([
      "sh",
      "-c",
      "id -u; id -g; touch /opt/sparktide/x /etc/x 2>&1; touch /data/x && echo written",
    ]);
    expect(output).toMatch(/^185\n185\n/);
    expect(output.match(/Permission denied/g)).toHaveLength(2);
    expect(output).toContain("written");
  });

  it("is healthy once it answers an RPC with its token", async () => {
    const { container } = await getContainerRuntimeClient();
    const healthy = await eventually(
      async () => {
        const { Health: health } = (await container.inspect(container.getById(spark.getId())))
          .State;
        return health?.Status === "healthy" && health;
      },
      { withinMs: 120_000 },
    );
    expect(healthy.Log.at(-1)?.Output).toMatch(/^4\.\d+\.\d+/);
  });

  it("is unhealthy if Spark refuses its token", async () => {
    const check = "SPARK_CONNECT_AUTHENTICATE_TOKEN=wrong python /opt/sparktide/healthcheck.py";
    const { exitCode, output } = await spark.exec(["sh", "-c", check]);
    expect(exitCode).toBe(1);
    expect(output).toContain("UNAUTHENTICATED");
  });

  it("runs Python workers that import compiled PySpark", async () => {
    await using session = await SparkSession.builder().remote(spark.url).create();
    const version = await session.version();
    const checks = await workerChecks(session, version, AbortSignal.timeout(120_000));
    expect(checks).toMatchObject([
      { name: "workers", status: "ok" },
      { name: "bytecode", status: "ok" },
    ]);
  });

  it("runs functions and sources in TypeScript with its own Node.js, so that the client sends none", async () => {
    await using session = await SparkSession.builder().remote(spark.url).create();
    const { connection } = session["context"];
    const { node } = await connection.part(JavaScriptRuntime).get();
    expect(node).toEqual({ paths: [process.execPath, "node"], minimum: "20.19.0" });

    await session.dataSource.register(Pages);
    const version = udf((page: number) => `${page}: ${process.version}`, "string");
    const rows = await session.read
      .format("pages")
      .option("count", "2")
      .load()
      .select("page", version("page").alias("version"))
      .collect();
    const { output } = await spark.exec(["node", "--version"]);
    expect(rows).toEqual([
      { page: 0, version: `0: ${output.trim()}` },
      { page: 1, version: `1: ${output.trim()}` },
    ]);
  });

  it("refuses callers without its token", async () => {
    const stranger = spark.url.replace(/token=[^;]+/, "token=guessed");
    await expect(SparkSession.builder().remote(stranger).create()).rejects.toThrow(/token/i);
  });

  it("serves Spark's web interface if requested", async () => {
    const page = await fetch(`${spark.uiUrl ?? ""}/`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("Spark");
  });

  it("does not start without a token, and says how to create one", async () => {
    const { container } = await getContainerRuntimeClient();
    const { Image: name } = (await container.inspect(container.getById(spark.getId()))).Config;
    const nameless = await container.create({ Image: name });
    try {
      await container.start(nameless);
      const { StatusCode: exitCode } = (await nameless.wait()) as { readonly StatusCode: number };
      const log = (await nameless.logs({ stdout: true, stderr: true })).toString("utf8");
      expect(exitCode).toBe(64);
      expect(log).toContain("openssl rand -hex 32");
    } finally {
      await container.remove(nameless);
    }
  });
});
