/**
 * SQL functions with Spark's names, in Spark's groups.
 *
 * The comment after an example is the value that the Column gives in a row, or a list of the values in all rows. A first
 * line such as `// x: 1, 2` gives the rows: here two, with the values of the column `x`.
 */
export * from "./aggregate-collect.js";
export * from "./aggregate-sketch.js";
export * from "./aggregate-statistics.js";
export * from "./aggregate.js";
export * from "./array.js";
export * from "./bitwise.js";
export * from "./collection.js";
export * from "./conditional.js";
export * from "./core.js";
export * from "./csv.js";
export * from "./datetime-conversion.js";
export * from "./datetime.js";
export * from "./generator.js";
export * from "./geospatial.js";
export * from "./hash.js";
export * from "./higher-order.js";
export * from "./json.js";
export * from "./make-datetime.js";
export * from "./map.js";
export * from "./math.js";
export * from "./misc.js";
export * from "./partition-transformation.js";
export * from "./predicate.js";
export * from "./random.js";
export * from "./sketch.js";
export * from "./sort.js";
export * from "./string-encoding.js";
export * from "./string-search.js";
export * from "./string.js";
export * from "./struct.js";
export * from "./time-window.js";
export * from "./time.js";
export * from "./trigonometry.js";
export * from "./tuple-sketch.js";
export * from "./url.js";
export * from "./user-defined.js";
export * from "./variant.js";
export * from "./vector.js";
export * from "./window-functions.js";
export * from "./xml.js";
export { Column } from "../dataframe/column.js";
export type { ColumnOrName } from "../dataframe/column.js";
export type { FunctionOptions } from "./column-arguments.js";
