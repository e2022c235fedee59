import { UserCall, currentWork, type CallRecord } from "../../user-calls.js";
import { thrownMessage } from "../../thrown-value.js";
import type { RetryEvent } from "../retry.js";
import type { ResponseStream } from "../rpc.js";
import { Instruments } from "./instruments.js";
import type { Attributes, Meter, Tracer } from "./open-telemetry.js";
import {
  SpanKind,
  StartedSpan,
  errorAttributes,
  grpcStatusOf,
  type Guard,
} from "./started-span.js";

const SERVICE = "spark.connect.SparkConnectService";

/** What a session reports to. */
export interface TelemetryOptions {
  readonly tracer?: Tracer | undefined;
  readonly meter?: Meter | undefined;
  /** Whether requests of this package itself have spans, such as heartbeats and status polls. */
  readonly internalSpans?: boolean | undefined;
  /** Receives the message of the first error of the tracer or the meter. */
  readonly onError?: ((message: string) => void) | undefined;
}

/** The span of a request, if it has one. */
export interface RequestSpan {
  /** Metadata for the request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Runs work with this span as the active span. */
  run<T>(work: () => T): T;
  event(name: string, attributes: Attributes): void;
  end(failure?: { readonly error: unknown }): void;
}

/** Writes one session's spans and metrics. */
export class Telemetry {
  readonly #tracer: Tracer | undefined;
  readonly #instruments: Instruments | undefined;
  readonly #internalSpans: boolean;
  readonly #address: Attributes;
  readonly #sessionId: string;
  readonly #guard: Guard;

  private constructor(options: TelemetryOptions, endpoint: string, sessionId: string) {
    this.#guard = guarded(options.onError);
    this.#tracer = options.tracer;
    const { meter } = options;
    this.#instruments = meter && this.#guard(() => new Instruments(meter));
    this.#internalSpans = options.internalSpans ?? false;
    this.#sessionId = sessionId;
    const colon = endpoint.lastIndexOf(":");
    this.#address = {
      "server.address": endpoint.slice(0, colon).replace(/^\[|\]$/g, ""),
      "server.port": Number(endpoint.slice(colon + 1)),
    };
  }

  /** Undefined if there is neither a tracer nor a meter. */
  static of(options: TelemetryOptions, endpoint: string, sessionId: string): Telemetry | undefined {
    if (options.tracer === undefined && options.meter === undefined) return undefined;
    return new Telemetry(options, endpoint, sessionId);
  }

  /** Starts the span of a request, in the call that runs now or in the given one. */
  request(rpc: string, work: Work = currentWork(), attributes: Attributes = {}): RequestSpan {
    const call = this.#recordOf(work);
    const purpose = work instanceof UserCall ? undefined : work?.purpose;
    const tracer = this.#tracer;
    if (tracer === undefined || (purpose !== undefined && !this.#internalSpans)) return NO_SPAN;
    const background = purpose === undefined ? undefined : this.#backgroundSpan(tracer, purpose);
    const parent = background ?? call?.span;
    const name = `${SERVICE}/${rpc}`;
    const options = {
      kind: SpanKind.CLIENT,
      attributes: {
        "rpc.system.name": "grpc",
        "rpc.method": name,
        ...this.#address,
        "spark.session.id": this.#sessionId,
        ...attributes,
      },
    };
    const start = (): StartedSpan | undefined =>
      StartedSpan.start(tracer, name, options, this.#guard);
    const span = parent === undefined ? start() : parent.run(start);
    if (span === undefined) return NO_SPAN;
    return {
      headers: span.headers(),
      run: span.run,
      event: (event, values) => {
        span.event(event, values);
      },
      end: (failure) => {
        const status = failure === undefined ? "OK" : grpcStatusOf(failure.error);
        if (status !== undefined) span.set({ "rpc.response.status_code": status });
        span.end(failure);
        background?.end(failure);
      },
    };
  }

  /** Adds the operation's id to the call that runs now. Returns a function that opens a stream under its own span. */
  execution(operationId: string): OpenStream {
    const work = currentWork();
    const ids = { "spark.operation.id": operationId };
    this.#recordOf(work)?.span?.set(ids);
    return (rpc, open) => {
      const span = this.request(rpc, work, ids);
      return observed(span, open);
    };
  }

  /** Counts a batch of rows for the call that runs now. */
  batch(rows: number, bytes: number): void {
    this.#recordOf(currentWork())?.add(rows, bytes);
  }

  retry(event: RetryEvent): void {
    this.#guard(() => this.#instruments?.retry(event, this.#address));
  }

  reattach(reason: "ended" | "failed"): void {
    this.#guard(() => this.#instruments?.reattach(reason, this.#address));
  }

  /** Runs a callback of the user in a new trace: it has no caller that waits for it. */
  async callback(name: string, attributes: Attributes, work: () => Promise<void>): Promise<void> {
    const options = {
      kind: SpanKind.INTERNAL,
      root: true,
      attributes: { ...attributes, "spark.session.id": this.#sessionId },
    };
    const span = this.#tracer && StartedSpan.start(this.#tracer, name, options, this.#guard);
    if (span === undefined) return work();
    try {
      await span.run(work);
      span.end();
    } catch (error) {
      span.end({ error });
      throw error;
    }
  }

  /** The record of a call, which starts with its first request. Undefined outside of any call. */
  #recordOf(work: Work): OwnRecord | undefined {
    if (!(work instanceof UserCall) || work.isOver) return undefined;
    work.record ??= this.#begin(work);
    // Always true, because only sessions start records.
    return work.record instanceof OwnRecord ? work.record : undefined;
  }

  #backgroundSpan(tracer: Tracer, purpose: string): StartedSpan | undefined {
    const options = {
      kind: SpanKind.INTERNAL,
      root: true,
      attributes: { "spark.session.id": this.#sessionId },
    };
    return StartedSpan.start(tracer, `sparktide ${purpose}`, options, this.#guard);
  }

  #begin(call: UserCall): OwnRecord {
    const attributes = {
      "db.system.name": "spark",
      "db.operation.name": call.name,
      ...this.#address,
    };
    const options = {
      kind: SpanKind.CLIENT,
      attributes: { ...attributes, "spark.session.id": this.#sessionId },
    };
    const span = this.#tracer && StartedSpan.start(this.#tracer, call.name, options, this.#guard);
    return new OwnRecord(span, ({ rows, bytes }, failure) => {
      const seconds = (performance.now() - call.startedAtMs) / 1000;
      const outcome = { ...attributes, ...(failure && errorType(failure.error)) };
      this.#guard(() => {
        this.#instruments?.operation(seconds, outcome);
        if (rows !== undefined) this.#instruments?.result(rows, bytes, attributes);
      });
    });
  }
}

type Work = ReturnType<typeof currentWork>;

/** Opens a stream of responses. */
export type OpenStream = <T>(
  rpc: string,
  open: (headers: Readonly<Record<string, string>>) => ResponseStream<T>,
) => ResponseStream<T>;

/** Opens a stream without telemetry. */
export const untraced: OpenStream = (_rpc, open) => open({});

/** The rows and bytes that a call has returned. Rows are undefined if it has no result. */
interface Returned {
  readonly rows: number | undefined;
  readonly bytes: number;
}

/** The span of a call, and the size of its result. */
class OwnRecord implements CallRecord {
  readonly span: StartedSpan | undefined;
  readonly #ended: (returned: Returned, failure?: { readonly error: unknown }) => void;
  #rows: number | undefined;
  #bytes = 0;

  constructor(
    span: StartedSpan | undefined,
    ended: (returned: Returned, failure?: { readonly error: unknown }) => void,
  ) {
    this.span = span;
    this.#ended = ended;
  }

  add(rows: number, bytes: number): void {
    this.#rows = (this.#rows ?? 0) + rows;
    this.#bytes += bytes;
  }

  end(failure?: { readonly error: unknown }): void {
    if (this.#rows !== undefined) {
      this.span?.set({
        "db.response.returned_rows": this.#rows,
        "spark.response.bytes": this.#bytes,
      });
    }
    this.span?.end(failure);
    this.#ended({ rows: this.#rows, bytes: this.#bytes }, failure);
  }
}

const NO_SPAN: RequestSpan = {
  headers: {},
  run: (work) => work(),
  event: () => undefined,
  end: () => undefined,
};

function errorType(error: unknown): Attributes {
  return { "error.type": errorAttributes(error)["error.type"] ?? "ABORTED" };
}

/** Ends the span with the stream. The first step opens the stream, so it runs with the span as the active one. */
function observed<T>(
  span: RequestSpan,
  open: (headers: Readonly<Record<string, string>>) => ResponseStream<T>,
): ResponseStream<T> {
  const stream = open(span.headers);
  if (span === NO_SPAN) return stream;
  const iterate = async function* (): AsyncGenerator<T, void, undefined> {
    const responses = stream[Symbol.asyncIterator]();
    let failure: { readonly error: unknown } | undefined;
    try {
      let next = await span.run(() => responses.next());
      while (next.done !== true) {
        yield next.value;
        next = await responses.next();
      }
    } catch (error) {
      failure = { error };
      throw error;
    } finally {
      await responses.return?.();
      span.end(failure);
    }
  };
  return {
    [Symbol.asyncIterator]: iterate,
    cancel: () => {
      stream.cancel();
    },
  };
}

/** Catches all errors, and reports the first one. */
function guarded(onError: ((message: string) => void) | undefined): Guard {
  let isReported = false;
  return (work) => {
    try {
      return work();
    } catch (error) {
      if (!isReported) onError?.(thrownMessage(error));
      isReported = true;
      return undefined;
    }
  };
}
