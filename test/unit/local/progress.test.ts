import { describe, expect, it } from "vitest";
import { pipProgress } from "../../../src/local/install/pip.js";
import { progressLine, progressText } from "../../../src/local/progress-line.js";
import { ProgressStep, type SetupProgress } from "../../../src/local/progress.js";

const download: SetupProgress = {
  step: "environment",
  detail: "downloading pyspark-4.2.1.tar.gz",
  doneBytes: 120e6,
  totalBytes: 480e6,
  elapsedMs: 14_200,
};

describe("progressText", () => {
  it("contains the action, the amount and the duration", () => {
    expect(progressText(download)).toBe(
      "environment: downloading pyspark-4.2.1.tar.gz (120 of 480 MB, 25 %), 14 s",
    );
  });
  it("omits an unknown amount", () => {
    const text = progressText({ step: "server", detail: "starting Spark", elapsedMs: 1234 });
    expect(text).toBe("server: starting Spark, 1.2 s");
  });
});

describe("progressLine", () => {
  it("rewrites one line on a terminal and ends it when the step finishes", () => {
    const written: string[] = [];
    const listener = progressLine({
      isTTY: true,
      columns: 200,
      write: (text) => written.push(text),
    });
    listener(download);
    listener({ ...download, finished: true });
    expect(written.map((text) => text.startsWith("\r\u001b[K"))).toEqual([true, true]);
    expect(written.map((text) => text.endsWith("\n"))).toEqual([false, true]);
  });
  it("cuts a line to the width of the terminal", () => {
    const written: string[] = [];
    progressLine({ isTTY: true, columns: 20, write: (text) => written.push(text) })(download);
    expect(written[0]?.replace("\r\u001b[K", "")).toHaveLength(19);
  });
  it("does not repeat a line at once if the output is not a terminal", () => {
    const written: string[] = [];
    const listener = progressLine({ write: (text) => written.push(text) });
    listener(download);
    listener({ ...download, doneBytes: 130e6 });
    listener({ step: "environment", detail: "installing 9 packages", elapsedMs: 1 });
    expect(written).toHaveLength(2);
  });
});

describe("ProgressStep", () => {
  it("reports its start, each update and its end", () => {
    const seen: SetupProgress[] = [];
    const step = new ProgressStep("packages", "resolving", (progress) => seen.push(progress));
    step.update("downloading", { done: 1, total: 2 });
    step.finish("2 jars");
    expect(seen.map((progress) => progress.detail)).toEqual(["resolving", "downloading", "2 jars"]);
    expect(seen[1]).toMatchObject({ doneBytes: 1, totalBytes: 2 });
    expect(seen[2]?.finished).toBe(true);
  });
});

describe("pipProgress", () => {
  it("converts pip's lines to actions and bytes", () => {
    const seen: unknown[] = [];
    const onLine = pipProgress({ update: (detail, bytes) => seen.push([detail, bytes]) });
    const kept = [
      "Collecting pandas<3 (from pyspark)",
      "  Downloading pyspark-4.2.1.tar.gz (434.3 MB)",
      "Progress 1000 of 434300000",
      "Installing collected packages: a, b, c",
    ].map(onLine);
    expect(kept).toEqual([true, true, false, true]);
    expect(seen).toEqual([
      ["collecting pandas<3", undefined],
      ["downloading pyspark-4.2.1.tar.gz", undefined],
      ["downloading pyspark-4.2.1.tar.gz", { done: 1000, total: 434300000 }],
      ["installing 3 packages", undefined],
    ]);
  });
});
