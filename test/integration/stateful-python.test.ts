import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type {
  ApplyInPandasWithStateOptions,
  DataFrame,
  GroupedData,
  ObjectRow,
  SparkSession,
} from "../../src/index.js";
import {
  ArgumentError,
  LongType,
  ParseException,
  StreamingQueryException,
  StringType,
  StructType,
} from "../../src/index.js";
import { expr } from "../../src/functions/index.js";
import { SparkVersion } from "../../src/connection/spark-version.js";
import { connect, isSparkAtLeast, tableFormat, uniqueName, uniquePath } from "./support.js";

const ROCKS_DB = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider";
const NEEDS_4_1 = "transformWithState is in Spark Connect since Spark 4.1";
const NO_DATA_BATCHES = "spark.sql.streaming.noDataMicroBatches.enabled";
const PROVIDER = "spark.sql.streaming.stateStore.providerClass";

/** Counts the rows of each group since the first start of the query. */
const RUNNING_COUNT = `
from __future__ import annotations
from dataclasses import dataclass
from typing import Iterator
import pandas as pd

@dataclass
class Total:
    rows: int = 0

def count(key, frames: Iterator[pd.DataFrame], state):
    total = Total(*(state.get if state.exists else ()))
    total.rows += sum(len(frame) for frame in frames)
    state.update((total.rows,))
    yield pd.DataFrame({"user": [key[0]], "rows": [total.rows]})
`;

/** Counts the rows of each group until it has had no row for an hour of event time. */
const SESSION_END = `
import pandas as pd

def end(key, frames, state):
    if state.hasTimedOut:
        (rows,) = state.get
        state.remove()
        yield pd.DataFrame({"user": [key[0]], "rows": [rows], "why": ["timed out"]})
    else:
        events = pd.concat(list(frames))
        rows = (state.get[0] if state.exists else 0) + len(events)
        state.update((rows,))
        state.setTimeoutTimestamp(int(events["at"].max().timestamp() * 1000) + 3_600_000)
        yield pd.DataFrame({"user": [key[0]], "rows": [rows], "why": ["data"]})
`;

/** Value, list and map state, a timer and an initial state, over pandas DataFrames or over rows. */
const LEDGER = `
import pandas as pd
from pyspark.sql import Row
from pyspark.sql.streaming import StatefulProcessor


class Ledger(StatefulProcessor):
    COLUMNS = ["user", "total", "amounts", "months", "why"]

    def init(self, handle):
        self.handle = handle
        self.total = handle.getValueState("total", "amount BIGINT")
        self.amounts = handle.getListState("amounts", "amount BIGINT")
        self.months = handle.getMapState("months", "month STRING", "amount BIGINT")

    def add(self, month, amount):
        self.total.update((self.sum() + amount,))
        self.amounts.appendValue((amount,))
        before = self.months.getValue((month,))[0] if self.months.containsKey((month,)) else 0
        self.months.updateValue((month,), (before + amount,))

    def sum(self):
        return self.total.get()[0] if self.total.exists() else 0

    def line(self, key, why):
        amounts = ",".join(str(amount) for (amount,) in self.amounts.get())
        months = ",".join(sorted(f"{k}={v}" for (k,), (v,) in self.months.iterator()))
        return (key[0], self.sum(), amounts, months, why)

    def arm(self, timer_values):
        if timer_values.getCurrentProcessingTimeInMs() >= 0 and not list(self.handle.listTimers()):
            self.handle.registerTimer(timer_values.getCurrentProcessingTimeInMs() + 1)


class PandasLedger(Ledger):
    def handleInitialState(self, key, initialState, timerValues):
        for row in initialState.itertuples():
            self.add(row.month, int(row.amount))

    def handleInputRows(self, key, rows, timerValues):
        for frame in rows:
            for row in frame.itertuples():
                self.add(row.month, int(row.amount))
        self.arm(timerValues)
        yield pd.DataFrame([self.line(key, "data")], columns=self.COLUMNS)

    def handleExpiredTimer(self, key, timerValues, expiredTimerInfo):
        yield pd.DataFrame([self.line(key, "timer")], columns=self.COLUMNS)


class RowLedger(Ledger):
    def handleInitialState(self, key, initialState, timerValues):
        self.add(initialState.month, initialState.amount)

    def handleInputRows(self, key, rows, timerValues):
        for row in rows:
            self.add(row.month, row.amount)
        self.arm(timerValues)
        yield Row(**dict(zip(self.COLUMNS, self.line(key, "data"))))

    def handleExpiredTimer(self, key, timerValues, expiredTimerInfo):
        yield Row(**dict(zip(self.COLUMNS, self.line(key, "timer"))))
`;
/** Passes events through, and adds a row when an event time timer fires. */
const RELAY = `
import pandas as pd
from pyspark.sql.streaming import StatefulProcessor

class Relay(StatefulProcessor):
    def init(self, handle):
        self.handle = handle

    def handleInputRows(self, key, rows, timerValues):
        for frame in rows:
            last = frame["at"].max()
            self.handle.registerTimer(int(last.timestamp() * 1000) + 600_000)
            yield pd.DataFrame({"user": key[0], "at": frame["at"], "fired": False})

    def handleExpiredTimer(self, key, timerValues, expiredTimerInfo):
        at = pd.Timestamp(expiredTimerInfo.getExpiryTimeInMs(), unit="ms")
        at = max(at, pd.Timestamp(timerValues.getCurrentWatermarkInMs(), unit="ms"))
        yield pd.DataFrame({"user": [key[0]], "at": [at], "fired": [True]})
`;
const LEDGER_SCHEMA = "user STRING, total BIGINT, amounts STRING, months STRING, why STRING";

describe("stateful operators from Python text", () => {
  let spark: SparkSession;
  let input: string;
  let files: number;
  let processors: boolean;
  beforeAll(async () => {
    spark = await connect();
    processors = new SparkVersion(await spark.version()).isAtLeast(4, 1);
    await spark.conf.set("spark.sql.shuffle.partitions", "2");
    await spark.conf.set("spark.sql.session.timeZone", "UTC");
  });
  afterAll(async () => {
    await spark.stop();
  });
  beforeEach(async () => {
    input = uniquePath("input");
    files = 0;
    await mkdir(input);
    await spark.conf.set(PROVIDER, ROCKS_DB);
    await spark.conf.set(NO_DATA_BATCHES, "true");
  });

  async function arrive(...rows: readonly object[]): Promise<void> {
    const text = rows.map((row) => JSON.stringify(row)).join("\n");
    const name = `${files++}.json`;
    // A running stream must not find the file before its content: it would count it as read. It ignores this name.
    const draft = join(input, `.${name}`);
    await writeFile(draft, text);
    await rename(draft, join(input, name));
  }
  function events(schema: string): DataFrame {
    return spark.readStream.schema(schema).json(input);
  }
  /** Runs the query over all input into a Delta table. Returns all rows of the table. */
  async function drain(output: DataFrame, path: string): Promise<ObjectRow[]> {
    const query = await output.writeStream
      .format(tableFormat())
      .outputMode("append")
      .option("checkpointLocation", `${path}-checkpoint`)
      .trigger({ availableNow: true })
      .start(path);
    try {
      expect(await query.awaitTermination({ timeoutMs: 90_000 })).toBe(true);
      return await spark.read.format(tableFormat()).load(path).collect();
    } finally {
      await query.stop();
    }
  }
  function counted(changes: Partial<ApplyInPandasWithStateOptions> = {}): Promise<DataFrame> {
    return events("user STRING, `a.b` INT")
      .groupBy("user")
      .applyInPandasWithState({
        source: RUNNING_COUNT,
        function: "count",
        outputSchema: "user STRING, rows BIGINT",
        stateSchema: "rows BIGINT",
        outputMode: "append",
        timeoutConf: "NoTimeout",
        ...changes,
      });
  }
  /** The messages of the query's failure and of its causes. */
  async function failure(output: DataFrame): Promise<string> {
    let error: unknown = await drain(output, uniquePath("failing")).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(StreamingQueryException);
    const messages: string[] = [];
    for (; error instanceof Error; error = error.cause) messages.push(error.message);
    return messages.join("\n");
  }

  it("continue from their state in the next batch and after a restart from the checkpoint", async () => {
    const path = uniquePath("counts");
    await arrive({ user: "a" }, { user: "b" }, { user: "a" });
    const query = await (
      await counted()
    ).writeStream
      .format(tableFormat())
      .option("checkpointLocation", `${path}-checkpoint`)
      .start(path);
    await query.processAllAvailable();
    await arrive({ user: "a" });
    await query.processAllAvailable();
    await query.stop();
    await arrive({ user: "a" }, { user: "c" });
    expect(byUser(await drain(await counted(), path))).toEqual([
      { user: "a", rows: 2n },
      { user: "a", rows: 3n },
      { user: "a", rows: 4n },
      { user: "b", rows: 1n },
      { user: "c", rows: 1n },
    ]);
  });

  it("accept StructTypes as schemas, and update mode", async () => {
    await arrive({ user: "a" }, { user: "a" });
    const output = await counted({
      outputSchema: new StructType().add("user", StringType()).add("rows", LongType()),
      stateSchema: new StructType().add("rows", LongType()),
      outputMode: "update",
    });
    const name = uniqueName("updated");
    const query = await output.writeStream
      .format("memory")
      .queryName(name)
      .outputMode("update")
      .trigger({ availableNow: true })
      .start();
    expect(await query.awaitTermination({ timeoutMs: 90_000 })).toBe(true);
    expect(await spark.table(name).collect()).toEqual([{ user: "a", rows: 2n }]);
  });

  it("call the function once more for a group when the watermark passes its timeout", async () => {
    const path = uniquePath("timeouts");
    const ended = (): Promise<DataFrame> =>
      events("user STRING, at TIMESTAMP")
        .withWatermark("at", "1 minute")
        .groupBy("user")
        .applyInPandasWithState({
          source: SESSION_END,
          function: "end",
          outputSchema: "user STRING, rows BIGINT, why STRING",
          stateSchema: "rows BIGINT",
          outputMode: "append",
          timeoutConf: "EventTimeTimeout",
        });
    await arrive(
      { user: "a", at: "2026-01-01T00:00:00Z" },
      { user: "a", at: "2026-01-01T00:00:30Z" },
    );
    await drain(await ended(), path);
    await arrive({ user: "b", at: "2026-01-01T02:00:00Z" });
    expect(byUser(await drain(await ended(), path))).toEqual([
      { user: "a", rows: 2n, why: "data" },
      { user: "a", rows: 2n, why: "timed out" },
      { user: "b", rows: 1n, why: "data" },
    ]);
  });

  const forms = [
    ["transformWithStateInPandas", "PandasLedger"],
    ["transformWithState", "RowLedger"],
  ] as const;
  it.for(forms)(
    "%s keeps value, list and map state, fires timers and starts from the initial state",
    async ([method, className], { skip }) => {
      skip(!processors, NEEDS_4_1);
      // Processing time passes without data. If that started batches, availableNow would never end.
      await spark.conf.set(NO_DATA_BATCHES, "false");
      const path = uniquePath("ledger");
      const schema = "user STRING, month STRING, amount BIGINT";
      const start = spark.sql(
        "SELECT * FROM VALUES ('a', 'may', 100L), ('z', 'may', 1L) AS t(user, month, amount)",
      );
      const initialState: GroupedData = (await start).groupBy("user");
      const ledger = (): Promise<DataFrame> =>
        events(schema).groupBy("user")[method]({
          source: LEDGER,
          className,
          outputSchema: LEDGER_SCHEMA,
          outputMode: "append",
          timeMode: "ProcessingTime",
          initialState,
        });
      await arrive({ user: "a", month: "may", amount: 1 }, { user: "b", month: "may", amount: 2 });
      const data = (row: ObjectRow): boolean => row["why"] === "data";
      expect(byUser((await drain(await ledger(), path)).filter(data))).toEqual([
        { user: "a", total: 101n, amounts: "100,1", months: "may=101", why: "data" },
        { user: "b", total: 2n, amounts: "2", months: "may=2", why: "data" },
      ]);
      await arrive({ user: "a", month: "june", amount: 7 });
      // The checkpoint remembers its state store.
      await spark.conf.unset(PROVIDER);
      const rows = await drain(await ledger(), path);
      expect(rows.filter(data)).toContainEqual({
        user: "a",
        total: 108n,
        amounts: "100,1,7",
        months: "june=7,may=101",
        why: "data",
      });
      // In the batch of the second run, the timers of the first run have expired.
      expect(rows.filter((row) => row["why"] === "timer")).toContainEqual({
        user: "b",
        total: 2n,
        amounts: "2",
        months: "may=2",
        why: "timer",
      });
    },
  );

  it("fire event time timers, and pass the event time to the next operator", async ({ skip }) => {
    skip(!processors, NEEDS_4_1);
    const path = uniquePath("relay");
    const perHour = async (): Promise<DataFrame> => {
      const relayed = await events("user STRING, at TIMESTAMP")
        .withWatermark("at", "1 minute")
        .groupBy("user")
        .transformWithStateInPandas({
          source: RELAY,
          className: "Relay",
          outputSchema: "user STRING, at TIMESTAMP, fired BOOLEAN",
          outputMode: "append",
          timeMode: "EventTime",
          eventTimeColumnName: "at",
        });
      return relayed
        .groupBy(expr("window(at, '1 hour')"))
        .agg(expr("count(*) AS rows"), expr("count_if(fired) AS fired"))
        .selectExpr("hour(window.start) AS hour", "rows", "fired");
    };
    await arrive(
      { user: "a", at: "2026-01-01T00:00:00Z" },
      { user: "a", at: "2026-01-01T00:01:00Z" },
      { user: "b", at: "2026-01-01T05:30:00Z" },
    );
    expect(await drain(await perHour(), path)).toEqual([{ hour: 0, rows: 2n, fired: 0n }]);
    await arrive({ user: "c", at: "2026-01-01T09:30:00Z" });
    // The watermark was at 05:29 when the timer of user a fired.
    expect(await drain(await perHour(), path)).toContainEqual({ hour: 5, rows: 2n, fired: 1n });
  });

  it("fail with an error that names RocksDB if the state store cannot hold the states", async ({
    skip,
  }) => {
    skip(!processors, NEEDS_4_1);
    await spark.conf.unset(PROVIDER);
    await arrive({ user: "a", month: "may", amount: 1 });
    const output = await events("user STRING, month STRING, amount BIGINT")
      .groupBy("user")
      .transformWithState({
        source: LEDGER,
        className: "RowLedger",
        outputSchema: LEDGER_SCHEMA,
        outputMode: "append",
        timeMode: "ProcessingTime",
      });
    const message = await failure(output);
    if (isSparkAtLeast(4, 2)) {
      expect(message).toContain("STORE_BACKEND_NOT_SUPPORTED_FOR_TWS");
      expect(message).toContain("Please use RocksDBStateStoreProvider");
    } else {
      expect(message).toContain("STATE_STORE_MULTIPLE_COLUMN_FAMILIES");
      expect(message).toContain("HDFSBackedStateStoreProvider is not supported");
    }
  });

  it("fail the query with a traceback that shows the line of the text", async () => {
    await arrive({ user: "a" });
    const source = `def broken(key, frames, state):\n    rows = list(frames)\n    return rows[7]  # seven\n`;
    const message = await failure(await counted({ source, function: "broken" }));
    expect(message).toMatch(/File "<broken from TypeScript, [0-9a-f]{8}>", line 3, in broken/);
    expect(message).toContain("return rows[7]  # seven");
    expect(message).toContain("IndexError");
  });

  it("are refused with the names that the text defines if the function is missing or not callable", async () => {
    await arrive({ user: "a" });
    expect(await failure(await counted({ function: "cuont" }))).toMatch(
      /<cuont from TypeScript, \w+> has no function 'cuont'; it defines \['Total', 'count'\]/,
    );
    const source = `${RUNNING_COUNT}\nlimit = 3\n`;
    expect(await failure(await counted({ source, function: "limit" }))).toMatch(
      /'limit' in <limit .*> is a int, which cannot be called; it defines \['Total', 'count'\]/,
    );
  });

  it("are refused at the start of the query if the class is not a StatefulProcessor", async ({
    skip,
  }) => {
    skip(!processors, NEEDS_4_1);
    await arrive({ user: "a" });
    const output = await events("user STRING").groupBy("user").transformWithState({
      source: RUNNING_COUNT,
      className: "Total",
      outputSchema: "user STRING",
      outputMode: "append",
      timeMode: "None",
    });
    expect(await failure(output)).toMatch(
      /'Total' in <.*> is not a subclass of .*StatefulProcessor/,
    );
  });

  it("fail with an error that names a column that the function's rows lack", async () => {
    await arrive({ user: "a" });
    const output = await counted({ outputSchema: "user STRING, rows BIGINT, hour INT" });
    expect(await failure(output)).toContain("hour");
  });

  it("are refused before the query starts if the schema is not DDL or has no columns", async () => {
    await expect(counted({ outputSchema: "user STRINGG" })).rejects.toBeInstanceOf(ParseException);
    await expect(counted({ outputSchema: "BIGINT" })).rejects.toBeInstanceOf(ArgumentError);
  });

  it("are refused on a server without transformWithState", async ({ skip }) => {
    skip(processors, "this server has transformWithState");
    const refused = spark.range(1).groupBy("id").transformWithState({
      source: LEDGER,
      className: "RowLedger",
      outputSchema: LEDGER_SCHEMA,
      outputMode: "append",
      timeMode: "None",
    });
    await expect(refused).rejects.toThrow(
      /^transformWithState\(\) needs Spark 4\.1 or newer; the server runs Spark 4\.0/,
    );
  });

  it("refuse an initial state of another session, and rollup()", async () => {
    const other = await connect();
    try {
      const options = {
        source: LEDGER,
        className: "RowLedger",
        outputSchema: LEDGER_SCHEMA,
        outputMode: "append",
        timeMode: "None",
        initialState: other.range(1).groupBy("id"),
      } as const;
      const refused = spark.range(1).groupBy("id").transformWithState(options);
      await expect(refused).rejects.toThrow(/another session/);
      await expect(
        spark
          .range(1)
          .rollup("id")
          .transformWithState({ ...options, initialState: undefined }),
      ).rejects.toThrow(/needs groups made by groupBy\(\)/);
    } finally {
      await other.stop();
    }
  });
});

function byUser(rows: readonly ObjectRow[]): ObjectRow[] {
  const key = (row: ObjectRow): string =>
    `${String(row["user"])} ${String(row["rows"])} ${String(row["why"])}`;
  return [...rows].sort((a, b) => key(a).localeCompare(key(b)));
}
