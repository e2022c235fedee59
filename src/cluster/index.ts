/** TypeScript that runs on the cluster: functions of columns and data sources. */
export {
  udf,
  udtf,
  type JavaScriptUdf,
  type ModuleUdfOptions,
  type UdfFactory,
  type UdfOptions,
  type UdtfOptions,
} from "./udf.js";
export type { JavaScriptUdtf } from "../javascript/javascript-function.js";
export type { ModuleExport } from "../javascript/module-export.js";
export type { ClusterOptions } from "../javascript/function-options.js";
export {
  DataSource,
  SimpleDataSource,
  type Offset,
  type ReadLimit,
  type RowsUntil,
  type SourceRows,
} from "./data-source.js";
