import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import { kindOf } from "../value-kind.js";
import type { MonitoredService } from "./monitored-service.js";
import type { MonitorMeter } from "./meter-metrics.js";

/** What a monitor shows, and to whom. */
export interface MonitorOptions {
  /** A StreamSupervisor, or the result of `watchSession()`. */
  readonly supervisor: MonitoredService;
  /**
   * The secret that clients send as `Authorization: Bearer …`, at least 16 characters. Without it, everyone who reaches the
   * monitor sees the streams.
   */
  readonly token?: string | undefined;
  /** True: clients may pause, restart and remove streams. Needs a token, or a Unix socket. Default: false. */
  readonly control?: boolean | undefined;
  /** The title of the page. Default: `sparktide`. */
  readonly title?: string | undefined;
  /**
   * The file that keeps the values of the charts, so that a restart keeps them. Two active processes must not use one file; a
   * process in standby may name the same one. Default: the values are lost when the process ends.
   */
  readonly history?: string | undefined;
  /**
   * Names of hosts under which clients reach the monitor, such as `streams.example.com`, with or without a port. `localhost` and
   * loopback addresses are always allowed. With a token and without this option, every name is allowed.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /** OpenTelemetry's Meter: the monitor reports the metrics of all streams to it. */
  readonly meter?: MonitorMeter | undefined;
}

/** Where a monitor listens. */
export interface ServeMonitorOptions extends MonitorOptions {
  /** Default: 4040. 0 takes a free port. */
  readonly port?: number | undefined;
  /** Default: `127.0.0.1`. Other machines reach the monitor only at another address, which needs a token. */
  readonly host?: string | undefined;
  /** The path of a Unix socket, instead of a port. Only the user of this process can connect to it. */
  readonly socket?: string | undefined;
}

/** How a monitor is mounted into a server. */
export interface CreateMonitorOptions extends MonitorOptions {
  /**
   * The path under which the server calls the handler, such as `/monitor`, if the server does not remove it from the request's
   * address. Default: none.
   */
  readonly basePath?: string | undefined;
}

const SHARED: readonly (keyof MonitorOptions)[] = [
  "supervisor",
  "token",
  "control",
  "title",
  "history",
  "allowedHosts",
  "meter",
];
const SERVE: readonly (keyof ServeMonitorOptions)[] = [...SHARED, "port", "host", "socket"];
const CREATE: readonly (keyof CreateMonitorOptions)[] = [...SHARED, "basePath"];
const DEFAULT_PORT = 4040;
const DEFAULT_HOST = "127.0.0.1";
const SHORTEST_TOKEN = 16;

/** Where a server listens. */
export type ListenAddress =
  { readonly socket: string } | { readonly host: string; readonly port: number };

/** @throws {ArgumentError} an option has an invalid value */
export function checkCreateOptions(options: CreateMonitorOptions): void {
  checkOptions("createMonitor()", options, CREATE);
  checkShared("createMonitor()", options);
  const { basePath } = options;
  if (basePath !== undefined && !/^(?:\/[\w.~-]+)+$/.test(basePath))
    throw new ArgumentError(
      "basePath",
      `basePath must begin with "/" and not end with it, such as "/monitor", got ${JSON.stringify(basePath)}.`,
    );
  requireToken(options, false);
}

/**
 * Checks the options, and returns the address.
 *
 * @throws {ArgumentError} an option has an invalid value
 */
export function checkServeOptions(options: ServeMonitorOptions): ListenAddress {
  checkOptions("serveMonitor()", options, SERVE);
  checkShared("serveMonitor()", options);
  const { socket, host, port, token } = options;
  requireToken(options, socket !== undefined);
  if (socket !== undefined) {
    if (host !== undefined || port !== undefined)
      throw new ArgumentError("socket", "Give serveMonitor() a socket, or a host and a port.");
    if (process.platform === "win32")
      throw new ArgumentError(
        "socket",
        "serveMonitor() cannot protect a socket on Windows. Use a port, and a token.",
      );
    return { socket: checkedText("socket", socket) };
  }
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
    throw new ArgumentError(
      "port",
      `port must be a whole number from 0 to 65535, got ${String(port)}.`,
    );
  const address = checkedText("host", host ?? DEFAULT_HOST);
  if (token === undefined && !isLoopback(address))
    throw new ArgumentError(
      "host",
      `Without a token, the monitor listens on this machine only, so host cannot be ${JSON.stringify(address)}. Set a token, or use host "127.0.0.1".`,
    );
  return { host: address, port: port ?? DEFAULT_PORT };
}

/** Whether only this machine can reach the host. */
export function isLoopback(host: string): boolean {
  return (
    host === "localhost" || host === "::1" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host)
  );
}

function checkShared(of: string, options: MonitorOptions): void {
  // Callers in JavaScript may pass any type.
  const { supervisor, token, control, title, history, allowedHosts } = options as {
    readonly [K in keyof MonitorOptions]: unknown;
  };
  const isService = ["status", "health", "on", "off"].every(
    (name) =>
      typeof supervisor === "object" &&
      supervisor !== null &&
      typeof (supervisor as Record<string, unknown>)[name] === "function",
  );
  if (!isService)
    throw new ArgumentError(
      "supervisor",
      `${of} needs a StreamSupervisor, or the result of watchSession(), as the option supervisor, got ${kindOf(supervisor)}.`,
    );
  if (token !== undefined && (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token)))
    throw new ArgumentError(
      "token",
      "token must be a text of ASCII characters without spaces. Omit it to use no token.",
    );
  if (typeof token === "string" && token.length < SHORTEST_TOKEN)
    throw new ArgumentError(
      "token",
      `token must have at least ${SHORTEST_TOKEN} characters, got ${token.length}. Make one with crypto.randomUUID().`,
    );
  if (control !== undefined && typeof control !== "boolean")
    throw new ArgumentError("control", `control must be a boolean, got ${kindOf(control)}.`);
  for (const [name, text] of Object.entries({ title, history }))
    if (text !== undefined) checkedText(name, text);
  const isList =
    allowedHosts === undefined ||
    (Array.isArray(allowedHosts) && allowedHosts.every((host) => typeof host === "string"));
  if (!isList)
    throw new ArgumentError(
      "allowedHosts",
      'allowedHosts must be an array of texts, such as ["streams.example.com"].',
    );
}

function requireToken({ control, token }: MonitorOptions, isSocket: boolean): void {
  if (control === true && token === undefined && !isSocket)
    throw new ArgumentError(
      "control",
      "control: true needs a token, because everyone who reaches the monitor could stop streams. Set token, or listen on a socket.",
    );
}

function checkedText(name: string, text: unknown): string {
  if (typeof text === "string" && text !== "") return text;
  throw new ArgumentError(name, `${name} must be a text that is not empty, got ${kindOf(text)}.`);
}
