import type { ModuleProcessor, ProcessorClass } from "../../src/cluster/index.js";
import type { ObjectRow, SparkSession } from "../../src/index.js";

/** What a processor yields for the numbers of a range, odd and even ones, as a batch. */
export async function processedRange(
  spark: SparkSession,
  processor: ProcessorClass | ModuleProcessor,
  outputSchema: string,
  count = 1,
): Promise<ObjectRow[]> {
  const output = await spark
    .range(count)
    .selectExpr("id", "id % 2 AS odd")
    .groupBy("odd")
    .transformWithState({ processor, outputSchema, outputMode: "append", timeMode: "None" });
  return output.collect();
}
