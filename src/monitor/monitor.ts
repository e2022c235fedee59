import { thrownMessage } from "../thrown-value.js";
import { HistoryFile } from "./history/history-file.js";
import { Access } from "./http/access.js";
import { Commands, commandsOf } from "./http/commands.js";
import { monitorHandler, type MonitorHandler } from "./http/monitor-handler.js";
import { LiveHub } from "./live/live-hub.js";
import { reportToMeter } from "./meter-metrics.js";
import { checkCreateOptions, type CreateMonitorOptions } from "./monitor-options.js";
import { Redaction } from "./redaction.js";
import { WatchedStreams } from "./watched-streams.js";

/** Watches streams, and answers requests about them. */
export class Monitor implements AsyncDisposable {
  readonly #handler: MonitorHandler;
  readonly #streams: WatchedStreams;
  readonly #live: LiveHub;
  readonly #file: HistoryFile | undefined;
  readonly #endReports: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  /** @internal Use createMonitor(). */
  constructor(options: CreateMonitorOptions, isPrivate: boolean) {
    const { supervisor: service, token, control = false, title = "sparktide", meter } = options;
    const { allowedHosts, history, basePath = "" } = options;
    const redaction = new Redaction();
    if (token !== undefined) redaction.learn(token);
    const commandNames = control ? commandsOf(service) : [];
    const streams = new WatchedStreams(service, redaction, { title, commands: commandNames });
    this.#streams = streams;
    this.#live = new LiveHub(streams);
    if (history !== undefined) {
      this.#file = new HistoryFile(
        history,
        () => streams.histories(),
        (text) => {
          streams.note("historyFailed", "warn", text);
        },
      );
    }
    streams.follow(this.#file, this.#live);
    const lateFailure = (error: unknown): void => {
      const text = redaction.text(thrownMessage(error), 500);
      streams.note("commandFailed", "error", `A command failed: ${text}`);
    };
    this.#handler = monitorHandler({
      service,
      streams,
      live: this.#live,
      access: new Access({ token, allowedHosts, isPrivate }),
      redaction,
      commands: control ? new Commands(service, streams, lateFailure) : undefined,
      basePath,
    });
    this.#endReports = meter && reportToMeter(service, meter);
  }

  /**
   * The handler for the requests of a server: `http.createServer(monitor.handler())`, or `app.use("/monitor", monitor.handler())`
   * in Express.
   */
  handler(): MonitorHandler {
    return this.#handler;
  }

  /** Ends the live connections, writes the history to its file, and follows the streams no longer. They continue to run. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Calls close() at the end of `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#endReports?.();
    this.#live.close();
    this.#streams.close();
    await this.#file?.close();
  }
}

/**
 * A monitor for a server of your own. The page and the JSON documents are at the address under which you mount its handler.
 *
 * @throws {ArgumentError} an option has an invalid value, or `control` is true without a token
 * @example const handler = createMonitor({ supervisor, basePath: "/monitor" }).handler();
 */
export function createMonitor(options: CreateMonitorOptions): Monitor {
  checkCreateOptions(options);
  return new Monitor(options, false);
}
