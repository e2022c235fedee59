import { SparkException } from "../../errors.js";
import { cachedNode } from "../../javascript/node/cached-node.js";
import {
  candidates,
  decideForHost,
  decideWithoutHost,
  type NodeDecision,
} from "../../javascript/node/decide-node.js";
import { NODE_BINARIES, nodeArtifactName } from "../../javascript/node/node-binaries.js";
import type { RuntimeSpec } from "../../javascript/runtime-spec.js";
import { workerArtifactName, workerProgram } from "../../javascript/worker-program.js";
import { FileContent, MemoryContent, type ArtifactContent } from "../artifacts/artifact-content.js";
import { sendArtifacts } from "../artifacts/send-artifacts.js";
import type { SparkConnection } from "../spark-connection.js";
import { askWorkerHost } from "./ask-worker-host.js";
import type { JavaScriptSetting } from "./javascript-runtime.js";

/** Decides where the workers' Node.js comes from, and sends what the session does not have yet. */
export async function prepareRuntime(
  connection: SparkConnection,
  setting: JavaScriptSetting,
): Promise<RuntimeSpec> {
  const program = workerProgram();
  const programName = workerArtifactName(program);
  const { decision, sent } = await decide(connection, setting, programName);
  if (!sent.includes(programName)) {
    await send(connection, programName, new MemoryContent(program.gzip));
  }
  if (decision.upload !== undefined) {
    const name = nodeArtifactName(decision.upload);
    // A clone of a session has its files already.
    if (!sent.includes(name)) {
      const path = await cachedNode(decision.upload, {
        onDownload: (text) => connection.logger?.info({}, text),
      });
      await send(connection, name, new FileContent(path));
    }
  }
  return { worker: program.sha256, node: decision.spec };
}

/** The decision, and the names of files that the session is known to have. */
async function decide(
  connection: SparkConnection,
  setting: JavaScriptSetting,
  programName: string,
): Promise<{ readonly decision: NodeDecision; readonly sent: readonly string[] }> {
  const decided = decideWithoutHost(setting);
  if (decided !== undefined) return { decision: decided, sent: [] };
  const host = await askWorkerHost(connection, setting.pythonVersion, {
    paths: candidates(setting.choice),
    artifacts: [programName, ...NODE_BINARIES.map(nodeArtifactName)],
  });
  connection.logger?.debug({ host }, "asked a Spark worker for Node.js");
  return { decision: decideForHost(setting.choice, host), sent: host.sent };
}

async function send(
  connection: SparkConnection,
  name: string,
  content: ArtifactContent,
): Promise<void> {
  try {
    await sendArtifacts(connection, [{ name: `files/${name}`, content }]);
  } catch (error) {
    // Another client of this session has packed the same content differently. Workers check the content.
    if (error instanceof SparkException && error.errorClass === "ARTIFACT_ALREADY_EXISTS") return;
    throw error;
  }
}
