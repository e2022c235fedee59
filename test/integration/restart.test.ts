import { afterEach, describe, expect, it } from "vitest";
import { SessionError, SparkSession } from "../../src/index.js";
import { LocalSpark } from "../../src/local/index.js";
import { portAndToken } from "../support/spark-address.js";

describe("a server killed and started again on the same port", () => {
  const servers: LocalSpark[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop(3_000);
  });

  async function startServer(port = 0): Promise<LocalSpark> {
    const server = await LocalSpark.start({ delta: false, port });
    servers.push(server);
    return server;
  }

  async function restart(server: LocalSpark): Promise<LocalSpark> {
    process.kill(server.pid, "SIGKILL");
    await server.closed;
    return startServer(portAndToken(server).port);
  }

  /** A session that, like a service, reads the current token for each connection. */
  function connect(current: () => LocalSpark): Promise<SparkSession> {
    return SparkSession.builder()
      .remote(`sc://localhost:${portAndToken(current()).port}`)
      .token(() => portAndToken(current()).token)
      .heartbeat(false)
      .create();
  }

  it("between queries: the next query fails with SessionError, and a new session works", async () => {
    let server = await startServer();
    const spark = await connect(() => server);
    await spark.range(1).createOrReplaceTempView("mine");
    server = await restart(server);
    await expect(spark.table("mine").count()).rejects.toBeInstanceOf(SessionError);
    await expect(spark.range(1).count()).rejects.toBeInstanceOf(SessionError);
    expect(spark.isStopped).toBe(true);
    await spark.stop();
    const next = await connect(() => server);
    expect(await next.range(3).count()).toBe(3);
    await next.stop();
  });

  it("during a query: the reader gets an error about the lost session, never a partial result", async () => {
    let server = await startServer();
    const spark = await connect(() => server);
    const slow = await spark.sql(
      "SELECT id, java_method('java.lang.Thread', 'sleep', 100L) FROM range(0, 1000, 1, 1000)",
    );
    let seen = 0;
    let restarted: Promise<LocalSpark> | undefined;
    const reading = (async () => {
      for await (const row of slow.toLocalIterator()) {
        expect(Number(row["id"])).toBe(seen);
        seen += 1;
        restarted ??= restart(server).then((next) => (server = next));
      }
    })();
    await expect(reading).rejects.toBeInstanceOf(SessionError);
    expect(seen).toBeGreaterThan(0);
    expect(seen).toBeLessThan(1000);
    await restarted;
    await spark.stop();
    const next = await connect(() => server);
    expect(await next.range(3).count()).toBe(3);
    await next.stop();
  });
});
