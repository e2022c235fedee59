/**
 * The part of OpenTelemetry's API that this package uses, so that it does not depend on OpenTelemetry.
 * `trace.getTracer("app")` and `metrics.getMeter("app")` of @opentelemetry/api fit.
 */

type AttributeValue = string | number | boolean;
/** The attributes of a span or a measurement. */
export type Attributes = Record<string, AttributeValue>;

/** What identifies a span in other processes. */
interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly traceState?: { serialize(): string } | undefined;
}

/** A span that has started. */
export interface Span {
  /** Returns the ids of the span. */
  spanContext(): SpanContext;
  /** Adds a value to the span under a key. */
  setAttribute(key: string, value: AttributeValue): unknown;
  /** Adds an event with a time to the span. */
  addEvent(name: string, attributes?: Attributes): unknown;
  /** Sets the result: OpenTelemetry's SpanStatusCode, where 2 is an error. */
  setStatus(status: { code: number }): unknown;
  /** Ends the span. */
  end(): void;
}

/** How to start a span. */
export interface SpanOptions {
  /** OpenTelemetry's SpanKind, where 2 is a client. */
  kind?: number;
  attributes?: Attributes;
  /** True starts a new trace. */
  root?: boolean;
}

/** Starts spans. */
export interface Tracer {
  /** Starts a span as a child of the active span, makes it the active span while `work` runs, and returns its result. */
  startActiveSpan<T>(name: string, options: SpanOptions, work: (span: Span) => T): T;
}

/** How to create an instrument. */
interface MetricOptions {
  description?: string;
  unit?: string;
  advice?: { explicitBucketBoundaries?: number[] };
}

/** Counts. */
export interface Counter {
  add(value: number, attributes?: Attributes): void;
}

/** Records a distribution of values. */
export interface Histogram {
  record(value: number, attributes?: Attributes): void;
}

/** Creates the instruments of metrics. */
export interface Meter {
  /** Creates an instrument that counts. */
  createCounter(name: string, options?: MetricOptions): Counter;
  /** Creates an instrument for a distribution of values. */
  createHistogram(name: string, options?: MetricOptions): Histogram;
}
