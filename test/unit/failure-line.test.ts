import { describe, expect, it } from "vitest";
import { withFailureFirst } from "../../src/failure-line.js";

const TRACEBACK = `Traceback (most recent call last):
  File "<f from TypeScript, 1>", line 2, in f
    raise ValueError('no key')
`;

describe("the message of a failure in Python", () => {
  it.each([
    [
      "the exception's line",
      `[PYTHON_EXCEPTION] An exception was thrown from the Python worker: ${TRACEBACK}ValueError: no key\n SQLSTATE: 38000`,
      "[PYTHON_EXCEPTION] ValueError: no key",
    ],
    [
      "the exception's class, without its module, if it has no message",
      `[PYTHON_EXCEPTION] Failed: ${TRACEBACK}my.package.Odd\n SQLSTATE: 38000`,
      "[PYTHON_EXCEPTION] Odd",
    ],
    [
      "the message of a packaged source's error alone",
      `[PYTHON_DATA_SOURCE_ERROR] Failed to create Python data source instance: ${TRACEBACK}sparktide_sources._errors.OptionError: weather has no option 'citys'. It has: stations.\n`,
      "[PYTHON_DATA_SOURCE_ERROR] weather has no option 'citys'. It has: stations.",
    ],
    [
      "the last exception of a chain",
      `[PYTHON_EXCEPTION] Failed: ${TRACEBACK}KeyError: 'a'\n\nThe above exception was the direct cause of the following exception:\n\n${TRACEBACK}RuntimeError: outer\n`,
      "[PYTHON_EXCEPTION] RuntimeError: outer",
    ],
    [
      "the line of a failed streaming query's batch",
      `[STREAM_FAILED] Query [id = 1, runId = 2] terminated with exception: [PYTHON_EXCEPTION] Found error inside foreachBatch Python process: ${TRACEBACK}ValueError: no key\n SQLSTATE: 38000\n=== Streaming Query ===`,
      "[STREAM_FAILED] ValueError: no key",
    ],
    [
      "the reason of an aborted job",
      "Job aborted due to stage failure: Task 1 in stage 4.0 failed 1 times, most recent failure: Lost task 1.0 in stage 4.0 (TID 5) (localhost executor driver): org.apache.spark.SparkException: Python worker exited unexpectedly (crashed). Set it.\n\tat org.apache.spark.Runner.apply(Runner.scala:1)",
      "Python worker exited unexpectedly (crashed). Set it.",
    ],
  ])("starts with %s, and then has the whole text", (_name, message, first) => {
    const changed = withFailureFirst(message);
    const [line = "", ...rest] = changed.split("\n");
    expect(line).toBe(first);
    const condition = /^\[[A-Z_]+\] /.exec(message)?.[0] ?? "";
    expect(rest.join("\n")).toBe(message.slice(condition.length));
  });

  it("starts with the line of a cause if it has no traceback itself", () => {
    const cause = `[PYTHON_EXCEPTION] Failed: ${TRACEBACK}ValueError: no key\n`;
    expect(withFailureFirst("[TASK_WRITE_FAILED] Task failed.", ["other", cause])).toBe(
      "[TASK_WRITE_FAILED] ValueError: no key\nTask failed.",
    );
  });

  it.each([
    ["has no traceback", "[DIVIDE_BY_ZERO] Division by zero."],
    ["has a traceback that is cut", `[PYTHON_EXCEPTION] Failed: ${TRACEBACK}    more`],
    ["ends after the traceback's title", "Traceback (most recent call last):\n"],
  ])("stays as it is if it %s", (_name, message) => {
    expect(withFailureFirst(message)).toBe(message);
  });
});
