/** A live page of streams, as a server of its own or as a part of yours, with JSON and metrics. */
export { createMonitor } from "./monitor.js";
export type { Monitor } from "./monitor.js";
export { serveMonitor } from "./serve-monitor.js";
export type { ServedMonitor } from "./serve-monitor.js";
export { watchSession } from "./session-service.js";
export type { WatchedSession, WatchSessionOptions } from "./session-service.js";
export type {
  CreateMonitorOptions,
  MonitorOptions,
  ServeMonitorOptions,
} from "./monitor-options.js";
export type { MonitorHandler } from "./http/monitor-handler.js";
export type { MonitoredService } from "./monitored-service.js";
export type { MonitorMeter } from "./meter-metrics.js";
export type {
  BatchSummary,
  CommandDocument,
  CommandName,
  Count,
  ErrorDocument,
  EventDocument,
  FailureDocument,
  FlowDocument,
  HistoryDocument,
  LagDocument,
  LiveMessages,
  MonitoredState,
  PipelineDocument,
  PlanDocument,
  PointDocument,
  RunDocument,
  ServiceDocument,
  SourceDocument,
  StateOperatorDocument,
  StreamDocument,
  StreamSummary,
  StreamsDocument,
  UpgradeDocument,
} from "./documents.js";
export { API_VERSION } from "./documents.js";
