import type { Terminal } from "./terminal.js";

/** Rows are written in pieces of about this size, because one write for each row is slow. */
const PIECE_CHARS = 64 * 1024;
/** The longest time that a row waits for others before it is written. */
const FLUSH_AFTER_MS = 100;

/** Collects the texts of rows and writes them in larger pieces. */
export class RowOutput {
  readonly #terminal: Terminal;
  #pending: string[] = [];
  #chars = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Adds a text. Returns a promise to wait for when it starts a write. */
  add(text: string): Promise<void> | undefined {
    if (text === "") return undefined;
    this.#pending.push(text);
    this.#chars += text.length;
    if (this.#chars >= PIECE_CHARS) return this.flush();
    this.#timer ??= setTimeout(() => {
      // A failed write also aborts the command's signal, and the next write throws the same error.
      this.flush().catch(() => undefined);
    }, FLUSH_AFTER_MS);
    return undefined;
  }

  /** Writes all added texts, in order. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#pending.join("");
    this.#pending = [];
    this.#chars = 0;
    this.#writing = this.#writing.then(() => this.#terminal.print(text));
    return this.#writing;
  }
}
