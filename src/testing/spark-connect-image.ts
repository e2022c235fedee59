/** Builds the image of {@link SparkConnectContainer.build} from the Dockerfile in this package. */
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { LocalSparkError } from "../errors.js";
import { dockerFiles } from "../files/packaged-files.js";
import { testcontainers } from "./testcontainers.js";
import { checkOptions } from "../option-check.js";

/** The content of the image. */
export interface SparkConnectImageOptions {
  /** The base image: with Spark in /opt/spark, or plain Debian or Ubuntu. Default: `apache/spark:4.2.1`. */
  readonly baseImage?: string | undefined;
  /** The Spark version to install if the base image has no Spark. Default: `4.2.1`. */
  readonly sparkVersion?: string | undefined;
  /** The Maven coordinate of Delta Lake. False: without Delta. Default: `io.delta:delta-spark_4.2_2.13:4.4.0`. */
  readonly deltaPackage?: string | false | undefined;
  /** PEM files with more trusted certificate authorities, for example of a company's proxy. */
  readonly certificateAuthorities?: readonly string[] | undefined;
}

/** Returns the image's name. Builds the image if the engine does not have it. */
export async function ensureSparkConnectImage(options: SparkConnectImageOptions): Promise<string> {
  checkOptions("SparkConnectContainer.build()", options, [
    "baseImage",
    "sparkVersion",
    "deltaPackage",
    "certificateAuthorities",
  ]);
  const { GenericContainer, ImageName, getContainerRuntimeClient } = testcontainers();
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
    // A build takes minutes, so the image remains for the next run.
    await GenericContainer.fromDockerfile(context)
      .withBuildArgs(args)
      .build(name, { deleteOnExit: false });
    return name;
  } catch (error) {
    throw new LocalSparkError(
      "IMAGE_NOT_BUILT",
      `The image ${name} could not be built on ${args["BASE_IMAGE"] ?? "the default base"}: ` +
        `${error instanceof Error ? error.message : String(error)}. ` +
        "Set DEBUG=testcontainers:build to see the builder's output, or run `docker build` on the package's folder docker/.",
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

/** A hash of all inputs of the image, so that another Dockerfile or base has another image name. */
async function contentHash(
  args: Readonly<Record<string, string>>,
  authorities: readonly string[],
): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(args));
  for (const { text } of await dockerFiles()) hash.update("\0").update(text);
  for (const path of authorities) hash.update("\0").update(await readFile(path));
  return hash.digest("hex").slice(0, 16);
}
