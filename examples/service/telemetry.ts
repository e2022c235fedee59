/** OpenTelemetry for this service: traces to the console, metrics for Prometheus. */
import { context, metrics, propagation, trace, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import type { FastifyInstance } from "fastify";
import { TreeExporter } from "./tree-exporter.js";

/**
 * Registers the providers. In production, replace the two lines of the TreeExporter by a BatchSpanProcessor with the
 * OTLPTraceExporter of @opentelemetry/exporter-trace-otlp-http.
 *
 * @returns the text for Prometheus
 */
export function startTelemetry(print: (line: string) => void): () => Promise<string> {
  const spanProcessors = [new SimpleSpanProcessor(new TreeExporter(print))];
  new NodeTracerProvider({ spanProcessors }).register();
  const reader = new PrometheusExporter({ preventServerStart: true });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  const serializer = new PrometheusSerializer();
  return async () => serializer.serialize((await reader.collect()).resourceMetrics);
}

/** Gives each HTTP request a span, which is the active span in its handler. Spark's spans become its children. */
export function traceRequests(app: FastifyInstance): void {
  const tracer = trace.getTracer("service");
  app.addHook("onRequest", (request, reply, done) => {
    const path = request.routeOptions.url ?? "unknown";
    const caller = propagation.extract(context.active(), request.headers);
    const span = tracer.startSpan(
      `${request.method} ${path}`,
      { kind: SpanKind.SERVER, attributes: { "http.route": path } },
      caller,
    );
    reply.raw.once("close", () => {
      const isAborted = !reply.raw.writableFinished;
      span.setAttribute("http.response.status_code", reply.statusCode);
      if (isAborted) span.setAttribute("error.type", "client_disconnected");
      if (isAborted || reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    context.with(trace.setSpan(caller, span), done);
  });
}
