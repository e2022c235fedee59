import { isDeepStrictEqual } from "node:util";
import { ArgumentError, SparkError } from "../errors.js";
import { suggestion } from "../near-name.js";
import { untilAborted } from "../waiting.js";
import type { DynamicStream } from "./dynamic-stream.js";
import { analyzeDynamicStream } from "./dynamic-stream-start.js";
import { SteeredStream, type SteeredStreamParts } from "./steered-stream.js";
import type { StreamStatus } from "./stream-status.js";
import { declareStream, type StreamDeclaration } from "./supervisor-options.js";
import type { WatchLimits } from "./upgrade-watch.js";

/** The fields that a stream declared by data may not change: another source or checkpoint is another stream. */
const FIXED = ["source", "checkpoint"] as const satisfies readonly (keyof DynamicStream)[];

/** The streams of a running supervisor: those of its options, of its state, and those that commands add. */
export class SteeredStreams {
  readonly #parts: Omit<SteeredStreamParts, "changed">;
  readonly #streams = new Map<string, SteeredStream>();
  /** Without declared streams, the end of all streams is not the end of the supervisor. */
  readonly #endsWithStreams: boolean;
  #changed: () => void = () => undefined;

  /** @throws {ArgumentError} a stream of the state has the name of a declared one, or is not valid any more */
  constructor(
    declarations: readonly StreamDeclaration[],
    parts: Omit<SteeredStreamParts, "changed">,
  ) {
    this.#parts = parts;
    this.#endsWithStreams = declarations.length > 0;
    for (const declaration of declarations) this.#create(declaration, false);
    for (const stream of parts.state.dynamicStreams()) {
      if (!this.#streams.has(stream.name)) this.#create(declareStream(stream), true);
    }
  }

  /** Names of the streams that should run. A query of a former process for another stream is stopped. */
  wanted(): ReadonlySet<string> {
    const { state } = this.#parts;
    return new Set(this.#names().filter((name) => state.desired(name) === "running"));
  }

  status(): readonly StreamStatus[] {
    return [...this.#streams.values()].map((stream) => stream.status());
  }

  /** @throws {SparkError} code STREAM_NOT_FOUND */
  get(name: string): SteeredStream {
    const stream = this.#streams.get(name);
    if (stream !== undefined) return stream;
    const names = this.#names();
    const known = names.length === 0 ? "There are no streams." : `Streams: ${names.join(", ")}.`;
    throw new SparkError(
      "STREAM_NOT_FOUND",
      `There is no stream named "${name}".${suggestion(name, names)} ${known}`,
    );
  }

  /** Runs the streams. Resolves when they have stopped, after a stop of the supervisor or their own end. */
  async run(): Promise<void> {
    const { keeper, stop } = this.#parts;
    const ended = new Promise<void>((resolve) => {
      this.#changed = () => {
        const streams = [...this.#streams.values()];
        if (this.#endsWithStreams && streams.every((stream) => stream.hasEnded)) resolve();
      };
    });
    // Paused and scheduled streams open no session, but people and probes ask whether it works.
    if (!stop.aborted) keeper.lease(stop).catch(() => undefined);
    for (const stream of this.#streams.values()) stream.begin();
    await Promise.race([ended, untilAborted(stop)]);
    await Promise.all([...this.#streams.values()].map((stream) => stream.idle()));
  }

  async add(declaration: StreamDeclaration, by: string | undefined): Promise<void> {
    const { state, emit, stop } = this.#parts;
    const { name, data } = declaration;
    const present = this.#streams.get(name);
    if (present !== undefined) {
      if (data !== undefined && isDeepStrictEqual(present.declaration.data, data)) return;
      throw new SparkError(
        "STREAM_EXISTS",
        `There is a stream named "${name}" already. Use upgrade() to change it, or remove() first.`,
      );
    }
    const stream = this.#create(declaration, true);
    emit("commanded", { stream: name, command: "add", by });
    if (data !== undefined) state.setDeclaration(data);
    try {
      await state.saved();
      stop.throwIfAborted();
    } catch (error) {
      this.#streams.delete(name);
      state.forgetStream(name);
      throw error;
    }
    // A command may have removed it meanwhile.
    if (stream.isRemoved || this.#streams.get(name) !== stream) return;
    emit("added", { stream: name });
    stream.begin();
  }

  async remove(name: string, by: string | undefined): Promise<void> {
    const stream = this.#streams.get(name);
    if (stream === undefined) return;
    if (!stream.isAdded) {
      throw new SparkError(
        "STREAM_IN_CODE",
        `Stream "${name}" is among the options of the supervisor, and would come back with the next process. Remove it there, or stop it with stop("${name}").`,
      );
    }
    await stream.remove(by);
    if (this.#streams.get(name) === stream) this.#streams.delete(name);
    this.#changed();
  }

  async upgrade(
    name: string,
    next: StreamDeclaration,
    limits: WatchLimits,
    by: string | undefined,
  ): Promise<void> {
    const stream = this.get(name);
    if (next.name !== name) {
      throw new ArgumentError(
        "name",
        `The new declaration of stream "${name}" has the name "${next.name}". A stream keeps its name; add another stream instead.`,
      );
    }
    await stream.upgrade(next, limits, by, async () => {
      await this.#checkUpgrade(stream.declaration, next);
    });
  }

  /** Refuses what cannot work, while the former query still runs. */
  async #checkUpgrade(former: StreamDeclaration, next: StreamDeclaration): Promise<void> {
    if ((former.pipeline === undefined) !== (next.pipeline === undefined)) {
      const kind = former.pipeline === undefined ? "stream" : "pipeline";
      throw new ArgumentError(
        "declaration",
        `"${former.name}" is a ${kind}, and so must be its new declaration. Remove it and add the other one.`,
      );
    }
    if ((former.data === undefined) !== (next.data === undefined)) {
      const how = former.data === undefined ? "code" : "data";
      throw new ArgumentError(
        "declaration",
        `Stream "${former.name}" is declared by ${how}, and so must be its new declaration.`,
      );
    }
    if (former.data === undefined || next.data === undefined) return;
    for (const field of FIXED) {
      if (former.data[field] === next.data[field]) continue;
      throw new ArgumentError(
        field,
        `An upgrade of stream "${former.name}" cannot change its ${field} from "${former.data[field]}" to "${next.data[field]}": Spark cannot continue there. Add another stream instead.`,
      );
    }
    const { keeper, stop } = this.#parts;
    await analyzeDynamicStream((await keeper.lease(stop)).spark, next.data);
  }

  #names(): readonly string[] {
    return [...this.#streams.keys()];
  }

  #create(declaration: StreamDeclaration, isAdded: boolean): SteeredStream {
    const stream = new SteeredStream(declaration, isAdded, {
      ...this.#parts,
      changed: () => {
        this.#changed();
      },
    });
    this.#streams.set(declaration.name, stream);
    return stream;
  }
}
