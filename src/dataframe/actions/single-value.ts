// Queries that return one value.

import type { CallOptions } from "../../connection/call-options.js";
import { ArgumentError, ProtocolError } from "../../errors.js";
import { queryPlan } from "../../plan/command.js";
import { alias, call } from "../../plan/expression.js";
import { literal } from "../../plan/literal.js";
import { aggregate, showString, type Relation, type RelationBody } from "../../plan/relation.js";
import type { SparkConnection } from "../../connection/spark-connection.js";
import type { Row } from "../../types/row.js";

/** show() cuts cells to this many characters, as Spark does. */
const SHOW_TRUNCATE = 20;

/** How many rows show() prints, and how. */
export interface ShowOptions extends CallOptions {
  /** Default 20. */
  readonly numRows?: number;
  /** The longest cell in characters; false for no limit. Default 20. */
  readonly truncate?: number | boolean;
  /** Print each row as a list of its cells, for wide rows. Default false. */
  readonly vertical?: boolean;
}

/** The single value of a query with one row, or undefined if it has no row. */
export async function singleValue(
  connection: SparkConnection,
  body: RelationBody,
  { signal }: CallOptions,
): Promise<unknown> {
  const rows: Row[] = [];
  const plan = queryPlan(connection.relation(body));
  for await (const batch of connection.rowBatches(plan, { signal, rowMode: "array" })) {
    for (const row of batch) rows.push(row);
  }
  const [row] = rows as unknown[][];
  return row?.[0];
}

/** @throws {ArgumentError} there are more rows than a number can hold exactly */
export async function countRows(
  connection: SparkConnection,
  relation: Relation,
  options: CallOptions,
): Promise<number> {
  const counted = aggregate(relation, { type: "groupby", keys: [] }, [
    alias(call("count", [literal(1)]), ["count"]),
  ]);
  const count = await singleValue(connection, counted, options);
  if (typeof count !== "bigint") {
    throw new ProtocolError("NO_ANSWER", "The server did not answer a count with one BIGINT.");
  }
  if (count > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new ArgumentError(
      "count",
      `count() found ${count} rows, more than a number can hold exactly. Use df.agg(count("*")) instead.`,
    );
  }
  return Number(count);
}

/** The text of Spark's own show(). */
export async function shownText(
  connection: SparkConnection,
  relation: Relation,
  { numRows = 20, truncate = true, vertical = false, signal }: ShowOptions,
): Promise<string> {
  checkWhole("numRows", numRows);
  if (typeof truncate === "number") checkWhole("truncate", truncate);
  const width = truncate === true ? SHOW_TRUNCATE : truncate === false ? 0 : truncate;
  const shown = showString(relation, numRows, width, vertical);
  const text = await singleValue(connection, shown, { signal });
  if (typeof text === "string") return text;
  throw new ProtocolError("NO_ANSWER", "The server did not answer show() with its text.");
}

function checkWhole(argument: string, value: number): void {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) return;
  throw new ArgumentError(argument, `${argument} must be a 32-bit integer, got ${String(value)}.`);
}
