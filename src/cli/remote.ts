import { readFile } from "node:fs/promises";
import { SparkSession, type Logger, type SparkSessionBuilder, type TlsOptions } from "../index.js";
import type { CommandContext, OptionSpecs } from "./command.js";
import { UsageError } from "./exit-code.js";
import type { OptionValues } from "./option-values.js";

/** How a command is told which server it talks to. */
export const REMOTE_OPTIONS: OptionSpecs = {
  remote: {
    type: "string",
    value: "URL",
    help: "the server, as sc://host:15002/;use_ssl=true. Default: the variable SPARK_REMOTE. With a token in it use that, or --remote-file: every user of this machine can read a command line",
  },
  "remote-file": {
    type: "string",
    value: "FILE",
    help: "a file with the address in it, as `sparktide up --remote-file` writes one",
  },
  "user-id": {
    type: "string",
    value: "NAME",
    help: "whom the session belongs to. Default: the address' user_id, else SPARK_USER, else USER",
  },
  "tls-ca": {
    type: "string",
    value: "FILE",
    help: "PEM file of the CA that signs the server's certificate",
  },
  "tls-cert": { type: "string", value: "FILE", help: "PEM file of the client's certificate" },
  "tls-key": { type: "string", value: "FILE", help: "PEM file of its key" },
  "tls-server-name": {
    type: "string",
    value: "NAME",
    help: "the name in the server's certificate, where it is not the host's",
  },
  "allow-insecure-token": {
    type: "boolean",
    help: "send the token without TLS to another machine; only in networks that are trusted",
  },
};

/** Why a file with an address may not be there. */
const WRITTEN_BY_UP = " `sparktide up --remote-file` writes it once its Spark answers.";

/** A server's address, and where it was found. */
export interface Remote {
  readonly url: string;
  readonly origin: "--remote" | "--remote-file" | "SPARK_REMOTE";
}

/** Keys of an address whose values are no secrets; what is not known is sent as a header. */
const PLAIN_KEYS: readonly string[] = [
  ...["use_ssl", "user_id", "user_agent", "grpc_max_message_size"],
  ...["grpc_keepalive_enabled", "grpc_keepalive_time_ms"],
  ...["grpc_keepalive_timeout_ms", "grpc_keepalive_without_calls"],
];

/** The parameters' names in an address; the client itself checks the rest. */
export function remoteKeys(url: string): string[] {
  const [, ...parameters] = url.split(";");
  return parameters.map((parameter) => parameter.split("=")[0] ?? "").filter((key) => key !== "");
}

/** The value of an address' parameter. */
export function remoteValue(url: string, key: string): string | undefined {
  const parameter = url.split(";").find((part) => part.startsWith(`${key}=`));
  return parameter?.slice(key.length + 1);
}

/** `host:port` of an address, without what may be secret. */
export function remoteEndpoint(url: string): { readonly host: string; readonly port: number } {
  const authority = /^sc:\/\/([^/;]*)/.exec(url)?.[1] ?? "";
  const [, host = "", port = "15002"] = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(authority) ?? [];
  return { host, port: Number(port) };
}

/**
 * The server that the command line, else the environment, names.
 *
 * @throws {UsageError} both ways to name it are used, or the file cannot be read
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

/** As {@link findRemote}, for commands that cannot do without a server. */
export async function requireRemote(
  { options, environment, terminal }: CommandContext,
  otherwise = "",
): Promise<Remote> {
  const remote = await findRemote(options, environment);
  if (remote === undefined) {
    throw new UsageError(
      `No server is named. Set SPARK_REMOTE or give --remote-file or --remote; \`sparktide up\` starts one on this machine${otherwise}.`,
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

/** A session on the server, described as the options say; calls that are tried again are told. */
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

/** A logger that passes each warning and error on once; their fields may hold more than a line should. */
function noteLogger(terminal: CommandContext["terminal"]): Logger {
  const told = new Set<string>();
  const tell = (_fields: object, message: string): void => {
    if (told.has(message)) return;
    told.add(message);
    terminal.note(`warning: ${message}`);
  };
  const silent = (): void => undefined;
  return { debug: silent, info: silent, warn: tell, error: tell };
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
