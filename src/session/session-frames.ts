import type { LocalData } from "../arrow/encode/local-data.js";
import { streamedSchema } from "../connection/local-data/schema-argument.js";
import type { LocalInput, SchemaInput } from "../connection/local-data/local-input.js";
import type { CallOptions } from "../connection/call-options.js";
import { DataFrame } from "../dataframe/dataframe.js";
import type { SessionContext } from "../dataframe/session-context.js";
import { ArgumentError } from "../errors.js";
import { SIGNAL, checkMethods } from "../option-check.js";
import { shown } from "../value-kind.js";
import { localRelation, project, rangeRelation, tableRelation } from "../plan/relation.js";
import type { LocalRow, LocalRowOfDdl } from "../types/local-row.js";
import type { ObjectRow, Row } from "../types/row.js";
import type { RowOfSchema } from "../types/row-of-schema.js";
import type { RowOfAnySchema } from "../types/schema-row.js";
import { StructType, type StructField } from "../types/struct-type.js";
import type { RowOfTable, TableName } from "../types/table-row.js";
import { expectedSchema, requireSchema, type Verify } from "./verified-table.js";

/** The methods of a session that create DataFrames from tables, ranges and local values. {@link SparkSession} inherits them. */
export abstract class SessionFrames {
  /** @internal */
  protected abstract get context(): SessionContext;

  /**
   * Integers in a column `id`: `range(end)` from 0, or `range(start, end, step)`. `end` is excluded.
   *
   * @example spark.range(1, 6, 2); // [ { id: 1n }, { id: 3n }, { id: 5n } ]
   */
  range(
    startOrEnd: number | bigint,
    endAfterStart?: number | bigint,
    step: number | bigint = 1,
    numPartitions?: number,
  ): DataFrame<{ id: bigint }> {
    const [start, end] =
      endAfterStart === undefined ? [0, startOrEnd] : [startOrEnd, endAfterStart];
    const body = rangeRelation(
      integer("start", start),
      integer("end", end),
      integer("step", step),
      numPartitions,
    );
    return new DataFrame(this.context, this.context.connection.relation(body));
  }

  /**
   * Returns a table or view whose columns have been checked: asks the server for the schema and compares the names,
   * types and nullability of all columns and fields. The order of the columns and comments may differ.
   *
   * @param options.verify a StructType or DDL, which is then also the type of the rows; or `true` for the schema of
   * registerTable(), which the module that `npx sparktide types --out FILE.ts` writes calls
   * @throws {SparkError} code SCHEMA_CHANGED: the schemas differ; the message has one line for each difference
   * @throws {ArgumentError} no schema is registered for the name
   * @throws {AnalysisException} the table does not exist
   * @example spark.table("demo.people").select("name");
   */
  table<const Name extends TableName, const V extends Verify>(
    name: Name,
    options: { readonly verify: V } & CallOptions,
  ): Promise<DataFrame<V extends true ? RowOfTable<Name> : RowOfAnySchema<V>>>;
  /** Returns a table or view as a DataFrame. Its rows have the type that {@link Tables} has for this name. */
  table<const Name extends TableName>(name: Name): DataFrame<RowOfTable<Name>>;
  table(
    name: string,
    options?: { readonly verify: Verify } & CallOptions,
  ): DataFrame | Promise<DataFrame> {
    const body = tableRelation(name, {}, false);
    const df = new DataFrame(this.context, this.context.connection.relation(body));
    return options === undefined ? df : this.#verified(df, name, options);
  }

  async #verified(
    df: DataFrame,
    name: string,
    { verify, ...options }: { readonly verify: Verify } & CallOptions,
  ): Promise<DataFrame> {
    const expected = expectedSchema(name, verify);
    requireSchema(name, expected, await df.schema(options));
    return df;
  }

  /**
   * Creates a DataFrame of local values: rows as plain objects or arrays, single values, columns
   * (`{ id: [1, 2], name: ["a", "b"] }`, or typed arrays) or an apache-arrow Table. The call encodes the
   * values, so the caller may change them afterwards, but sends nothing. Small data is sent with each
   * action. Data of at least `spark.sql.session.localRelationCacheThreshold` bytes is sent once, before its
   * first use. The event loop stands still while the call encodes: 1.4 s for a million rows of 6 columns. In a
   * service, pass more than 10 000 rows to {@link createDataFrameFrom}.
   *
   * @param schema a StructType or DDL (`"id BIGINT NOT NULL, name STRING"`); a single type, for a column
   * `value`; or column names, with inferred types. Default: names and types are inferred
   * @throws {ArgumentError} a value does not match its column's type, or a type cannot be inferred. The message
   * has the column, the row and the type of the value
   * @example
   * spark.createDataFrame(
   *   [
   *     [1, "a"],
   *     [2, "b"],
   *   ],
   *   "id INT, name STRING",
   * ); // [ { id: 1, name: 'a' }, { id: 2, name: 'b' } ]
   */
  createDataFrame<F extends StructField>(
    data: LocalInput,
    schema: StructType<F>,
  ): DataFrame<RowOfSchema<StructType<F>>>;
  createDataFrame<const Ddl extends string>(
    data: LocalInput,
    schema: Ddl,
  ): DataFrame<LocalRowOfDdl<Ddl>>;
  createDataFrame<Data extends LocalInput>(data: Data): DataFrame<LocalRow<Data>>;
  createDataFrame(data: LocalInput, schema?: SchemaInput): DataFrame;
  createDataFrame(data: LocalInput, schema?: SchemaInput): DataFrame {
    return this.#localDataFrame(this.context.connection.arrow.encodeLocalInput(data, schema));
  }

  /**
   * Creates a DataFrame of rows that arrive one by one, for example from a database cursor or a file. The client
   * sends them while they arrive, in chunks of `spark.sql.session.localRelationChunkSizeBytes`, and holds only a
   * few chunks in memory. It encodes in slices of some milliseconds, so that other work of the program continues:
   * for an array, do not change the rows before the promise resolves. Spark 4.0 accepts no chunks: for it the client holds all encoded rows.
   *
   * @throws {ArgumentError} a value does not match its column's type, or the rows exceed
   * `spark.sql.session.localRelationSizeLimit` bytes
   * @example
   * async function* rows() {
   *   yield { id: 1, name: "a" };
   * }
   * await (await spark.createDataFrameFrom(rows(), "id INT, name STRING")).count(); // 1
   */
  async createDataFrameFrom<const Schema extends StructType | string>(
    rows: AsyncIterable<Row> | Iterable<Row>,
    schema: Schema,
    options: CallOptions = {},
  ): Promise<DataFrame<RowOfAnySchema<Schema>>> {
    const struct = streamedSchema(schema);
    const { connection } = this.context;
    const sent = await connection.arrow.sendRows(connection, rows, struct, options);
    if ("rest" in sent) return this.#localDataFrame(sent.rest);
    const relation = connection.relation(sent.body);
    return new DataFrame(
      this.context,
      sent.columns === undefined ? relation : connection.relation(project(relation, sent.columns)),
    );
  }

  /**
   * Creates a DataFrame without rows, with the columns of the schema. Default: no columns.
   *
   * @example await spark.emptyDataFrame("id INT, name STRING").isEmpty();
   */
  emptyDataFrame<const Schema extends StructType | string>(
    schema: Schema,
  ): DataFrame<RowOfAnySchema<Schema>>;
  emptyDataFrame(): DataFrame;
  emptyDataFrame(schema: StructType | string = new StructType()): DataFrame {
    const body = localRelation(undefined, streamedSchema(schema).json());
    return new DataFrame(this.context, this.context.connection.relation(body));
  }

  #localDataFrame<R extends ObjectRow>(data: LocalData): DataFrame<R> {
    const { connection } = this.context;
    const relation = connection.heldRelations.create(data);
    return new DataFrame(this.context, relation);
  }
}

checkMethods(SessionFrames.prototype, {
  table: [1, ["verify", "signal"]],
  createDataFrameFrom: [2, SIGNAL],
});

function integer(argument: string, value: number | bigint): bigint {
  if (typeof value === "bigint") return value;
  if (Number.isSafeInteger(value)) return BigInt(value);
  throw new ArgumentError(argument, `${argument} must be an integer, got ${shown(value)}.`);
}
