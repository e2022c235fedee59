/** Creates, reads and removes log files of servers. */
import { type FileHandle, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { cacheFolder, createPrivateFolder, type Environment } from "../../files/cache-folder.js";

/** The number of log files to keep, with this run's. */
const KEPT_LOGS = 10;

/** The number of bytes at the end of a log in which its last lines are searched. */
const TAIL_BYTES = 32_768;

const POLL_EVERY_MS = 20;

/** The largest piece of a log that is read at once. */
const CHUNK_BYTES = 65_536;

/** A server's log file. Only the user can read it. */
export class ServerLog {
  readonly path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** Creates a new log in `<cache>/logs` and removes the oldest ones. Names sort by time. */
  static async create(environment: Environment): Promise<ServerLog> {
    const folder = await createPrivateFolder(join(cacheFolder(environment), "logs"));
    const time = new Date().toISOString().replaceAll(":", "").replace(".", "-");
    const path = join(folder, `spark-${time}-${process.pid}.log`);
    const file = await open(path, "ax+", 0o600);
    const older = (await readdir(folder)).filter((name) => name.startsWith("spark-")).sort();
    for (const name of older.slice(0, Math.max(0, older.length - KEPT_LOGS))) {
      await rm(join(folder, name), { force: true });
    }
    return new ServerLog(path, file);
  }

  /** The file descriptor for the server's output. Valid until {@link close}. */
  get fd(): number {
    return this.#file.fd;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Waits for the first line of the log that matches `pattern`. Reads the log while it grows, until aborted. */
  async waitFor(pattern: RegExp, signal: AbortSignal): Promise<RegExpExecArray> {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    let position = 0;
    let rest = "";
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await this.#file.read(buffer, 0, CHUNK_BYTES, position);
      if (bytesRead === 0) {
        await delay(POLL_EVERY_MS);
        continue;
      }
      position += bytesRead;
      const lines = (rest + buffer.toString("utf8", 0, bytesRead)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const match = pattern.exec(line);
        if (match !== null) return match;
      }
    }
  }
}

/** The last `count` lines of a log file, without stack frames. Empty if the file cannot be read. */
export async function logTail(path: string, count: number): Promise<string> {
  try {
    await using file = await open(path, "r");
    const { size } = await file.stat();
    const length = Math.min(size, TAIL_BYTES);
    const buffer = Buffer.alloc(length);
    await file.read(buffer, 0, length, size - length);
    const lines = buffer.toString("utf8").trimEnd().split("\n");
    // Stack frames would displace the error's message from the quoted lines.
    const messages = lines.filter((line) => !/^\s+(at |\.\.\. \d+ more)/.test(line));
    return messages.slice(-count).join("\n");
  } catch {
    return "";
  }
}
