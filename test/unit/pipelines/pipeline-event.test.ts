import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { pipelineEvent } from "../../../src/pipelines/pipeline-event.js";

/** The texts of Spark 4.1.4, 4.2.1 and 4.3.0, which are equal. */
const TEXTS: readonly (readonly [message: string, read: object])[] = [
  ["Flow spark_catalog.ev.s is QUEUED.", { flow: "spark_catalog.ev.s", state: "QUEUED" }],
  ["Flow spark_catalog.ev.s is PLANNING.", { flow: "spark_catalog.ev.s", state: "PLANNING" }],
  ["Flow spark_catalog.ev.s is STARTING.", { flow: "spark_catalog.ev.s", state: "STARTING" }],
  ["Flow spark_catalog.ev.s is RUNNING.", { flow: "spark_catalog.ev.s", state: "RUNNING" }],
  ["Flow spark_catalog.ev.s has COMPLETED.", { flow: "spark_catalog.ev.s", state: "COMPLETED" }],
  ["Flow 'spark_catalog.ev.s' is EXCLUDED.", { flow: "spark_catalog.ev.s", state: "EXCLUDED" }],
  [
    "Flow 'spark_catalog.ev.m' SKIPPED due to upstream failure(s).",
    { flow: "spark_catalog.ev.m", state: "SKIPPED" },
  ],
  [
    "Flow 'spark_catalog.ev.f' has FAILED.\nError: [USER_RAISED_EXCEPTION] bad SQLSTATE: P0001",
    {
      ...{ flow: "spark_catalog.ev.f", state: "FAILED" },
      error: {
        message: "[USER_RAISED_EXCEPTION] bad SQLSTATE: P0001",
        errorClass: "USER_RAISED_EXCEPTION",
      },
    },
  ],
  [
    "Flow 'spark_catalog.ev.s' has FAILED more than 1 times and will not be restarted.\nError: [STREAM_FAILED] Query [id = 1, runId = 2] terminated with exception: bad\nSQLSTATE: XXKST",
    {
      ...{ flow: "spark_catalog.ev.s", state: "FAILED" },
      error: {
        message:
          "[STREAM_FAILED] Query [id = 1, runId = 2] terminated with exception: bad\nSQLSTATE: XXKST",
        errorClass: "STREAM_FAILED",
      },
    },
  ],
  [
    "Failed to resolve flow: 'spark_catalog.ev.u'.\nError: [TABLE_OR_VIEW_NOT_FOUND] The table or view `nothing` cannot be found.",
    {
      ...{ flow: "spark_catalog.ev.u", state: "FAILED" },
      error: {
        message: "[TABLE_OR_VIEW_NOT_FOUND] The table or view `nothing` cannot be found.",
        errorClass: "TABLE_OR_VIEW_NOT_FOUND",
      },
    },
  ],
  [
    "Failed to resolve flow due to upstream failure: 'spark_catalog.ev.w'.\nError: Failed to read dataset 'spark_catalog.ev.u'. Dataset is defined in the pipeline but could not be resolved.",
    {
      ...{ flow: "spark_catalog.ev.w", state: "SKIPPED" },
      error: {
        message:
          "Failed to read dataset 'spark_catalog.ev.u'. Dataset is defined in the pipeline but could not be resolved.",
      },
    },
  ],
  ["Run is COMPLETED.", { runState: "COMPLETED" }],
  ["Run is CANCELED.", { runState: "CANCELED" }],
  ["A text of a later Spark", {}],
];

describe("pipelineEvent()", () => {
  it.each(TEXTS)("reads %s", (message, read) => {
    const at = new Date("2026-12-01T10:00:00.125Z");
    const event = pipelineEvent({ message, timestamp: timestampFromDate(at) }, () => undefined);
    expect(event).toEqual({ timestamp: at, message, ...read });
  });

  it("adds the dataset of the flow", () => {
    const event = pipelineEvent({ message: "Flow a.b.c is RUNNING." }, (flow) => `of ${flow}`);
    expect(event).toMatchObject({ flow: "a.b.c", dataset: "of a.b.c", state: "RUNNING" });
  });

  it("reads names with dots, spaces and quotes in their parts", () => {
    const message = "Flow 'spark_catalog.ev.it's a.b' has FAILED.\nError: bad";
    expect(pipelineEvent({ message }, () => undefined).flow).toBe("spark_catalog.ev.it's a.b");
  });

  it("has the message of a function in TypeScript that failed, not its details", () => {
    const details = { name: "TypeError", message: "bad", failure: "JAVASCRIPT_FUNCTION_FAILED" };
    const json = JSON.stringify({ ...details, summary: "slug failed: TypeError: bad" });
    const message = `Flow 'a.b.c' has FAILED.\nError: [PYTHON_EXCEPTION] Traceback …\n[SPARKTIDE_DETAILS]${json}[/SPARKTIDE_DETAILS]`;
    expect(pipelineEvent({ message }, () => undefined).error).toEqual({
      message: "slug failed: TypeError: bad",
      errorClass: "JAVASCRIPT_FUNCTION_FAILED",
    });
  });
});
