import { ArgumentError } from "../errors.js";
import { tableFunction } from "../plan/reshape.js";
import type { SessionContext } from "./session-context.js";
import { toExpressions } from "./column-list.js";
import type { ColumnOrName } from "./column.js";
import type { DataFrame } from "./dataframe.js";
import { derived } from "./derived.js";

/**
 * Functions that make rows; `spark.tvf`. In a lateral join they take the other side's columns, marked
 * by `outer()`: `df.lateralJoin(spark.tvf.explode(col("tags").outer()))`.
 */
export class TableValuedFunctions {
  readonly #context: SessionContext;

  /** @internal Use spark.tvf. */
  constructor(context: SessionContext) {
    this.#context = context;
  }

  /** As spark.range(). */
  range(...bounds: Parameters<ReturnType<SessionContext["session"]>["range"]>): DataFrame {
    return this.#context.session().range(...bounds);
  }
  /** A row `col` for each element of an array, or `key` and `value` for each entry of a map. */
  explode(collection: ColumnOrName): DataFrame {
    return this.#rows("explode", collection);
  }
  /** As explode(), with a row of nulls where there is nothing. */
  explode_outer(collection: ColumnOrName): DataFrame {
    return this.#rows("explode_outer", collection);
  }
  /** As explode(), with the position `pos`, from 0. */
  posexplode(collection: ColumnOrName): DataFrame {
    return this.#rows("posexplode", collection);
  }
  /** As posexplode(), with a row of nulls where there is nothing. */
  posexplode_outer(collection: ColumnOrName): DataFrame {
    return this.#rows("posexplode_outer", collection);
  }
  /** A row for each struct of an array, a column for each of its fields. */
  inline(structs: ColumnOrName): DataFrame {
    return this.#rows("inline", structs);
  }
  /** As inline(), with a row of nulls where there is nothing. */
  inline_outer(structs: ColumnOrName): DataFrame {
    return this.#rows("inline_outer", structs);
  }
  /**
   * These fields of a JSON text, each as text: `c0`, `c1` …
   *
   * @throws {ArgumentError} no field is named
   */
  json_tuple(json: ColumnOrName, ...fields: readonly ColumnOrName[]): DataFrame {
    if (fields.length === 0) {
      throw new ArgumentError("fields", 'json_tuple() takes one field or more: lit("id").');
    }
    return this.#rows("json_tuple", json, ...fields);
  }
  /** The values in `rows` rows, left to right: `stack(lit(2), lit(1), lit(2), lit(3), lit(4))`. */
  stack(rows: ColumnOrName, ...values: readonly ColumnOrName[]): DataFrame {
    return this.#rows("stack", rows, ...values);
  }
  /** Spark's collations. */
  collations(): DataFrame {
    return this.#rows("collations");
  }
  /** Spark's SQL keywords, and which are reserved. */
  sql_keywords(): DataFrame {
    return this.#rows("sql_keywords");
  }
  /** `pos`, `key` and `value` of each element or field of a VARIANT. */
  variant_explode(variant: ColumnOrName): DataFrame {
    return this.#rows("variant_explode", variant);
  }
  /** As variant_explode(), with a row of nulls where there is nothing. */
  variant_explode_outer(variant: ColumnOrName): DataFrame {
    return this.#rows("variant_explode_outer", variant);
  }
  /**
   * What Python workers of this session have logged, where
   * `spark.sql.pyspark.worker.logging.enabled` is true.
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.1
   */
  python_worker_logs(): DataFrame {
    this.#context.connection.version.require("python_worker_logs()", 4, 1);
    return this.#rows("python_worker_logs");
  }

  #rows(name: string, ...args: readonly ColumnOrName[]): DataFrame {
    return derived(this.#context, tableFunction(name, toExpressions(args, name)));
  }
}
