/**
 * Spans for the calls to Spark. The types are the part of OpenTelemetry's API that this package uses, so
 * that it does not depend on OpenTelemetry. `trace.getTracer("app")` of @opentelemetry/api fits.
 */

type AttributeValue = string | number | boolean;

/** A span that has started. */
export interface Span {
  /** Adds a value to the span under a key. */
  setAttribute(key: string, value: AttributeValue): unknown;
  /** Sets the result: OpenTelemetry's SpanStatusCode, where 2 is an error. */
  setStatus(status: { code: number }): unknown;
  /** Ends the span. */
  end(): void;
}

/** Starts spans. The active span, if there is one, becomes their parent. */
export interface Tracer {
  /** Starts a span. `kind` is OpenTelemetry's SpanKind, where 2 is a client. */
  startSpan(
    name: string,
    options?: { kind?: number; attributes?: Record<string, AttributeValue> },
  ): Span;
}

/** OpenTelemetry's SpanKind.CLIENT and SpanStatusCode.ERROR. */
const CLIENT = 2;
const ERROR = 2;

/** Starts a span for one RPC with all its attempts, following OpenTelemetry's conventions for RPC. */
export function startRpcSpan(tracer: Tracer | undefined, rpc: string): Span | undefined {
  return tracer?.startSpan(`spark.connect.SparkConnectService/${rpc}`, {
    kind: CLIENT,
    attributes: {
      "rpc.system": "grpc",
      "rpc.service": "spark.connect.SparkConnectService",
      "rpc.method": rpc,
    },
  });
}

/** Marks a span as failed. It records the error's code but not its text, which may quote the query. */
export function failSpan(span: Span | undefined, error: unknown): void {
  if (span === undefined) return;
  span.setAttribute("error.type", codeOf(error) ?? "ABORTED");
  span.setStatus({ code: ERROR });
}

function codeOf(error: unknown): string | undefined {
  try {
    return error instanceof Error && "code" in error ? String(error.code) : undefined;
  } catch {
    // The reason of an abort is a value of the user. Reading it may throw.
    return undefined;
  }
}
