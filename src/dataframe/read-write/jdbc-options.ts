import { ArgumentError } from "../../errors.js";

/** How a table is read over JDBC; see DataFrameReader.jdbc(). */
export interface JdbcReadOptions {
  /** A column of numbers, dates or timestamps, by whose values tasks share the rows. */
  readonly column?: string | undefined;
  /** Where the first task's share ends and the last one's begins; rows beyond are read all the same. */
  readonly lowerBound?: number | bigint | string | undefined;
  readonly upperBound?: number | bigint | string | undefined;
  /** How many tasks share the rows, each with a connection of its own. */
  readonly numPartitions?: number | undefined;
  /** Instead of `column`: a condition in the database's SQL for each task. */
  readonly predicates?: readonly string[] | undefined;
  /** The connection's properties, as `user`, `password`, `driver`. */
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

/** The source's options and each task's condition. */
export interface JdbcRead {
  readonly texts: Readonly<Record<string, string>>;
  readonly predicates: readonly string[];
}

/**
 * What the jdbc source is told.
 *
 * @throws {ArgumentError} `column` comes without bounds and numPartitions, or with predicates
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
      "jdbc() takes column, lowerBound, upperBound and numPartitions together, or none of them.",
    );
  }
  if (column !== undefined && predicates.length > 0) {
    throw new ArgumentError("predicates", "jdbc() takes either column or predicates, not both.");
  }
  const partitions =
    column === undefined ? {} : { partitionColumn: column, ...Object.fromEntries(given) };
  return { texts: { ...partitions, ...properties, url, dbtable: table }, predicates };
}
