// Documents of streams that do not exist, for the tests of the monitor's page and for its preview.
import type {
  ErrorDocument,
  EventDocument,
  HistoryDocument,
  MonitoredState,
  PointDocument,
  StreamDocument,
  StreamSummary,
} from "../../src/monitor/documents.js";
import { pipelineSummary } from "./fake-pipelines.js";

const PHASES = {
  latestOffset: 0.06,
  getBatch: 0.02,
  queryPlanning: 0.09,
  walCommit: 0.12,
  addBatch: 0.63,
  commitOffsets: 0.08,
};

const SOURCES = ["kafka", "orders", "clicks", "weather", "prices", "sensors", "payments", "logs"];

const MISSING_TABLE: Omit<ErrorDocument, "at"> = {
  name: "AnalysisException",
  code: "TABLE_OR_VIEW_NOT_FOUND",
  message:
    "[TABLE_OR_VIEW_NOT_FOUND] The table or view `shop`.`orders_v2` cannot be found. Verify the spelling and correctness of the schema and catalog. SQLSTATE: 42P01",
  advice:
    "Create the table shop.orders_v2, or correct its name in the stream's query. Then restart the stream.",
  help: "https://github.com/sparktide/sparktide/blob/main/docs/troubleshooting/README.md",
};

const REFUSED: Omit<ErrorDocument, "at"> = {
  name: "StreamingQueryException",
  code: "STREAM_FAILED",
  message:
    "[STREAM_FAILED] Query [id = 5f0c…] terminated with exception: HTTP 503 from api.example.com after 5 attempts",
  advice:
    "The source's API does not answer. The stream starts again by itself; check the API if this continues.",
  help: null,
};

/** Between -1 and 1, the same for the same numbers. */
function wobble(seed: number, at: number): number {
  const minutes = at / 60_000;
  return (
    0.45 * Math.sin(minutes / 7 + seed) +
    0.35 * Math.sin(minutes / 1.7 + seed * 3) +
    0.2 * Math.sin(minutes * 4.1 + seed * 7)
  );
}

/** One stream. Its values depend only on its number and on the time. */
export class FakeStream {
  readonly number: number;
  readonly name: string;
  #summary: StreamSummary;
  readonly events: EventDocument[] = [];
  readonly errors: ErrorDocument[] = [];

  /** @param pipeline the name of a pipeline, which has runs instead of batches */
  constructor(number: number, now: number, state: MonitoredState = "running", pipeline?: string) {
    this.number = number;
    this.name =
      pipeline ??
      `${SOURCES[number % SOURCES.length] ?? "stream"}-${String(number).padStart(3, "0")}`;
    const iso = (ago: number): string => new Date(now - ago).toISOString();
    const error = state === "fatal" ? MISSING_TABLE : state === "backingOff" ? REFUSED : undefined;
    if (error !== undefined) this.errors.push({ ...error, at: iso(40_000) });
    const isScheduled = state === "waiting";
    this.#summary = {
      name: this.name,
      state,
      since: iso(3_600_000 * (1 + (number % 40))),
      desired: state === "paused" ? "paused" : state === "stopped" ? "stopped" : "running",
      queryId: `9b2d61c4-0d5e-4f5c-8d1a-${String(number).padStart(12, "0")}`,
      runId: `1c7e0f92-7a36-4b6e-9a55-${String(number).padStart(12, "0")}`,
      isStalled: false,
      restarts: error === undefined ? (number % 7 === 3 ? 1 : 0) : 4,
      rowsTotal: 1_000_000 * (number + 1),
      lastBatch: null,
      lag: null,
      nextStartAt: isScheduled ? iso(-420_000) : state === "backingOff" ? iso(-24_000) : null,
      schedule: isScheduled ? "every 15 minutes" : null,
      upgrade: null,
      pipeline: null,
      lastError: this.errors[0] ?? null,
      sparkline: Array.from({ length: 30 }, (_, index) => this.#rate(now - (30 - index) * 120_000)),
    };
    this.advance(now - 3_000);
    if (pipeline !== undefined) this.change(pipelineSummary(now));
  }

  get summary(): StreamSummary {
    return this.#summary;
  }

  get isRunning(): boolean {
    return this.#summary.state === "running";
  }

  change(change: Partial<StreamSummary>): void {
    this.#summary = { ...this.#summary, ...change };
  }

  #rate(at: number): number {
    const size = 200 * 4 ** (this.number % 4);
    return Math.max(0, Math.round(size * (1 + 0.6 * wobble(this.number, at))));
  }

  /** Runs a batch. */
  advance(now: number): void {
    const batch = this.#summary.lastBatch;
    const point = this.point(now);
    const rows = Math.round((point.inputRowsPerSecond ?? 0) * 5);
    this.change({
      lastBatch: {
        id: Number(batch?.id ?? 4200 + this.number) + 1,
        at: new Date(now).toISOString(),
        durationMs: point.batchDurationMs ?? 0,
        rows,
        inputRowsPerSecond: point.inputRowsPerSecond ?? 0,
        processedRowsPerSecond: point.processedRowsPerSecond ?? 0,
      },
      lag: { value: point.lag ?? 0, unit: "offsets" },
      rowsTotal: Number(this.#summary.rowsTotal) + rows,
    });
  }

  point(at: number): PointDocument {
    const rate = this.#rate(at);
    const duration = Math.round(900 + 500 * wobble(this.number + 2, at) + (at % 17) * 12);
    const hasState = this.number % 3 === 0;
    return {
      stream: this.name,
      at,
      inputRowsPerSecond: rate,
      processedRowsPerSecond: Math.round(rate * (1.05 + 0.3 * wobble(this.number + 5, at))),
      phasesMs: Object.fromEntries(
        Object.entries(PHASES).map(([name, part]) => [name, Math.round(duration * part)]),
      ),
      batchDurationMs: duration,
      lag: Math.max(0, Math.round(1500 * (0.4 + wobble(this.number + 9, at)))),
      stateRows: hasState ? Math.round(240_000 + 30_000 * wobble(this.number, at)) : null,
      stateMemoryBytes: hasState ? Math.round(88e6 + 9e6 * wobble(this.number, at)) : null,
      watermarkDelayMs: hasState ? Math.round(62_000 + 20_000 * wobble(this.number + 1, at)) : null,
    };
  }

  history(from: number, to: number, points: number): HistoryDocument {
    const span = to - from;
    const stepMs = span <= 900_000 ? 0 : Math.round(span / points);
    const step = stepMs === 0 ? 5_000 : stepMs;
    const ats: number[] = [];
    for (let at = Math.ceil(from / step) * step; at <= to; at += step) ats.push(at);
    // A pause, in which nothing was reported.
    const isSilent = (at: number): boolean => at > to - span * 0.3 && at < to - span * 0.22;
    const all = ats.filter((at) => stepMs > 0 || !isSilent(at)).map((at) => this.point(at));
    const column = <K extends keyof PointDocument>(name: K): (PointDocument[K] | null)[] =>
      all.map((point) => (stepMs > 0 && isSilent(point.at) ? null : point[name]));
    return {
      apiVersion: 1,
      stepMs,
      at: all.map(({ at }) => at),
      inputRowsPerSecond: column("inputRowsPerSecond"),
      processedRowsPerSecond: column("processedRowsPerSecond"),
      phasesMs: Object.fromEntries(
        Object.keys(PHASES).map((name) => [
          name,
          column("phasesMs").map((phases) => phases?.[name] ?? null),
        ]),
      ),
      batchDurationMs: column("batchDurationMs"),
      lag: column("lag"),
      lagUnit: "offsets",
      stateRows: column("stateRows"),
      stateMemoryBytes: column("stateMemoryBytes"),
      watermarkDelayMs: column("watermarkDelayMs"),
    };
  }

  document(now: number): StreamDocument {
    const document = this.#document(now);
    if (this.#summary.pipeline === null) return document;
    return {
      ...document,
      ...{ sources: [], sink: null, trigger: null, stateOperators: [], watermark: null },
      declaration: null,
    };
  }

  #document(now: number): StreamDocument {
    const offset = (more: number): unknown => ({
      "shop.orders": { "0": 88_120 + more, "1": 87_954 + more, "2": 88_301 + more },
    });
    const summary = this.#summary;
    const hasState = this.number % 3 === 0;
    return {
      apiVersion: 1,
      generatedAt: new Date(now).toISOString(),
      summary,
      sources: [
        {
          description: "KafkaV2[Subscribe[shop.orders]]",
          startOffset: offset(0),
          endOffset: offset(412),
          latestOffset: offset(530),
          rows: 1_236,
          inputRowsPerSecond: summary.lastBatch?.inputRowsPerSecond ?? 0,
          processedRowsPerSecond: summary.lastBatch?.processedRowsPerSecond ?? 0,
          lag: summary.lag,
          metrics: { avgOffsetsBehindLatest: "118.0", maxOffsetsBehindLatest: "131" },
        },
      ],
      sink: { description: "DeltaSink[/data/orders]", metrics: {} },
      trigger: summary.schedule === null ? "every 5 seconds" : "available now",
      stateOperators: hasState
        ? [
            {
              operatorName: "stateStoreSave",
              rows: 243_118,
              updatedRows: 1_204,
              memoryBytes: 91_226_112,
              droppedByWatermark: 17,
            },
          ]
        : [],
      watermark: hasState ? new Date(now - 62_000).toISOString() : null,
      declaration:
        this.number % 2 === 0
          ? {
              name: this.name,
              source: "kafka",
              options: {
                subscribe: "shop.orders",
                "kafka.sasl.jaas.config": "*********(redacted)",
              },
              transform: "SELECT city, total FROM stream WHERE total > 0",
              sink: { format: "delta", path: "/data/orders" },
              checkpoint: "/data/orders/_checkpoint",
              trigger: { processingTime: "5 seconds" },
            }
          : null,
      errors: this.errors,
      events: this.events,
    };
  }
}

export { MISSING_TABLE, REFUSED };
