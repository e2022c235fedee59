import { SparkError } from "../errors.js";
import { LockFile } from "../files/lock-file.js";

/**
 * Locks a state file against other processes, because two supervisors would take over each other's queries.
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
    `The state file ${statePath} is in use by ${who}. Only one supervisor can use a state file at a time: stop that process, or give this supervisor another file.`,
  );
}

function notWritable(statePath: string, cause: unknown): SparkError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SparkError(
    "STATE_FILE_NOT_WRITABLE",
    `The folder of the state file ${statePath} is not writable: ${reason}. Create the folder, and allow this process to write there.`,
    { cause },
  );
}
