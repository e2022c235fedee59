import type { SparkConnectImageOptions } from "../../src/testing/index.js";

/** The base image that `npm run test:container` found; by default that of the Dockerfile. */
export function imageOptions(): SparkConnectImageOptions {
  return JSON.parse(
    process.env["SPARKTIDE_TEST_IMAGE_OPTIONS"] ?? "{}",
  ) as SparkConnectImageOptions;
}
