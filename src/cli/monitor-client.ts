import { readFile } from "node:fs/promises";
import { request as httpRequest, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { SparkError } from "../index.js";
import { API_VERSION, type FailureDocument } from "../monitor/index.js";
import type { CommandContext, OptionSpecs } from "./command.js";
import { UsageError } from "./exit-code.js";

/** The options that name a running supervisor's monitor. */
export const MONITOR_OPTIONS: OptionSpecs = {
  address: {
    type: "string",
    value: "URL",
    help: "the monitor of the supervisor, such as http://127.0.0.1:4040 or unix:/run/streams.sock. Default: the variable SPARKTIDE_MONITOR",
  },
  "token-file": {
    type: "string",
    value: "FILE",
    help: "a file that contains the monitor's token. Default: the variable SPARKTIDE_MONITOR_TOKEN",
  },
  "allow-insecure-token": {
    type: "boolean",
    help: "allow a token over http:// to another machine; only for trusted networks",
  },
};

/** Notes in the help of each command that talks to a monitor. */
export const MONITOR_NOTES: readonly string[] = [
  "The supervisor's process must serve a monitor that accepts commands: serveMonitor({ supervisor, control: true, token }), or with a socket (docs/guides/monitor.md).",
];

/** An answer takes at most 30 seconds, for a command that waits for a batch. */
const TIMEOUT_MS = 60_000;
const MOST_BYTES = 64_000_000;
const LOOPBACK = /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/;

/** A client of a monitor's HTTP interface. */
export class MonitorClient {
  readonly #address: string;
  readonly #token: string | undefined;
  readonly #signal: AbortSignal;

  private constructor(address: string, token: string | undefined, signal: AbortSignal) {
    this.#address = address;
    this.#token = token;
    this.#signal = signal;
  }

  /** @throws {UsageError} no address is given, it is not valid, or the token's file cannot be read */
  static async of({ options, environment, signal }: CommandContext): Promise<MonitorClient> {
    const address = options.text("address") ?? environment["SPARKTIDE_MONITOR"] ?? "";
    if (address === "")
      throw new UsageError(
        "No monitor is named. Give --address, or set SPARKTIDE_MONITOR, such as http://127.0.0.1:4040 or unix:/run/streams.sock.",
      );
    const isSocket = /^unix:./.test(address);
    if (!isSocket && !(/^https?:\/\//.test(address) && URL.canParse(address)))
      throw new UsageError(
        `The address of a monitor begins with http://, https:// or unix:, got ${JSON.stringify(address)}.`,
      );
    const token = await tokenOf(options.text("token-file"), environment);
    const isPlain =
      !isSocket && address.startsWith("http:") && !LOOPBACK.test(new URL(address).hostname);
    if (token !== undefined && isPlain && !options.flag("allow-insecure-token"))
      throw new UsageError(
        `The token would be sent in plaintext to ${new URL(address).host}. Use https://, or give --allow-insecure-token on a trusted network.`,
      );
    return new MonitorClient(address, token, signal);
  }

  /**
   * Sends a request below `api/`, and returns the document of the answer, with its status.
   *
   * @throws {SparkError} the code of the monitor's answer, or MONITOR_NOT_RUNNING, NOT_A_MONITOR
   */
  async send(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: readonly string[],
    body?: object,
  ): Promise<{ readonly status: number; readonly document: Record<string, unknown> }> {
    const { status, text } = await this.#exchange(method, path, body).catch((error: unknown) => {
      throw this.#unreachable(error);
    });
    const document = parsed(text);
    if (document?.["apiVersion"] !== API_VERSION)
      throw new SparkError(
        "NOT_A_MONITOR",
        `${this.#address} answered, but not as a monitor of this release does (status ${status}). Check the address.`,
      );
    if (status >= 400) throw this.#refused(status, document as unknown as FailureDocument);
    return { status, document };
  }

  #exchange(
    method: string,
    path: readonly string[],
    body: object | undefined,
  ): Promise<{ readonly status: number; readonly text: string }> {
    const isSocket = this.#address.startsWith("unix:");
    const base = new URL(isSocket ? "http://localhost" : this.#address);
    const below = ["api", ...path.map(encodeURIComponent)].join("/");
    const url = new URL(`${base.pathname.replace(/\/$/, "")}/${below}`, base);
    const options: RequestOptions = {
      method,
      agent: false,
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT_MS)]),
      headers: {
        "X-Sparktide-Command": "1",
        "Content-Type": "application/json",
        ...(this.#token !== undefined && { Authorization: `Bearer ${this.#token}` }),
      },
      ...(isSocket && { socketPath: this.#address.slice("unix:".length) }),
    };
    return new Promise((resolve, reject) => {
      const request = url.protocol === "https:" ? httpsRequest : httpRequest;
      const sent = request(url, options, (response) => {
        const parts: Buffer[] = [];
        let bytes = 0;
        response.on("data", (part: Buffer) => {
          bytes += part.length;
          if (bytes > MOST_BYTES) response.destroy(new Error("The answer is too large."));
          parts.push(part);
        });
        response.on("error", reject);
        response.on("end", () => {
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(parts).toString("utf8"),
          });
        });
      });
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  #unreachable(error: unknown): unknown {
    if (this.#signal.aborted) return this.#signal.reason;
    const reason = error instanceof Error ? error.message : String(error);
    return new SparkError(
      "MONITOR_NOT_RUNNING",
      `No monitor answers at ${this.#address} (${reason}). Check that the supervisor's process runs and serves a monitor there.`,
      { cause: error },
    );
  }

  #refused(status: number, { error }: FailureDocument): SparkError {
    const advice =
      status === 401
        ? " Give the token of serveMonitor() with --token-file or SPARKTIDE_MONITOR_TOKEN."
        : "";
    return new SparkError(error.code, `${error.message}${advice}`);
  }
}

async function tokenOf(
  path: string | undefined,
  environment: CommandContext["environment"],
): Promise<string | undefined> {
  if (path !== undefined) return readToken(path);
  const { SPARKTIDE_MONITOR_TOKEN: token = "" } = environment;
  return token === "" ? undefined : token;
}

/** @throws {UsageError} the file cannot be read, or is empty */
export async function readToken(path: string): Promise<string> {
  let token: string;
  try {
    token = (await readFile(path, "utf8")).trim();
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new UsageError(`--token-file ${path} cannot be read (${code}).`);
  }
  if (token === "") throw new UsageError(`--token-file ${path} is empty.`);
  return token;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
