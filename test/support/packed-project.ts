/** The package as users get it: packed, and installed from the tarball into a separate project. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Time for an installation, including downloads with a cold cache on a slow network. */
const NPM_TIMEOUT_MS = 150_000;
const COMMAND_TIMEOUT_MS = 100_000;

/** The output of `npm pack` about its tarball. */
export interface Tarball {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

/** The exit code and the output of a command. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Setting {
  /** The folder of a command. Default: the project. */
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: the time for an installation of a few packages. */
  readonly timeoutMs?: number;
}

/** An npm project in a temporary folder. It contains only this package and its dependencies. */
export class PackedProject implements Disposable {
  readonly folder: string;
  readonly tarball: Tarball;

  /** @param options options of npm for the installation of the package */
  constructor(...options: readonly string[]) {
    this.folder = mkdtempSync(join(tmpdir(), "sparktide-packed-"));
    const packed = this.npm(["pack", root, "--json", "--ignore-scripts"]);
    const [tarball] = JSON.parse(packed) as Tarball[];
    if (tarball === undefined) throw new Error(`npm pack made no tarball: ${packed}`);
    this.tarball = tarball;
    this.write("package.json", JSON.stringify({ private: true, type: "module" }));
    this.npm(["install", "--prefer-offline", ...options, `./${tarball.filename}`]);
  }

  /** Writes a file of the project and returns its path. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Puts a package of this repository into the project, like an installation. */
  link(name: string): void {
    symlinkSync(join(root, "node_modules", name), join(this.folder, "node_modules", name));
  }

  /** Copies a project of examples/ into this one, so that it finds the installed packages. Returns its folder. */
  copyExample(name: string): string {
    const folder = join(this.folder, name);
    // Skip the files of an earlier run.
    const filter = (path: string): boolean => !["build", "node_modules"].includes(basename(path));
    cpSync(join(root, "examples", name), folder, { recursive: true, filter });
    return folder;
  }

  /** Runs Node in the project. */
  node(...args: readonly string[]): Outcome {
    return this.#run(process.execPath, args, COMMAND_TIMEOUT_MS, {});
  }

  /** Runs the TypeScript compiler of this repository in the project. */
  tsc(...args: readonly string[]): Outcome {
    return this.node(join(root, "node_modules/typescript/bin/tsc"), "--ignoreConfig", ...args);
  }

  /**
   * Runs npm and returns its standard output. Scripts find the tools of this repository, so that the project need not
   * install them.
   *
   * @throws {Error} npm failed; the message contains its output
   */
  npm(words: readonly string[], setting: Setting = {}): string {
    // Under `npm run`, use the npm that runs this process; otherwise the npm on PATH.
    const script = process.env["npm_execpath"];
    const [command, first] =
      script?.endsWith("js") === true ? [process.execPath, [script]] : ["npm", []];
    const args = [...first, "--no-audit", "--no-fund", "--loglevel=error", ...words];
    const { code, stdout, stderr } = this.#run(
      command,
      args,
      setting.timeoutMs ?? NPM_TIMEOUT_MS,
      setting,
    );
    if (code === 0) return stdout;
    const said = `${stderr}${stdout}`;
    throw new Error(`npm ${words.join(" ")} failed with exit code ${String(code)}:\n${said}`);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #run(
    command: string,
    args: readonly string[],
    timeout: number,
    { folder = this.folder, environment = {} }: Setting,
  ): Outcome {
    const path = `${join(root, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`;
    // Settings of the test's own process must not reach the project.
    const own = { NODE_OPTIONS: "", SPARK_REMOTE: undefined, FORCE_COLOR: "0", PATH: path };
    const run = spawnSync(command, args, {
      cwd: folder,
      encoding: "utf8",
      timeout,
      env: { ...process.env, ...own, ...environment },
    });
    if (run.error !== undefined) throw run.error;
    return { code: run.status, stdout: run.stdout, stderr: run.stderr };
  }
}
