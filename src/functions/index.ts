/** SQL functions under Spark's own names, by Spark's groups. */
export * from "./aggregate.js";
export * from "./array.js";
export * from "./collection.js";
export * from "./conditional.js";
export * from "./core.js";
export * from "./datetime.js";
export * from "./generator.js";
export * from "./higher-order.js";
export * from "./map.js";
export * from "./math.js";
export * from "./misc.js";
export * from "./string.js";
export * from "./struct.js";
export { Column } from "../dataframe/column.js";
export type { ColumnOrName } from "../dataframe/column.js";
export type { FunctionOptions } from "./column-arguments.js";
