import { compileFunction } from "node:vm";
import * as types from "../../../src/index.js";
import type { DataFrame, StructType } from "../../../src/index.js";
import * as f from "../../../src/functions/index.js";
import { randomStep } from "./chain-steps.js";
import type { ChainTables } from "./chain-tables.js";
import { RandomChoices } from "./random-choices.js";

/** One operation of a chain: the text of the DataFrame, and its schema on the server. */
export interface ChainStep {
  readonly text: string;
  readonly schema: StructType;
}

/** Operations, each on the DataFrame of the step before: `df0` is a base table. */
export interface RandomChain {
  readonly steps: readonly ChainStep[];
  /** The operations that the server refused. Others took their place. */
  readonly refused: readonly string[];
}

/** The tables of one session, and their schemas. */
export interface ChainSession {
  readonly tables: ChainTables;
  readonly schemas: Readonly<Record<keyof ChainTables, StructType>>;
  readonly isZipKnown: boolean;
}

/** The most joins and unions of one chain. */
const MOST_COMBINATIONS = 2;

/** Writes a chain of 2 to 8 operations. The server gives the schema after each of them. */
export async function randomChain(
  { tables, schemas, isZipKnown }: ChainSession,
  seed: number,
  index: number,
): Promise<RandomChain> {
  const choices = new RandomChoices(seed, index);
  const names = Object.keys(tables) as (keyof ChainTables)[];
  const base = choices.of(names) ?? "numbers";
  const steps: ChainStep[] = [{ text: base, schema: schemas[base] }];
  const frames: DataFrame[] = [tables[base]];
  const refused: string[] = [];
  const wanted = choices.integer(2, 8);
  let freshNames = 0;
  let combinations = 0;
  while (steps.length <= wanted) {
    const { schema } = steps.at(-1) as ChainStep;
    const text = randomStep(choices, {
      df: `df${steps.length - 1}`,
      schema,
      tables: unused(schemas, steps),
      canCombine: combinations < MOST_COMBINATIONS,
      isZipKnown,
      fresh: () => `c${(freshNames += 1)}`,
    });
    if (text === undefined) continue;
    try {
      const df = evaluated(text, tables, frames);
      steps.push({ text, schema: await df.schema() });
      frames.push(df);
      if (/[jJ]oin\(|union/u.test(text)) combinations += 1;
    } catch (error) {
      refused.push(`${text}: ${String(error).slice(0, 300)}`);
      if (refused.length > 50) throw new Error(`No operation works: ${text}`, { cause: error });
    }
  }
  return { steps, refused };
}

/** The tables that the chain does not use yet. The columns of a table that is joined twice are ambiguous. */
function unused(
  schemas: ChainSession["schemas"],
  steps: readonly ChainStep[],
): Readonly<Record<string, StructType>> {
  return Object.fromEntries(
    Object.entries(schemas).filter(
      ([name]) => !steps.some(({ text }) => new RegExp(`^${name}$|oin\\(${name}\\b`).test(text)),
    ),
  );
}

function evaluated(text: string, tables: ChainTables, frames: readonly DataFrame[]): DataFrame {
  const scope = {
    ...tables,
    ...Object.fromEntries(frames.map((frame, index) => [`df${index}`, frame])),
    f,
    types,
  };
  const call = compileFunction(`return ${text};`, Object.keys(scope)) as (
    ...values: readonly unknown[]
  ) => DataFrame;
  return call(...Object.values(scope));
}
