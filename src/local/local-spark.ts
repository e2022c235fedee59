/** An embedded Spark Connect server, owned by this process. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { LocalSparkError } from "../errors.js";
import { ClassDataArchive } from "./install/class-data-archive.js";
import type { Environment } from "../files/cache-folder.js";
import {
  type LocalSparkOptions,
  type ServerRequest,
  serverRequest,
} from "./local-spark-options.js";
import { ivyFolder } from "./install/packages.js";
import { type PreparedSpark, prepareServer } from "./install/prepare.js";
import { ProgressStep } from "./progress.js";
import { askSparkVersion, type ReadinessProbe } from "./server/readiness-probe.js";
import {
  javaArguments,
  loggingText,
  propertiesText,
  serverEnvironment,
  serverFiles,
  sparkSettings,
} from "./server/server-configuration.js";
import { logTail, ServerLog } from "./server/server-log.js";
import { WatchedProcess } from "./watched-process.js";

/** The number of last log lines that an error quotes. */
const QUOTED_LINES = 20;

/** Pause between two probes of a server that listens but does not answer yet. */
const PROBE_EVERY_MS = 100;

/** A listening server that does not answer within this time has failed. */
const PROBE_PATIENCE_MS = 15_000;

/** `Spark Connect server started at: 127.0.0.1:37041`, logged when the server listens. */
const LISTENING = /Spark Connect server started at: .*:(\d+)\s*$/;

/** `Successfully started service 'SparkUI' on port 4040.` */
const UI_STARTED = /started service 'SparkUI' on port (\d+)/;

/** The properties of a server that answers. */
interface RunningServer {
  readonly url: string;
  readonly uiUrl: string | undefined;
  readonly pid: number;
  readonly logFile: string;
  readonly sparkVersion: string;
}

/**
 * A Spark Connect server on 127.0.0.1, started by {@link LocalSpark.start}.
 *
 * The server ends with its owner: if this process ends, even by SIGKILL, the server and all its workers
 * end within seconds. A running server does not keep Node running.
 */
export class LocalSpark implements AsyncDisposable {
  /** The connection string with the token: `sc://localhost:PORT/;token=…`. PySpark accepts it too. */
  readonly url: string;
  /** The address of Spark's web UI. Undefined without the conf `spark.ui.enabled`. */
  readonly uiUrl: string | undefined;
  /** The process id of the server's Java. */
  readonly pid: number;
  /** The path of the server's log. The newest ten logs are kept. */
  readonly logFile: string;
  /** The Spark version that the server reported. */
  readonly sparkVersion: string;
  /** Resolves to Java's exit code when the server and its workers have ended for any reason. Never rejects. */
  readonly closed: Promise<number>;
  readonly #server: WatchedProcess;
  readonly #stopTimeoutMs: number;

  private constructor(
    running: RunningServer,
    server: WatchedProcess,
    closed: Promise<number>,
    stopTimeoutMs: number,
  ) {
    this.url = running.url;
    this.uiUrl = running.uiUrl;
    this.pid = running.pid;
    this.logFile = running.logFile;
    this.sparkVersion = running.sparkVersion;
    this.closed = closed;
    this.#server = server;
    this.#stopTimeoutMs = stopTimeoutMs;
  }

  /**
   * Installs missing parts (see {@link prepareLocalSpark}), starts the server and waits until it
   * answers an RPC.
   *
   * @throws {ArgumentError} an option has an invalid value; thrown before any I/O
   * @throws {LocalSparkError} the installation or the start failed; `logTail` has the last output lines
   * @throws `options.signal.reason` on abort, after all started processes have ended
   */
  static async start(options: LocalSparkOptions = {}): Promise<LocalSpark> {
    const request = serverRequest(options);
    const { onProgress, signal, probe = askSparkVersion } = options;
    signal?.throwIfAborted();
    const environment = process.env;
    if (request.port !== 0) await requireFreePort(request.port);
    const prepared = await prepareServer(request, { environment, onProgress, signal });
    signal?.throwIfAborted();

    using step = new ProgressStep("server", `starting Spark ${prepared.sparkVersion}`, onProgress);
    const token = randomBytes(32).toString("hex");
    const launched = await launch(prepared, request, token, environment);
    const { server, log, archive } = launched;
    const ready = untilReady(launched, request, probe, token, signal);
    const closed = server.exited.then(async (exitCode) => {
      await archive.commit(exitCode);
      // untilReady() reads the log, so it must settle before the log is closed.
      await ready.catch(() => undefined);
      await log.close();
      return exitCode;
    });
    try {
      const running = await ready;
      await archive.discardIfUnused(running.pid);
      server.release();
      step.finish(`Spark ${running.sparkVersion} ready`);
      return new LocalSpark(running, server, closed, request.stopTimeoutMs);
    } catch (error) {
      await server.stop(0);
      await closed;
      throw error;
    }
  }

  /**
   * Ends the server and waits until it and all its workers have ended. Sends SIGTERM first, and kills them
   * after `withinMs`, by default the option `stopTimeoutMs`. May be called more than once; the shortest
   * limit applies. The first clean stop on a machine also writes Java's class-data archive, which takes 5
   * to 15 s. If that is interrupted, a later stop writes it.
   */
  async stop(withinMs: number = this.#stopTimeoutMs): Promise<void> {
    await this.#server.stop(withinMs);
    await this.closed;
  }

  /** {@link stop}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

interface Launched {
  readonly server: WatchedProcess;
  readonly log: ServerLog;
  readonly archive: ClassDataArchive;
  readonly wantsUi: boolean;
}

async function launch(
  prepared: PreparedSpark,
  request: ServerRequest,
  token: string,
  environment: Environment,
): Promise<Launched> {
  const archive = await ClassDataArchive.open(
    prepared.java,
    prepared.sparkVersion,
    prepared.classPath,
    environment,
  );
  const log = await ServerLog.create(environment);
  // The path must be short: paths of Unix sockets in it may have about 100 characters.
  const workFolder = await mkdtemp(join(tmpdir(), "sparktide-"));
  try {
    const files = serverFiles(workFolder, log.path);
    const settings = sparkSettings(prepared, request, files, ivyFolder({ environment }));
    await writeFile(files.propertiesFile, propertiesText(settings), { mode: 0o600 });
    await writeFile(files.loggingFile, loggingText(), { mode: 0o600 });
    const server = WatchedProcess.start({
      python: prepared.pythonPath,
      command: prepared.java.path,
      args: javaArguments(prepared, request, files, archive.javaOptions),
      environment: serverEnvironment(prepared, request, files, token, environment),
      output: log.fd,
      removeFolder: workFolder,
      removeUnasked: archive.draft,
    });
    return {
      server,
      log,
      archive,
      wantsUi: settings["spark.ui.enabled"]?.toLowerCase() === "true",
    };
  } catch (error) {
    await log.close();
    await rm(workFolder, { recursive: true, force: true });
    throw error;
  }
}

/** Waits for the server's first answer. Rejects if the server ends, and at the deadline. */
async function untilReady(
  { server, log, wantsUi }: Launched,
  request: ServerRequest,
  probe: ReadinessProbe,
  token: string,
  userSignal: AbortSignal | undefined,
): Promise<RunningServer> {
  const failing = new AbortController();
  let lastProbeError: unknown;
  const fail = async (code: string, what: string, exitCode?: number): Promise<void> => {
    const tail = await logTail(log.path, QUOTED_LINES);
    const message = `${what} The end of its log, ${log.path}:\n${tail}`;
    const details = { exitCode, logTail: tail, cause: lastProbeError };
    failing.abort(new LocalSparkError(code, message, details));
  };
  const deadline = setTimeout(() => {
    const seconds = request.startTimeoutMs / 1000;
    void fail("START_TIMEOUT", `The embedded Spark did not answer within ${seconds} s.`);
  }, request.startTimeoutMs);
  void server.exited.then((exitCode) =>
    fail(
      "SERVER_EXITED",
      `The embedded Spark ended with exit code ${exitCode} while it started.`,
      exitCode,
    ),
  );
  const onAbort = (): void => {
    failing.abort(userSignal?.reason);
  };
  userSignal?.addEventListener("abort", onAbort);
  if (userSignal?.aborted === true) onAbort();
  const { signal } = failing;
  // A probe that ignores its signal must not delay a failure.
  const failed = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
  });
  failed.catch(() => undefined);
  try {
    const port = (await log.waitFor(LISTENING, signal))[1] ?? "";
    const url = `sc://localhost:${port}/;token=${token}`;
    const answered = probeUntilAnswered(probe, url, signal, (error, sinceMs) => {
      lastProbeError = error;
      if (sinceMs < PROBE_PATIENCE_MS) return;
      const reason = error instanceof Error ? error.message : String(error);
      void fail("SERVER_UNREADY", `The embedded Spark listens but does not answer: ${reason}.`);
    });
    const sparkVersion = await Promise.race([answered, failed]);
    const ui = wantsUi ? await log.waitFor(UI_STARTED, signal) : null;
    return {
      url,
      uiUrl: ui === null ? undefined : `http://127.0.0.1:${ui[1] ?? ""}`,
      pid: await server.pid(),
      logFile: log.path,
      sparkVersion,
    };
  } finally {
    clearTimeout(deadline);
    userSignal?.removeEventListener("abort", onAbort);
  }
}

async function probeUntilAnswered(
  probe: ReadinessProbe,
  url: string,
  signal: AbortSignal,
  onFailure: (error: unknown, sinceMs: number) => void,
): Promise<string> {
  const startedAt = performance.now();
  for (;;) {
    try {
      return await probe(url, signal);
    } catch (error) {
      signal.throwIfAborted();
      onFailure(error, performance.now() - startedAt);
      await delay(PROBE_EVERY_MS);
      signal.throwIfAborted();
    }
  }
}

/**
 * Throws if `port` on 127.0.0.1 cannot be used.
 *
 * @throws {LocalSparkError} `PORT_IN_USE` or `PORT_REFUSED`
 */
async function requireFreePort(port: number): Promise<void> {
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    const server = createServer();
    server.once("error", resolve);
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      server.close(() => {
        resolve(undefined);
      });
    });
  });
  if (failure === undefined) return;
  const taken = failure.code === "EADDRINUSE";
  throw new LocalSparkError(
    taken ? "PORT_IN_USE" : "PORT_REFUSED",
    taken
      ? `Port ${port} on 127.0.0.1 is taken by another program. Omit port to use a free one, or choose another.`
      : `Port ${port} on 127.0.0.1 cannot be used (${failure.code ?? failure.message}). Choose another port, or omit port to use a free one.`,
    { cause: failure },
  );
}
