import { ArgumentError } from "../errors.js";
import type { DataFrame } from "../index.js";
import { checkOptions } from "../option-check.js";
import { kindOf } from "../value-kind.js";
import { isPlainObject } from "../types/plain-object.js";
import type { Row } from "../types/row.js";
import { StructType } from "../types/struct-type.js";
import {
  differentSchemas,
  SCHEMA_EQUAL_OPTIONS,
  schemaDifferences,
  type SchemaEqualOptions,
  sortedByName,
  typeWithoutNotes,
} from "./assert-schema-equal.js";
import {
  type Closeness,
  type ComparableRow,
  comparableRow,
  isSameRow,
  unmatchedRows,
} from "./match-rows.js";
import {
  differencesTable,
  pairedDifferences,
  type RowDifference,
  type SameValue,
} from "./row-diff.js";
import { SparkAssertionError } from "./spark-assertion-error.js";
import { partsOf } from "./value-parts.js";

/** Options of {@link assertDataFrameEqual}. */
export interface DataFrameEqualOptions extends SchemaEqualOptions {
  /** Whether the rows must have the same order. Default: false, because Spark defines no order without a sort. */
  readonly ordered?: boolean | undefined;
  /**
   * The largest allowed difference of FLOAT and DOUBLE values, also inside arrays, maps and structs. A number is an
   * absolute difference; 0 compares exactly. An object allows `absolute + relative * |expected|`.
   * Default: `{ absolute: 1e-8, relative: 1e-5 }`, as in PySpark.
   */
  readonly tolerance?: number | Partial<Closeness> | undefined;
  /** The largest number of rows to compare in this process. Default: 100,000. */
  readonly maxRows?: number | undefined;
  /** The largest number of differences in the message. Default: 10. */
  readonly maxDifferences?: number | undefined;
}

const OPTIONS: readonly (keyof DataFrameEqualOptions)[] = [
  "ordered",
  "tolerance",
  ...SCHEMA_EQUAL_OPTIONS,
  "maxRows",
  "maxDifferences",
];

const DEFAULT_CLOSENESS: Closeness = { absolute: 1e-8, relative: 1e-5 };
const DEFAULT_MAX_ROWS = 100_000;
const DEFAULT_MAX_DIFFERENCES = 10;

/** A result in this process. */
interface Result {
  readonly rows: readonly (readonly unknown[])[];
  readonly comparable: readonly ComparableRow[];
}

/**
 * Checks that a DataFrame has the expected rows. Rows that occur twice must be expected twice. NaN equals NaN, -0 equals
 * 0, the order of a map's entries does not matter, and DECIMAL values must be equal in all digits.
 *
 * Runs both queries and compares the rows in this process.
 *
 * @param actual the DataFrame to check
 * @param expected a DataFrame, whose schema must be equal too, or rows as for `spark.createDataFrame(rows, schema)`
 * with the schema of `actual`: a BIGINT may be written as `1` or `1n`, a DECIMAL as `"1.5"`, a TIMESTAMP as a Date
 * @throws {SparkAssertionError} code `DIFFERENT_SCHEMA` or `DIFFERENT_ROWS`; the message shows the differences
 * @throws {ArgumentError} an option is wrong, or a result has more than `maxRows` rows
 * @see PySpark's `pyspark.testing.assertDataFrameEqual`
 */
export async function assertDataFrameEqual(
  actual: DataFrame,
  expected: DataFrame | readonly Row[],
  options: DataFrameEqualOptions = {},
): Promise<void> {
  checkOptions("assertDataFrameEqual()", options, OPTIONS);
  const closeness = closenessOf(options.tolerance);
  const maxRows = wholeNumber("maxRows", options.maxRows ?? DEFAULT_MAX_ROWS, 0);
  const maxDifferences = wholeNumber(
    "maxDifferences",
    options.maxDifferences ?? DEFAULT_MAX_DIFFERENCES,
    1,
  );
  if (!isDataFrame(actual)) throw wrongArgument("actual", "a DataFrame", actual);
  if (!isDataFrame(expected) && !Array.isArray(expected))
    throw wrongArgument("expected", "a DataFrame or an array of rows", expected);

  const compared = isDataFrame(expected)
    ? await withDataFrame(actual, expected, options)
    : await withRows(actual, expected);
  const byName = options.ignoreColumnOrder === true;
  const [own, wanted] = await Promise.all([
    resultOf("actual", actual, compared.schema, maxRows, byName),
    resultOf("expected", compared.expected, compared.expectedSchema, maxRows, byName),
  ]);
  const schema = byName ? new StructType(sortedByName(compared.schema)) : compared.schema;
  const found = differencesOf(own, wanted, schema, closeness, options.ordered === true);
  if (found.differences.length === 0) return;
  throw new SparkAssertionError(
    "DIFFERENT_ROWS",
    rowsMessage(found, own.rows.length, schema, closeness, maxDifferences),
  );
}

/** What to compare: the expected rows as a DataFrame, and both schemas. */
interface Compared {
  readonly schema: StructType;
  readonly expected: DataFrame;
  readonly expectedSchema: StructType;
}

async function withDataFrame(
  actual: DataFrame,
  expected: DataFrame,
  options: SchemaEqualOptions,
): Promise<Compared> {
  const [schema, expectedSchema] = await Promise.all([actual.schema(), expected.schema()]);
  const lines = schemaDifferences(schema, expectedSchema, options);
  if (lines.length > 0) throw differentSchemas(lines);
  return { schema, expected, expectedSchema };
}

async function withRows(actual: DataFrame, rows: readonly Row[]): Promise<Compared> {
  const schema = await actual.schema();
  checkNames(rows, schema);
  // A missing value in an expected row is a difference, not a broken NOT NULL.
  const nullable = typeWithoutNotes(schema, true) as StructType;
  try {
    const expected = actual.sparkSession.createDataFrame(rows, nullable);
    return { schema, expected, expectedSchema: schema };
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    throw new SparkAssertionError(
      "DIFFERENT_SCHEMA",
      `The expected rows do not fit the schema of the actual DataFrame, ${schema.simpleString()}: ${error.message}`,
      { cause: error },
    );
  }
}

/** Checks that each row has a value for each column, because a forgotten column would be compared as null. */
function checkNames(rows: readonly Row[], schema: StructType): void {
  const names = new Set(schema.fieldNames);
  for (const [index, row] of rows.entries()) {
    if (!isPlainObject(row)) continue;
    const stray = Object.keys(row).filter((name) => !names.has(name));
    const lacking = [...names].filter((name) => !Object.hasOwn(row, name));
    if (stray.length + lacking.length === 0) continue;
    throw differentSchemas([
      ...stray.map((name) => `- ${name} (only in row ${index} of the expected rows)`),
      ...lacking.map((name) => `+ ${name} (not in row ${index} of the expected rows)`),
    ]);
  }
}

/** Collects the rows. With `byName`, the columns are in the order of their names. */
async function resultOf(
  side: "actual" | "expected",
  df: DataFrame,
  schema: StructType,
  maxRows: number,
  byName: boolean,
): Promise<Result> {
  const fields = byName ? sortedByName(schema) : schema.fields;
  const positions = fields.map((field) => schema.fields.indexOf(field));
  const rows: (readonly unknown[])[] = [];
  for await (const row of df.toLocalIterator({ rowMode: "array" })) {
    if (rows.length === maxRows)
      throw new ArgumentError(
        "maxRows",
        `The ${side} DataFrame has more than ${maxRows} rows, and assertDataFrameEqual() compares all rows in this process. ` +
          "Compare an aggregate or a filtered part, or raise maxRows.",
      );
    rows.push(byName ? positions.map((at) => row[at]) : row);
  }
  const comparable = rows.map((row, index) =>
    comparableRow(
      index,
      fields.map(({ dataType }, at) => partsOf(dataType, row[at])),
    ),
  );
  return { rows, comparable };
}

interface Found {
  readonly differences: readonly RowDifference[];
  /** Whether the rows are equal in another order. */
  readonly isOnlyOrder: boolean;
}

function differencesOf(
  own: Result,
  wanted: Result,
  schema: StructType,
  closeness: Closeness,
  ordered: boolean,
): Found {
  const left = (): { readonly actual: readonly number[]; readonly expected: readonly number[] } => {
    const { actual, expected } = unmatchedRows(own.comparable, wanted.comparable, closeness);
    return {
      actual: actual.map(({ index }) => index),
      expected: expected.map(({ index }) => index),
    };
  };
  if (!ordered) {
    const { actual, expected } = left();
    const differences = pairedDifferences(
      actual.map((at) => own.rows[at] ?? []),
      expected.map((at) => wanted.rows[at] ?? []),
      schema,
      sameValue(closeness),
    );
    return { differences, isOnlyOrder: false };
  }
  const differences: RowDifference[] = [];
  const length = Math.max(own.rows.length, wanted.rows.length);
  for (let index = 0; index < length; index++) {
    const [row, other] = [own.comparable[index], wanted.comparable[index]];
    if (row !== undefined && other !== undefined && isSameRow(row, other, closeness)) continue;
    differences.push({ actual: own.rows[index], expected: wanted.rows[index], index });
  }
  const rest = differences.length === 0 ? undefined : left();
  return { differences, isOnlyOrder: rest?.actual.length === 0 && rest.expected.length === 0 };
}

function sameValue(closeness: Closeness): SameValue {
  return (actual, expected) =>
    isSameRow(comparableRow(0, [actual]), comparableRow(0, [expected]), closeness);
}

function rowsMessage(
  { differences, isOnlyOrder }: Found,
  actualRows: number,
  schema: StructType,
  closeness: Closeness,
  maxDifferences: number,
): string {
  const changed = differences.filter((each) => each.actual && each.expected).length;
  const missing = differences.filter((each) => each.actual === undefined).length;
  const unexpected = differences.length - changed - missing;
  const equal = actualRows - changed - unexpected;
  const counts = [
    `${changed} changed`,
    `${missing} missing`,
    `${unexpected} unexpected`,
    `${equal} equal`,
  ].filter((text) => !text.startsWith("0 "));
  const hint = isOnlyOrder
    ? " The rows are equal in another order: sort the DataFrame, or leave out `ordered`."
    : "";
  const shown = differences.slice(0, maxDifferences);
  const rest = differences.length - shown.length;
  const table = differencesTable(shown, schema, sameValue(closeness));
  const more = rest === 0 ? "" : `\n  … ${rest} more (maxDifferences is ${maxDifferences})\n`;
  return `The rows differ (- expected, + actual): ${counts.join(", ")}.${hint}\n\n${table}\n${more}`;
}

/** Not instanceof, because a test runner may load a second copy of the package. */
function isDataFrame(value: unknown): value is DataFrame {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { readonly toLocalIterator?: unknown }).toLocalIterator === "function"
  );
}

function wrongArgument(argument: string, wanted: string, value: unknown): ArgumentError {
  const hint = value instanceof Promise ? " Await it first." : "";
  return new ArgumentError(argument, `${argument} must be ${wanted}, got ${kindOf(value)}.${hint}`);
}

function closenessOf(tolerance: DataFrameEqualOptions["tolerance"]): Closeness {
  if (tolerance === undefined) return DEFAULT_CLOSENESS;
  if (typeof tolerance !== "number") checkOptions("tolerance", tolerance, ["absolute", "relative"]);
  const closeness =
    typeof tolerance === "number"
      ? { absolute: tolerance, relative: 0 }
      : { absolute: tolerance.absolute ?? 0, relative: tolerance.relative ?? 0 };
  for (const [name, value] of Object.entries(closeness))
    if (!(Number.isFinite(value) && value >= 0))
      throw new ArgumentError(
        "tolerance",
        `tolerance must be a number of at least 0, or { absolute, relative }, got ${name} ${String(value)}.`,
      );
  return closeness;
}

function wholeNumber(name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new ArgumentError(
    name,
    `${name} must be a whole number of at least ${least}, got ${String(value)}.`,
  );
}
