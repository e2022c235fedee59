/**
 * The row types of random chains of operations are never narrower than the server's schemas.
 *
 * The chains are TypeScript text. The server gives the schema after each operation, from which the next operation
 * is chosen. Then one program of the compiler infers the row type of each step. The same seed gives the same chains.
 */
import { beforeAll, expect, it } from "vitest";
import { IntegerType, StructField, StructType } from "../../../src/index.js";
import type { SparkSession } from "../../../src/index.js";
import { connect, isSparkAtLeast } from "../support.js";
import { chainTables } from "./chain-tables.js";
import { checkChains, type CheckedChains } from "./chain-types.js";
import {
  randomChain,
  type ChainSession,
  type ChainStep,
  type RandomChain,
} from "./random-chain.js";

const SEED = Number(process.env["SPARKTIDE_CHAIN_SEED"] ?? "17");
const CHAINS = 500;
/** The server analyzes this many chains at the same time. */
const AT_ONCE = 8;

/** Chains that are wrong: the test finds them if it compares the types at all. */
const wrong: readonly (readonly ChainStep[])[] = [
  [
    {
      text: 'numbers.select("int")',
      schema: new StructType([StructField("int", IntegerType(), true)]),
    },
  ],
  [
    {
      text: 'numbers.select("int", "id")',
      schema: new StructType([StructField("int", IntegerType(), false)]),
    },
  ],
];

const chains: RandomChain[] = [];
let checked: CheckedChains;

async function sessionOf(spark: SparkSession, ansi: boolean): Promise<ChainSession> {
  await spark.conf.set("spark.sql.ansi.enabled", String(ansi));
  const tables = chainTables(spark);
  const [numbers, scalars, nested, members] = await Promise.all([
    tables.numbers.schema(),
    tables.scalars.schema(),
    tables.nested.schema(),
    tables.members.schema(),
  ]);
  return {
    tables,
    schemas: { numbers, scalars, nested, members },
    isZipKnown: isSparkAtLeast(4, 2),
  };
}

beforeAll(async () => {
  await using ansiSpark = await connect();
  await using otherSpark = await connect();
  const sessions = [await sessionOf(ansiSpark, true), await sessionOf(otherSpark, false)] as const;
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < CHAINS; index = next++)
      chains[index] = await randomChain(sessions[index % 3 === 0 ? 1 : 0], SEED, index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  checked = checkChains([...chains.map(({ steps }) => steps), ...wrong]);
  // A busy machine needs longer than a hook may take by default.
}, 300_000);

it("the server refuses few of the generated operations", () => {
  const refused = chains.flatMap(({ refused: texts }) => texts);
  // Each Spark version refuses other operations.
  expect(refused.length, refused.join("\n")).toBeLessThan(CHAINS / 50);
});

it("the compiler accepts every operation that the server accepts", () => {
  expect(checked.errors).toEqual([]);
});

it("a row type without a null, or with a column that the server does not have, is reported", () => {
  const wrongOnes = checked.problems.slice(CHAINS);
  expect(wrongOnes.map((problem) => problem?.split("\n", 1)[0])).toEqual([
    "Chain 500, df0: the column int has the type number, the server has number | null",
    "Chain 501, df0: the server does not have the columns id",
  ]);
});

it("the row type of each step is equal to the server's schema, or wider", () => {
  expect(chains).toHaveLength(CHAINS);
  expect(checked.problems.slice(0, CHAINS).filter((problem) => problem !== undefined)).toEqual([]);
});

it("most columns have the server's type, and few rows have columns that the compiler does not know", () => {
  const { columns, equalColumns, openRows, rows } = checked.counts;
  expect(rows).toBeGreaterThan(4 * CHAINS);
  expect(openRows / rows).toBeLessThan(0.05);
  expect(equalColumns / columns).toBeGreaterThan(0.8);
});
