/** Measures the resident memory of Spark's Python workers. Works only with /proc. */
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Reads a file of /proc. Returns an empty text if its process has just ended. */
function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

/**
 * The peak memory of a server's running Python workers, in bytes. Undefined without /proc. Call it right after
 * the read, because idle workers end within a minute.
 */
export function workerPeakBytes(serverPid) {
  if (!existsSync("/proc/self/status")) return undefined;
  const field = (status, name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]);
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), status: read(pid, "status") }));
  const children = (parents) =>
    processes.filter(({ status }) => parents.includes(field(status, "PPid")));
  // Java starts a daemon for each environment, and the daemon forks the workers.
  const daemons = children([serverPid]).filter(({ pid }) =>
    read(pid, "cmdline").includes("pyspark.daemon"),
  );
  const peaks = children(daemons.map(({ pid }) => pid))
    .map(({ status }) => field(status, "VmHWM") * 1024)
    .filter((bytes) => bytes > 0);
  if (peaks.length === 0) throw new Error(`Java ${serverPid} has no Python workers to measure`);
  return Math.max(...peaks);
}
