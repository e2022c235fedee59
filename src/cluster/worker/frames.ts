import { Socket } from "node:net";
import { setImmediate } from "node:timers/promises";

/**
 * The kinds of frames between the Python worker and this process; `bridge.py` has the same numbers. A frame is its
 * length and its kind as 32-bit numbers, little-endian, and then its content.
 */
export const Frame = {
  /** Loads code: JSON. */
  load: 1,
  /** Calls a function with each row of an Arrow stream. */
  scalar: 2,
  /** Starts a function of rows. */
  map: 3,
  /** Asks Python for the next input. */
  next: 4,
  /** Rows for a function of rows. */
  input: 5,
  inputEnd: 6,
  /** Rows as an Arrow stream. */
  result: 7,
  done: 8,
  /** A failure: JSON. */
  error: 9,
  /** Calls a method of an object: JSON. */
  call: 10,
  /** The answer of a method: JSON. */
  value: 11,
  /** Starts a method of an object that yields rows: JSON. */
  read: 12,
  /** Uses a state or a timer of a stateful processor: {@link headedContent}. */
  state: 13,
  /** A long batch is still in work. */
  progress: 14,
  /** Calls a table function with each row of an Arrow stream. */
  table: 15,
  /**
   * Calls a method of a stateful processor: the code's id and {@link headedContent}, with the key and the first rows as
   * Arrow streams.
   */
  process: 16,
  /** Calls a method of a writer: JSON. */
  write: 17,
  /** Changes a state or a timer: {@link headedContent}. It has no answer. */
  change: 18,
} as const;

/** One frame from Python. */
export interface ReceivedFrame {
  readonly kind: number;
  readonly content: Buffer;
}

const HEAD_BYTES = 8;
const NOTHING = Buffer.alloc(0);

/** The connection to the Python worker. Python sends only requests, and answers in the order of the questions. */
export class FrameSocket {
  readonly #socket: Socket;
  readonly #received: ReceivedFrame[] = [];
  /** What waits for the answers of Python. */
  readonly #asked: ((answer: ReceivedFrame) => void)[] = [];
  readonly #head = Buffer.alloc(HEAD_BYTES);
  #filled = 0;
  #content: Buffer | undefined;
  #wake: (() => void) | undefined;
  /** The last question or message to Python. */
  #last: Promise<unknown> | undefined;
  /** Whether messages wait for the next frame, so that one write sends all. */
  #isHeld = false;

  constructor(fd: number) {
    this.#socket = new Socket({ fd, readable: true, writable: true });
    // The Python worker has ended, so nobody needs this process.
    this.#socket.on("error", () => process.exit(0));
    this.#socket.on("close", () => process.exit(0));
    this.#socket.on("data", (chunk) => {
      this.#take(chunk);
    });
  }

  /** Waits for the next frame. */
  async receive(): Promise<ReceivedFrame> {
    for (;;) {
      const frame = this.#received.shift();
      if (frame !== undefined) return frame;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Sends a frame, and waits while the socket's buffer is full. */
  async send(kind: number, content: Uint8Array = NOTHING): Promise<void> {
    this.#hold();
    const hasRoom = this.#write(kind, content);
    this.#release();
    if (!hasRoom) await this.#drained();
  }

  /** Sends a frame with JSON. */
  sendJson(kind: number, value: unknown): Promise<void> {
    return this.send(kind, Buffer.from(jsonText(value)));
  }

  /** Sends a question to Python and returns the answer. */
  ask(kind: number, content?: Uint8Array): Promise<ReceivedFrame> {
    const answer = new Promise<ReceivedFrame>((resolve) => this.#asked.push(resolve));
    this.#last = answer;
    // Python waits while this process runs, so the buffer empties before the answer comes.
    void this.send(kind, content);
    return answer;
  }

  /** Sends a frame that has no answer, at the latest with the next frame. Waits while the socket's buffer is full. */
  tell(kind: number, content: Uint8Array): Promise<void> {
    const told = this.#told(kind, content);
    this.#last = told;
    return told;
  }

  async #told(kind: number, content: Uint8Array): Promise<void> {
    // A held frame would delay the end of an earlier wait.
    if (this.#socket.writableNeedDrain) return this.send(kind, content);
    this.#hold();
    if (this.#write(kind, content)) return;
    this.#release();
    await this.#drained();
  }

  /** Waits until Python has answered all questions, with those that follow from the answers. */
  async idle(): Promise<void> {
    for (let last; last !== this.#last;) {
      await (last = this.#last);
      // Code that waits for the answer runs before this.
      await setImmediate();
    }
  }

  #hold(): void {
    if (!this.#isHeld) this.#socket.cork();
    this.#isHeld = true;
  }

  #release(): void {
    this.#isHeld = false;
    this.#socket.uncork();
  }

  #write(kind: number, content: Uint8Array): boolean {
    const head = Buffer.allocUnsafe(HEAD_BYTES);
    head.writeUInt32LE(content.byteLength, 0);
    head.writeUInt32LE(kind, 4);
    const hasRoom = this.#socket.write(head);
    return content.byteLength === 0 ? hasRoom : this.#socket.write(content);
  }

  async #drained(): Promise<void> {
    await new Promise((resolve) => this.#socket.once("drain", resolve));
  }

  #take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      const target = this.#content ?? this.#head;
      const count = Math.min(target.length - this.#filled, chunk.length - at);
      chunk.copy(target, this.#filled, at, at + count);
      this.#filled += count;
      at += count;
      while (this.#filled === (this.#content ?? this.#head).length) this.#frameFilled();
    }
  }

  /** The head or the content of a frame is complete. */
  #frameFilled(): void {
    this.#filled = 0;
    if (this.#content === undefined) {
      // Node aligns such memory, as Arrow's buffers need it.
      this.#content = Buffer.allocUnsafe(this.#head.readUInt32LE(0));
      return;
    }
    const frame = { kind: this.#head.readUInt32LE(4), content: this.#content };
    this.#content = undefined;
    const asked = this.#asked.shift();
    if (asked !== undefined) {
      asked(frame);
      return;
    }
    this.#received.push(frame);
    this.#wake?.();
  }
}

/** JSON with its length before it, and bytes after it. */
export function headedContent(head: unknown, rest: Uint8Array = NOTHING): Buffer {
  const json = Buffer.from(jsonText(head));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([length, json, rest]);
}

/** The JSON and the bytes of such a content. */
export function partsOfContent(content: Buffer): { readonly head: unknown; readonly rest: Buffer } {
  const end = 4 + content.readUInt32LE(0);
  // A copy, so that Arrow's buffers in it are aligned.
  return {
    head: JSON.parse(content.toString("utf8", 4, end)),
    rest: Buffer.from(content.subarray(end)),
  };
}

/** JSON of what a method returned. A bigint becomes a number if it is exact as such, else text. */
function jsonText(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== "bigint") return inner;
    return Number.isSafeInteger(Number(inner)) ? Number(inner) : String(inner);
  }) as string | undefined;
  return text ?? "null";
}
