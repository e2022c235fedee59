import { describe, expect, it } from "vitest";
import { AnalysisException, UnsupportedOperationException } from "../../../src/errors.js";
import {
  dataSourceRelation,
  limit,
  rangeRelation,
  relation,
  setOperation,
  type Relation,
} from "../../../src/plan/relation.js";
import { DeployedSources } from "../../../src/connection/deployed-sources.js";
import { SparkVersion } from "../../../src/connection/spark-version.js";
import { coingecko, rest } from "../../../src/sources/index.js";

const deployed = new DeployedSources();
deployed.add("rest", rest);
deployed.add("coingecko", coingecko);

/** A plan with the source as one side of a union. */
function plan(format: string, options: Readonly<Record<string, string>> = {}): Relation {
  const read = dataSourceRelation({ format, options, paths: [], isStreaming: true });
  const source = relation(limit(relation(read, 0n), 1), 1n);
  const other = relation(rangeRelation(0n, 1n, 1n), 2n);
  return relation(setOperation("union", other, source, { isAll: true }), 3n);
}

function extraction(base = '"output"', other = '"STRING"'): AnalysisException {
  return new AnalysisException("Can't extract.", {
    errorClass: "INVALID_EXTRACT_BASE_FIELD_TYPE",
    sqlState: "42000",
    messageParameters: { base, other },
  });
}

describe("an error over a plan that reads rest", () => {
  it("keeps Spark's words and class, and ends with the options that are missing", () => {
    const explained = deployed.explained(extraction(), plan("REST"));
    expect(explained).toBeInstanceOf(AnalysisException);
    expect(explained).toMatchObject({
      errorClass: "INVALID_EXTRACT_BASE_FIELD_TYPE",
      sqlState: "42000",
      message: expect.stringMatching(/^Can't extract\.\n.*outputType=struct.*schema/) as string,
    });
  });

  it.each([
    ["another column", extraction('"d"'), plan("rest")],
    ["a field of the records", extraction('"output.a"'), plan("rest")],
    ["a struct", extraction(), plan("rest", { OUTPUTTYPE: "Struct" })],
    ["another source", extraction(), plan("kafka")],
    ["another error", new AnalysisException("No such column."), plan("rest")],
  ])("is left as it is where it is about %s", (_, error, used) => {
    expect(deployed.explained(error, used)).toBe(error);
  });

  it("loses the values of options that may hold credentials, also those that Spark cut", () => {
    const options = {
      Cookie: "session=sentinel",
      headers: '{"X-Key": "sentinel"}',
      partitions: "2",
    };
    const printed = `Relation rest [Cookie=session=sentinel, headers={"X-Key": "sent..., partitions=2]`;
    const error = new AnalysisException(`Refused.\n${printed}`, {
      serverStackTrace: printed,
      messageParameters: { plan: printed },
      cause: new AnalysisException(printed),
    });
    const explained = deployed.explained(error, plan("rest", options)) as AnalysisException;
    const hidden =
      "Relation rest [Cookie=*********(redacted), headers=*********(redacted)..., partitions=2]";
    expect(explained.message).toBe(`Refused.\n${hidden}`);
    expect(explained.serverStackTrace).toBe(hidden);
    expect(explained.messageParameters).toEqual({ plan: hidden });
    expect(explained.cause).toMatchObject({ message: hidden });
  });
});

describe("availableNow on a plan", () => {
  const before = new SparkVersion("4.1.4");

  it("that reads rest is refused before Spark 4.2, by the names of source, version and ways out", () => {
    const check = (): void => {
      deployed.requireAvailableNow(plan("Rest"), before);
    };
    expect(check).toThrow(UnsupportedOperationException);
    expect(check).toThrow(/source rest needs Spark 4\.2 .*Spark 4\.1\.4.*processingTime.*stop\(\)/);
  });

  it("that reads rest is allowed from Spark 4.2 on, and other sources always", () => {
    deployed.requireAvailableNow(plan("rest"), new SparkVersion("4.2.0"));
    deployed.requireAvailableNow(plan("coingecko"), before);
    deployed.requireAvailableNow(plan("rate"), before);
  });
});
