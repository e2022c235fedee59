import { OutputClosed } from "./exit-code.js";

/** A stream that text is written to; process.stdout and process.stderr fit. */
export interface TextOutput {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string, done?: (error?: Error | null) => void): boolean;
  on(event: "error", listener: (error: NodeJS.ErrnoException) => void): unknown;
}

export type Colour = "green" | "yellow" | "red" | "bold";

const ESCAPES: Readonly<Record<Colour, string>> = {
  green: "\u001b[32m",
  yellow: "\u001b[33m",
  red: "\u001b[31m",
  bold: "\u001b[1m",
};

/**
 * Where a command writes: what it was asked for goes to standard output, everything else to standard
 * error. Colour and rewritten lines are for terminals alone.
 */
export class Terminal {
  readonly #stdout: TextOutput;
  readonly #stderr: TextOutput;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #onFailure: (error: Error) => void;
  #failure: Error | undefined;
  #status = "";

  /** @param onFailure told once when nothing more can be written to standard output */
  constructor(
    stdout: TextOutput,
    stderr: TextOutput,
    environment: Readonly<Record<string, string | undefined>>,
    onFailure: (error: Error) => void,
  ) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#environment = environment;
    this.#onFailure = onFailure;
    stdout.on("error", (error) => {
      this.#fail(error);
    });
    // Nobody is left to be told.
    stderr.on("error", () => undefined);
  }

  /** Standard error, where it is a terminal that lines can be rewritten on. */
  get progressOutput(): TextOutput | undefined {
    return this.#stderr.isTTY === true && this.#environment["TERM"] !== "dumb"
      ? this.#stderr
      : undefined;
  }

  /**
   * Writes to standard output and waits until the text is taken, so that a slow reader holds the
   * server back.
   *
   * @throws {OutputClosed} the reader is gone
   */
  async print(text: string): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (text === "") return;
    this.status("");
    await new Promise<void>((resolve, reject) => {
      this.#stdout.write(text, (error) => {
        if (error === undefined || error === null) resolve();
        else reject(this.#fail(error));
      });
    });
  }

  /** Writes a line to standard error. */
  note(line: string): void {
    this.status("");
    this.#stderr.write(`${line}\n`);
  }

  /** Shows what goes on, in one line that the next one replaces; nothing where it is no terminal. */
  status(text: string): void {
    const output = this.progressOutput;
    if (output === undefined || (text === "" && this.#status === "")) return;
    this.#status = text;
    const width = output.columns ?? 80;
    output.write(`\r\u001b[K${text.length < width ? text : `${text.slice(0, width - 2)}…`}`);
  }

  /** The text in a colour, where the stream shows colours and NO_COLOR is not set. */
  coloured(colour: Colour, text: string, stream: "stdout" | "stderr" = "stdout"): string {
    const output = stream === "stdout" ? this.#stdout : this.#stderr;
    const { NO_COLOR: noColour = "", TERM: kind } = this.#environment;
    if (output.isTTY !== true || noColour !== "" || kind === "dumb") return text;
    return `${ESCAPES[colour]}${text}\u001b[0m`;
  }

  #fail(error: NodeJS.ErrnoException): Error {
    if (this.#failure !== undefined) return this.#failure;
    const failure =
      error.code === "EPIPE" ? new OutputClosed("Standard output was closed.") : error;
    this.#failure = failure;
    this.#onFailure(failure);
    return failure;
  }
}
