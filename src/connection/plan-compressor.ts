import type { Plan } from "../plan/command.js";
import { CAN_COMPRESS_PLANS, compressedPlan } from "../transport/plan-compression.js";
import type { SparkConnectClient } from "../transport/spark-connect-client.js";
import type { SparkVersion } from "./spark-version.js";

const THRESHOLD_KEY = "spark.connect.session.planCompression.threshold";
const ALGORITHM_KEY = "spark.connect.session.planCompression.defaultAlgorithm";

/** Compresses the session's large plans as the server asks for it: from Spark 4.1, on a Node with zstd. */
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
      // Asked again by the next plan: one failure must not be the answer for the whole session.
      this.#thresholdBytes = undefined;
      throw error;
    });
    return compressedPlan(plan, await this.#thresholdBytes);
  }

  /** Bytes above which the server wants plans compressed; infinite where it does not. */
  async #askThreshold(): Promise<number> {
    const keys = [THRESHOLD_KEY, ALGORITHM_KEY];
    const { pairs } = await this.#client.config({ case: "getOption", value: { keys } });
    const valueOf = (key: string): string => pairs.find((pair) => pair.key === key)?.value ?? "";
    // The server prints some sizes with their unit: 10485760b.
    const threshold = Number.parseInt(valueOf(THRESHOLD_KEY), 10);
    const wanted = valueOf(ALGORITHM_KEY).toUpperCase() === "ZSTD" && threshold >= 0;
    return wanted ? threshold : Infinity;
  }
}
