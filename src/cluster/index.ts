/**
 * TypeScript that runs on the cluster: functions of columns and data sources.
 *
 * @module
 */
export { udf, type JavaScriptUdf, type ModuleUdfOptions, type UdfOptions } from "./udf.js";
export type { ClusterOptions } from "../javascript/function-options.js";
export {
  DataSource,
  SimpleDataSource,
  type Offset,
  type ReadLimit,
  type RowsUntil,
  type SourceRows,
} from "./data-source.js";
