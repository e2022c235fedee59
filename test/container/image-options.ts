import type { SparkConnectImageOptions } from "../../src/testing/index.js";

/** The base `npm run test:container` found; without it the Dockerfile's own. */
export function imageOptions(): SparkConnectImageOptions {
  return JSON.parse(
    process.env["SPARKTIDE_TEST_IMAGE_OPTIONS"] ?? "{}",
  ) as SparkConnectImageOptions;
}
