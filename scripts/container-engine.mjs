/** Finds a container engine for the tests, and a base image for Spark's image. */
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { installPackages, run } from "./debian-packages.mjs";

/** The Dockerfile's default base image. Used if an image registry answers. */
const DEFAULT_BASE = "apache/spark:4.2.1";
const DEBIAN_BASE = "sparktide-test/debian:bookworm";

/** The longest wait for a registry, so that one without an answer does not block the tests. */
const PULL_MS = 300_000;
const ENGINE_READY_MS = 60_000;

/** The machine's trusted authorities. A build behind a proxy may need them. */
const SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/**
 * The engine to use: a running one, else, with CI=true, one started from Debian's packages.
 * Returns `{ env, stop }`, or `{ missing }` with the reason.
 */
export async function findEngine() {
  const stop = () => undefined;
  if (run("docker", ["info"]).ok) return { env: process.env, stop };
  const missing = "no container engine answers `docker info`";
  if (process.env.CI !== "true") return { missing: `${missing}; set CI=true to start one` };
  if (process.platform !== "linux" || process.getuid() !== 0 || !run("apt-get", ["--version"]).ok) {
    return {
      missing: `${missing}, and one can be installed only on Debian with root rights`,
    };
  }
  return startEngine();
}

/** Starts the engine of Debian's package docker.io, with its own folder and socket. */
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
      console.error(
        `The engine's folder could not be removed, remove it by hand: ${error.message}`,
      );
    }
  };
  // Ryuk, testcontainers' cleaner, is an image, which needs a registry. The host override is for machines that
  // are containers themselves: there, testcontainers would look for the engine on another host.
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

/** Unmounts the handle of the host's network, which an engine leaves mounted after a container used it. */
function unmountWithin(folder) {
  const targets = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1])
    .filter((target) => target?.startsWith(`${folder}/`));
  for (const target of targets.reverse()) run("umount", [target]);
}

/**
 * The base image: SPARKTIDE_TEST_BASE_IMAGE, else Spark's own image if a registry answers,
 * else a Debian built from its packages. Returns `{ image, authorities }`, or `{ missing }`.
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
    return { missing: `${missing}, and debootstrap cannot be installed: ${installed.error}` };
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

/** Runs `docker` and returns its output. Throws its error output if it fails. */
export function docker(env, ...args) {
  const { ok, output, error } = run("docker", args, { env });
  if (!ok) throw new Error(`docker ${args[0]} failed: ${error.trim().slice(-1000)}`);
  return output.trim();
}
