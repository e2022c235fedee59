/** The package as its users get it: packed, and installed from the tarball into a project of its own. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Registry, unpacking and all; a cold cache on a slow line included. */
const NPM_TIMEOUT_MS = 150_000;
const COMMAND_TIMEOUT_MS = 100_000;

/** What `npm pack` says of the tarball it made. */
export interface Tarball {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

/** How a command ended, and what it printed. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Setting {
  /** Where a command runs; without it, in the project. */
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** An npm project in a temporary folder with nothing in it but this package and what it depends on. */
export class PackedProject implements Disposable {
  readonly folder: string;
  readonly tarball: Tarball;

  /** @param options npm's, for the installation of the package */
  constructor(...options: readonly string[]) {
    this.folder = mkdtempSync(join(tmpdir(), "sparktide-packed-"));
    const packed = this.npm(["pack", root, "--json", "--ignore-scripts"]);
    const [tarball] = JSON.parse(packed) as Tarball[];
    if (tarball === undefined) throw new Error(`npm pack made no tarball: ${packed}`);
    this.tarball = tarball;
    this.write("package.json", JSON.stringify({ private: true, type: "module" }));
    this.npm(["install", "--prefer-offline", ...options, `./${tarball.filename}`]);
  }

  /** Writes a file of the project and gives its path. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Puts a package of this repository's own into the project, as an install of it would. */
  link(name: string): void {
    symlinkSync(join(root, "node_modules", name), join(this.folder, "node_modules", name));
  }

  /** Copies a project of examples/ into this one, whose packages it then finds, and gives its folder. */
  copyExample(name: string): string {
    const folder = join(this.folder, name);
    // What an earlier run of it left behind is not part of it.
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
   * Runs npm and gives its standard output. Scripts find this repository's own tools, so that no project
   * has to install them.
   *
   * @throws {Error} npm failed; with what it said
   */
  npm(words: readonly string[], setting: Setting = {}): string {
    // Under `npm run` this is the npm that runs us; otherwise the one on PATH.
    const script = process.env["npm_execpath"];
    const [command, first] =
      script?.endsWith("js") === true ? [process.execPath, [script]] : ["npm", []];
    const args = [...first, "--no-audit", "--no-fund", "--loglevel=error", ...words];
    const { code, stdout, stderr } = this.#run(command, args, NPM_TIMEOUT_MS, setting);
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
    // What is set for the test's own process is not the project's.
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
