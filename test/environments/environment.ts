import { execFile, type ChildProcess } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { inject } from "vitest";

/** How long a command may take. On a busy machine a build with Next takes more than a minute. */
const COMMAND_TIMEOUT_MS = 240_000;

/** The exit code and the output of a command. */
interface Outcome {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A small project. It is below the folder with the packed package and the tools, so it finds both. */
export class Environment {
  readonly folder: string;

  /**
   * @param name the name of the folder
   * @param type the module kind of `.js` and `.ts` files
   */
  constructor(name: string, type: "module" | "commonjs" = "module") {
    this.folder = join(inject("toolsFolder"), name);
    this.write("package.json", JSON.stringify({ name, private: true, type }));
  }

  /** Writes a file and returns its path. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** Starts a command, by default in this project. A tool is found by its name. SPARK_REMOTE names the server. */
  start(
    command: string,
    args: readonly string[],
    folder: string = this.folder,
  ): { readonly child: ChildProcess; readonly outcome: Promise<Outcome> } {
    const tools = join(inject("toolsFolder"), "node_modules/.bin");
    const node = dirname(process.execPath);
    const env = {
      ...process.env,
      PATH: [tools, node, process.env["PATH"]].join(delimiter),
      SPARK_REMOTE: inject("sparkRemote"),
      NODE_OPTIONS: "",
      NODE_ENV: undefined,
      VITEST: undefined,
      NO_COLOR: "1",
      FORCE_COLOR: undefined,
      NEXT_TELEMETRY_DISABLED: "1",
    };
    const options = { cwd: folder, env, timeout: COMMAND_TIMEOUT_MS, maxBuffer: 16_000_000 };
    let settle!: (outcome: Outcome) => void;
    const outcome = new Promise<Outcome>((resolve) => (settle = resolve));
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      settle({ code: error === null ? 0 : error.code, stdout, stderr });
    });
    return { child, outcome };
  }

  /**
   * Runs a command and returns its output.
   *
   * @throws {Error} the command failed; the message contains its output
   */
  async run(command: string, args: readonly string[], folder?: string): Promise<Outcome> {
    const outcome = await this.start(command, args, folder).outcome;
    if (outcome.code === 0) return outcome;
    const said = `${outcome.stderr}${outcome.stdout}`;
    throw new Error(`${command} ${args.join(" ")} failed (${String(outcome.code)}):\n${said}`);
  }
}
