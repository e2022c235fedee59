import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";

/**
 * What a Python script beside the tests, its path from this folder, prints for JSON on its input, with
 * PySpark on the run's server.
 */
export async function askPyspark<T>(
  script: string,
  input: unknown,
  ...args: readonly string[]
): Promise<T> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const python = spawn(inject("python"), ["-W", "ignore", path, ...args], {
    // PySpark shows moments in the process's own zone.
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
