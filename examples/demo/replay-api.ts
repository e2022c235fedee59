import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The zip of the replay server, written by the build. Python can run packages in a zip. */
const REPLAY_ZIP = fileURLToPath(
  new URL("../../../dist/python/sparktide_replay.zip", import.meta.url),
);

/** A local server that answers like the three live APIs. */
export interface ReplayApi extends AsyncDisposable {
  readonly url: string;
}

/**
 * Starts the replay server. It also ends by itself when this process ends.
 *
 * @param packages the path of the server's Python package: the zip of the build, or a folder of sources
 */
export async function startReplayApi(
  python: string,
  packages: string = REPLAY_ZIP,
): Promise<ReplayApi> {
  const args = ["-m", "sparktide_replay", "--port", "0", "--exit-with-parent"];
  const server = spawn(python, args, {
    env: { ...process.env, PYTHONPATH: packages },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => {
    server.once("exit", () => {
      resolve();
    });
  });
  const url = await new Promise<string>((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => {
      reject(new Error(`The replay API server ended with exit code ${String(code)}.`));
    });
    createInterface({ input: server.stdout }).on("line", (line) => {
      const found = /listening on (http:\S+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      server.stdin.end();
      server.kill("SIGTERM");
      await ended;
    },
  };
}
