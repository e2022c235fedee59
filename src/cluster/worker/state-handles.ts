import type { ListState, MapState, Timers, ValueState } from "../../javascript/stateful/state.js";
import type { Row } from "../../types/row.js";
import { Frame, headedContent, type FrameSocket } from "./frames.js";
import type { LoadedCode } from "./loaded-code.js";
import type { StateColumn, StateRow, StateShape } from "./state-shape.js";

/** The clocks of a batch in milliseconds; -1 with the time mode `None`. */
export interface BatchClocks {
  readonly processingTime: number;
  readonly watermark: number;
}

/** The value of a state that came with the request, so that reading it needs no question to Python. */
export interface ReadAhead {
  readonly state: string;
  /** Rows as an Arrow stream. */
  readonly content: Buffer;
}

/** The states and timers of one key, for one call of a processor. */
export class StateCalls {
  readonly #socket: FrameSocket;
  readonly #code: LoadedCode;
  /** Undefined after the first use of a state, because the value may have changed then. */
  #readAhead: ReadAhead | undefined;
  #isOpen = true;
  #isUsed = false;
  /**
   * The value state that the call read before any other use of a state, or null. Python expects that
   * the next call does the same.
   */
  firstRead: string | null = null;

  constructor(socket: FrameSocket, code: LoadedCode, readAhead?: ReadAhead) {
    this.#socket = socket;
    this.#code = code;
    this.#readAhead = readAhead;
  }

  /** Refuses further use, because Spark has moved to another key. */
  close(): void {
    this.#isOpen = false;
  }

  /** What the processor's method receives. */
  handles(clocks: BatchClocks): object {
    const { name, states } = this.#code;
    const entries = states.map((shape) => [shape.name, this.#handle(shape)] as const);
    const handles = new Map<string, unknown>([...entries, ["timers", this.#timers(clocks)]]);
    return new Proxy(Object.fromEntries(handles), {
      get: (target, property) => {
        if (typeof property === "symbol" || property === "then") return undefined;
        if (handles.has(property)) return handles.get(property);
        const known = states.map((shape) => shape.name).join(", ");
        throw new TypeError(
          `${name} declares no state ${property}. ${known === "" ? "It declares none." : `Its states: ${known}.`}`,
        );
      },
    });
  }

  #handle(shape: StateShape): ValueState<Row> | ListState<Row> | MapState<Row, Row> {
    switch (shape.kind) {
      case "value":
        return this.#value(shape);
      case "list":
        return this.#list(shape);
      case "map":
        return this.#map(shape);
    }
  }

  #value(shape: StateShape): ValueState<Row> {
    return {
      ...this.#common(shape),
      get: async () => (await this.#valueRows(shape))[0]?.value ?? null,
      update: (value) => this.#write(shape, "update", ["value"], [{ value }]),
    };
  }

  #list(shape: StateShape): ListState<Row> {
    return {
      ...this.#common(shape),
      get: async () => (await this.#rows(shape, "get")).map(({ value }) => value),
      put: (values) => this.#writeList(shape, "put", values),
      appendValue: (value) => this.#writeList(shape, "appendList", [value]),
      appendList: (values) => this.#writeList(shape, "appendList", values),
    };
  }

  #map(shape: StateShape): MapState<Row, Row> {
    return {
      ...this.#common(shape),
      getValue: async (key) =>
        (await this.#rows(shape, "getValue", shape.encoded(["key"], [{ key }])))[0]?.value ?? null,
      containsKey: async (key) =>
        (await this.#json(shape.name, "containsKey", shape.encoded(["key"], [{ key }]))) === true,
      updateValue: (key, value) =>
        this.#write(shape, "updateValue", ["key", "value"], [{ key, value }]),
      entries: async () =>
        (await this.#rows(shape, "entries")).map(({ key, value }) => [key, value] as const),
      keys: async () => (await this.#rows(shape, "keys")).map(({ key }) => key),
      values: async () => (await this.#rows(shape, "values")).map(({ value }) => value),
      removeKey: (key) => this.#write(shape, "removeKey", ["key"], [{ key }]),
    };
  }

  #common({ name }: StateShape): Pick<ValueState<Row>, "exists" | "clear"> {
    return {
      exists: async () => (await this.#json(name, "exists")) === true,
      clear: () => this.#change(name, "clear"),
    };
  }

  #timers({ processingTime, watermark }: BatchClocks): Timers {
    const clock = (ms: number): number | null => (ms < 0 ? null : ms);
    const change = (operation: string, expiryMs: unknown): Promise<void> => {
      if (processingTime < 0)
        throw new TypeError(
          `timers.${operation}() needs the timeMode "ProcessingTime" or "EventTime", got "None".`,
        );
      if (Number.isSafeInteger(expiryMs))
        return this.#change("", operation, undefined, expiryMs as number);
      throw new TypeError(
        `timers.${operation}() takes milliseconds since 1970 as an integer, got ${String(expiryMs)}.`,
      );
    };
    return {
      processingTimeMs: clock(processingTime),
      watermarkMs: clock(watermark),
      registerTimer: (expiryMs) => change("registerTimer", expiryMs),
      deleteTimer: (expiryMs) => change("deleteTimer", expiryMs),
      listTimers: async () =>
        processingTime < 0 ? [] : ((await this.#json("", "listTimers")) as number[]),
    };
  }

  /**
   * A change of a state. A row that does not fit throws at the call, not in the promise, so that the processor fails
   * even if it does not await.
   */
  #write(
    shape: StateShape,
    operation: string,
    columns: readonly StateColumn[],
    rows: readonly Partial<StateRow>[],
  ): Promise<void> {
    return this.#change(shape.name, operation, shape.encoded(columns, rows));
  }

  #writeList(
    shape: StateShape,
    operation: "put" | "appendList",
    values: readonly Row[],
  ): Promise<void> {
    const rows = Array.from(values, (value) => ({ value }));
    // Spark's connection for states breaks at an empty list.
    if (rows.length > 0) return this.#write(shape, operation, ["value"], rows);
    return operation === "put" ? this.#common(shape).clear() : Promise.resolve();
  }

  async #valueRows(shape: StateShape): Promise<StateRow[]> {
    const { state, content } = this.#readAhead ?? {};
    if (!this.#isUsed) this.firstRead = shape.name;
    if (content === undefined || state !== shape.name) return this.#rows(shape, "get");
    this.#use(state, "get");
    return shape.decoded(content);
  }

  async #rows(shape: StateShape, operation: string, rows?: Uint8Array): Promise<StateRow[]> {
    return shape.decoded(await this.#ask(shape.name, operation, rows));
  }

  async #json(state: string, operation: string, rows?: Uint8Array): Promise<unknown> {
    return JSON.parse((await this.#ask(state, operation, rows)).toString());
  }

  async #ask(state: string, operation: string, rows?: Uint8Array): Promise<Buffer> {
    this.#use(state, operation);
    const { kind, content } = await this.#socket.ask(
      Frame.state,
      headedContent({ state, operation }, rows),
    );
    if (kind === Frame.error) throw new Error(content.toString());
    return content;
  }

  /** A change has no answer. If Spark refuses it, each later question fails with the error, and so does the call. */
  async #change(state: string, operation: string, rows?: Uint8Array, time?: number): Promise<void> {
    this.#use(state, operation);
    await this.#socket.tell(Frame.change, headedContent({ state, operation, time }, rows));
  }

  /** @throws {Error} the call has ended */
  #use(state: string, operation: string): void {
    this.#isUsed = true;
    this.#readAhead = undefined;
    if (this.#isOpen) return;
    const late = new Error(
      `${this.#code.name} called ${state === "" ? "timers" : state}.${operation}() after its method had ended. Await each call of a state.`,
    );
    this.#code.lateUses.push(late);
    throw late;
  }
}
