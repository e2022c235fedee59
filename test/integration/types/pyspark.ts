import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";

/**
 * Runs a Python script with PySpark on the run's server. The script reads `input` as JSON from standard
 * input and prints JSON, which is the result. `script` is a path relative to this folder.
 */
export async function askPyspark<T>(
  script: string,
  input: unknown,
  ...args: readonly string[]
): Promise<T> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const python = spawn(inject("python"), ["-W", "ignore", path, ...args], {
    // PySpark shows timestamps in the time zone of the process.
    env: { ...process.env, SPARK_REMOTE: inject("sparkUrl"), TZ: "UTC" },
  });
  python.stdin.end(JSON.stringify(input));
  const [printed, complaint] = await Promise.all([text(python.stdout), text(python.stderr)]);
  if (printed === "")
    throw new Error(
      `${script} printed nothing: ${complaint
        .replace(/^\s+at .*$/gm, "")
        .trim()
        .slice(-2000)}`,
    );
  return JSON.parse(printed) as T;
}
