import { isDeepStrictEqual } from "node:util";
import { SparkException, type ObjectRow, type SparkSession } from "../../src/index.js";
import type { SeededRandom } from "../support/seeded-random.js";

/** A query with a known result. */
export interface KnownQuery {
  readonly kind: string;
  /** Resolves to whether the result is complete and exact. Rejects with the error of the client. */
  run(spark: SparkSession, signal: AbortSignal): Promise<boolean>;
  /** For an INSERT: the id of the rows that it writes. */
  readonly insertedId?: number;
}

/** The number of rows that one INSERT writes, all with its id. */
export const ROWS_PER_INSERT = 3;

const RANGE_ROWS = 200_000;
const PARTITIONS = 6;

/** The number of queries of each kind, 200 in total. */
const MIX = {
  one: 40,
  rangeSum: 36,
  longRange: 20,
  severalBatches: 24,
  strings: 25,
  divideByZero: 20,
  echo: 20,
  insert: 15,
} as const;

type Kind = keyof typeof MIX;

function text(id: number): string {
  return `row ${id}: ${"äλ€🙂".repeat(id % 5)}`;
}

function isCount(rows: readonly ObjectRow[], length: number, isRow: RowCheck): boolean {
  return rows.length === length && rows.every(isRow);
}

type RowCheck = (row: ObjectRow, index: number) => boolean;
type Run = KnownQuery["run"];

/** The query of each kind. `n` makes the queries of a kind differ. */
const runs: Readonly<Record<Kind, (n: number, table: string) => Run>> = {
  one: (n) => async (spark, signal) => {
    const df = await spark.sql(`SELECT 1 AS one, ${n} AS n`, [], { signal });
    return isDeepStrictEqual(await df.collect({ signal }), [{ one: 1, n }]);
  },

  rangeSum: (n) => async (spark, signal) => {
    const end = 1000 * (n + 1);
    const df = await spark.sql(`SELECT sum(id) AS total FROM range(${end})`, [], { signal });
    const total = (BigInt(end) * BigInt(end - 1)) / 2n;
    return isDeepStrictEqual(await df.collect({ signal }), [{ total }]);
  },

  longRange: (n) => async (spark, signal) => {
    const rows = await spark.range(n, n + RANGE_ROWS, 1, PARTITIONS).collect({ signal });
    return isCount(rows, RANGE_ROWS, (row, index) => row["id"] === BigInt(n + index));
  },

  severalBatches: (n) => async (spark, signal) => {
    const query = `SELECT id, id * ${n} AS product, repeat('x', CAST(id % 50 AS INT)) AS pad
      FROM range(0, 30000, 1, ${PARTITIONS})`;
    const df = await spark.sql(query, [], { signal });
    const rows = await df.collect({ signal });
    return isCount(
      rows,
      30_000,
      (row, index) =>
        row["id"] === BigInt(index) &&
        row["product"] === BigInt(index * n) &&
        row["pad"] === "x".repeat(index % 50),
    );
  },

  strings: (n) => async (spark, signal) => {
    const query = `SELECT concat('row ', id, ': ', repeat('äλ€🙂', CAST(id % 5 AS INT))) AS text
      FROM range(${n}, ${n + 500}, 1, 2)`;
    const df = await spark.sql(query, [], { signal });
    const rows = await df.collect({ signal });
    return isCount(rows, 500, (row, index) => row["text"] === text(n + index));
  },

  divideByZero: (n) => async (spark, signal) => {
    try {
      const df = await spark.sql(`SELECT ${n} / (id - id) AS q FROM range(1)`, [], { signal });
      await df.collect({ signal });
      return false;
    } catch (error) {
      if (error instanceof SparkException && error.errorClass === "DIVIDE_BY_ZERO") return true;
      throw error;
    }
  },

  echo: (n) => async (spark, signal) => {
    const sent = Array.from({ length: 300 }, (_, index) => ({
      id: BigInt(n * 1000 + index),
      text: text(index),
      half: index / 2 + 0.25,
      nothing: index % 3 === 0 ? null : index % 2 === 0,
    }));
    return isDeepStrictEqual(await spark.createDataFrame(sent).collect({ signal }), sent);
  },

  insert: (n, table) => async (spark, signal) => {
    const rows = Array.from({ length: ROWS_PER_INSERT }, (_, index) => `(${n}, ${index})`);
    await spark.sql(`INSERT INTO ${table} VALUES ${rows.join(", ")}`, [], { signal });
    return true;
  },
};

/** The 200 queries in an order that depends on the seed. INSERTs write into `table (id INT, part INT)`. */
export function knownQueries(random: SeededRandom, table: string): KnownQuery[] {
  const queries = (Object.keys(MIX) as Kind[]).flatMap((kind) =>
    Array.from({ length: MIX[kind] }, (_, n) => ({
      kind,
      run: runs[kind](n, table),
      ...(kind === "insert" && { insertedId: n }),
    })),
  );
  return random.shuffled(queries);
}
