import { ArgumentError } from "../errors.js";
import { tableFunction } from "../plan/reshape.js";
import type { SessionContext, SparkSession } from "./session-context.js";
import { toExpressions } from "./column-list.js";
import type { ColumnOrName } from "./column.js";
import { DataFrame } from "./dataframe.js";

/**
 * Functions that return rows; `spark.tvf`. In a lateral join they refer to the other side's columns
 * through `outer()`: `df.lateralJoin(spark.tvf.explode(col("tags").outer()))`.
 */
export class TableValuedFunctions {
  readonly #context: SessionContext;

  /** @internal Use spark.tvf. */
  constructor(context: SessionContext) {
    this.#context = context;
  }

  /**
   * The same as spark.range().
   *
   * @example spark.tvf.range(3); // [ { id: 0n }, { id: 1n }, { id: 2n } ]
   */
  range(...bounds: Parameters<SparkSession["range"]>): DataFrame {
    return this.#context.session().range(...bounds);
  }
  /**
   * One row for each element of an array (column `col`) or entry of a map (columns `key` and `value`).
   *
   * @example spark.tvf.explode(lit([10, 20])); // [ { col: 10 }, { col: 20 } ]
   */
  explode(collection: ColumnOrName): DataFrame {
    return this.#rows("explode", collection);
  }
  /**
   * Like explode(), but returns one row of nulls for a null or empty collection.
   *
   * @example spark.tvf.explode_outer(lit([], "array<int>"));
   */
  explode_outer(collection: ColumnOrName): DataFrame {
    return this.#rows("explode_outer", collection);
  }
  /**
   * Like explode(), with the position from 0 in a column `pos`.
   *
   * @example spark.tvf.posexplode(lit([10, 20]));
   */
  posexplode(collection: ColumnOrName): DataFrame {
    return this.#rows("posexplode", collection);
  }
  /**
   * Like posexplode(), but returns one row of nulls for a null or empty collection.
   *
   * @example spark.tvf.posexplode_outer(lit([], "array<int>"));
   */
  posexplode_outer(collection: ColumnOrName): DataFrame {
    return this.#rows("posexplode_outer", collection);
  }
  /**
   * One row for each struct of an array, with one column for each field.
   *
   * @example spark.tvf.inline(array(struct(lit(1).alias("id"), lit("a").alias("name"))));
   */
  inline(structs: ColumnOrName): DataFrame {
    return this.#rows("inline", structs);
  }
  /**
   * Like inline(), but returns one row of nulls for a null or empty array.
   *
   * @example spark.tvf.inline_outer(lit([], "array<struct<id:int>>"));
   */
  inline_outer(structs: ColumnOrName): DataFrame {
    return this.#rows("inline_outer", structs);
  }
  /**
   * Fields of a JSON text, as the string columns `c0`, `c1` …
   *
   * @throws {ArgumentError} no field is named
   * @example spark.tvf.json_tuple(lit('{"a":1,"b":2}'), lit("a"), lit("b"));
   */
  json_tuple(json: ColumnOrName, ...fields: readonly ColumnOrName[]): DataFrame {
    if (fields.length === 0) {
      throw new ArgumentError(
        "fields",
        'json_tuple() needs at least one field, such as lit("id").',
      );
    }
    return this.#rows("json_tuple", json, ...fields);
  }
  /**
   * Arranges the values in `rows` rows, row by row: `stack(lit(2), lit(1), lit(2), lit(3), lit(4))`.
   *
   * @example spark.tvf.stack(lit(2), lit(1), lit(2), lit(3), lit(4));
   */
  stack(rows: ColumnOrName, ...values: readonly ColumnOrName[]): DataFrame {
    return this.#rows("stack", rows, ...values);
  }
  /**
   * The collations that Spark supports.
   *
   * @example spark.tvf.collations().select("NAME").limit(5);
   */
  collations(): DataFrame {
    return this.#rows("collations");
  }
  /**
   * Spark's SQL keywords, and whether each is reserved.
   *
   * @example spark.tvf.sql_keywords().where("reserved");
   */
  sql_keywords(): DataFrame {
    return this.#rows("sql_keywords");
  }
  /**
   * `pos`, `key` and `value` of each element or field of a VARIANT.
   *
   * @example spark.tvf.variant_explode(parse_json(lit('["a","b"]')));
   */
  variant_explode(variant: ColumnOrName): DataFrame {
    return this.#rows("variant_explode", variant);
  }
  /**
   * Like variant_explode(), but returns one row of nulls for a null or empty VARIANT.
   *
   * @example spark.tvf.variant_explode_outer(parse_json(lit("[]")));
   */
  variant_explode_outer(variant: ColumnOrName): DataFrame {
    return this.#rows("variant_explode_outer", variant);
  }
  /**
   * The log entries of this session's Python workers, if
   * `spark.sql.pyspark.worker.logging.enabled` is true.
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.1
   * @example spark.tvf.python_worker_logs().orderBy("ts");
   */
  python_worker_logs(): DataFrame {
    this.#context.connection.version.require("python_worker_logs()", 4, 1);
    return this.#rows("python_worker_logs");
  }

  #rows(name: string, ...args: readonly ColumnOrName[]): DataFrame {
    return DataFrame.of(this.#context, tableFunction(name, toExpressions(args, name)));
  }
}
