import type { Plan } from "../plan/command.js";
import { CAN_COMPRESS_PLANS, compressedPlan } from "../transport/plan-compression.js";
import type { SparkConnectClient } from "../transport/spark-connect-client.js";
import type { SparkVersion } from "./spark-version.js";

const THRESHOLD_KEY = "spark.connect.session.planCompression.threshold";
const ALGORITHM_KEY = "spark.connect.session.planCompression.defaultAlgorithm";

/** Compresses large plans as the server's configuration requests. Needs Spark 4.1, and a Node with zstd. */
export class PlanCompressor {
  readonly #client: SparkConnectClient;
  readonly #isPossible: boolean;
  #thresholdBytes: Promise<number> | undefined;

  constructor(client: SparkConnectClient, version: SparkVersion) {
    this.#client = client;
    this.#isPossible = CAN_COMPRESS_PLANS && version.isAtLeast(4, 1);
  }

  async compress(plan: Plan): Promise<Plan> {
    if (!this.#isPossible) return plan;
    this.#thresholdBytes ??= this.#askThreshold().catch((error: unknown) => {
      // The next plan asks again: one failure must not decide for the whole session.
      this.#thresholdBytes = undefined;
      throw error;
    });
    return compressedPlan(plan, await this.#thresholdBytes);
  }

  /** The plan size in bytes above which the server wants compression; Infinity if it never does. */
  async #askThreshold(): Promise<number> {
    const keys = [THRESHOLD_KEY, ALGORITHM_KEY];
    const { pairs } = await this.#client.config({ case: "getOption", value: { keys } });
    const valueOf = (key: string): string => pairs.find((pair) => pair.key === key)?.value ?? "";
    // The server prints some sizes with a unit: 10485760b.
    const threshold = Number.parseInt(valueOf(THRESHOLD_KEY), 10);
    const wanted = valueOf(ALGORITHM_KEY).toUpperCase() === "ZSTD" && threshold >= 0;
    return wanted ? threshold : Infinity;
  }
}
