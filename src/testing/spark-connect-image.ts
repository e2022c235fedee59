/** The image that {@link SparkConnectContainer.build} runs: made from the Dockerfile this package brings. */
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { LocalSparkError } from "../errors.js";
import { dockerFiles } from "../files/packaged-files.js";
import { GenericContainer, getContainerRuntimeClient, ImageName } from "./testcontainers.js";
import { checkOptions } from "../option-check.js";

/** What goes into the image. */
export interface SparkConnectImageOptions {
  /** The image to build on: one with Spark in /opt/spark, or a bare Debian or Ubuntu. Default `apache/spark:4.2.1`. */
  readonly baseImage?: string | undefined;
  /** Installed where the base brings no Spark of its own. Default `4.2.1`. */
  readonly sparkVersion?: string | undefined;
  /** Maven coordinate of Delta Lake for that Spark; false: without Delta. Default `io.delta:delta-spark_4.2_2.13:4.4.0`. */
  readonly deltaPackage?: string | false | undefined;
  /** PEM files with certificate authorities to trust, as a company's proxy needs. */
  readonly certificateAuthorities?: readonly string[] | undefined;
}

/** The image's name; builds it when the engine does not have it yet. */
export async function ensureSparkConnectImage(options: SparkConnectImageOptions): Promise<string> {
  checkOptions("SparkConnectContainer.build()", options, [
    "baseImage",
    "sparkVersion",
    "deltaPackage",
    "certificateAuthorities",
  ]);
  const args = buildArguments(options);
  const authorities = options.certificateAuthorities ?? [];
  const name = `sparktide/spark-connect:${await contentHash(args, authorities)}`;
  const engine = await getContainerRuntimeClient();
  if (await engine.image.exists(ImageName.fromString(name))) return name;
  const context = await mkdtemp(join(tmpdir(), "sparktide-image-"));
  try {
    for (const { name: path, text, mode } of await dockerFiles()) {
      const file = join(context, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text, { mode });
    }
    for (const [index, file] of authorities.entries()) {
      await copyFile(file, join(context, "ca", `${index}-${basename(file)}.crt`));
    }
    // The next run finds the image again: a build takes minutes.
    await GenericContainer.fromDockerfile(context)
      .withBuildArgs(args)
      .build(name, { deleteOnExit: false });
    return name;
  } catch (error) {
    throw new LocalSparkError(
      "IMAGE_NOT_BUILT",
      `The image ${name} could not be built on ${args["BASE_IMAGE"] ?? "the default base"}: ` +
        `${error instanceof Error ? error.message : String(error)}. ` +
        "Set DEBUG=testcontainers:build to see the builder's own words, or try `docker build` on the package's folder docker/.",
      { cause: error },
    );
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

function buildArguments(options: SparkConnectImageOptions): Record<string, string> {
  const { baseImage, sparkVersion, deltaPackage } = options;
  return {
    ...(baseImage !== undefined && { BASE_IMAGE: baseImage }),
    ...(sparkVersion !== undefined && { SPARK_VERSION: sparkVersion }),
    ...(deltaPackage !== undefined && {
      DELTA_PACKAGE: deltaPackage === false ? "" : deltaPackage,
    }),
  };
}

/** Names the image after all that goes into it, so that another Dockerfile or base makes another one. */
async function contentHash(
  args: Readonly<Record<string, string>>,
  authorities: readonly string[],
): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(args));
  for (const { text } of await dockerFiles()) hash.update("\0").update(text);
  for (const path of authorities) hash.update("\0").update(await readFile(path));
  return hash.digest("hex").slice(0, 16);
}
