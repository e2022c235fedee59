import { ArgumentError } from "../../errors.js";

/** How to read a table over JDBC; see DataFrameReader.jdbc(). */
export interface JdbcReadOptions {
  /** A column of numbers, dates or timestamps. Its values divide the rows among tasks. */
  readonly column?: string | undefined;
  /** The bounds of the range to divide among tasks. Rows outside the bounds are read too. */
  readonly lowerBound?: number | bigint | string | undefined;
  readonly upperBound?: number | bigint | string | undefined;
  /** The number of tasks that share the rows, each with its own connection. */
  readonly numPartitions?: number | undefined;
  /** Instead of `column`: one condition for each task, in the database's SQL. */
  readonly predicates?: readonly string[] | undefined;
  /** Properties of the connection, such as `user`, `password` and `driver`. */
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

/** The source's options, and one condition for each task. */
export interface JdbcRead {
  readonly texts: Readonly<Record<string, string>>;
  readonly predicates: readonly string[];
}

/**
 * The options of the jdbc source.
 *
 * @throws {ArgumentError} `column` is given without bounds and numPartitions, or with predicates
 */
export function jdbcRead(url: string, table: string, options: JdbcReadOptions): JdbcRead {
  const { column, lowerBound, upperBound, numPartitions, predicates = [], properties } = options;
  const shares = { lowerBound, upperBound, numPartitions };
  const given = Object.entries(shares).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  if (column === undefined ? given.length > 0 : given.length < 3) {
    throw new ArgumentError(
      "column",
      "jdbc() needs column, lowerBound, upperBound and numPartitions together, or none of them.",
    );
  }
  if (column !== undefined && predicates.length > 0) {
    throw new ArgumentError("predicates", "jdbc() accepts either column or predicates, not both.");
  }
  const partitions =
    column === undefined ? {} : { partitionColumn: column, ...Object.fromEntries(given) };
  return { texts: { ...partitions, ...properties, url, dbtable: table }, predicates };
}
