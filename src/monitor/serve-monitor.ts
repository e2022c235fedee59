import { chmod, lstat, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo, type ListenOptions } from "node:net";
import { SparkError } from "../errors.js";
import { thrownMessage } from "../thrown-value.js";
import {
  checkServeOptions,
  type ListenAddress,
  type ServeMonitorOptions,
} from "./monitor-options.js";
import { Monitor } from "./monitor.js";

/** Only the owner may connect. */
const SOCKET_MODE = 0o600;

/** A monitor that listens. */
export interface ServedMonitor extends AsyncDisposable {
  /** Its address: `http://127.0.0.1:4040/`, or `unix:/run/streams.sock`. */
  readonly url: string;
  /** Stops listening, ends all connections, and writes the history. The streams continue to run. */
  close(): Promise<void>;
}

/**
 * Serves a live page of streams, and the same as JSON and as metrics. Resolves when it listens. The server keeps the process
 * alive until `close()`.
 *
 * @throws {ArgumentError} an option has an invalid value: without a token, the monitor listens on loopback addresses only
 * @throws {SparkError} code MONITOR_ADDRESS_IN_USE, or MONITOR_NOT_LISTENING for another reason
 * @example
 * await using monitor = await serveMonitor({ supervisor, port: 4040 });
 * console.log(monitor.url);
 */
export async function serveMonitor(options: ServeMonitorOptions): Promise<ServedMonitor> {
  const address = checkServeOptions(options);
  const server = createServer();
  await listen(server, address);
  // Requests before this line wait in the server's backlog: no turn of the event loop lies between.
  const monitor = new Monitor(options, options.socket !== undefined);
  server.on("request", monitor.handler());
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
    await monitor.close();
    server.closeAllConnections();
    await closed;
  };
  let closing: Promise<void> | undefined;
  const closeOnce = (): Promise<void> => (closing ??= close());
  return {
    url: urlOf(server, address),
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}

function urlOf(server: Server, address: ListenAddress): string {
  if ("socket" in address) return `unix:${address.socket}`;
  const { port } = server.address() as AddressInfo;
  const host = address.host.replace(/^\[|\]$/g, "");
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}/`;
}

async function listen(server: Server, address: ListenAddress): Promise<void> {
  if (!("socket" in address)) {
    const { host, port } = address;
    await bound(server, { port, host: host.replace(/^\[|\]$/g, "") }, `${host}:${port}`);
    return;
  }
  const { socket } = address;
  await removeStale(socket);
  // The socket has its mode from the beginning. Workers of node:worker_threads cannot set the umask.
  const umask = trySetUmask(0o777 & ~SOCKET_MODE);
  let listening: Promise<void>;
  try {
    listening = bound(server, { path: socket }, socket);
  } finally {
    if (umask !== undefined) trySetUmask(umask);
  }
  await listening;
  await chmod(socket, SOCKET_MODE);
}

function bound(server: Server, options: ListenOptions, place: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(notListening(place, error));
    });
    server.listen(options, resolve);
  });
}

function notListening(place: string, error: NodeJS.ErrnoException): SparkError {
  if (error.code === "EADDRINUSE")
    return new SparkError(
      "MONITOR_ADDRESS_IN_USE",
      `The monitor cannot listen on ${place}, because another program listens there. End that program, or choose another port (0 takes a free one).`,
      { cause: error },
    );
  return new SparkError(
    "MONITOR_NOT_LISTENING",
    `The monitor cannot listen on ${place}: ${thrownMessage(error)}`,
    { cause: error },
  );
}

/** Removes the socket of a process that was killed. A socket that answers, or another file, stays. */
async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSocket() !== true) return;
  const answers = await new Promise<boolean>((resolve) => {
    const probe = connect(path);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code !== "ECONNREFUSED");
    });
  });
  if (!answers) await rm(path);
}

function trySetUmask(mask: number): number | undefined {
  try {
    return process.umask(mask);
  } catch {
    return undefined;
  }
}
