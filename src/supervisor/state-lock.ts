import { SparkError } from "../errors.js";
import { LockFile } from "../files/lock-file.js";

/**
 * Keeps a second process off a state file: two supervisors would take each other's queries.
 *
 * @throws {SparkError} code STATE_FILE_IN_USE or STATE_FILE_NOT_WRITABLE
 */
export async function lockState(statePath: string): Promise<LockFile> {
  const taken = await LockFile.tryTake(`${statePath}.lock`).catch((error: unknown) => {
    throw notWritable(statePath, error);
  });
  if ("lock" in taken) return taken.lock;
  const { heldBy } = taken;
  const who = heldBy === undefined ? "another process" : `process ${heldBy.pid} on ${heldBy.host}`;
  throw new SparkError(
    "STATE_FILE_IN_USE",
    `The state file ${statePath} is in use by ${who}. One supervisor runs on a state file at a time: stop that process, or give this one a file of its own.`,
  );
}

function notWritable(statePath: string, cause: unknown): SparkError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SparkError(
    "STATE_FILE_NOT_WRITABLE",
    `Nothing can be written beside the state file ${statePath}: ${reason}. Its folder must exist, and this process must be allowed to write there.`,
    { cause },
  );
}
