import { statDescribe, statSummary } from "../plan/statistics.js";
import type { CallOptions } from "../connection/call-options.js";
import type { ObjectRow } from "../types/row.js";
import type { ColumnOrName } from "./column.js";
import { listed, type NameList } from "./column-list.js";
import type { DataFrameNaFunctions } from "./dataframe-na-functions.js";
import type {
  DropNaOptions,
  FillValue,
  Replacements,
  ReplaceValue,
} from "./dataframe-na-functions.js";
import type { DataFrameStatFunctions } from "./dataframe-stat-functions.js";
import type { Fractions } from "./dataframe-stat-functions.js";
import { checkedNames } from "./checked-arguments.js";
import { sampled, splits, type SampleOptions } from "./sampling.js";
import type { DataFrame } from "./dataframe.js";
import type { FilledRow, FilledRowBy, NullableRow } from "./typing/row-changes.js";
import type { WrittenName } from "./typing/row-names.js";
import { DataFrameActions } from "./actions/dataframe-actions.js";
import { checkMethods } from "../option-check.js";
import { DATAFRAME_STATISTICS_RULES } from "./dataframe-options.js";

/** The methods of a DataFrame that sample its rows, summarize its columns or replace values. {@link DataFrame} inherits them. */
export abstract class DataFrameStatistics<out R extends ObjectRow> extends DataFrameActions<R> {
  /**
   * Methods for missing values.
   *
   * @example people.na.drop();
   */
  abstract get na(): DataFrameNaFunctions<R>;
  /**
   * Statistics of columns.
   *
   * @example people.stat.freqItems(["city"]);
   */
  abstract get stat(): DataFrameStatFunctions;

  /**
   * Samples about this fraction of the rows.
   *
   * @example people.sample(0.5, { seed: 1 });
   */
  sample(fraction: number, options: SampleOptions = {}): DataFrame<R> {
    return this.derive(sampled(this.relation, fraction, options));
  }
  /**
   * Samples a fraction of the rows for each value of a column.
   *
   * @example people.sampleBy("city", { Bern: 0.5, Rome: 1 }, 1);
   */
  sampleBy(column: ColumnOrName, fractions: Fractions, seed?: number | bigint): DataFrame<R> {
    // The rows keep their type.
    return this.stat.sampleBy(column, fractions, seed) as DataFrame<R>;
  }
  /**
   * Splits the rows at random by these weights. Each row is in exactly one part.
   *
   * @example const [train, test] = people.randomSplit([0.8, 0.2], 1);
   */
  randomSplit(weights: readonly number[], seed?: number | bigint): DataFrame<R>[] {
    return splits(this.relation, weights, seed).map((body) => this.derive(body));
  }
  /**
   * Count, mean, standard deviation, minimum and maximum of these columns. Default: all columns.
   *
   * @example people.describe("age").where(col("summary").eq("max")); // [ { summary: 'max', age: '41' } ]
   */
  describe<Row extends ObjectRow>(this: DataFrame<Row>, ...columns: NameList<Row>): DataFrame {
    const names = checkedNames("describe", listed<string>(columns));
    return this.derive(statDescribe(this.relation, names));
  }
  /**
   * The named statistics of all columns, such as `"75%"`. Default: those of describe() and the quartiles.
   *
   * @example
   * people.select("age").summary("min", "50%");
   * // [ { summary: 'min', age: '25' }, { summary: '50%', age: '30' } ]
   */
  summary(...statistics: NameList): DataFrame {
    const names = checkedNames("summary", listed<string>(statistics));
    return this.derive(statSummary(this.relation, names));
  }
  /**
   * Drops rows with a null or NaN in any column, or as the options say.
   *
   * @example people.dropna();
   */
  dropna<Row extends ObjectRow>(
    this: DataFrame<Row>,
    options: "any" | "all" | DropNaOptions<Row> = {},
  ): DataFrame<Row> {
    return this.na.drop(options);
  }
  /**
   * Replaces null and NaN in all columns of the value's type. An object has one value for each column.
   *
   * @throws {ArgumentError} a value is not a number, string or boolean
   * @example people.fillna({ city: "unknown" });
   */
  fillna<Row extends ObjectRow, const V extends FillValue, const Name extends WrittenName<Row>>(
    this: DataFrame<Row>,
    value: V,
    subset?: Name | readonly Name[],
  ): DataFrame<FilledRow<Row, V, Name>>;
  fillna<
    Row extends ObjectRow,
    const Values extends { readonly [Name in WrittenName<Row>]?: FillValue },
  >(this: DataFrame<Row>, values: Values): DataFrame<FilledRowBy<Row, Values>>;
  fillna(...args: readonly unknown[]): DataFrame {
    // na.fill() checks the arguments.
    return this.na.fill(...(args as [Record<string, FillValue>])) as DataFrame;
  }
  /**
   * Replaces values in the columns of their type: `replace("n/a", null)`,
   * `replace([1, 2], [10, 20], "size")`, `replace({ a: "b" })`, `replace(new Map([[1, 2]]))`.
   *
   * @throws {ArgumentError} the values are of different types, or the two lists differ in length
   * @example people.replace("Bern", "Berne", "city").limit(1); // [ { name: 'Ann', age: 30n, city: 'Berne' } ]
   */
  replace<Row extends ObjectRow>(
    this: DataFrame<Row>,
    values: Replacements,
    subset?: WrittenName<Row> | readonly WrittenName<Row>[],
  ): DataFrame<NullableRow<Row>>;
  replace<Row extends ObjectRow>(
    this: DataFrame<Row>,
    from: ReplaceValue | readonly ReplaceValue[],
    to: ReplaceValue | null | readonly (ReplaceValue | null)[],
    subset?: WrittenName<Row> | readonly WrittenName<Row>[],
  ): DataFrame<NullableRow<Row>>;
  replace(...args: readonly unknown[]): DataFrame {
    // na.replace() checks the arguments.
    return this.na.replace(...(args as [Replacements]));
  }
  /**
   * Counts how often the values of two columns occur together. Rows are values of the first, columns of the second.
   *
   * @example people.crosstab("city", "age");
   */
  crosstab(column1: string, column2: string): DataFrame {
    return this.stat.crosstab(column1, column2);
  }
  /**
   * Values that occur in more than this fraction of the rows, as arrays; some may occur in fewer. Default: 0.01.
   *
   * @example people.freqItems(["city"], 0.5);
   */
  freqItems(columns: readonly string[], support?: number): DataFrame {
    return this.stat.freqItems(columns, support);
  }
  /**
   * Approximate quantiles of one or more columns, one for each probability from 0 to 1.
   *
   * @example await people.approxQuantile("age", [0.5], 0); // [ 30 ]
   */
  approxQuantile(
    column: string,
    probabilities: readonly number[],
    relativeError: number,
    options?: CallOptions,
  ): Promise<number[]>;
  approxQuantile(
    columns: readonly string[],
    probabilities: readonly number[],
    relativeError: number,
    options?: CallOptions,
  ): Promise<number[][]>;
  approxQuantile(
    columns: string | readonly string[],
    ...rest: [probabilities: readonly number[], relativeError: number, options?: CallOptions]
  ): Promise<number[] | number[][]> {
    return typeof columns === "string"
      ? this.stat.approxQuantile(columns, ...rest)
      : this.stat.approxQuantile(columns, ...rest);
  }
  /**
   * Pearson's correlation of two columns; NaN if a column is constant.
   *
   * @example await people.corr("age", "age"); // 1
   */
  corr(...args: Parameters<DataFrameStatFunctions["corr"]>): Promise<number> {
    return this.stat.corr(...args);
  }
  /**
   * The sample covariance of two columns.
   *
   * @example await people.cov("age", "age"); // 67
   */
  cov(...args: Parameters<DataFrameStatFunctions["cov"]>): Promise<number> {
    return this.stat.cov(...args);
  }
}

checkMethods(DataFrameStatistics.prototype, DATAFRAME_STATISTICS_RULES);
