/** A container engine for the tests, and an image to build Spark's on. */
import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Where an image registry can be reached, the Dockerfile's own default. */
const DEFAULT_BASE = "apache/spark:4.2.1";
const DEBIAN_BASE = "sparktide-test/debian:bookworm";

/** A registry that does not answer must not hold the tests up. */
const PULL_MS = 300_000;
const ENGINE_READY_MS = 60_000;

/** What the machine itself trusts; a build without a registry may be behind a proxy that needs it. */
const SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/** Runs a command; its exit code, and its output where that is asked for. */
function run(command, args, { env = process.env, quiet = true, timeout } = {}) {
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

/**
 * The engine to use: the one that answers, else, under CI=true, one started from Debian's packages.
 * Answers `{ env, stop }`, or `{ missing }` with the reason.
 */
export async function findEngine() {
  const stop = () => undefined;
  if (run("docker", ["info"]).ok) return { env: process.env, stop };
  const missing = "no container engine answers `docker info`";
  if (process.env.CI !== "true")
    return { missing: `${missing}; one is started only under CI=true` };
  if (process.platform !== "linux" || process.getuid() !== 0 || !run("apt-get", ["--version"]).ok) {
    return {
      missing: `${missing}, and this is not Debian with root rights, where one could be installed`,
    };
  }
  return startEngine();
}

/** The engine of Debian's package docker.io, with a folder and a socket of its own. */
async function startEngine() {
  const installed = installPackages(["docker.io"], ["dockerd"]);
  if (!installed.ok)
    return { missing: `Debian's docker.io could not be installed: ${installed.error}` };
  const folder = mkdtempSync(join(tmpdir(), "sparktide-engine-"));
  const socket = `unix://${join(folder, "docker.sock")}`;
  const log = openSync(join(folder, "dockerd.log"), "w");
  const engine = spawn(
    "dockerd",
    [
      ...["--data-root", join(folder, "data"), "--exec-root", join(folder, "run")],
      ...["-H", socket, "--pidfile", join(folder, "dockerd.pid")],
    ],
    { stdio: ["ignore", log, log], detached: true },
  );
  closeSync(log);
  const ended = new Promise((resolve) => {
    engine.once("exit", resolve);
    engine.once("error", resolve);
  });
  let running = true;
  void ended.then(() => (running = false));
  const stop = async () => {
    if (running) engine.kill("SIGTERM");
    await ended;
    unmountWithin(folder);
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      console.error(`The engine's folder stays behind, remove it by hand: ${error.message}`);
    }
  };
  // Its socket says where it is; Ryuk, testcontainers' cleaner, is an image no registry is there for.
  // Where this machine is a container itself, testcontainers would take the engine for a neighbour's.
  const env = {
    ...process.env,
    DOCKER_HOST: socket,
    TESTCONTAINERS_RYUK_DISABLED: "true",
    TESTCONTAINERS_HOST_OVERRIDE: "localhost",
  };
  const endsAt = performance.now() + ENGINE_READY_MS;
  while (running && performance.now() < endsAt) {
    if (run("docker", ["info"], { env }).ok) return { env, stop };
    await delay(250);
  }
  const said = readFileSync(join(folder, "dockerd.log"), "utf8").trim().split("\n").slice(-3);
  await stop();
  return { missing: `dockerd did not start here: ${said.join(" | ").slice(0, 600)}` };
}

/** An engine that has run a container on the host's network leaves that network's handle mounted. */
function unmountWithin(folder) {
  const targets = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1])
    .filter((target) => target?.startsWith(`${folder}/`));
  for (const target of targets.reverse()) run("umount", [target]);
}

function installPackages(packages, programs) {
  if (programs.every((name) => run("sh", ["-c", `command -v ${name}`]).ok)) return { ok: true };
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  run("apt-get", ["update", "-qq"], { env });
  return run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { env });
}

/**
 * The image to build on: SPARKTIDE_TEST_BASE_IMAGE, else Spark's own image where a registry answers,
 * else a Debian made from its packages. Answers `{ image, authorities }`, or `{ missing }`.
 */
export function findBaseImage(env) {
  const authorities = existsSync(SYSTEM_CERTIFICATES) ? [SYSTEM_CERTIFICATES] : [];
  const named = process.env.SPARKTIDE_TEST_BASE_IMAGE;
  if (named !== undefined) return { image: named, authorities };
  if (run("docker", ["pull", "--quiet", DEFAULT_BASE], { env, timeout: PULL_MS }).ok) {
    return { image: DEFAULT_BASE, authorities: [] };
  }
  if (run("docker", ["image", "inspect", DEBIAN_BASE], { env }).ok) {
    return { image: DEBIAN_BASE, authorities };
  }
  const missing = `${DEFAULT_BASE} cannot be pulled`;
  if (process.platform !== "linux" || process.getuid() !== 0) return { missing };
  const installed = installPackages(["debootstrap"], ["debootstrap"]);
  if (!installed.ok)
    return { missing: `${missing}, nor debootstrap installed: ${installed.error}` };
  const folder = mkdtempSync(join(tmpdir(), "sparktide-debian-"));
  try {
    const made = run("debootstrap", ["--variant=minbase", "bookworm", folder]);
    if (!made.ok)
      return { missing: `${missing}, and debootstrap failed: ${made.error.slice(-500)}` };
    const imported = run(
      "sh",
      ["-c", 'tar -C "$1" -c . | docker import - "$2"', "sh", folder, DEBIAN_BASE],
      { env },
    );
    if (!imported.ok) return { missing: `${missing}, and docker import failed: ${imported.error}` };
    return { image: DEBIAN_BASE, authorities };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs `docker` and answers with what it printed; throws what it complained about. */
export function docker(env, ...args) {
  const { ok, output, error } = run("docker", args, { env });
  if (!ok) throw new Error(`docker ${args[0]} failed: ${error.trim().slice(-1000)}`);
  return output.trim();
}
