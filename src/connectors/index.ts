/** APIs with several tables, defined once: for reads, and for supervised streams into Delta tables. */
export { Connector, defineConnector } from "./connector.js";
export { delta } from "./delta-sink.js";
export type { ConnectorRows } from "./connector.js";
export type {
  ConnectorDefinition,
  ConnectorPace,
  ConnectorReadOptions,
  ConnectorTable,
  RestTable,
  SourceTable,
  TableDefaults,
  TableShape,
} from "./connector-definition.js";
export type { ConnectorMode, ConnectorStreamsOptions } from "./connector-streams.js";
export type { DeltaSink } from "./delta-sink.js";
