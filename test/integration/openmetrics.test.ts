import { spawnSync } from "node:child_process";
import { inject, describe, expect, it } from "vitest";
import { ensurePythonPackages } from "../../src/local/install/python-environment.js";
import { metricsAnswer } from "../../src/monitor/open-metrics.js";
import { FakeService, streamStatus } from "../unit/monitor/support/fake-service.js";
import { report } from "../unit/supervisor/support/fake-spark.js";

/** Parses both formats with Prometheus' own client, and prints the families as JSON. */
const PARSE = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as prometheus

texts = json.load(sys.stdin)
def families(parse, text):
    return {
        family.name: [family.type, family.unit, [[s.name, s.labels, s.value] for s in family.samples]]
        for family in parse(text)
    }
print(json.dumps([families(open_metrics, texts[0]), families(prometheus, texts[1])]))
`;

type Families = Record<string, [type: string, unit: string, samples: unknown[]]>;

describe("the metrics of a monitor", () => {
  it("are valid OpenMetrics and valid Prometheus text for the parsers of Prometheus", async () => {
    const python = inject("python");
    const folder = await ensurePythonPackages(
      "python-metrics",
      ["prometheus_client==0.26.0"],
      { python },
      { environment: process.env, onProgress: () => undefined, signal: undefined },
    );
    const sources = [{ metrics: { maxOffsetsBehindLatest: "17" } }] as never;
    const name = 'a "stream"\\with\nall';
    const service = new FakeService(
      streamStatus(name, {
        restarts: 2,
        rowsTotal: 12n,
        lastProgressAgeMs: 1_500,
        lastProgress: report({ id: "q", runId: "r" }, 1, { sources, processedRowsPerSecond: NaN }),
      }),
      streamStatus("b"),
    );
    const texts = ["application/openmetrics-text", ""].map(
      (accept) => metricsAnswer(service, accept).text,
    );
    const { stdout, stderr } = spawnSync(python, ["-c", PARSE], {
      input: JSON.stringify(texts),
      encoding: "utf8",
      env: { ...process.env, PYTHONPATH: folder },
    });
    expect(stderr).toBe("");
    const [open, plain] = JSON.parse(stdout.replaceAll("NaN", "null")) as [Families, Families];
    expect(open["sparktide_stream_rows"]).toEqual([
      "counter",
      "",
      [
        ["sparktide_stream_rows_total", { stream: name }, 12],
        ["sparktide_stream_rows_total", { stream: "b" }, 0],
      ],
    ]);
    expect(open["sparktide_stream_batch_duration_seconds"]?.slice(0, 2)).toEqual([
      "gauge",
      "seconds",
    ]);
    expect(open["sparktide_stream_source_lag"]?.[2]).toEqual([
      ["sparktide_stream_source_lag", { stream: name, source: "0", unit: "offsets" }, 17],
    ]);
    expect(Object.keys(open).sort()).toEqual(Object.keys(plain).sort());
    expect(Object.keys(open)).toHaveLength(11);
  });
});
