import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { eventually } from "./eventually.js";

const run = promisify(execFile);

/** True if PostgreSQL's programs are on PATH. */
export const hasPostgres: boolean = ["initdb", "postgres"].every((program) =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, program))),
);

/** A PostgreSQL for one test file, with its data in a temporary folder. */
export interface TestPostgres extends AsyncDisposable {
  readonly url: string;
}

/** Starts a PostgreSQL of its own. */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "sparktide-postgres-"));
  const owner = await unprivileged();
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
  const data = join(folder, "data");
  await run("initdb", ["-D", data, "-U", "test", "-A", "trust", "--no-sync"], {
    ...owner,
    cwd: folder,
  });
  const port = await freePort();
  const options = ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", ""];
  const server = spawn("postgres", options, { ...owner, cwd: folder, stdio: "ignore" });
  const exited = once(server, "exit");
  const url = `postgres://test@127.0.0.1:${port}/postgres`;
  const stop = async (): Promise<void> => {
    server.kill("SIGQUIT");
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await eventually(() => answers(url), { withinMs: 30_000 });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, [Symbol.asyncDispose]: stop };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** PostgreSQL refuses to run as root. Its package makes the user postgres. */
async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const ids = await Promise.all(["-u", "-g"].map((option) => run("id", [option, "postgres"])));
  const [uid = 0, gid = 0] = ids.map(({ stdout }) => Number(stdout));
  return { uid, gid };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
