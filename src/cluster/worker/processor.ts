import { StatefulProcessor } from "../../javascript/stateful/stateful-processor.js";
import type { FrameSocket } from "./frames.js";
import type { LoadedCode } from "./loaded-code.js";
import { requireRows } from "./objects.js";
import { StateCalls, type BatchClocks, type ReadAhead } from "./state-handles.js";

/** A call of a method of a stateful processor. */
export interface ProcessRequest extends BatchClocks {
  /** The processor's id. The first call with a new id creates the processor. */
  readonly object: string;
  readonly method: "handleInputRows" | "handleExpiredTimer" | "handleInitialState" | "close";
  /** The time of a timer that has expired. */
  readonly expiry?: number;
  /** The length of the Arrow stream with the key. */
  readonly keyBytes: number;
  /** The state whose value follows the key, and the length of the value's Arrow stream. The first rows follow it. */
  readonly readAhead: { readonly state: string; readonly bytes: number } | null;
  /** Whether the request has all rows. */
  readonly hasAllRows: boolean;
}

/** What Python learns at the end of a call. */
export interface ProcessEnd {
  /** See StateCalls. */
  firstRead: string | null;
}

/** The Arrow streams of a request, decoded. */
export interface ProcessInput {
  /** The grouping columns. */
  readonly key: unknown;
  readonly readAhead: ReadAhead | undefined;
  readonly rows: AsyncIterable<unknown>;
}

type Methods = Partial<Record<ProcessRequest["method"], (...args: readonly unknown[]) => unknown>>;

/**
 * Calls a method of a processor and yields its rows.
 *
 * @param end is complete when the rows have ended
 * @throws {TypeError} the class is not a StatefulProcessor, or a method that must yield rows returned something else
 */
export async function* processedRows(
  code: LoadedCode,
  socket: FrameSocket,
  request: ProcessRequest,
  { key, rows, readAhead }: ProcessInput,
  end: ProcessEnd,
): AsyncGenerator<unknown, void, undefined> {
  const { method } = request;
  const late = code.lateUses.shift();
  if (late !== undefined) throw late;
  const processor = processorOf(code, request.object);
  if (method === "close") {
    code.objects.delete(request.object);
    await processor.close?.();
    return;
  }
  const calls = new StateCalls(socket, code, readAhead);
  const states = calls.handles(request);
  try {
    switch (method) {
      case "handleInputRows":
        yield* rowsOf(code, method, processor[method]?.(key, rows, states));
        break;
      case "handleExpiredTimer":
        // Without the method, an expired timer has no effect in Spark either.
        yield* rowsOf(code, method, processor[method]?.(key, { expiryMs: request.expiry }, states));
        break;
      case "handleInitialState":
        for await (const row of rows) await processor[method]?.(key, row, states);
    }
  } finally {
    await socket.idle();
    calls.close();
    end.firstRead = calls.firstRead;
  }
}

async function* rowsOf(code: LoadedCode, method: string, answer: unknown): AsyncGenerator {
  const rows = await answer;
  if (rows !== undefined) yield* requireRows(rows, `${code.name}.${method}`);
}

function processorOf({ name, value, objects }: LoadedCode, id: string): Methods {
  let known: Methods | undefined = objects.get(id);
  if (known === undefined) {
    if (!(value.prototype instanceof StatefulProcessor))
      throw new TypeError(`${name} must extend StatefulProcessor of sparktide/cluster.`);
    known = Reflect.construct(value, []) as Methods;
    objects.set(id, known);
  }
  return known;
}
