import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-node";

/** The attributes that the tree shows. */
const SHOWN = ["db.response.returned_rows", "error.type", "http.response.status_code"];

/** After an abort, the spans below the first one end later. */
const WAIT_MS = 500;

/** Prints each trace as a tree, half a second after its first span has ended. For development. */
export class TreeExporter implements SpanExporter {
  readonly #print: (line: string) => void;
  readonly #traces = new Map<string, ReadableSpan[]>();

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  export(spans: ReadableSpan[], done: (result: { code: number }) => void): void {
    for (const span of spans) {
      const { traceId } = span.spanContext();
      const trace = this.#traces.get(traceId) ?? [];
      trace.push(span);
      this.#traces.set(traceId, trace);
      const isFirst = span.parentSpanContext === undefined || span.parentSpanContext.isRemote;
      if (!isFirst) continue;
      setTimeout(() => {
        this.#traces.delete(traceId);
        this.#printTree(span, trace, "");
      }, WAIT_MS);
    }
    done({ code: 0 });
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  #printTree(span: ReadableSpan, others: readonly ReadableSpan[], indent: string): void {
    const [seconds, nanos] = span.duration;
    const shown = SHOWN.flatMap((key) => {
      const value = span.attributes[key];
      return value === undefined ? [] : [`${key}=${String(value)}`];
    });
    const ms = (seconds * 1e3 + nanos / 1e6).toFixed(0);
    this.#print([`${indent}${span.name} ${ms} ms`, ...shown].join(" "));
    const { spanId } = span.spanContext();
    for (const child of others) {
      if (child.parentSpanContext?.spanId === spanId) {
        this.#printTree(child, others, `${indent}  `);
      }
    }
  }
}
