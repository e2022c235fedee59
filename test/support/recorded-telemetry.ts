import { AggregationTemporality, MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace-node";
import type { Meter, Tracer } from "../../src/index.js";

/** A reader that the test asks for the values. */
class OnDemandReader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
  override selectAggregationTemporality(): AggregationTemporality {
    return AggregationTemporality.CUMULATIVE;
  }
}

/** A value of a metric. Of a histogram it is the sum, and `count` the number of records. */
interface Point {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: number;
  readonly count: number;
}

/** OpenTelemetry's own tracer and meter, whose spans and values stay in memory. */
export class RecordedTelemetry {
  readonly tracer: Tracer & ReturnType<NodeTracerProvider["getTracer"]>;
  readonly meter: Meter;
  readonly #exporter = new InMemorySpanExporter();
  readonly #reader = new OnDemandReader();

  constructor() {
    const provider = new NodeTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(this.#exporter)],
    });
    // The context manager keeps the active span. It is global, and only the first registration counts.
    provider.register();
    this.tracer = provider.getTracer("test");
    this.meter = new MeterProvider({ readers: [this.#reader] }).getMeter("test");
  }

  /** The ended spans, by their start. */
  spans(): ReadableSpan[] {
    return this.#exporter.getFinishedSpans().sort((a, b) => {
      const [seconds, nanos] = [a.startTime[0] - b.startTime[0], a.startTime[1] - b.startTime[1]];
      return seconds === 0 ? nanos : seconds;
    });
  }

  /** The only span whose name ends so. */
  span(name: string): ReadableSpan {
    const [span, ...more] = this.spans().filter((each) => each.name.endsWith(name));
    if (span === undefined || more.length > 0) {
      throw new Error(`expected one span ${name}, got these spans:\n${this.tree().join("\n")}`);
    }
    return span;
  }

  /** The spans as a tree: each line has a name, indented below its parent's. */
  tree(): string[] {
    const spans = this.spans();
    const ids = new Set(spans.map((span) => span.spanContext().spanId));
    const below = (parent: string | undefined, depth: number): string[] =>
      spans
        .filter(({ parentSpanContext }) => {
          const id = parentSpanContext?.spanId;
          return parent === undefined ? id === undefined || !ids.has(id) : id === parent;
        })
        .flatMap((span) => [
          "  ".repeat(depth) + span.name.replace("spark.connect.SparkConnectService/", ""),
          ...below(span.spanContext().spanId, depth + 1),
        ]);
    return below(undefined, 0);
  }

  reset(): void {
    this.#exporter.reset();
  }

  /** The values of a metric so far. */
  async points(metric: string): Promise<Point[]> {
    const { resourceMetrics } = await this.#reader.collect();
    return resourceMetrics.scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .filter(({ descriptor }) => descriptor.name === metric)
      .flatMap(({ dataPoints }) =>
        dataPoints.map(({ attributes, value }) =>
          typeof value === "number"
            ? { attributes, value, count: value }
            : { attributes, value: value.sum ?? 0, count: "count" in value ? value.count : 0 },
        ),
      );
  }
}
