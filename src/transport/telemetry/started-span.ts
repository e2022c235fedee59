import { AsyncLocalStorage } from "node:async_hooks";
import { isServiceError } from "../status.js";
import { statusName } from "../grpc-status.js";
import type { Attributes, Span, SpanOptions, Tracer } from "./open-telemetry.js";

/** OpenTelemetry's SpanKind and SpanStatusCode. */
export const SpanKind = { INTERNAL: 0, CLIENT: 2 } as const;
const ERROR = 2;

/** A random id that is all zeros belongs to a tracer that does nothing. */
const NO_ID = /^0*$/;

/** Runs calls of the tracer and the meter, which are the user's code: their errors must not break a query. */
export type Guard = <T>(work: () => T) => T | undefined;

/** A span, and the async context in which it is the active span. */
export class StartedSpan {
  readonly #span: Span;
  readonly #guard: Guard;
  /** Runs work in the context where this span is active. */
  readonly run: <T>(work: () => T) => T;
  #isEnded = false;

  private constructor(span: Span, run: <T>(work: () => T) => T, guard: Guard) {
    this.#span = span;
    this.run = run;
    this.#guard = guard;
  }

  /** Starts a span. Undefined if the tracer failed. */
  static start(
    tracer: Tracer,
    name: string,
    options: SpanOptions,
    guard: Guard,
  ): StartedSpan | undefined {
    return guard(() =>
      tracer.startActiveSpan(
        name,
        options,
        // A snapshot keeps the context, so that the span can become active again without OpenTelemetry's API.
        (span) => new StartedSpan(span, AsyncLocalStorage.snapshot(), guard),
      ),
    );
  }

  set(attributes: Attributes): void {
    if (this.#isEnded) return;
    this.#guard(() => {
      for (const [key, value] of Object.entries(attributes)) this.#span.setAttribute(key, value);
    });
  }

  event(name: string, attributes: Attributes): void {
    this.#guard(() => this.#span.addEvent(name, attributes));
  }

  /** W3C's trace context, as metadata of a request. */
  headers(): Readonly<Record<string, string>> {
    return (
      this.#guard(() => {
        const { traceId, spanId, traceFlags, traceState } = this.#span.spanContext();
        if (NO_ID.test(traceId) || NO_ID.test(spanId)) return {};
        const flags = (traceFlags & 0xff).toString(16).padStart(2, "0");
        const state = traceState?.serialize() ?? "";
        return {
          traceparent: `00-${traceId}-${spanId}-${flags}`,
          ...(state !== "" && { tracestate: state }),
        };
      }) ?? {}
    );
  }

  /** Ends the span, once. A failure adds the error's code, but not its text, which may quote the query. */
  end(failure?: { readonly error: unknown }): void {
    if (this.#isEnded) return;
    if (failure !== undefined) {
      this.set(errorAttributes(failure.error));
      this.#guard(() => this.#span.setStatus({ code: ERROR }));
    }
    this.#isEnded = true;
    this.#guard(() => {
      this.#span.end();
    });
  }
}

/** What to record of an error. */
export function errorAttributes(error: unknown): Attributes {
  try {
    if (isServiceError(error)) return { "error.type": statusName(error.code) };
    if (!(error instanceof Error)) return { "error.type": "ABORTED" };
    const { code, sqlState } = error as { code?: unknown; sqlState?: unknown };
    return {
      "error.type":
        typeof code === "string" ? code : error.name === "AbortError" ? "ABORTED" : error.name,
      ...(typeof sqlState === "string" && { "db.response.status_code": sqlState }),
    };
  } catch {
    // The reason of an abort is a value of the user. Reading it may throw.
    return { "error.type": "ABORTED" };
  }
}

/** The gRPC status of a request that failed with this error, if a status is known. */
export function grpcStatusOf(error: unknown): string | undefined {
  try {
    if (isServiceError(error)) return statusName(error.code);
    const status = error instanceof Error && "grpcStatus" in error ? error.grpcStatus : undefined;
    return typeof status === "number" ? statusName(status) : undefined;
  } catch {
    return undefined;
  }
}
