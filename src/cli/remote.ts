import { readFile } from "node:fs/promises";
import { SparkSession, type Logger, type SparkSessionBuilder, type TlsOptions } from "../index.js";
import type { CommandContext, OptionSpecs } from "./command.js";
import { UsageError } from "./exit-code.js";
import type { OptionValues } from "./option-values.js";

/** The options that name the server and the user. */
export const REMOTE_OPTIONS: OptionSpecs = {
  remote: {
    type: "string",
    value: "URL",
    help: "the server's address, such as sc://host:15002/;use_ssl=true. Default: the variable SPARK_REMOTE. If it contains a token, use that variable or --remote-file, because every user of this machine can read command lines",
  },
  "remote-file": {
    type: "string",
    value: "FILE",
    help: "a file that contains the address, such as `sparktide up --remote-file` writes",
  },
  "user-id": {
    type: "string",
    value: "NAME",
    help: "the user of the session. Default: user_id in the address, else SPARK_USER, else USER",
  },
  "tls-ca": {
    type: "string",
    value: "FILE",
    help: "PEM file of the CA that signed the server's certificate",
  },
  "tls-cert": { type: "string", value: "FILE", help: "PEM file of the client's certificate" },
  "tls-key": { type: "string", value: "FILE", help: "PEM file of the client's key" },
  "tls-server-name": {
    type: "string",
    value: "NAME",
    help: "the name in the server's certificate, if it differs from the host's name",
  },
  "allow-insecure-token": {
    type: "boolean",
    help: "allow a token without TLS to another machine; only for trusted networks",
  },
};

/** The advice when the file of --remote-file does not exist. */
const WRITTEN_BY_UP = " `sparktide up --remote-file` writes it once its Spark answers.";

/** A server's address, and the setting that it comes from. */
export interface Remote {
  readonly url: string;
  readonly origin: "--remote" | "--remote-file" | "SPARK_REMOTE";
}

/** Keys of an address with public values. The client sends any unknown key as a header, which may be a secret. */
const PLAIN_KEYS: readonly string[] = [
  ...["use_ssl", "user_id", "user_agent", "grpc_max_message_size"],
  ...["grpc_keepalive_enabled", "grpc_keepalive_time_ms"],
  ...["grpc_keepalive_timeout_ms", "grpc_keepalive_without_calls"],
];

/** The names of an address' parameters. The client checks their values when it connects. */
export function remoteKeys(url: string): string[] {
  const [, ...parameters] = url.split(";");
  return parameters.map((parameter) => parameter.split("=")[0] ?? "").filter((key) => key !== "");
}

/** The value of one parameter of an address. */
export function remoteValue(url: string, key: string): string | undefined {
  const parameter = url.split(";").find((part) => part.startsWith(`${key}=`));
  return parameter?.slice(key.length + 1);
}

/** The host and port of an address, without its parameters, which may be secrets. */
export function remoteEndpoint(url: string): { readonly host: string; readonly port: number } {
  const authority = /^sc:\/\/([^/;]*)/.exec(url)?.[1] ?? "";
  const [, host = "", port = "15002"] = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(authority) ?? [];
  return { host, port: Number(port) };
}

/**
 * The server that the command line names, else the one in the environment.
 *
 * @throws {UsageError} both --remote and --remote-file are given, or the file cannot be read
 */
export async function findRemote(
  options: OptionValues,
  environment: CommandContext["environment"],
): Promise<Remote | undefined> {
  const given = options.text("remote");
  const path = options.text("remote-file");
  if (given !== undefined && path !== undefined) {
    throw new UsageError("Give --remote or --remote-file, not both.");
  }
  if (given !== undefined) return { url: given, origin: "--remote" };
  if (path !== undefined) {
    const url = (await readText("remote-file", path, WRITTEN_BY_UP)).trim();
    if (url === "") throw new UsageError(`--remote-file ${path} is empty.`);
    return { url, origin: "--remote-file" };
  }
  const { SPARK_REMOTE: url = "" } = environment;
  return url === "" ? undefined : { url, origin: "SPARK_REMOTE" };
}

/**
 * As {@link findRemote}, for commands that need a server.
 *
 * @param otherwise added to the message, for commands that can also start a Spark
 * @throws {UsageError} no server is named
 */
export async function requireRemote(
  { options, environment, terminal }: CommandContext,
  otherwise = "",
): Promise<Remote> {
  const remote = await findRemote(options, environment);
  if (remote === undefined) {
    throw new UsageError(
      `No server is named. Set SPARK_REMOTE, or give --remote-file or --remote. \`sparktide up\` starts a server on this machine${otherwise}.`,
    );
  }
  const secret = remoteKeys(remote.url).find((key) => !PLAIN_KEYS.includes(key));
  if (remote.origin === "--remote" && secret !== undefined) {
    terminal.note(
      `warning: every user of this machine can read the ${secret} in this command line. Use SPARK_REMOTE or --remote-file.`,
    );
  }
  return remote;
}

/** The builder of a session with the settings of the options. It prints a warning when the client retries a call. */
export async function sessionBuilder(
  { options, terminal }: CommandContext,
  remote: Remote,
): Promise<SparkSessionBuilder> {
  let builder = SparkSession.builder().remote(remote.url).appName("sparktide-cli");
  const userId = options.text("user-id");
  if (userId !== undefined) builder = builder.userId(userId);
  const tls = await tlsOptions(options);
  if (tls !== undefined) builder = builder.tls(tls);
  if (options.flag("allow-insecure-token")) builder = builder.allowInsecureToken();
  return builder.logger(noteLogger(terminal));
}

/** A logger that prints the message of each warning and error once. It omits the fields, which can be long. */
function noteLogger(terminal: CommandContext["terminal"]): Logger {
  const printed = new Set<string>();
  const print = (_fields: object, message: string): void => {
    if (printed.has(message)) return;
    printed.add(message);
    terminal.note(`warning: ${message}`);
  };
  const silent = (): void => undefined;
  return { debug: silent, info: silent, warn: print, error: print };
}

async function tlsOptions(options: OptionValues): Promise<TlsOptions | undefined> {
  const tls: { -readonly [K in keyof TlsOptions]: TlsOptions[K] } = {};
  for (const part of ["ca", "cert", "key"] as const) {
    const path = options.text(`tls-${part}`);
    if (path !== undefined) tls[part] = await readText(`tls-${part}`, path);
  }
  const serverName = options.text("tls-server-name");
  if (serverName !== undefined) tls.serverName = serverName;
  return Object.keys(tls).length === 0 ? undefined : tls;
}

/** @throws {UsageError} the file of an option cannot be read */
async function readText(option: string, path: string, ifMissing = ""): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    const advice = code === "ENOENT" ? ifMissing : "";
    throw new UsageError(`--${option} ${path} cannot be read (${code}).${advice}`);
  }
}
