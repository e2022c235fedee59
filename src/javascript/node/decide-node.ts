import { SparkError } from "../../errors.js";
import { clientProblem, type ClientProcess, type NodeChoice } from "./node-choice.js";
import { NODE_BINARIES, type NodeBinary } from "./node-binaries.js";
import { MINIMUM_NODE, type NodeSpec } from "./node-spec.js";
import type { WorkerHost } from "./worker-host.js";

/** Where Node.js comes from, and the package to send first, if any. */
export interface NodeDecision {
  readonly spec: NodeSpec;
  readonly upload?: NodeBinary | undefined;
}

/** The facts that decide, as far as the client knows them without a request. */
export interface NodeSetting {
  readonly choice: NodeChoice;
  /** Whether the workers run on this machine as this user, because the client started their Spark. */
  readonly isEmbedded: boolean;
}

/** The decision if it needs no facts of the workers; otherwise undefined. */
export function decideWithoutHost(
  { choice, isEmbedded }: NodeSetting,
  client: ClientProcess = process,
): NodeDecision | undefined {
  switch (choice) {
    case "auto":
      return isEmbedded && clientProblem(client) === undefined ? at(client.execPath) : undefined;
    case "client":
      return at(client.execPath);
    case "path":
      return at("node");
    case "upload":
      return undefined;
    default:
      return at(choice);
  }
}

/** The executables to ask a worker about. */
export function candidates(choice: NodeChoice, client: ClientProcess = process): string[] {
  if (choice === "upload") return [];
  // The client's own version first: it knows the same syntax and functions as the code that the client sends.
  return clientProblem(client) === undefined ? [client.execPath, "node"] : ["node"];
}

/**
 * The decision for the workers of a host.
 *
 * @throws {SparkError} `NODE_UNAVAILABLE`: the host has no usable Node.js, and the client has no binary for it
 */
export function decideForHost(
  choice: NodeChoice,
  host: WorkerHost,
  client: ClientProcess = process,
): NodeDecision {
  const paths = candidates(choice, client);
  if (host.nodes.some(({ problem }) => problem === null)) return at(...paths);
  const upload = binaryFor(choice, host);
  const { sha256, version, platform, minimumGlibc } = upload;
  return {
    // Other hosts of a cluster may have a Node.js of their own, and need not unpack this one.
    spec: { ...at(...paths).spec, upload: { sha256, version, platform, minimumGlibc } },
    upload,
  };
}

function at(...paths: readonly string[]): NodeDecision {
  return { spec: { paths, minimum: MINIMUM_NODE } };
}

function binaryFor(choice: NodeChoice, { host, platform, libc, nodes }: WorkerHost): NodeBinary {
  const binary = NODE_BINARIES.find((known) => known.platform === platform);
  if (binary !== undefined && hasGlibc(libc, binary.minimumGlibc)) return binary;
  const known = NODE_BINARIES.map(
    (one) => `${one.platform} with glibc ${one.minimumGlibc} or newer`,
  );
  const problems = nodes.map(({ problem }) => `${problem ?? ""}; `).join("");
  const why = choice === "upload" ? "" : problems;
  throw new SparkError(
    "NODE_UNAVAILABLE",
    `The Spark worker on ${host} has no usable Node.js, and the client cannot send it one: ${why}the worker runs on ${platform} with ${libc}, and the client has Node.js only for ${known.join(" and for ")}. Install Node.js 20.19 or newer on the workers, and name it with SparkSession.builder().javascript({ node: "path" }) or its absolute path.`,
  );
}

function hasGlibc(libc: string, minimum: string): boolean {
  const [, major = "0", minor = "0"] = /^glibc (\d+)\.(\d+)/.exec(libc) ?? [];
  const [minMajor = 0, minMinor = 0] = minimum.split(".").map(Number);
  return Number(major) > minMajor || (Number(major) === minMajor && Number(minor) >= minMinor);
}
