import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  DataSource,
  type DataSourceStreamWriter,
  type DataSourceWriter,
  type StreamWriteSettings,
  type WriteSettings,
} from "../../src/cluster/index.js";
import type { SparkSession, StructType } from "../../src/index.js";
import { connect, uniquePath } from "./support.js";

/** A call that a writer reports to the test. */
interface Report {
  readonly call: "write" | "commit" | "abort";
  readonly rows?: readonly unknown[];
  readonly columns?: string;
  readonly messages?: readonly unknown[];
  readonly partitionId?: number;
  readonly attempt?: number;
  readonly batchId?: number;
  readonly queryId?: string;
  readonly overwrite?: boolean;
  readonly jobId?: string;
}

/** Values as text that shows their types. */
function typed(value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Map) return [...(value as Map<unknown, unknown>)].map(typed);
  if (Array.isArray(value)) return value.map(typed);
  if (typeof value !== "object" || value === null) return value;
  if (value.constructor !== Object)
    return `${value.constructor.name} ${(value as { toString: () => string }).toString()}`;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, typed(inner)]));
}

async function report(url: string, { ...what }: Report): Promise<void> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(what) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
}

/** Reports to the test's server what Spark calls, with which rows. */
class Webhook extends DataSource<{ url: string; failIn?: string }> {
  override writer(schema: StructType, settings: WriteSettings): DataSourceWriter {
    const { url, failIn } = this.options;
    return {
      async write(rows, task) {
        const all: unknown[] = [];
        for await (const row of rows) all.push(typed(row));
        if (failIn === String(task.partitionId)) throw new TypeError("no");
        await report(url, { call: "write", ...task, rows: all, columns: schema.toDDL() });
        return { written: all.length };
      },
      commit: (messages) => report(url, { call: "commit", messages, ...settings }),
      abort: (messages) => report(url, { call: "abort", messages, ...settings }),
    };
  }

  override streamWriter(
    _schema: StructType,
    settings: StreamWriteSettings,
  ): DataSourceStreamWriter {
    const { url, failIn } = this.options;
    return {
      async write(rows, task) {
        const all: unknown[] = [];
        for await (const row of rows) all.push(typed(row["value"]));
        if (failIn === String(task.batchId)) throw new TypeError("no");
        await report(url, { call: "write", ...task, rows: all });
        return all.length;
      },
      commit: (messages, batchId) =>
        report(url, { call: "commit", messages, batchId, ...settings }),
      abort: (messages, batchId) => report(url, { call: "abort", messages, batchId, ...settings }),
    };
  }
}

/** Does not wait for its rows. */
class Hasty extends DataSource {
  override writer(): DataSourceWriter {
    return {
      async write(rows) {
        for await (const row of rows) return row;
        return null;
      },
    };
  }
}

/** Takes longer for a partition than its limit, and then hangs. */
class Slow extends DataSource<{ url: string }> {
  static override readonly clusterOptions = { timeoutMs: 1_500 };

  override writer(): DataSourceWriter {
    const { url } = this.options;
    return {
      async write(rows) {
        for await (const row of rows) {
          await report(url, { call: "write", rows: [typed(row)] });
          await new Promise((resolve) => setTimeout(resolve, 500));
        }
        await new Promise(() => undefined);
      },
    };
  }
}

class ReadOnly extends DataSource {
  override schema(): string {
    return "id INT";
  }
  override read(): object[] {
    return [{ id: 1 }];
  }
}

describe("writers in TypeScript", () => {
  let spark: SparkSession;
  let api: Server;
  let url: string;
  let reports: Report[] = [];
  const calls = (call: Report["call"]): Report[] => reports.filter((made) => made.call === call);
  beforeAll(async () => {
    api = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        reports.push(JSON.parse(Buffer.concat(chunks).toString()) as Report);
        response.end();
      });
    });
    await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    spark = await connect();
    await spark.dataSource.register(Webhook, Hasty, Slow, ReadOnly);
  });
  beforeEach(() => {
    reports = [];
  });
  afterAll(async () => {
    await spark.stop();
    api.close();
  });

  it("receive all rows with the values of collect(), and commit the messages of all tasks", async () => {
    const df = spark
      .range(0, 30, 1, 3)
      .selectExpr(
        "id",
        "IF(id % 2 = 0, NULL, id * 0.5BD) AS amount",
        "timestamp_seconds(id) AS at",
        "date_add(DATE '2024-01-01', CAST(id AS INT)) AS day",
        "named_struct('a', ARRAY(id, NULL), 'b', MAP('k', CAST(id AS STRING))) AS nested",
        "CAST(id AS DOUBLE) AS d",
        "CAST(CAST(id AS STRING) AS BINARY) AS bytes",
      );
    await df.write.format("webhook").option("url", url).mode("append").save();
    const expected = (await df.collect()).map(typed);
    const written = calls("write").sort((a, b) => Number(a.partitionId) - Number(b.partitionId));
    expect(written.map(({ partitionId, attempt }) => [partitionId, attempt])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
    ]);
    expect(written.flatMap(({ rows }) => rows)).toEqual(expected);
    expect(written[0]?.columns).toContain("amount DECIMAL(22,1)");
    const message = { written: 10 };
    expect(calls("commit")).toMatchObject([
      {
        messages: [message, message, message],
        overwrite: false,
        jobId: expect.any(String) as string,
      },
    ]);

    await spark.range(1).write.format("webhook").option("url", url).mode("overwrite").save();
    expect(calls("commit")[1]).toMatchObject({ overwrite: true });
    expect(calls("commit")[1]?.jobId).not.toBe(calls("commit")[0]?.jobId);
    expect(calls("abort")).toEqual([]);
  });

  it("abort a write after a task that failed, whose error has the line in TypeScript", async () => {
    const write = spark
      .range(0, 10, 1, 2)
      .write.format("webhook")
      .options({ url, failIn: 1 })
      .mode("append")
      .save();
    await expect(write).rejects.toMatchObject({
      name: "JavaScriptFunctionError",
      message: "Webhook failed: TypeError: no",
      partition: 1,
      cause: { stack: expect.stringContaining("cluster-writers.test.ts") as string },
    });
    expect(calls("commit")).toEqual([]);
    const [abort, ...more] = calls("abort");
    expect(more).toEqual([]);
    expect(abort?.messages).toHaveLength(2);
    expect(abort?.messages?.[1]).toBeNull();
  });

  it("that do not read all rows fail, instead of losing the rest", async () => {
    await expect(spark.range(10).write.format("hasty").mode("append").save()).rejects.toThrow(
      "write() of Hasty returned before it had read all rows.",
    );
  });

  it("may take longer for a partition than timeoutMs, but not for a row", async () => {
    const write = spark
      .range(0, 4, 1, 1)
      .write.format("slow")
      .option("url", url)
      .mode("append")
      .save();
    await expect(write).rejects.toMatchObject({
      errorClass: "JAVASCRIPT_TIMEOUT",
      message: expect.stringContaining("timeoutMs of 1500 ms") as string,
    });
    // A cluster tries the task four times, a local Spark once. Each try writes the four rows.
    expect([4, 16]).toContain(reports.length);
  });

  it("get a batch of a stream again, with its ids, if its end was not noted", async () => {
    const checkpoint = uniquePath("writer");
    const run = async (failIn = ""): Promise<void> => {
      const query = await spark.readStream
        .format("rate-micro-batch")
        .options({ rowsPerBatch: 6, numPartitions: 2 })
        .load()
        .writeStream.format("webhook")
        .options({ url, failIn, checkpointLocation: checkpoint })
        .trigger({ once: true })
        .start();
      await query.awaitTermination();
    };
    const written = (batchId: number): Report[] =>
      calls("write")
        .filter((made) => made.batchId === batchId)
        .sort((a, b) => Number(a.partitionId) - Number(b.partitionId));
    await run();
    const before = written(0);
    expect(before.map(({ rows }) => rows)).toEqual([
      ["0n", "2n", "4n"],
      ["1n", "3n", "5n"],
    ]);
    expect(before[0]?.queryId).toMatch(/^[0-9a-f-]{36}$/);
    expect(calls("commit")).toEqual([
      { call: "commit", messages: [3, 3], batchId: 0, overwrite: false },
    ]);

    for (const name of ["0", ".0.crc"]) rmSync(join(checkpoint, "commits", name), { force: true });
    reports = [];
    await run();
    expect(written(0)).toEqual(before);
    expect(calls("commit")).toHaveLength(1);

    reports = [];
    await expect(run("1")).rejects.toThrow("Webhook failed: TypeError: no");
    expect(calls("commit")).toEqual([]);
    expect(calls("abort")).toMatchObject([{ batchId: 1, messages: [null, null] }]);
  });

  it("that a source lacks are named before anything is sent", async () => {
    const save = (): Promise<void> => spark.range(1).write.format("readOnly").mode("append").save();
    const lacks = "The data source ReadOnly has no method writer(), which df.write needs.";
    await expect(save()).rejects.toMatchObject({ code: "INVALID_ARGUMENT", message: lacks });
    const stream = spark.readStream.format("rate").load().writeStream.format("readOnly");
    await expect(
      stream.option("checkpointLocation", uniquePath("writer")).start(),
    ).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: "The data source ReadOnly has no method streamWriter(), which df.writeStream needs.",
    });
    // The client does not know the methods of a class that a module exports.
    await spark.dataSource.register({
      name: "ReadOnly",
      deployment: (...args) => ReadOnly.deployment(...args),
    });
    await expect(save()).rejects.toMatchObject({
      errorClass: "JAVASCRIPT_SOURCE_UNSUPPORTED",
      message: lacks,
    });
    await expect(spark.read.format("hasty").load().collect()).rejects.toThrow(
      "The data source Hasty has no method schema(), which a read needs.",
    );
  });

  it("that do not look at overwrite can only append", async () => {
    const write = spark.range(1).write.format("hasty").mode("overwrite");
    await expect(write.save()).rejects.toThrow(
      'The data source Hasty cannot replace its rows, because its method writer() has no second parameter with overwrite. Use mode("append"), or add the parameter.',
    );
  });

  it("name a column that Spark's workers do not support", async () => {
    const months = await spark.sql("SELECT make_ym_interval(1, 2) AS months");
    await expect(
      months.write.format("webhook").option("url", url).mode("append").save(),
    ).rejects.toThrow("The data source Webhook cannot receive the column months: Spark's workers");
    expect(reports).toEqual([]);
  });
});
