/** SQL functions under Spark's own names, by Spark's groups. */
export * from "./aggregate.js";
export * from "./collection.js";
export * from "./conditional.js";
export * from "./core.js";
export * from "./datetime.js";
export * from "./math.js";
export * from "./misc.js";
export * from "./string.js";
export { Column } from "../dataframe/column.js";
export type { ColumnOrName } from "../dataframe/column.js";
export type { FunctionOptions } from "./column-arguments.js";
