import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { SparkSession } from "../../src/index.js";
import { LocalSpark } from "../../src/local/index.js";
import { eventually } from "../support/eventually.js";
import { listeningAddresses } from "../support/listening-addresses.js";

/** A small server, because these tests run beside the Spark that all other tests share. */
const SMALL = { heapMb: 512, delta: false, javaOptions: ["-XX:TieredStopAtLevel=1"] };

/** The memory of a process from /proc; empty without /proc or such a process. */
function mappedFiles(pid: number): string {
  const path = `/proc/${pid}/maps`;
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Pids of running processes with `text` in their environment. Works on Linux only. */
function processesWith(text: string): string[] {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const dead = /\) [ZX] /.test(readFileSync(`/proc/${name}/stat`, "latin1"));
      return !dead && readFileSync(`/proc/${name}/environ`, "latin1").includes(text);
    } catch {
      return false;
    }
  });
}

/** The answer of Spark's own protocol to a request for a file without a secret. */
async function askForFile(port: number, path: string): Promise<string> {
  const socket = createConnection({ port, host: "127.0.0.1" });
  // A frame: its length, the kind of message (6: request for a stream), the length of a text, the text.
  const frame = Buffer.alloc(13 + path.length);
  frame.writeBigInt64BE(BigInt(frame.length));
  frame.writeUInt8(6, 8);
  frame.writeInt32BE(path.length, 9);
  frame.write(path, 13);
  socket.end(frame);
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString("latin1");
}

describe("LocalSpark", () => {
  it("can be stopped twice, and its second start uses the class-data archive of the first and has a web interface", async () => {
    const first = await LocalSpark.start(SMALL);
    expect(first.sparkVersion).toMatch(/^4\./);
    await first.stop();
    await first.stop();
    expect(() => process.kill(first.pid, 0)).toThrow(/ESRCH/);
    expect(await first.closed).toBe(143);

    const conf = { "spark.ui.enabled": "true" };
    await using second = await LocalSpark.start({ ...SMALL, conf });
    expect(second.url).not.toBe(first.url);
    // The web interface, which listens on loopback only.
    expect(second.uiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(second.uiUrl ?? "")).status).toBe(200);
    if (process.platform === "linux") {
      expect(mappedFiles(second.pid)).toMatch(/class-data\/spark-[^ ]*\.jsa/);
    }
    // The second server refuses the token of the first.
    const stale = second.url.replace(/token=.*/, /token=.*/.exec(first.url)?.[0] ?? "");
    await expect(
      SparkSession.builder()
        .remote(stale)
        .create()
        .then((spark) => spark.version()),
    ).rejects.toMatchObject({ name: "SparkConnectionError" });
  });

  it("refuses requests without its secrets on the ports of Connect and of the driver", async () => {
    await using server = await LocalSpark.start(SMALL);
    await expect(
      SparkSession.builder()
        .remote(server.url.replace(/;token=.*/, ""))
        .create(),
    ).rejects.toMatchObject({ name: "SparkConnectionError" });
    await using spark = await SparkSession.builder().remote(server.url).create();
    const port = Number(await spark.conf.get("spark.driver.port"));
    expect(await askForFile(port, "/files/any")).toContain("Unauthenticated call");
  });

  it("reports a port in use before it starts a process", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    await expect(LocalSpark.start({ ...SMALL, port })).rejects.toMatchObject({
      name: "LocalSparkError",
      code: "PORT_IN_USE",
      message: expect.stringContaining(String(port)) as string,
    });
    await new Promise((resolve) => other.close(resolve));
  });

  it("fails at once with the server's log if Java ends before the server is ready", async () => {
    const javaOptions = ["--no-such-option"];
    await expect(LocalSpark.start({ ...SMALL, javaOptions })).rejects.toMatchObject({
      code: "SERVER_EXITED",
      exitCode: 1,
      logTail: expect.stringContaining("--no-such-option") as string,
    });
  });

  it("rejects with the reason of an aborted signal, and leaves no process", async () => {
    const marker = `abort-${process.pid}-${Date.now()}`;
    const aborting = new AbortController();
    const reason = new Error("changed my mind");
    const starting = LocalSpark.start({
      ...SMALL,
      env: { MARKER: marker },
      signal: aborting.signal,
      onProgress: ({ step, elapsedMs }) => {
        if (step === "server" && elapsedMs >= 900) aborting.abort(reason);
      },
    });
    await expect(starting).rejects.toBe(reason);
    if (process.platform === "linux") expect(processesWith(marker)).toEqual([]);
  });

  it.runIf(process.platform === "linux")(
    "listens on loopback only, with web interface and Python workers",
    async () => {
      const MARKER = `listen-${process.pid}-${Date.now()}`;
      const conf = { "spark.ui.enabled": "true" };
      await using local = await LocalSpark.start({ ...SMALL, conf, env: { MARKER } });
      await using spark = await SparkSession.builder().remote(local.url).create();
      await spark.range(10).repartition(2).count();
      await expect(spark.read.format("no_such_source").load().schema()).rejects.toThrow();
      const pids = processesWith(MARKER);
      expect(pids.length).toBeGreaterThan(1);
      const addresses = listeningAddresses(pids);
      // Spark Connect, the web interface, the driver, its blocks.
      expect(addresses.length).toBeGreaterThanOrEqual(4);
      expect([...new Set(addresses)]).toEqual(["127.0.0.1"]);
    },
  );

  it.runIf(process.platform === "linux")(
    "leaves no process 10 s after its owner was killed, not even Python workers",
    async () => {
      const marker = `kill-${process.pid}-${Date.now()}`;
      const local = new URL("../../dist/local/index.js", import.meta.url).href;
      const script = `
        const { LocalSpark } = await import(${JSON.stringify(local)});
        const spark = await LocalSpark.start(${JSON.stringify({ ...SMALL, env: { MARKER: marker } })});
        console.log(spark.url);
        setInterval(() => undefined, 1000);`;
      const owner = spawn(process.execPath, ["--input-type=module", "-e", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const url = await new Promise<string>((resolve) => {
        createInterface({ input: owner.stdout }).once("line", resolve);
      });
      const spark = await SparkSession.builder().remote(url).create();
      // Spark asks a Python worker about the source, and keeps the daemon of the workers running.
      const asked = spark.read.format("no_such_source").load().schema();
      await expect(asked).rejects.toThrow();
      await spark.stop();
      const commands = processesWith(marker).map((pid) =>
        readFileSync(`/proc/${pid}/cmdline`, "utf8"),
      );
      expect(commands.filter((command) => command.includes("pyspark.daemon"))).not.toEqual([]);

      owner.kill("SIGKILL");
      await eventually(() => processesWith(marker).length === 0, { withinMs: 10_000 });
    },
  );
});
