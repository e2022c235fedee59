// The prompt of `sparktide sql` on a terminal.

import { createInterface, type Interface } from "node:readline";
import type { SparkSession } from "../../index.js";
import { Interrupted, UsageError } from "../exit-code.js";
import type { FormatOptions } from "../format/row-writer.js";
import { progressText } from "../progress-text.js";
import { reportError } from "../report-error.js";
import { statementText } from "../statement-text.js";
import type { Terminal } from "../terminal.js";
import { backslashAction, BACKSLASH_COMMANDS, type Action } from "./backslash.js";
import { Completer } from "./completer.js";
import { HISTORY_LINES, historyPath, readHistory, writeHistory } from "./history.js";
import { page, pagerCommand } from "./pager.js";
import { splitStatements } from "./statements.js";

const PROMPT = "sparktide> ";
const CONTINUED = "        -> ";
/** Statements that change no names, so that completion can keep what it knows. */
const CHANGES_NO_NAMES = /^\s*(?:SELECT|VALUES|WITH|SHOW|DESCRIBE|EXPLAIN)\b/i;

/** Where the prompt reads and writes. */
export interface PromptOptions {
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly format: FormatOptions;
  /** Aborts when a signal ends the command. */
  readonly signal: AbortSignal;
}

/** Reads statements from the terminal and prints their results, until `\q` or Ctrl-D. */
export async function runPrompt(spark: SparkSession, options: PromptOptions): Promise<void> {
  const prompt = new Prompt(spark, options);
  await prompt.run();
}

class Prompt {
  readonly #spark: SparkSession;
  readonly #terminal: Terminal;
  readonly #signal: AbortSignal;
  readonly #completer: Completer;
  readonly #historyPath: string;
  readonly #pager: string | undefined;
  #format: FormatOptions;
  /** The lines of a statement without its end. */
  #pending = "";
  /** Aborts the statement that runs. */
  #running: AbortController | undefined;

  constructor(spark: SparkSession, { terminal, environment, format, signal }: PromptOptions) {
    this.#spark = spark;
    this.#terminal = terminal;
    this.#signal = signal;
    this.#format = format;
    this.#completer = new Completer(spark, BACKSLASH_COMMANDS);
    this.#historyPath = historyPath(environment);
    this.#pager = pagerCommand(environment);
  }

  async run(): Promise<void> {
    const lines = createInterface({
      input: process.stdin,
      output: process.stdout,
      history: await readHistory(this.#historyPath),
      historySize: HISTORY_LINES,
      removeHistoryDuplicates: true,
      completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
        void this.#completer.complete(line, this.#pending).then((result) => {
          done(null, result);
        });
      },
    });
    let history: string[] = [];
    lines.on("history", (known: string[]) => {
      history = known;
    });
    lines.on("SIGINT", () => {
      this.#interrupt(lines);
    });
    const end = (): void => {
      lines.close();
    };
    this.#signal.addEventListener("abort", end);
    this.#spark.registerProgressHandler((progress) => {
      // Completion also runs queries. A status line would then overwrite the text that the user types.
      if (this.#running !== undefined) this.#terminal.status(progressText(progress));
    });
    try {
      this.#terminal.note(
        `Spark ${await this.#spark.version()}. End statements with ; and see \\? for help.`,
      );
      this.#ask(lines);
      for await (const line of lines) {
        if ((await this.#take(line, lines)) === "quit") break;
        this.#ask(lines);
      }
      this.#signal.throwIfAborted();
    } finally {
      this.#signal.removeEventListener("abort", end);
      lines.close();
      // A read-only home must not fail the command.
      if (history.length > 0) await writeHistory(this.#historyPath, history).catch(() => undefined);
    }
  }

  #ask(lines: Interface): void {
    lines.setPrompt(this.#pending === "" ? PROMPT : CONTINUED);
    lines.prompt();
  }

  /** Ctrl-C cancels the running statement. Without one, it clears the text that was typed. */
  #interrupt(lines: Interface): void {
    if (this.#running !== undefined) {
      this.#running.abort(new Interrupted("SIGINT"));
      return;
    }
    this.#pending = "";
    process.stdout.write("^C\n");
    // Deletes the text before and after the cursor.
    lines.write(null, { ctrl: true, name: "e" });
    lines.write(null, { ctrl: true, name: "u" });
    this.#ask(lines);
  }

  async #take(line: string, lines: Interface): Promise<"quit" | undefined> {
    if (this.#pending === "" && line.trimStart().startsWith("\\")) {
      const action = await this.#guarded((signal) => this.#command(line.trim(), lines, signal));
      return action?.kind === "quit" ? "quit" : undefined;
    }
    const { complete, rest } = splitStatements(`${this.#pending}${line}\n`);
    this.#pending = rest.trim() === "" ? "" : rest;
    for (const statement of complete) {
      const done = await this.#guarded((signal) => this.#statement(statement, lines, signal));
      // As with psql in a script, the statements after a failed one on the same line do not run.
      if (done === undefined) break;
    }
    return undefined;
  }

  async #command(line: string, lines: Interface, signal: AbortSignal): Promise<Action> {
    const action = await backslashAction(line, this.#spark);
    if (action.kind === "print") this.#terminal.note(action.text);
    if (action.kind === "format") this.#format = { ...this.#format, format: action.format };
    if (action.kind === "statement") await this.#statement(action.text, lines, signal);
    return action;
  }

  /** Runs a step that Ctrl-C can cancel, and prints its error. Returns undefined after an error. */
  async #guarded<T>(step: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    const running = new AbortController();
    this.#running = running;
    try {
      return await step(AbortSignal.any([running.signal, this.#signal]));
    } catch (error) {
      this.#signal.throwIfAborted();
      this.#terminal.status("");
      if (running.signal.aborted) this.#terminal.note("The statement was cancelled.");
      else if (error instanceof UsageError) this.#terminal.note(error.message);
      else reportError(error, this.#terminal, { json: false, command: "sql" });
      return undefined;
    } finally {
      this.#running = undefined;
    }
  }

  async #statement(statement: string, lines: Interface, signal: AbortSignal): Promise<true> {
    const startedAt = performance.now();
    let rows = 0;
    const text = statementText(this.#spark, statement, this.#format, {
      signal,
      onRow: () => {
        rows += 1;
      },
    });
    await this.#show(text, lines);
    if (!CHANGES_NO_NAMES.test(statement)) this.#completer.forget();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(2);
    this.#terminal.note(`${rows} ${rows === 1 ? "row" : "rows"}, ${seconds} s`);
    return true;
  }

  /** Prints text that fits the screen, and pages longer text. */
  async #show(text: AsyncGenerator<string, void, undefined>, lines: Interface): Promise<void> {
    const height = process.stdout.rows - 2;
    const pieces: string[] = [];
    let seen = 0;
    let isLong = false;
    while (!isLong) {
      const step = await text.next();
      if (step.done === true) break;
      pieces.push(step.value);
      seen += step.value.split("\n").length - 1;
      isLong = seen > height;
    }
    const start = pieces.join("");
    if (!isLong || this.#pager === undefined) {
      await this.#terminal.print(start);
      for await (const piece of text) await this.#terminal.print(piece);
      return;
    }
    this.#terminal.status("");
    lines.pause();
    process.stdin.setRawMode(false);
    try {
      await page(this.#pager, joined(start, text));
    } finally {
      process.stdin.setRawMode(true);
      lines.resume();
    }
  }
}

async function* joined(
  start: string,
  rest: AsyncIterable<string>,
): AsyncGenerator<string, void, undefined> {
  yield start;
  yield* rest;
}
