import { ArgumentError } from "../../errors.js";
import { shown } from "../../value-kind.js";

/**
 * Where the Node.js on Spark's workers comes from.
 *
 * - `auto`: the client's own executable with an embedded Spark, or if a worker has the same path; else Node.js on the
 *   workers' PATH; else the client sends one.
 * - `client`: the client's own executable, which must exist under the same path on the workers.
 * - `path`: `node` on the workers' PATH.
 * - `upload`: the client downloads Node.js with npm once, and sends it once a session.
 * - an absolute path on the workers, such as `/opt/node/bin/node`.
 */
export type NodeChoice = "auto" | "client" | "path" | "upload" | `/${string}`;

const NAMES: readonly unknown[] = ["auto", "client", "path", "upload"];

/** The properties of this process that decide whether workers can run its executable. */
export interface ClientProcess {
  readonly execPath: string;
  readonly platform: string;
  readonly versions: Readonly<Record<string, string | undefined>>;
}

/** Programs with an executable that is not Node.js, although they have most of its modules. */
const OTHER_RUNTIMES: readonly (readonly [key: string, name: string])[] = [
  ["bun", "Bun"],
  ["deno", "Deno"],
  ["electron", "Electron"],
];

/**
 * Checks the choice and returns it.
 *
 * @throws {ArgumentError} the value is unknown, or is `client` in a process that is not Node.js
 */
export function checkNodeChoice(value: unknown, client: ClientProcess = process): NodeChoice {
  const isPath = typeof value === "string" && value.startsWith("/") && !value.includes("\0");
  if (!isPath && !NAMES.includes(value)) {
    throw new ArgumentError(
      "node",
      `node must be "auto", "client", "path", "upload" or an absolute path on the workers such as "/usr/bin/node", got ${shown(value)}.`,
    );
  }
  const problem = value === "client" ? clientProblem(client) : undefined;
  if (problem !== undefined) {
    throw new ArgumentError(
      "node",
      `node: "client" needs a client that runs on Node.js on Linux or macOS, but ${problem}. Use "auto", "path" or "upload".`,
    );
  }
  return value as NodeChoice;
}

/** Why workers cannot run this process's executable as Node.js. Undefined: they can, if it exists there. */
export function clientProblem(client: ClientProcess = process): string | undefined {
  const other = OTHER_RUNTIMES.find(([key]) => client.versions[key] !== undefined);
  if (other !== undefined) return `this process runs on ${other[1]}`;
  return client.execPath.startsWith("/") ? undefined : `this process runs on ${client.platform}`;
}
