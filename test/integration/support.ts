import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { inject } from "vitest";
import { SparkSession } from "../../src/index.js";
import type { DeployableDataSource } from "../../src/index.js";

/** A new session on the run's Spark. */
export function connect(...dataSources: readonly DeployableDataSource[]): Promise<SparkSession> {
  return SparkSession.builder()
    .remote(inject("sparkUrl"))
    .dataSources(...dataSources)
    .create();
}

/** Whether the run's Spark has this release or a newer one. */
export function isSparkAtLeast(major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = inject("sparkVersion").split(".").map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** Delta if the run's Spark has it, else parquet, for tests that do not depend on the format. */
export function tableFormat(): "delta" | "parquet" {
  return inject("hasDelta") ? "delta" : "parquet";
}

/** A name that no other test uses. */
export function uniqueName(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll("-", "").slice(0, 12)}`;
}

/** An unused path in the folder that the run removes at its end. */
export function uniquePath(prefix: string): string {
  return join(inject("workFolder"), uniqueName(prefix));
}

/** The replay API server of this test file. */
export function apiUrl(): string {
  const worker = process.env["VITEST_POOL_ID"];
  const url = inject("apiUrls")[Number(worker) - 1];
  if (url === undefined) throw new Error(`worker ${String(worker)} has no replay server`);
  return url;
}

/** The options with which the packaged sources may call the replay server: plain http on loopback. */
export function replayEgress(): { baseUrl: string; allowHttp: true; allowPrivateHosts: true } {
  return { baseUrl: apiUrl(), allowHttp: true, allowPrivateHosts: true };
}
