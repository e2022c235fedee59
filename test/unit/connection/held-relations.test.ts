import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ArgumentError, SparkSession, StructType } from "../../../src/index.js";
import type { Relation } from "../../../src/plan/relation.js";
import { FakeSparkServer, never, type Script } from "../support/fake-spark-server.js";

const LIMITS: Record<string, string> = {
  CacheThreshold: "100000",
  SizeLimit: "2000000b",
  ChunkSizeRows: "3000",
  ChunkSizeBytes: "1000000",
  BatchOfChunksSizeBytes: "1000000",
};
const SCHEMA = "id BIGINT NOT NULL, text STRING";

/** A server that remembers the names of its artifacts. */
async function start(script: Script = {}, version = "4.3.0"): Promise<FakeSparkServer> {
  const names = new Set<string>();
  return FakeSparkServer.start({
    analyzePlan: ({ analyze }) =>
      analyze.case === "schema"
        ? { result: { case: "schema", value: { schema: { kind: { case: "struct", value: {} } } } } }
        : { result: { case: "sparkVersion", value: { version } } },
    config: ({ operation }) => {
      const { opType } = operation ?? {};
      const keys = opType?.case === "getOption" ? opType.value.keys : [];
      const limit = (key: string): string | undefined =>
        LIMITS[key.split("localRelation")[1] ?? ""];
      return {
        pairs: keys.map((key) => {
          const value = limit(key);
          return { key, ...(value !== undefined && { value }) };
        }),
      };
    },
    artifactStatus: ({ names: asked }) => ({
      statuses: Object.fromEntries(asked.map((name) => [name, { exists: names.has(name) }])),
    }),
    addArtifacts: async (requests) => {
      const artifacts: { name: string; isCrcSuccessful: boolean }[] = [];
      for await (const { payload } of requests) {
        if (payload.case === "batch") artifacts.push(...payload.value.artifacts.map(summary));
        if (payload.case === "beginChunk") artifacts.push(summary(payload.value));
      }
      for (const { name } of artifacts) names.add(name);
      return { artifacts };
    },
    ...script,
  });
}

function summary({ name }: { name: string }): { name: string; isCrcSuccessful: boolean } {
  return { name, isCrcSuccessful: true };
}

function connect(fake: FakeSparkServer): Promise<SparkSession> {
  return SparkSession.builder().remote(fake.remote).create();
}

function rows(count: number): { id: number; text: string }[] {
  return Array.from({ length: count }, (_, id) => ({ id, text: `row number ${id}` }));
}

/** The relations of the schema requests that the server received. */
function asked(fake: FakeSparkServer): Relation["relType"][] {
  return fake.requests("analyzePlan").flatMap(({ analyze }) => {
    if (analyze.case !== "schema" || analyze.value.plan?.opType.case !== "root") return [];
    let { relType } = analyze.value.plan.opType.value;
    while (relType.case === "limit" && relType.value.input !== undefined)
      ({ relType } = relType.value.input);
    return [relType];
  });
}

describe("createDataFrame on any server", () => {
  it("sends small data in the plan, without other requests", async () => {
    using fake = await start();
    await using spark = await connect(fake);
    const before = fake.requests("config").length;
    await spark.createDataFrame(rows(10), SCHEMA).schema();
    expect(asked(fake)[0]?.case).toBe("localRelation");
    expect(fake.requests("config")).toHaveLength(before);
    expect(fake.requests("artifactStatus")).toHaveLength(0);
  });

  it("sends large data once, before its first use, in chunks of the server's size", async () => {
    using fake = await start();
    await using spark = await connect(fake);
    const df = spark.createDataFrame(rows(10_000), SCHEMA);
    const [one, other] = [df.limit(1), df.limit(2).limit(3)];
    expect(fake.requests("addArtifacts")).toHaveLength(0);
    await Promise.all([one.schema(), other.schema()]);
    const sent = fake.requests("addArtifacts").length;
    await one.schema();
    await other.schema();
    expect(fake.requests("addArtifacts")).toHaveLength(sent);
    const relations = asked(fake);
    expect(relations).toHaveLength(4);
    for (const relation of relations) {
      if (relation.case !== "chunkedCachedLocalRelation") throw new Error(relation.case);
      // At most 3000 rows per chunk, in batches of at most 1024.
      expect(relation.value.dataHashes.length).toBeGreaterThanOrEqual(4);
      expect(relation.value.dataHashes.length).toBeLessThanOrEqual(6);
      const schema = StructType.fromDDL(SCHEMA).json();
      expect(relation.value.schemaHash).toBe(createHash("sha256").update(schema).digest("hex"));
    }
  });

  it("sends a relation in one piece to Spark 4.0", async () => {
    using fake = await start({}, "4.0.2");
    await using spark = await connect(fake);
    await spark.createDataFrame(rows(10_000), SCHEMA).schema();
    expect(asked(fake)[0]?.case).toBe("cachedLocalRelation");
    expect(fake.requests("artifactStatus")).toHaveLength(1);
  });

  it("does not send data again that the session already has", async () => {
    using fake = await start();
    await using spark = await connect(fake);
    await spark.createDataFrame(rows(10_000), SCHEMA).schema();
    const sent = fake.requests("addArtifacts").length;
    await spark.createDataFrame(rows(10_000), SCHEMA).schema();
    expect(fake.requests("addArtifacts")).toHaveLength(sent);
    expect(asked(fake)[1]?.case).toBe("chunkedCachedLocalRelation");
  });

  it("is not affected by later changes of the rows", async () => {
    using fake = await start();
    await using spark = await connect(fake);
    const data = rows(10_000);
    const first = spark.createDataFrame(data, SCHEMA);
    for (const row of data) row.text = "changed";
    await first.schema();
    await spark.createDataFrame(rows(10_000), SCHEMA).schema();
    expect(asked(fake)[0]).toEqual(asked(fake)[1]);
  });

  it("retries a failed transfer at the next use", async () => {
    let failures = 0;
    using fake = await start({
      addArtifacts: async (requests) => {
        const iterator = requests[Symbol.asyncIterator]();
        while ((await iterator.next()).done !== true);
        failures++;
        return { artifacts: [] };
      },
    });
    await using spark = await connect(fake);
    const df = spark.createDataFrame(rows(10_000), SCHEMA);
    await expect(df.schema()).rejects.toMatchObject({ code: "ARTIFACT_CORRUPT" });
    await expect(df.schema()).rejects.toMatchObject({ code: "ARTIFACT_CORRUPT" });
    expect(failures).toBe(2);
  });

  it("refuses data above the server's size limit before sending it", async () => {
    using fake = await start();
    await using spark = await connect(fake);
    const huge = spark.createDataFrame(rows(100_000), SCHEMA).schema();
    await expect(huge).rejects.toBeInstanceOf(ArgumentError);
    await expect(huge).rejects.toThrow(/2000000 bytes.*localRelationSizeLimit/);
    expect(fake.requests("addArtifacts")).toHaveLength(0);
  });

  it("stops waiting for the transfer when aborted, with the signal's reason", async () => {
    using fake = await start({ addArtifacts: never });
    await using spark = await connect(fake);
    const controller = new AbortController();
    const reason = new Error("enough");
    const schema = spark
      .createDataFrame(rows(10_000), SCHEMA)
      .schema({ signal: controller.signal });
    setTimeout(() => {
      controller.abort(reason);
    }, 50);
    await expect(schema).rejects.toBe(reason);
  });
});

describe("createDataFrameFrom on any server", () => {
  it("sends each chunk before it reads the rows of the chunk after the next", async () => {
    using fake = await start();
    await using spark = await connect(fake);
    const sentAt: number[] = [];
    async function* source(): AsyncGenerator<{ id: number; text: string }> {
      for (const row of rows(12_000)) {
        sentAt.push(fake.requests("artifactStatus").length);
        yield await Promise.resolve(row);
      }
    }
    const df = await spark.createDataFrameFrom(source(), SCHEMA);
    // A chunk is complete when the next batch of 1024 rows is encoded.
    expect(sentAt[4_500]).toBeGreaterThanOrEqual(1);
    expect(sentAt[11_999]).toBeGreaterThanOrEqual(3);
    await df.schema();
    const [relation] = asked(fake);
    if (relation?.case !== "chunkedCachedLocalRelation") throw new Error(relation?.case);
    expect(relation.value.dataHashes.length).toBeGreaterThanOrEqual(4);
  });

  it("sends a few rows in the plan", async () => {
    using fake = await start();
    await using spark = await connect(fake);
    await (await spark.createDataFrameFrom(rows(5), SCHEMA)).schema();
    await (await spark.createDataFrameFrom([], SCHEMA)).schema();
    expect(asked(fake).map((relation) => relation.case)).toEqual([
      "localRelation",
      "localRelation",
    ]);
  });

  it("refuses rows that are not iterable, and SQL that is not a string, before any call", async () => {
    using fake = await start();
    await using spark = await connect(fake);
    const calls = fake.requests("config").length;
    for (const given of [undefined, null, 5, "rows", {}, Promise.resolve([])])
      await expect(spark.createDataFrameFrom(given as never, SCHEMA)).rejects.toThrow(
        /createDataFrameFrom\(\) needs an iterable or async iterable of rows, got /,
      );
    for (const given of [undefined, null, 5, {}])
      await expect(spark.sql(given as never)).rejects.toThrow(ArgumentError);
    expect(fake.requests("config")).toHaveLength(calls);
    expect(fake.requests("executePlan")).toEqual([]);
  });

  it("names the row of a wrong value, and closes the source", async () => {
    using fake = await start();
    await using spark = await connect(fake);
    let isEnded = false;
    async function* source(): AsyncGenerator<unknown[]> {
      try {
        for (let id = 0; ; id++) yield await Promise.resolve([id === 5_000 ? "x" : id, null]);
      } finally {
        isEnded = true;
      }
    }
    const failed = spark.createDataFrameFrom(source(), SCHEMA);
    await expect(failed).rejects.toThrow("Column id, row 5000: string");
    expect(isEnded).toBe(true);
  });

  it("rejects with the signal's reason while it waits for the source", async () => {
    using fake = await start();
    await using spark = await connect(fake);
    const controller = new AbortController();
    const reason = new Error("enough");
    const silent = { [Symbol.asyncIterator]: () => ({ next: never }) };
    const waiting = spark.createDataFrameFrom(silent, SCHEMA, { signal: controller.signal });
    setTimeout(() => {
      controller.abort(reason);
    }, 50);
    await expect(waiting).rejects.toBe(reason);
  });
});
