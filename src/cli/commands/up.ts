import { rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { LocalSparkError } from "../../index.js";
import { LocalSpark } from "../../local/index.js";
import type { Command, CommandContext } from "../command.js";
import { EXIT, OutputClosed, UsageError } from "../exit-code.js";
import { CONF_OPTION, LOCAL_OPTIONS, localSparkOptions } from "../local-options.js";

export const up: Command = {
  name: "up",
  summary: "Start an embedded Spark, print its address, and keep it running until Ctrl-C",
  usage: "",
  maxArguments: 0,
  options: {
    ...LOCAL_OPTIONS,
    port: { type: "string", value: "N", help: "port on 127.0.0.1. Default: a free one" },
    ...CONF_OPTION,
    ui: { type: "boolean", help: "start Spark's web UI too, and print its address" },
    "remote-file": {
      type: "string",
      value: "FILE",
      help: "also write the address to this new file, readable only by you, for --remote-file of other commands. Removed at the end",
    },
  },
  notes: [
    "The command prints one line: the address with its token. Anyone who has the token can run code as you. Spark listens on 127.0.0.1 only, has the environment variables of this command, and ends when this command ends, even if it is killed.",
    "The first start downloads about 0.6 GB into ~/.cache/sparktide. The exit code is 0 if Ctrl-C or SIGTERM ends a running Spark.",
  ],
  run: runUp,
};

async function runUp(context: CommandContext): Promise<number> {
  const { options, terminal, signal } = context;
  const port = options.integer("port", 0, 65_535);
  const conf = {
    ...options.pairs("conf"),
    ...(options.flag("ui") && { "spark.ui.enabled": "true" }),
  };
  const addressFile = await AddressFile.open(options.text("remote-file"));
  try {
    const spark = await LocalSpark.start({
      ...localSparkOptions(context, conf),
      ...(port !== undefined && { port }),
    });
    try {
      await addressFile?.write(spark.url);
      await terminal.print(announcement(spark, options.flag("json")));
      if (spark.uiUrl !== undefined) terminal.note(`Spark's web UI: ${spark.uiUrl}`);
      terminal.note(`Spark ${spark.sparkVersion} runs until Ctrl-C. Its log is ${spark.logFile}.`);
      await untilEnd(spark, signal);
      terminal.status("stopping Spark");
      return EXIT.ok;
    } finally {
      await spark.stop();
    }
  } finally {
    addressFile?.remove();
  }
}

function announcement(spark: LocalSpark, json: boolean): string {
  if (!json) return `${spark.url}\n`;
  const { url, uiUrl = null, sparkVersion, pid, logFile } = spark;
  return `${JSON.stringify({ url, uiUrl, sparkVersion, pid, logFile })}\n`;
}

/** Resolves when the user ends the command. Rejects if Spark ends by itself, or if standard output is closed. */
async function untilEnd(spark: LocalSpark, signal: AbortSignal): Promise<void> {
  const ended = new Promise<undefined>((resolve) => {
    signal.addEventListener("abort", () => {
      resolve(undefined);
    });
    if (signal.aborted) resolve(undefined);
  });
  // Spark's process does not keep Node running, so a timer does.
  const alive = setInterval(() => undefined, 2 ** 30);
  try {
    const exitCode = await Promise.race([ended, spark.closed]);
    if (signal.reason instanceof OutputClosed) throw signal.reason;
    if (exitCode === undefined) return;
    throw new LocalSparkError(
      "SERVER_DIED",
      `Spark ended by itself with exit code ${exitCode}. See its log for the reason: ${spark.logFile}`,
      { exitCode },
    );
  } finally {
    clearInterval(alive);
  }
}

/** The file that holds the address while Spark runs. */
class AddressFile {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
    // A second Ctrl-C ends the process without waiting for anything.
    process.once("exit", () => {
      this.remove();
    });
  }

  /** Creates the file before Spark starts, so that a wrong path fails at once. Never overwrites a file. */
  static async open(path: string | undefined): Promise<AddressFile | undefined> {
    if (path === undefined) return undefined;
    try {
      await (await open(path, "wx", 0o600)).close();
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException;
      throw new UsageError(
        code === "EEXIST"
          ? `--remote-file ${path} exists already. Remove it if no other \`sparktide up\` uses it, or give another path.`
          : `--remote-file ${path} cannot be written (${code}).`,
      );
    }
    return new AddressFile(path);
  }

  async write(url: string): Promise<void> {
    const file = await open(this.#path, "w", 0o600);
    try {
      await file.writeFile(`${url}\n`);
    } finally {
      await file.close();
    }
  }

  remove(): void {
    rmSync(this.#path, { force: true });
  }
}
