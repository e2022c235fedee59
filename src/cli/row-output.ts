import type { Terminal } from "./terminal.js";

/** Text is written in pieces of about this size: a write for each row would be slow. */
const PIECE_CHARS = 64 * 1024;
/** Rows that come slowly are shown after this time at the latest. */
const FLUSH_AFTER_MS = 100;

/** Gathers rows' texts and writes them in larger pieces. */
export class RowOutput {
  readonly #terminal: Terminal;
  #pending: string[] = [];
  #chars = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Takes a text; waits, where there is enough to write, until it is taken. */
  add(text: string): Promise<void> | undefined {
    if (text === "") return undefined;
    this.#pending.push(text);
    this.#chars += text.length;
    if (this.#chars >= PIECE_CHARS) return this.flush();
    this.#timer ??= setTimeout(() => {
      // What fails here fails at the next write too, and aborts the command's signal.
      this.flush().catch(() => undefined);
    }, FLUSH_AFTER_MS);
    return undefined;
  }

  /** Writes what was taken so far, in order. */
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
