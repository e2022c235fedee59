import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import { shown } from "../value-kind.js";
import type { ProcessSettings } from "./bridge-text.js";

/** The limits of a function or a source that runs on the cluster. */
export interface ClusterOptions {
  /** Values of captured variables, by their names, where the client cannot read them itself. */
  readonly captures?: Readonly<Record<string, unknown>> | undefined;
  /** The longest time in milliseconds to wait for the function. Default: no limit. */
  readonly timeoutMs?: number | undefined;
  /** The heap limit of the function's process in megabytes. Default: V8's own limit. */
  readonly heapMb?: number | undefined;
  /** `false`: no network. A list: only these host names. Default `true`: the whole network. */
  readonly network?: boolean | readonly string[] | undefined;
}

/** The names in ClusterOptions. */
export const CLUSTER_OPTIONS: readonly string[] = ["captures", "timeoutMs", "heapMb", "network"];

/**
 * Checks the options of `of`, and returns the settings of the process.
 *
 * @param further the names of further options, which the caller checks
 * @throws {ArgumentError} an option is unknown or has a wrong value
 */
export function processSettings(
  of: string,
  options: ClusterOptions,
  further: readonly string[] = [],
): ProcessSettings {
  checkOptions(of, options, [...further, ...CLUSTER_OPTIONS]);
  const { timeoutMs, heapMb, network } = options;
  requireCount("timeoutMs", timeoutMs, 1);
  requireCount("heapMb", heapMb, 16);
  if (network !== undefined && typeof network !== "boolean") requireHosts(network);
  return {
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(heapMb !== undefined && { heapMb }),
    ...(network !== undefined && { network }),
  };
}

/** @throws {ArgumentError} the value is given and is not an integer of at least `least` */
export function requireCount(argument: string, value: unknown, least: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= least)) return;
  throw new ArgumentError(
    argument,
    `${argument} must be an integer of at least ${least}, got ${shown(value)}.`,
  );
}

/**
 * @param needs what takes the schema, and which one: `mapRows() needs the schema of …, as DDL such as "id BIGINT"`
 * @throws {ArgumentError} the value is neither DDL nor a StructType
 */
export function requireSchema(needs: string, schema: unknown): void {
  const isStruct =
    typeof schema === "object" &&
    schema !== null &&
    (schema as { kind?: unknown }).kind === "struct";
  if (isStruct || (typeof schema === "string" && schema.trim() !== "")) return;
  throw new ArgumentError("schema", `${needs} or a StructType, got ${shown(schema)}.`);
}

function requireHosts(network: unknown): void {
  const isHost = (host: unknown): boolean => typeof host === "string" && /^[^\s/:]+$/.test(host);
  if (Array.isArray(network) && network.length > 0 && network.every(isHost)) return;
  throw new ArgumentError(
    "network",
    `network must be true, false or a list of host names such as ["api.example.com"], got ${shown(network)}.`,
  );
}
