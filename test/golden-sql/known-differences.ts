/** Statements that correctly give another result than the golden file, with the reason. */
interface KnownDifference {
  readonly file: string;
  /** Positions of the statements in the file, from 0. */
  readonly statements: readonly number[];
  readonly reason: string;
}

const TEST_CLASS =
  "The statement, or one before it, uses a class that only Spark's test build has.";
const TPC_DS = "The statement reads the tables of TPC-DS, which only Spark's own suite creates.";
const ARROW_INTERVAL =
  "The server fails: Arrow's intervals hold 64 bits of nanoseconds, Spark's of microseconds.";

/** All known differences. An entry whose result is equal fails the test. */
const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  { file: "describe.sql", statements: [2, 35, 62], reason: TEST_CLASS },
  { file: "identifier-clause-legacy.sql", statements: [72, 75, 76], reason: TEST_CLASS },
  { file: "identifier-clause.sql", statements: [72, 75, 76], reason: TEST_CLASS },
  { file: "interval.sql", statements: [72], reason: ARROW_INTERVAL },
  { file: "nonansi/interval.sql", statements: [72], reason: ARROW_INTERVAL },
  {
    file: "pipe-operators.sql",
    statements: [270, 271, 272, 273, 274, 275, 276, 277, 278, 279, 280, 281, 286],
    reason: TPC_DS,
  },
];

/** The reason why the result of a statement may differ; undefined if it must be equal. */
export function knownDifference(file: string, statement: number): string | undefined {
  return KNOWN_DIFFERENCES.find(
    (known) => known.file === file && known.statements.includes(statement),
  )?.reason;
}

/** Entries of the list with equal results. */
export function unusedDifferences(file: string, different: readonly number[]): number[] {
  return KNOWN_DIFFERENCES.filter((known) => known.file === file)
    .flatMap(({ statements }) => statements)
    .filter((statement) => !different.includes(statement));
}
