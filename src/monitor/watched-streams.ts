import { SparkError } from "../errors.js";
import type { StreamStatus } from "../supervisor/stream-status.js";
import type {
  SupervisorEvent,
  SupervisorEvents,
  SupervisorHandler,
} from "../supervisor/supervisor-events.js";
import {
  API_VERSION,
  type CommandName,
  type ErrorDocument,
  type EventDocument,
  type PointDocument,
  type ServiceDocument,
  type StreamDocument,
  type StreamSummary,
  type StreamsDocument,
} from "./documents.js";
import { errorDocument } from "./error-document.js";
import { EventLog } from "./event-log.js";
import { describeEvent, isoTime, LOGGED_EVENTS, type LoggedEvent } from "./event-text.js";
import { pointDocument } from "./history/batch-point.js";
import type { HistoryFile } from "./history/history-file.js";
import type { MonitoredService } from "./monitored-service.js";
import type { Redaction } from "./redaction.js";
import { streamDocument, streamSummary } from "./stream-documents.js";
import { StreamRecord } from "./stream-record.js";

const LONGEST_TEXT = 500;

/** Receives what happens, as clients see it. */
export interface WatchedStreamsListener {
  logged(event: EventDocument): void;
  reported(point: PointDocument): void;
}

/** Follows the events of a service, and makes the documents about it. Secrets are removed from all of them. */
export class WatchedStreams {
  readonly log: EventLog = new EventLog();
  readonly #service: MonitoredService;
  readonly #redaction: Redaction;
  readonly #title: string;
  readonly #commands: readonly CommandName[];
  readonly #records = new Map<string, StreamRecord>();
  readonly #startedAtMs: number = Date.now();
  /** Declarations whose secrets are known. */
  readonly #learned = new WeakSet();
  readonly #unsubscribe: (() => void)[] = [];
  #file: HistoryFile | undefined;
  #listener: WatchedStreamsListener | undefined;

  constructor(
    service: MonitoredService,
    redaction: Redaction,
    shown: { readonly title: string; readonly commands: readonly CommandName[] },
  ) {
    this.#service = service;
    this.#redaction = redaction;
    this.#title = shown.title;
    this.#commands = shown.commands;
  }

  /** Begins to follow the service. The file keeps the values of streams, and has those of a former process. */
  follow(file: HistoryFile | undefined, listener: WatchedStreamsListener): void {
    this.#file = file;
    this.#listener = listener;
    this.#restore();
    // The process that held the state before has written to the file meanwhile.
    this.#subscribe("tookOver", () => {
      this.#restore();
    });
    this.#subscribe("progress", ({ stream, progress }) => {
      const noted = this.#record(stream).report(progress, Date.now());
      if (noted === undefined) return;
      if (noted.minute !== undefined) file?.append(stream, noted.minute);
      listener.reported(pointDocument(stream, noted.point));
    });
    for (const name of LOGGED_EVENTS) this.#subscribeLogged(name);
  }

  /** Writes the last values to the file, and follows the service no longer. */
  close(): void {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    for (const [name, { history }] of this.#records) this.#file?.appendOpen(name, history);
  }

  /** Adds an event of the monitor itself. */
  note(event: string, level: EventDocument["level"], text: string): void {
    const at = new Date().toISOString();
    this.#add({ at, stream: null, event, level, text, error: null, by: null });
  }

  /** The status of a stream, or undefined if the service has no stream of this name. */
  status(name: string): StreamStatus | undefined {
    return this.#statuses().find((status) => status.name === name);
  }

  /** The names of all streams, in the order of the service. */
  names(): string[] {
    return this.#statuses().map(({ name }) => name);
  }

  /** The values of a stream over time. */
  history(name: string): StreamRecord["history"] {
    return this.#record(name).history;
  }

  /** All values of streams, by name. */
  histories(): ReadonlyMap<string, StreamRecord["history"]> {
    return new Map([...this.#records].map(([name, { history }]) => [name, history]));
  }

  /** The answer of `GET /api/streams`. */
  streamsDocument(): StreamsDocument {
    return {
      apiVersion: API_VERSION,
      generatedAt: new Date().toISOString(),
      service: this.serviceDocument(),
      streams: this.summaries(),
    };
  }

  /** What runs the streams. */
  serviceDocument(): ServiceDocument {
    const service = this.#service;
    const { healthy, ready, connected } = service.health();
    return {
      kind: service.kind ?? "supervisor",
      title: this.#title,
      role: service.role ?? "active",
      connected,
      healthy,
      ready,
      sessionId: service.sessionId ?? null,
      sparkVersion: service.sparkVersion ?? null,
      startedAt: isoTime(service.startedAtMs ?? this.#startedAtMs),
      commands: this.#commands,
    };
  }

  /** All streams, in the order of the service. */
  summaries(): StreamSummary[] {
    const nowMs = Date.now();
    return this.#statuses().map((status) => this.#summary(status, nowMs));
  }

  /** The answer of `GET /api/streams/NAME`. */
  streamDocument(status: StreamStatus): StreamDocument {
    const summary = this.#summary(status, Date.now());
    const record = this.#record(status.name);
    return streamDocument(summary, status, record, this.log, this.#redaction);
  }

  /** A stream in the list, after a command. Null if the service has no such stream any more. */
  summary(name: string): StreamSummary | null {
    const status = this.status(name);
    return status === undefined ? null : this.#summary(status, Date.now());
  }

  #summary(status: StreamStatus, nowMs: number): StreamSummary {
    const record = this.#record(status.name);
    // The stream failed before the monitor began to listen.
    if (status.lastError !== undefined && status.lastError !== record.knownError) {
      record.knownError = status.lastError;
      const at = isoTime(status.stateSinceMs);
      if (status.state !== "running")
        record.lastError = errorDocument(status.lastError, at, this.#redaction);
    }
    return streamSummary(status, record, this.#redaction, nowMs);
  }

  /** The statuses, after the secrets of new declarations are known. */
  #statuses(): readonly StreamStatus[] {
    const statuses = this.#service.status();
    for (const { declaration } of statuses) {
      if (declaration === undefined || this.#learned.has(declaration)) continue;
      this.#redaction.declaration(declaration);
      this.#learned.add(declaration);
    }
    return statuses;
  }

  #restore(): void {
    if (this.#file === undefined) return;
    for (const record of this.#records.values()) record.clearHistory();
    this.#file.restore((name) => this.#record(name).history);
  }

  #record(name: string): StreamRecord {
    let record = this.#records.get(name);
    if (record === undefined) {
      record = new StreamRecord();
      this.#records.set(name, record);
    }
    return record;
  }

  #subscribe<E extends SupervisorEvent>(name: E, handler: SupervisorHandler<E>): void {
    this.#service.on(name, handler);
    this.#unsubscribe.push(() => {
      this.#service.off(name, handler);
    });
  }

  #subscribeLogged(name: LoggedEvent): void {
    this.#subscribe(name, (event: SupervisorEvents[LoggedEvent]) => {
      // A secret of a new declaration may be in the text of this event.
      const statuses = this.#statuses();
      const at = new Date().toISOString();
      const stream = "stream" in event ? event.stream : null;
      const isPipeline = statuses.some((one) => one.name === stream && one.pipeline !== undefined);
      const { level, text } = describeEvent(name, event, isPipeline);
      const thrown = thrownOf(event);
      const error = thrown === undefined ? null : errorDocument(thrown, at, this.#redaction);
      const by = "by" in event && event.by !== undefined ? event.by : null;
      if (stream !== null && stream !== "") this.#noteError(stream, name, error, thrown);
      this.#add({
        at,
        stream,
        event: name,
        level,
        text: this.#redaction.text(text, LONGEST_TEXT),
        error,
        by: by === null ? null : this.#redaction.text(by, LONGEST_TEXT),
      });
      if (name === "removed" && stream !== null) this.#forget(stream);
    });
  }

  #noteError(
    stream: string,
    name: LoggedEvent,
    error: ErrorDocument | null,
    thrown: unknown,
  ): void {
    const record = this.#record(stream);
    if (error !== null) {
      record.lastError = error;
      record.knownError = thrown;
    }
    if (name === "commanded" || name === "completed") record.lastError = undefined;
  }

  #add(event: Omit<EventDocument, "id">): void {
    this.#listener?.logged(this.log.add(event));
  }

  #forget(stream: string): void {
    this.#records.delete(stream);
    this.log.forget(stream);
  }
}

/** The error of an event. That of a flow is only a text and a condition. */
function thrownOf(event: SupervisorEvents[LoggedEvent]): unknown {
  if (!("error" in event) || event.error === undefined) return undefined;
  if (!("flow" in event)) return event.error;
  return new SparkError(event.error.errorClass ?? "FLOW_FAILED", event.error.message);
}
