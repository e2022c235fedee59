/** Flows that run once: the client refuses them because this Spark does. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AnalysisException,
  type SparkSession,
  UnsupportedOperationException,
} from "../../src/index.js";
import { connectionOf } from "../../src/pipelines/build-flow.js";
import { withGraph } from "../../src/pipelines/dataflow-graph.js";
import { pipeline } from "../../src/pipelines/index.js";
import { defineFlow } from "../../src/plan/pipeline-command.js";
import { connect, isSparkAtLeast } from "./support.js";

const options = { storage: "file:///tmp/once" };

let spark: SparkSession;
beforeAll(async () => {
  spark = await connect();
});
afterAll(async () => {
  await spark.stop();
});

describe.skipIf(!isSparkAtLeast(4, 1))("a flow that runs once", () => {
  it("is refused by start(), with the flow and the line", async () => {
    const own = pipeline(options)
      .createStreamingTable("prices")
      .appendFlow("prices", () => spark.range(3), { name: "backfill", once: true });
    const started = own.start(spark);
    await expect(started).rejects.toBeInstanceOf(UnsupportedOperationException);
    await expect(started).rejects.toThrow(
      /^The flow backfill uses once: true, which needs Spark 4\.4 .*\nDefined at .*pipeline-once\.test\.ts:\d+\.$/s,
    );
  });

  it("is refused by the server, so the client does not hide a feature", async () => {
    const flow = {
      ...{ name: "backfill", target: "prices", conf: {}, location: undefined, once: true },
      details: { relation: spark.range(3).relation },
    };
    const sent = withGraph(spark, options, {}, (graphId) =>
      connectionOf(spark).run(defineFlow(graphId, flow)),
    );
    await expect(sent).rejects.toBeInstanceOf(AnalysisException);
    await expect(sent).rejects.toMatchObject({
      errorClass: "DEFINE_FLOW_ONCE_OPTION_NOT_SUPPORTED",
    });
  });
});
