/**
 * Spans for the calls to Spark. The types are the part of OpenTelemetry's API that is used, so that
 * this package needs none of it: `trace.getTracer("app")` of @opentelemetry/api fits.
 */

type AttributeValue = string | number | boolean;

/** A span under way. */
export interface Span {
  setAttribute(key: string, value: AttributeValue): unknown;
  setStatus(status: { code: number }): unknown;
  end(): void;
}

/** Starts spans; the active span, where there is one, becomes their parent. */
export interface Tracer {
  startSpan(
    name: string,
    options?: { kind?: number; attributes?: Record<string, AttributeValue> },
  ): Span;
}

/** OpenTelemetry's SpanKind.CLIENT and SpanStatusCode.ERROR. */
const CLIENT = 2;
const ERROR = 2;

/** A span for one RPC with all its tries, by OpenTelemetry's conventions for RPC. */
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

/** Ends a span as failed. The error's code is told, never its text: that may quote the query. */
export function failSpan(span: Span | undefined, error: unknown): void {
  if (span === undefined) return;
  span.setAttribute("error.type", codeOf(error) ?? "ABORTED");
  span.setStatus({ code: ERROR });
}

function codeOf(error: unknown): string | undefined {
  try {
    return error instanceof Error && "code" in error ? String(error.code) : undefined;
  } catch {
    // An abort's reason is the user's, and may throw when it is read.
    return undefined;
  }
}
