import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SparkSession, type SparkSessionBuilder } from "../../../src/index.js";
import { FakeSparkServer, unavailable } from "../support/fake-spark-server.js";

let server: FakeSparkServer;
let failures = 0;
const made = new Set<SparkSession>();
beforeEach(async () => {
  failures = 0;
  server = await FakeSparkServer.start({
    analyzePlan: () => {
      if (failures-- > 0) throw unavailable;
      return { result: { case: "sparkVersion", value: { version: "4.2.1" } } };
    },
  });
});
afterEach(async () => {
  await Promise.all([...made].map((session) => session.stop()));
  made.clear();
  server.stop();
});

function builder(parameters = ""): SparkSessionBuilder {
  return SparkSession.builder().remote(`${server.remote}/;${parameters}`).heartbeat(false);
}

async function getOrCreate(of: SparkSessionBuilder): Promise<SparkSession> {
  const session = await of.getOrCreate();
  made.add(session);
  return session;
}

/** The configuration that the client set, in the order of its calls. */
function pairsSet(): string[] {
  return server.requests("config").flatMap(({ operation }) => {
    const type = operation?.opType;
    return type?.case === "set" ? type.value.pairs.map(({ key, value }) => `${key}=${value}`) : [];
  });
}

describe("getOrCreate()", () => {
  it("returns one session to concurrent calls, and applies the settings of each call", async () => {
    const sessions = await Promise.all(
      ["1", "2", "3"].map((value) => getOrCreate(builder().config("a", value))),
    );
    expect(new Set(sessions).size).toBe(1);
    expect(new Set(server.requests("analyzePlan").map(({ sessionId }) => sessionId)).size).toBe(1);
    expect(pairsSet()).toEqual(["a=1", "a=2", "a=3"]);
  });

  it("creates another session for another user or session id, and create() always does", async () => {
    const id = "00112233-4455-6677-8899-aabbccddeeff";
    const sessions = await Promise.all([
      getOrCreate(builder()),
      getOrCreate(builder().userId("someone else")),
      getOrCreate(builder().sessionId(id)),
      getOrCreate(builder().sessionId(id)),
      builder().create(),
    ]);
    for (const session of sessions) made.add(session);
    expect(new Set(sessions).size).toBe(4);
  });

  it("creates a new session as soon as stop() of the previous session is called", async () => {
    const first = await getOrCreate(builder());
    const stopping = first.stop();
    expect(first.isStopped).toBe(true);
    const second = await getOrCreate(builder());
    expect(second).not.toBe(first);
    await stopping;
    expect(second.isStopped).toBe(false);
  });

  it("connects again for the next call after a failed connection", async () => {
    failures = 1;
    const quick = { maxRetries: 0, initialBackoffMs: 1, maxBackoffMs: 1 } as const;
    const once = { ...quick, backoffMultiplier: 1, jitterMs: 0 };
    const policy = { ...once, minJitterThresholdMs: 1, maxServerRetryDelayMs: 1 };
    const [failed, second] = await Promise.allSettled([
      getOrCreate(builder().retryPolicy(policy)),
      getOrCreate(builder().retryPolicy(policy)),
    ]);
    expect(failed).toMatchObject({ status: "rejected", reason: { code: "UNAVAILABLE" } });
    expect(second).toMatchObject({ status: "fulfilled" });
  });

  it.each<[string, (of: SparkSessionBuilder) => SparkSessionBuilder]>([
    ["token", (of) => of.token("other")],
    ["tls", (of) => of.tls({ serverName: "x" })],
    ["keepalive", (of) => of.keepalive({ timeMs: 1_000 })],
    ["appName", (of) => of.appName("other")],
    ["heartbeat", (of) => of.heartbeat({ intervalMs: 1_000 })],
    ["javascript", (of) => of.javascript({ node: "path" })],
    ["sparktide.pythonVersion", (of) => of.config("sparktide.pythonVersion", "3.9")],
  ])("refuses a different %s, names it and changes nothing", async (name, change) => {
    const live = await getOrCreate(builder("token=secret").appName("mine"));
    const before = server.calls.length;
    const refused = change(builder("token=secret").config("b", 1)).getOrCreate();
    await expect(refused).rejects.toMatchObject({ name: "ArgumentError" });
    await expect(refused).rejects.toThrow(`other settings for ${name},`);
    await expect(refused).rejects.not.toThrow(/secret/);
    expect(server.calls).toHaveLength(before);
    expect(await getOrCreate(builder("token=secret").appName("mine"))).toBe(live);
    expect(await getOrCreate(builder())).toBe(live);
  });

  it("names each differing key of the connection string", async () => {
    await getOrCreate(builder("x-team=one"));
    const other = builder("x-team=two;grpc_max_message_size=1000;use_ssl=false").getOrCreate();
    await expect(other).rejects.toThrow("for use_ssl, grpc_max_message_size, x-team,");
  });
});
