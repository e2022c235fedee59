import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  StatefulProcessor,
  state,
  type ExpiredTimer,
  type StateHandles,
  type ValueState,
} from "../../src/cluster/index.js";
import type { DataFrame, ObjectRow, SparkSession, Timestamp } from "../../src/index.js";
import { JavaScriptFunctionError } from "../../src/errors.js";
import { ArgumentError } from "../../src/index.js";
import { processedRange } from "./processed-range.js";
import { connect, isSparkAtLeast, tableFormat, uniquePath } from "./support.js";

const NEEDS_4_1 = "transformWithState is in Spark Connect since Spark 4.1";
const NO_DATA_BATCHES = "spark.sql.streaming.noDataMicroBatches.enabled";
const PROVIDER = "spark.sql.streaming.stateStore.providerClass";
const ROCKS_DB = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider";

type Rows = AsyncGenerator<ObjectRow, void, undefined>;
interface Entry {
  readonly month: string | null;
  readonly amount: bigint | null;
}

/** All kinds of states, a timer, and an initial state. */
class Ledger extends StatefulProcessor {
  states = {
    total: state.value("amount BIGINT"),
    amounts: state.list("amount BIGINT"),
    months: state.map("month STRING", "amount BIGINT"),
    brief: state.value("amount BIGINT", { ttlMs: 1 }),
    briefList: state.list("amount BIGINT", { ttlMs: 1 }),
    briefMap: state.map("month STRING", "amount BIGINT", { ttlMs: 1 }),
    long: state.value("amount BIGINT", { ttlMs: 86_400_000 }),
  };

  async add(
    { month, amount }: Entry,
    { total, amounts, months, brief, briefList, briefMap, long }: StateHandles<this>,
  ): Promise<void> {
    await total.update({ amount: ((await total.get())?.amount ?? 0n) + (amount ?? 0n) });
    await amounts.appendValue({ amount });
    const before = (await months.getValue({ month }))?.amount ?? 0n;
    await months.updateValue({ month }, { amount: before + (amount ?? 0n) });
    await brief.update({ amount });
    await briefList.put([{ amount }]);
    await briefMap.updateValue({ month }, { amount });
    await long.update({ amount });
  }

  async line(
    user: string | null,
    { total, amounts, months }: StateHandles<this>,
  ): Promise<ObjectRow> {
    const entries = await months.entries();
    return {
      user,
      total: (await total.get())?.amount,
      amounts: (await amounts.get()).map(({ amount }) => amount).join(),
      months: entries
        .map(([{ month }, { amount }]) => `${month ?? ""}=${amount ?? ""}`)
        .sort()
        .join(),
    };
  }

  override async handleInitialState(
    _: unknown,
    row: Entry,
    states: StateHandles<this>,
  ): Promise<void> {
    await this.add(row, states);
  }

  async *handleInputRows(
    { user }: { user: string | null },
    rows: AsyncIterable<Entry>,
    states: StateHandles<this>,
  ): Rows {
    const { timers } = states;
    const isNew = !(await states.long.exists());
    const brief = [
      (await states.brief.get()) === null,
      (await states.briefList.get()).length === 0,
      (await states.briefMap.keys()).length === 0,
    ];
    for await (const row of rows) await this.add(row, states);
    if ((await timers.listTimers()).length === 0)
      await timers.registerTimer((timers.processingTimeMs ?? 0) + 1);
    yield {
      ...(await this.line(user, states)),
      why: `${isNew ? "new" : "known"}, expired: ${brief.join()}`,
    };
  }

  override async *handleExpiredTimer(
    { user }: { user: string | null },
    { expiryMs }: ExpiredTimer,
    states: StateHandles<this>,
  ): Rows {
    const { processingTimeMs } = states.timers;
    const isDue = processingTimeMs !== null && expiryMs > 0 && expiryMs <= processingTimeMs;
    yield { ...(await this.line(user, states)), why: isDue ? "timer" : "early timer" };
  }
}
const LEDGER_SCHEMA = "user STRING, total BIGINT, amounts STRING, months STRING, why STRING";

const EXACT_COLUMNS =
  "d DECIMAL(38, 10), b BIGINT, t TIMESTAMP, n TIMESTAMP_NTZ, s STRUCT<a: INT, m: MAP<STRING, ARRAY<DATE>>>, y BINARY, f FLOAT";

/** Returns each row after it has been in a value, a list and a map state. */
class Exact extends StatefulProcessor {
  states = {
    value: state.value(EXACT_COLUMNS),
    list: state.list(EXACT_COLUMNS),
    map: state.map("b BIGINT, t TIMESTAMP", EXACT_COLUMNS),
  };

  async *handleInputRows(
    { k }: { k: Timestamp },
    rows: AsyncIterable<{ b: bigint; t: Timestamp }>,
    { value, list, map }: StateHandles<this>,
  ): Rows {
    for await (const row of rows) {
      const before = [await value.get(), await map.getValue(row), ...(await list.get())];
      if (before.some((found) => found !== null)) throw new Error("The states are not empty.");
      await value.update(row);
      yield { k, at: "value", ...(await value.get()) };
      await list.put([row, row]);
      await list.appendList([row]);
      for (const found of await list.get()) yield { k, at: "list", ...found };
      await map.updateValue(row, row);
      for (const [key, found] of await map.entries()) yield { k, at: "map", ...found, ...key };
    }
  }
}

/** Changes states, and yields what is left as JSON. */
class Operations extends StatefulProcessor {
  states = {
    value: state.value("n INT"),
    list: state.list("n INT"),
    map: state.map("n INT", "m INT"),
  };

  async *handleInputRows(
    key: ObjectRow,
    _: unknown,
    { value, list, map, timers }: StateHandles<this>,
  ): Rows {
    const exist = async (): Promise<boolean[]> =>
      Promise.all([value.exists(), list.exists(), map.exists()]);
    const found: unknown[] = [
      String(key["odd"]),
      timers.processingTimeMs,
      timers.watermarkMs,
      await exist(),
    ];
    // Without await, the calls run in their order.
    void value.update({ n: 1 });
    void list.appendValue({ n: 1 });
    void map.updateValue({ n: 1 }, { m: 2 });
    found.push(await exist(), await map.keys(), await map.values());
    found.push(await map.containsKey({ n: 1 }), await map.containsKey({ n: 2 }));
    await map.removeKey({ n: 1 });
    found.push(await map.getValue({ n: 1 }));
    await Promise.all([value.clear(), list.clear(), map.clear()]);
    found.push(await exist());
    await list.put([{ n: 1 }, [2]]);
    await list.appendList([]);
    found.push(await list.get());
    await list.put([]);
    found.push(await list.get());
    yield { found: JSON.stringify(found) };
  }
}

class Unknown extends StatefulProcessor {
  states = { total: state.value("n INT") };
  async handleInputRows(
    _: ObjectRow,
    __: unknown,
    { totl }: Record<string, ValueState<ObjectRow>>,
  ): Promise<void> {
    await totl?.get();
  }
}

class Misfit extends StatefulProcessor {
  states = { total: state.value("n INT") };
  async handleInputRows(_: ObjectRow, __: unknown, { total }: StateHandles<this>): Promise<void> {
    await total.get();
    void total.update({ n: "many" });
  }
}

/** Uses the state of the first group in the call for the second one. */
class Late extends StatefulProcessor {
  states = { total: state.value("n INT") };
  kept: ValueState<{ n: number | null }> | undefined;

  async *handleInputRows(
    { odd }: { odd: bigint },
    _: unknown,
    { total }: StateHandles<this>,
  ): Rows {
    await this.kept?.update({ n: 1 }).catch(() => undefined);
    this.kept = total;
    yield { id: odd };
  }
}

class Untimed extends StatefulProcessor {
  states = {};
  async handleInputRows(_: unknown, __: unknown, { timers }: StateHandles<this>): Promise<void> {
    await timers.registerTimer(1);
  }
}

/** Stores a value that Python does not have, and catches what follows. */
class Refused extends StatefulProcessor {
  states = { last: state.value("t TIMESTAMP"), total: state.value("n INT") };
  async *handleInputRows(
    { odd }: { odd: bigint },
    _: unknown,
    { last, total }: StateHandles<this>,
  ): Rows {
    await last.update({ t: "+012026-01-01T00:00:00Z" });
    await total.update({ n: 1 });
    await total.get().catch(() => undefined);
    yield { id: odd };
  }
}

/** Leaves its rows unread. */
class Leaving extends StatefulProcessor {
  states = {};
  async *handleInputRows(_: ObjectRow, rows: AsyncIterable<ObjectRow>): Rows {
    for await (const { id } of rows) {
      yield { id };
      return;
    }
  }
}

describe("stateful processors in TypeScript", () => {
  let spark: SparkSession;
  let processors: boolean;
  beforeAll(async () => {
    spark = await connect();
    processors = isSparkAtLeast(4, 1);
    await spark.conf.set("spark.sql.shuffle.partitions", "1");
    await spark.conf.set("spark.sql.session.timeZone", "UTC");
    await spark.conf.set(PROVIDER, ROCKS_DB);
    // Processing time passes without data. If that started batches, availableNow would never end.
    await spark.conf.set(NO_DATA_BATCHES, "false");
    // Spark keeps states in a batch only after it has created its manager of streams.
    await spark.streams.active();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("keep states over restarts until their ttlMs, fire timers and start from the initial state", async ({
    skip,
  }) => {
    skip(!processors, NEEDS_4_1);
    const input = uniquePath("input");
    const output = uniquePath("ledger");
    await mkdir(input);
    const initialState = (
      await spark.sql(
        "SELECT * FROM VALUES ('a', 'may', 100L), ('z', 'may', 1L) AS t(user, month, amount)",
      )
    ).groupBy("user");
    const run = async (name: string, ...rows: readonly object[]): Promise<ObjectRow[]> => {
      await writeFile(join(input, name), rows.map((row) => JSON.stringify(row)).join("\n"));
      const ledger: DataFrame = await spark.readStream
        .schema("user STRING, month STRING, amount BIGINT")
        .json(input)
        .groupBy("user")
        .transformWithState({
          processor: Ledger,
          outputSchema: LEDGER_SCHEMA,
          outputMode: "append",
          timeMode: "ProcessingTime",
          initialState,
        });
      const query = await ledger.writeStream
        .format(tableFormat())
        .option("checkpointLocation", `${output}-checkpoint`)
        .trigger({ availableNow: true })
        .start(output);
      try {
        expect(await query.awaitTermination({ timeoutMs: 90_000 })).toBe(true);
        return await spark.read.format(tableFormat()).load(output).collect();
      } finally {
        await query.stop();
      }
    };
    const first = await run(
      "1.json",
      { user: "a", month: "may", amount: 1 },
      { user: "b", month: "may", amount: 2 },
    );
    expect(first).toContainEqual(
      ledgerRow("a", 101n, "100,1", "may=101", "known, expired: false,false,false"),
    );
    expect(first).toContainEqual(ledgerRow("b", 2n, "2", "may=2", "new, expired: true,true,true"));
    const second = await run(
      "2.json",
      { user: "a", month: "june", amount: 7 },
      { user: "z", month: "may", amount: 2 },
    );
    const known = "known, expired: true,true,true";
    expect(second).toContainEqual(ledgerRow("a", 108n, "100,1,7", "june=7,may=101", known));
    // This key had a row in the initial state only.
    expect(second).toContainEqual(ledgerRow("z", 3n, "1,2", "may=3", known));
    // In the batch of the second run, the timers of the first run have expired.
    expect(second).toContainEqual(ledgerRow("b", 2n, "2", "may=2", "timer"));
  });

  it("receive and store exact values", async ({ skip }) => {
    skip(!processors, NEEDS_4_1);
    const input = await spark.sql(`SELECT * FROM VALUES
      (TIMESTAMP '1900-01-01 00:00:00.000001Z', 1234567890123456789012345678.0123456789,
       9007199254740993L, TIMESTAMP '2026-10-25 00:30:00.123456Z',
       TIMESTAMP_NTZ '2026-03-29 02:30:00.000001',
       named_struct('a', 1, 'm', map('x', array(DATE '1582-10-04', NULL))), X'00ff', CAST(0.1 AS FLOAT)),
      (TIMESTAMP '2026-01-01 00:00:00Z', -1e-10BD, -9223372036854775808L, NULL, NULL, NULL, NULL, NULL)
      AS t(k, d, b, t, n, s, y, f)`);
    const output = await input.groupBy("k").transformWithState({
      processor: Exact,
      outputSchema: `k TIMESTAMP, at STRING, ${EXACT_COLUMNS}`,
      outputMode: "append",
      timeMode: "None",
    });
    const given = await input.orderBy("k").collect();
    const expected = given.flatMap((row) =>
      ["value", "list", "list", "list", "map"].map((at) => ({ ...row, at })),
    );
    expect(await output.orderBy("k").collect()).toEqual(expected);
  });

  it("use every operation of a state, in the order of the calls", async ({ skip }) => {
    skip(!processors, NEEDS_4_1);
    const [row] = await processedRange(spark, Operations, "found STRING");
    expect(JSON.parse(String(row?.["found"]))).toEqual([
      "0",
      null,
      null,
      [false, false, false],
      [true, true, true],
      [{ n: 1 }],
      [{ m: 2 }],
      true,
      false,
      null,
      [false, false, false],
      [{ n: 1 }, { n: 2 }],
      [],
    ]);
  });

  it("end early without an error, and with every group", async ({ skip }) => {
    skip(!processors, NEEDS_4_1);
    expect(await processedRange(spark, Leaving, "id BIGINT", 5000)).toHaveLength(2);
  });

  it.for([
    [
      Unknown,
      /^Unknown failed for the key \{"odd": 0\}: TypeError: Unknown declares no state totl\. Its states: total\./,
    ],
    [Misfit, /^Misfit failed for the key \{"odd": 0\}: TypeError: State total of Misfit: /],
    [Late, /^Late failed: Error: Late called total\.update\(\) after its method had ended\./],
    [
      Untimed,
      /^Untimed failed for the key .*: TypeError: timers\.registerTimer\(\) needs the timeM/,
    ],
    [Refused, /^Refused failed for the key \{"odd": 0\}: Error: last\.update\(\) failed: /],
  ] as const)(
    "fail with an error that names the class, for %o",
    async ([processor, message], { skip }) => {
      skip(!processors, NEEDS_4_1);
      const failed: unknown = await processedRange(spark, processor, "id BIGINT", 2).catch(
        (error: unknown) => error,
      );
      expect(failed).toBeInstanceOf(JavaScriptFunctionError);
      expect((failed as Error).message).toMatch(message);
    },
  );

  it("are refused before anything is sent if the class or its options are wrong", async ({
    skip,
  }) => {
    skip(!processors, NEEDS_4_1);
    const groups = spark.range(1).groupBy("id");
    const rest = { outputSchema: "id BIGINT", outputMode: "append", timeMode: "None" } as const;
    const refused = async (options: object): Promise<string> => {
      const error: unknown = await groups
        .transformWithState({ ...rest, ...options } as never)
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ArgumentError);
      return (error as Error).message;
    };
    expect(await refused({})).toMatch(/got neither\.$/);
    expect(await refused({ processor: Leaving, source: "", className: "A" })).toMatch(
      /got both\.$/,
    );
    expect(await refused({ processor: 1 })).toMatch(/^processor must be a class that extends Stat/);
    expect(await refused({ processor: Leaving, initialState: groups })).toMatch(
      /^initialState needs the method handleInitialState\(\) in Leaving\./,
    );
    class Odd extends Leaving {
      override states = { total: "n INT" as never };
    }
    expect(await refused({ processor: Odd })).toMatch(/^The state total of Odd must be the result/);
    expect(() => state.value("n INT", { ttlMs: 0 })).toThrow(
      /^ttlMs must be an integer of at least 1/,
    );
    expect(() => state.list(" ")).toThrow(/^state\.list\(\) needs the columns of the state/);
  });
});

function ledgerRow(
  user: string,
  total: bigint,
  amounts: string,
  months: string,
  why: string,
): ObjectRow {
  return { user, total, amounts, months, why };
}
