/** TypeScript that runs on the cluster: functions of columns, stateful processors and data sources. */
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
export { state } from "../javascript/stateful/state.js";
export type {
  ListState,
  MapState,
  StateDeclaration,
  StateFactory,
  StateOptions,
  Timers,
  ValueState,
} from "../javascript/stateful/state.js";
export {
  StatefulProcessor,
  type DeclaredStates,
  type ExpiredTimer,
  type ProcessedRows,
  type ProcessorClass,
  type ProcessorOf,
  type StateHandles,
} from "../javascript/stateful/stateful-processor.js";
export { processorFromModule } from "./processor-from-module.js";
export type { ModuleProcessor } from "../javascript/stateful/module-processor.js";
export {
  DataSource,
  SimpleDataSource,
  sourceFromModule,
  type ModuleSourceOptions,
  type Offset,
  type ReadLimit,
  type RowsUntil,
  type SourceRows,
} from "./data-source.js";
export { RestSource } from "./rest-source.js";
export type { Poll, Polled } from "./rest-source-types.js";
export type {
  RestAnswer,
  RestHttp,
  RestRequest,
  RestRequestOptions,
  RestRequestToSign,
} from "./rest-http.js";
export type {
  DataSourceStreamWriter,
  DataSourceWriter,
  StreamWriteSettings,
  StreamWriteTask,
  WriteSettings,
  WriteTask,
} from "./data-source-writer.js";
