/** Runs the examples in the doc comments of src/ on a Spark. */
import { inspect } from "node:util";
import ts from "typescript";
import * as functions from "../../src/functions/index.js";
import * as sparktide from "../../src/index.js";
import { Column, DataFrame, type SparkSession } from "../../src/index.js";
import { PRELUDE, stepsOf, type DocExample, type Step } from "../support/doc-examples.js";

/** How many examples run at the same time. */
const AT_ONCE = 8;

/** What a statement of an example gives, and what its comment says. */
export interface ExampleValue {
  readonly example: DocExample;
  readonly expected: string;
  readonly actual: string;
}

type Names = Readonly<Record<string, unknown>>;
type See = (result: unknown, index: number) => Promise<void>;
type Run = (...values: readonly unknown[]) => Promise<Names | undefined>;

const { constructor } = Object.getPrototypeOf(async () => {
  /* Only its constructor is needed: it has no name of its own. */
}) as { readonly constructor: unknown };
const AsyncFunction = constructor as new (...parametersAndBody: readonly string[]) => Run;

/** Runs TypeScript as the body of an async function that knows these names. */
function execute(code: string, names: Names): Promise<Names | undefined> {
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const script = ts.transpileModule(code, { compilerOptions: options }).outputText;
  return new AsyncFunction(...Object.keys(names), script)(...Object.values(names));
}

/** The code, with a call of `$see` around each statement that has a value. In a block: it may redeclare names. */
function observed(code: string, steps: readonly Step[]): string {
  let text = code;
  for (const [index, step] of [...steps.entries()].reverse())
    if (step.expected !== undefined)
      text = `${text.slice(0, step.start)}await $see(${step.text}, ${index});${text.slice(step.end)}`;
  return `{ ${text}\n}`;
}

function shown(value: unknown): string {
  return inspect(value, { depth: 8, breakLength: Infinity, compact: true });
}

function shownError(error: unknown): string {
  return `failed: ${error instanceof Error ? error.message : String(error)}`;
}

/** One select for each set of columns: a job costs more than a hundred expressions. */
class ColumnValues {
  readonly #groups = new Map<
    string,
    { df: DataFrame; columns: Column[]; tell: ((value: string) => void)[] }
  >();

  add(df: DataFrame, key: string, column: Column, tell: (value: string) => void): void {
    const group = this.#groups.get(key) ?? { df, columns: [], tell: [] };
    this.#groups.set(key, group);
    group.columns.push(column);
    group.tell.push(tell);
  }

  async evaluate(): Promise<void> {
    await inTurns([...this.#groups.values()], async ({ df, columns, tell }) => {
      const values = await valuesOrErrorsOf(df, columns);
      for (const [index, value] of values.entries()) tell[index]?.(value);
    });
  }
}

async function valuesOf(df: DataFrame, columns: readonly Column[]): Promise<string[]> {
  const named = columns.map((column, index) => column.alias(`c${index}`));
  const rows = await df.select(...named).collect();
  return columns.map((_, index) => {
    const values = rows.map((row) => row[`c${index}`]);
    return shown(values.length === 1 ? values[0] : values);
  });
}

/** The values of many columns in few jobs, with an error for each column that fails. */
async function valuesOrErrorsOf(df: DataFrame, columns: readonly Column[]): Promise<string[]> {
  try {
    return await valuesOf(df, columns);
  } catch (error) {
    if (columns.length === 1) return [shownError(error)];
    const middle = Math.ceil(columns.length / 2);
    const first = await valuesOrErrorsOf(df, columns.slice(0, middle));
    return [...first, ...(await valuesOrErrorsOf(df, columns.slice(middle)))];
  }
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** The values of all statements that have a comment with a value. */
export async function runDocExamples(
  spark: SparkSession,
  examples: readonly DocExample[],
): Promise<ExampleValue[]> {
  const shared: Record<string, unknown> = { ...sparktide, ...functions, F: functions, spark };
  // A parameter cannot have this name: the examples write F.typeof().
  delete shared["typeof"];
  const prelude = await execute(`${PRELUDE} return { people, cities, events, ticks };`, shared);
  const found: ExampleValue[] = [];
  const columns = new ColumnValues();
  const oneRow = spark.range(1);

  await inTurns(examples, async (example) => {
    const steps = stepsOf(example.code);
    if (steps.every(({ expected }) => expected === undefined)) return;
    const df = example.data === undefined ? oneRow : spark.createDataFrame(example.data);
    const see: See = async (result, index) => {
      const expected = steps[index]?.expected ?? "";
      const tell = (actual: string): void => {
        found.push({ example, expected, actual });
      };
      const value = await result;
      if (value instanceof Column)
        columns.add(df, JSON.stringify(example.data ?? null), value, tell);
      else tell(shown(value instanceof DataFrame ? await value.collect() : value));
    };
    const names = { ...shared, ...prelude, df, $see: see };
    await execute(observed(example.code, steps), names).catch((error: unknown) => {
      found.push({ example, expected: "", actual: shownError(error) });
    });
  });
  await columns.evaluate();
  return found;
}
