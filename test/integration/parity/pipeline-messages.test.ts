/** A pipeline sends the same requests as PySpark's `spark-pipelines` for the same project, for each dataset and flow. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SparkSession } from "../../../src/index.js";
import { pipeline } from "../../../src/pipelines/index.js";
import { connect } from "../support.js";
import { askPyspark } from "../types/pyspark.js";
import { readRecorded, requestsOf, type RecordedRequest } from "./pipeline-requests.js";
import { projects } from "./pipelines/projects.js";

const PRELUDE = [
  "from pyspark import pipelines as dp",
  "from pyspark.sql import SparkSession",
  "from pyspark.sql import functions as F",
  "from pyspark.sql import types as T",
  "spark = SparkSession.active()",
  "",
].join("\n");

const TEST_FILE = fileURLToPath(new URL("pipelines/projects.ts", import.meta.url));

type Recorded = readonly RecordedRequest[] | { readonly missing: string };

let spark: SparkSession;
let recorded: readonly Recorded[];
beforeAll(async () => {
  spark = await connect();
  recorded = await askPyspark<Recorded[]>(
    "../parity/pyspark_pipelines.py",
    projects.map(({ options, python, sql, run }) => {
      const { conf, ...spec } = options;
      const includes = [
        ...(python === undefined ? [] : ["definitions.py"]),
        ...Object.keys(sql ?? {}),
      ];
      return {
        spec: {
          ...{ name: "golden", ...spec, configuration: conf ?? {} },
          libraries: includes.map((include) => ({ glob: { include } })),
        },
        files: {
          ...sql,
          ...(python !== undefined && { "definitions.py": `${PRELUDE}${python}` }),
        },
        run: run?.python ?? {},
      };
    }),
  );
});
afterAll(async () => {
  await spark.stop();
});

describe("the requests of a pipeline equal PySpark's", () => {
  for (const [index, { title, options, ours, run }] of projects.entries()) {
    it(title, async ({ skip }) => {
      const theirs = recorded[index];
      if (theirs === undefined) throw new Error("PySpark returned fewer projects than requested.");
      if ("missing" in theirs) skip(`this PySpark: ${theirs.missing}`);
      const expected = readRecorded(theirs as readonly RecordedRequest[]);
      const own = pipeline(options);
      ours(own);
      const requests = await requestsOf(spark, own, run?.ours ?? {});
      expect(Object.keys(expected.at(-1)?.command ?? {})).toEqual(["startRun"]);
      const comparable = (all: typeof requests): object[] =>
        all.map(({ command, analysisOf }) => ({ command, analysisOf }));
      expect(comparable(requests)).toEqual(comparable(expected));
      for (const { location } of requests) {
        if (location === undefined) continue;
        expect(location.fileName).toBe(TEST_FILE);
        expect(location.lineNumber).toBeGreaterThan(1);
      }
    });
  }
});
