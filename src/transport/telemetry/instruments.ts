import type { RetryEvent } from "../retry.js";
import type { Attributes, Counter, Histogram, Meter } from "./open-telemetry.js";

/** OpenTelemetry's boundaries for database calls. The last two are ours, because a query of Spark can take minutes. */
const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 600];
const ROWS = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/** The metrics of a session. Sessions with the same meter share them. */
export class Instruments {
  readonly #duration: Histogram;
  readonly #rows: Histogram;
  readonly #bytes: Counter;
  readonly #retries: Counter;
  readonly #reattaches: Counter;

  constructor(meter: Meter) {
    this.#duration = meter.createHistogram("db.client.operation.duration", {
      description: "Duration of calls to Spark.",
      unit: "s",
      advice: { explicitBucketBoundaries: SECONDS },
    });
    this.#rows = meter.createHistogram("db.client.response.returned_rows", {
      description: "Rows that a call to Spark returned.",
      unit: "{row}",
      advice: { explicitBucketBoundaries: ROWS },
    });
    this.#bytes = meter.createCounter("spark.client.response.size", {
      description: "Bytes of the rows that calls to Spark returned, in Arrow's format.",
      unit: "By",
    });
    this.#retries = meter.createCounter("spark.client.retries", {
      description: "Requests to Spark that failed and were sent again.",
      unit: "{retry}",
    });
    this.#reattaches = meter.createCounter("spark.client.reattaches", {
      description: "Results that continued in a new stream.",
      unit: "{reattach}",
    });
  }

  /** A method has ended that sent requests. */
  operation(seconds: number, attributes: Attributes): void {
    this.#duration.record(seconds, attributes);
  }

  /** A method has returned rows. */
  result(rows: number, bytes: number, attributes: Attributes): void {
    this.#rows.record(rows, attributes);
    this.#bytes.add(bytes, attributes);
  }

  retry({ rpc, status }: RetryEvent, server: Attributes): void {
    this.#retries.add(1, { ...server, "rpc.method": rpc, "rpc.response.status_code": status });
  }

  reattach(reason: "ended" | "failed", server: Attributes): void {
    this.#reattaches.add(1, { ...server, "spark.reattach.reason": reason });
  }
}
