/** Installs packages of Debian that tests need, where nobody else installs them: under CI. */
import { spawnSync } from "node:child_process";

/** Runs a command. Returns its exit code, and its output on request. */
export function run(command, args, { env = process.env, quiet = true, timeout } = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (!quiet && status !== 0) process.stderr.write(`${stdout ?? ""}${stderr ?? ""}`);
  return { ok: status === 0, output: stdout ?? "", error: error?.message ?? stderr ?? "" };
}

/** Installs packages unless all their programs exist. Returns `{ ok, error }`. */
export function installPackages(packages, programs) {
  if (programs.every((name) => run("sh", ["-c", `command -v ${name}`]).ok)) return { ok: true };
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  run("apt-get", ["update", "-qq"], { env });
  return run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { env });
}

/** Installs the browser for the tests of the monitor's page. Without it they are skipped and counted. */
export function installChromium() {
  const canInstall = process.platform === "linux" && process.getuid() === 0;
  if (process.env.CI !== "true" || process.env.CHROMIUM_PATH || !canInstall) return;
  const { ok, error } = installPackages(["chromium"], ["chromium"]);
  if (!ok) console.warn(`Debian's chromium could not be installed: ${error}`);
}
