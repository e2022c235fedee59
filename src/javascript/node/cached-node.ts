import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { SparkError } from "../../errors.js";
import { cacheFolder, createPrivateFolder, type Environment } from "../../files/cache-folder.js";
import { withLock } from "../../files/with-lock.js";
import type { NodeBinary } from "./node-binaries.js";
import { npmPack } from "./npm-pack.js";

/** How a package gets into a folder; and the environment that names the cache folder. */
export interface CachedNodeOptions {
  readonly environment?: Environment;
  readonly download?: (npmPackage: string, folder: string) => Promise<void>;
  /** Receives a sentence before the download begins. */
  readonly onDownload?: (text: string) => void;
}

/**
 * The path of the package's tarball in the user's cache folder. Downloads it if it is missing or damaged. Other
 * processes wait meanwhile.
 *
 * @throws {SparkError} `NODE_DOWNLOAD_FAILED`: npm failed; `NODE_DOWNLOAD_CORRUPT`: npm's registry has other content
 */
export async function cachedNode(
  binary: NodeBinary,
  options: CachedNodeOptions = {},
): Promise<string> {
  const { environment = process.env, download = npmPack, onDownload } = options;
  const folder = join(cacheFolder(environment), "node");
  const path = join(folder, `${binary.npmPackage.replace("@", "-")}.tgz`);
  if ((await sha256Of(path)) === binary.tarballSha256) return path;
  await createPrivateFolder(folder);
  await withLock(`${path}.lock`, async () => {
    if ((await sha256Of(path)) === binary.tarballSha256) return;
    onDownload?.(`downloading ${binary.npmPackage} with npm, about 53 MB, into ${folder}`);
    const draft = await mkdtemp(`${path}.`);
    try {
      await download(binary.npmPackage, draft);
      const [name = ""] = (await readdir(draft)).filter((file) => file.endsWith(".tgz"));
      const found = await sha256Of(join(draft, name));
      if (found !== binary.tarballSha256) throw corrupt(binary, found);
      await rename(join(draft, name), path);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  });
  return path;
}

function corrupt(binary: NodeBinary, found: string | undefined): SparkError {
  return new SparkError(
    "NODE_DOWNLOAD_CORRUPT",
    `npm downloaded ${binary.npmPackage} with the SHA-256 ${found ?? "(no file)"}, but this package knows it with ${binary.tarballSha256}. Nothing was sent to Spark. The registry in use (npm config get registry) has changed the package: use another registry, or use Node.js of the workers: SparkSession.builder().javascript({ node: "path" }).`,
  );
}

/** The SHA-256 of a file in hexadecimal. Undefined if it cannot be read. */
async function sha256Of(path: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
      hash.update(chunk as Buffer);
    }
  } catch {
    return undefined;
  }
  return hash.digest("hex");
}
