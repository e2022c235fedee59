import { SparkException, type SparkSession } from "../../src/index.js";
import type { GoldenStatement } from "./golden-files.js";
import { hiveLines, type HiveStyle } from "./hive-text.js";

/** The result of a statement, in the format of a golden file. */
interface Outcome {
  readonly schema: string;
  readonly types: readonly string[];
  readonly lines: readonly string[];
  readonly error?: SparkException;
}

/** Runs a statement through the client. Throws errors that do not come from the server. */
async function outcomeOf(spark: SparkSession, sql: string, style: HiveStyle): Promise<Outcome> {
  try {
    const df = await spark.sql(sql);
    const schema = await df.schema();
    const rows = await df.collect({ rowMode: "array" });
    return {
      schema: schema.simpleString(),
      types: schema.fields.map(({ dataType }) => dataType.kind),
      lines: shownLines(sql, rows, hiveLines(rows, schema, style)),
    };
  } catch (error) {
    if (error instanceof SparkException) {
      return { schema: "struct<>", types: [], lines: [], error };
    }
    throw error;
  }
}

/** HiveResult prints DESCRIBE in padded columns, and only the names for SHOW TABLES and SHOW VIEWS. */
function shownLines(
  sql: string,
  rows: readonly (readonly unknown[])[],
  lines: readonly string[],
): readonly string[] {
  const command = sql.replace(/^(\s|--.*\n|\/\*[^]*?\*\/)*/, "");
  if (/^SHOW\s+(TABLES|VIEWS)\b/i.test(command)) return rows.map((row) => String(row[1]));
  if (!/^DESC(RIBE)?\b/i.test(command) || rows.some((row) => row.length !== 3)) return lines;
  return rows.map((row) =>
    row.map((cell) => (typeof cell === "string" ? cell : "").padEnd(20)).join("\t"),
  );
}

/** Compares a result with the golden file. Returns undefined if equal, else the difference. */
export async function differenceOf(
  spark: SparkSession,
  statement: GoldenStatement,
  style: HiveStyle,
): Promise<string | undefined> {
  const outcome = await outcomeOf(spark, statement.sql, style);
  const expected = expectedError(statement);
  if (expected !== undefined) {
    if (outcome.error === undefined) return `no error; expected ${expected.name}`;
    return errorDifference(outcome.error, expected);
  }
  if (outcome.error !== undefined) return `error: ${outcome.error.message}`;
  // Spark Connect does not send whether the query named the default collation.
  const schema = statement.schema.replaceAll(/ collate UTF8_BINARY(?!_)/g, "");
  if (outcome.schema !== schema) return `schema ${outcome.schema}; expected ${schema}`;
  const lines = outcome.lines.map(normalized);
  // Spark's suite sorts rows if the plan has no order. A client does not see the plan, so accept both orders.
  const [got, sorted] = [lines.join("\n").trimEnd(), lines.toSorted(byUtf16).join("\n").trimEnd()];
  const wanted = normalized(statement.output);
  const equal = [got, sorted].some(
    (text) => text === wanted || sameNumbers(text, wanted, outcome.types),
  );
  return equal ? undefined : `${got}\nexpected\n${wanted}`;
}

/** Java 17, which wrote the golden files, prints needless digits of some doubles. */
function sameNumbers(got: string, wanted: string, types: readonly string[]): boolean {
  if (!types.includes("double") && !types.includes("float")) return false;
  const cells = (text: string): string[][] => text.split("\n").map((line) => line.split("\t"));
  const [ours, theirs] = [cells(got), cells(wanted)];
  return (
    ours.length === theirs.length &&
    ours.every((row, i) =>
      row.every((cell, j) => {
        const other = theirs[i]?.[j] ?? "";
        if (cell === other) return true;
        if (types[j] === "float") return Math.fround(Number(cell)) === Math.fround(Number(other));
        return types[j] === "double" && Number(cell) === Number(other);
      }),
    )
  );
}

interface ExpectedError {
  /** Spark's error condition, or the Java class if there is none. */
  readonly name: string;
  readonly condition?: string;
  readonly sqlState?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

function expectedError({ schema, output }: GoldenStatement): ExpectedError | undefined {
  const name = /^((?:org|java|scala)\.[\w.$]+(?:Exception|Error))(?:\n|$)/.exec(output)?.[1];
  if (schema !== "struct<>" || name === undefined) return undefined;
  const json = output.slice(name.length + 1);
  if (!json.startsWith("{")) return { name };
  const { errorClass, sqlState, messageParameters } = JSON.parse(json) as Record<string, unknown>;
  return {
    name: String(errorClass),
    condition: String(errorClass),
    ...(typeof sqlState === "string" && { sqlState }),
    parameters: (messageParameters ?? {}) as Record<string, string>,
  };
}

function errorDifference(error: SparkException, expected: ExpectedError): string | undefined {
  // Java exceptions have no condition, so the test only checks that there is an error.
  if (expected.condition === undefined) return undefined;
  if (
    error.errorClass !== expected.condition ||
    (error.sqlState ?? undefined) !== expected.sqlState
  ) {
    return `error ${error.errorClass ?? error.message} (${error.sqlState ?? "no SQLSTATE"}); expected ${expected.name} (${expected.sqlState ?? "no SQLSTATE"})`;
  }
  return undefined;
}

function byUtf16(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const NOT_COMPARED = "[not included in comparison]";

/** Replaces parts that differ between runs, as Spark's suite does before it writes a golden file. */
function normalized(text: string): string {
  return text
    .replaceAll(/#\d+/g, "#x")
    .replaceAll(/plan_id=\d+/g, "plan_id=x")
    .replaceAll(/uuid\(Some\(-?\d+\)\)/g, "uuid(Some(x))")
    .replaceAll(/file:[^\s,]*\/warehouse(?=[/\s,]|$)/g, `file:${NOT_COMPARED}/{warehouse_dir}`)
    .replaceAll(
      /Location.*(?:warehouse_dir\}|warehouse)\//g,
      `Location ${NOT_COMPARED}/{warehouse_dir}/`,
    )
    .replaceAll(/(Created By|Created Time|Last Access|Owner).*/g, `$1 ${NOT_COMPARED}`)
    .replaceAll(/Partition Statistics\t\d+/g, `Partition Statistics\t${NOT_COMPARED}`)
    .replaceAll(/CTERelationDef \d+,/g, "CTERelationDef xxxx,")
    .replaceAll(/CTERelationRef \d+,/g, "CTERelationRef xxxx,")
    .replaceAll(/(UnionLoop|UnionLoopRef) \d+/g, "$1 xxxx")
    .replaceAll(/Loop id: \d+/g, "Loop id: xxxx")
    .replaceAll(/@\w*,/g, "@xxxxxxxx,")
    .replaceAll(/\*\(\d+\) /g, "*")
    .replaceAll(
      /"(created_time|created_by|last_access|owner)":".*?"/g,
      `"$1 ${NOT_COMPARED}":"None"`,
    )
    .replaceAll(
      /"location":".*?warehouse(_dir\})?\//g,
      `"location":"file:${NOT_COMPARED}/{warehouse_dir}/`,
    )
    .replaceAll(/"transient_lastDdlTime":"\d+"/g, `"transient_lastDdlTime ${NOT_COMPARED}":"None"`)
    .replaceAll(/transient_lastDdlTime=\d+/g, `transient_lastDdlTime=${NOT_COMPARED}`);
}
