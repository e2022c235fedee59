import { OutputClosed } from "./exit-code.js";

/** An output stream for text, such as process.stdout and process.stderr. */
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
 * The output of a command. Results go to standard output, everything else to standard error. Colours and
 * status lines appear on terminals only.
 */
export class Terminal {
  readonly #stdout: TextOutput;
  readonly #stderr: TextOutput;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #onFailure: (error: Error) => void;
  #failure: Error | undefined;
  #status = "";

  /** @param onFailure called once, at the first failed write to standard output */
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
    // Without standard error there is no place to report its failure.
    stderr.on("error", () => undefined);
  }

  /** Standard error, if it is a terminal that can rewrite lines. */
  get progressOutput(): TextOutput | undefined {
    return this.#stderr.isTTY === true && this.#environment["TERM"] !== "dumb"
      ? this.#stderr
      : undefined;
  }

  /**
   * Writes to standard output and waits for the write to finish, so that a slow reader slows down the
   * server.
   *
   * @throws {OutputClosed} the reader has closed standard output
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

  /** Shows a status line that replaces the previous one. Does nothing if standard error is not a terminal. */
  status(text: string): void {
    const output = this.progressOutput;
    if (output === undefined || (text === "" && this.#status === "")) return;
    this.#status = text;
    const width = output.columns ?? 80;
    output.write(`\r\u001b[K${text.length < width ? text : `${text.slice(0, width - 2)}…`}`);
  }

  /** The text in a colour, if the stream is a terminal with colours and NO_COLOR is not set. */
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
