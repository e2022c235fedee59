import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SparkSession } from "../../src/index.js";
import { inferRestSchema, rest } from "../../src/sources/index.js";
import { connect, isSparkAtLeast, replayEgress, uniquePath } from "./support.js";

const { baseUrl: api, ...egress } = replayEgress();

describe("rest with windowStep", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect(rest);
    await fetch(`${api}/__reset`, { method: "POST" });
  });
  afterAll(async () => {
    await spark.stop();
  });

  /** Twelve days with a reading every six hours. */
  const options = {
    url: `${api}/readings?from={start}&to={end}&every=21600&inclusive=1`,
    windowStep: "3 days",
    initialOffset: "2025-01-01",
    finalOffset: "2025-01-13",
    positionFormat: "date",
    inclusiveEnd: true,
    partitions: 2,
    ...egress,
  } as const;
  const typed = { outputType: "columns", schema: "n bigint, at timestamp" } as const;

  /** The windows that the API was asked for since the last call, in order. */
  async function asked(): Promise<string[]> {
    const journal = (await (await fetch(`${api}/__journal`)).json()) as {
      path: string;
      query: { from: string; to: string };
    }[];
    await fetch(`${api}/__journal`, { method: "DELETE" });
    return journal
      .filter(({ path }) => path === "/readings")
      .map(({ query }) => `${query.from}..${query.to}`)
      .sort();
  }

  const windows = [
    "2025-01-01..2025-01-03",
    "2025-01-04..2025-01-06",
    "2025-01-07..2025-01-09",
    "2025-01-10..2025-01-12",
  ];

  it("reads each window once in a batch, with typed rows", async () => {
    const texts = rest.options({ ...options, ...typed });
    const rows = await spark.read.format("rest").options(texts).load().collect();
    expect(new Set(rows.map((row): bigint | null => row.n)).size).toBe(48);
    expect(rows).toHaveLength(48);
    expect(await asked()).toEqual(windows);
  });

  it("infers a schema from the first window", async () => {
    expect(await inferRestSchema(spark, options)).toBe("n BIGINT, at STRING, value BIGINT");
    expect(await asked()).toEqual(windows.slice(0, 1));
  });

  it.skipIf(!isSparkAtLeast(4, 2))(
    "reads all windows that are over with availableNow, and the next run only the new windows",
    async () => {
      const path = uniquePath("windows");
      for (const [finalOffset, fresh] of [
        ["2025-01-07", windows.slice(0, 2)],
        ["2025-01-13", windows.slice(2)],
      ] as const) {
        const query = await spark.readStream
          .format("rest")
          .options(rest.options({ ...options, ...typed, finalOffset }))
          .load()
          .writeStream.format("parquet")
          .option("checkpointLocation", `${path}-checkpoint`)
          .trigger({ availableNow: true })
          .start(path);
        expect(await query.awaitTermination({ timeoutMs: 60_000 })).toBe(true);
        expect(await asked()).toEqual(fresh);
      }
      const written = spark.read
        .parquet(path)
        .selectExpr("count(*) AS rows", "count(DISTINCT n) AS n");
      expect(await written.collect()).toEqual([{ rows: 48n, n: 48n }]);
    },
  );
});
