import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Span, SparkSession, Tracer } from "../../src/index.js";
import { ArgumentError, SparkException, SparkSession as Session } from "../../src/index.js";
import { coingecko, PythonDataSource, rest, weather } from "../../src/sources/index.js";
import { oneRowSource } from "./one-row-source.js";
import { connect, uniqueName } from "./support.js";

/** A source with a given name, or without one: then the server returns its name. */
function source(text: string, name?: string): PythonDataSource {
  return PythonDataSource.fromSource({ source: text, class: "Source", name });
}

/** Counts the requests that make a Python worker load a source, or that ask for a version. */
function analysisCounter(): { readonly tracer: Tracer; count: () => number } {
  let analyses = 0;
  const span: Span = {
    setAttribute: () => span,
    addEvent: () => span,
    setStatus: () => span,
    end: () => undefined,
    spanContext: () => ({ traceId: "0".repeat(32), spanId: "0".repeat(16), traceFlags: 0 }),
  };
  const startActiveSpan: Tracer["startActiveSpan"] = (name, _options, work) => {
    if (name.endsWith("/AnalyzePlan")) analyses += 1;
    return work(span);
  };
  return { tracer: { startActiveSpan }, count: () => analyses };
}

describe("registering several data sources", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  async function version(name: string): Promise<unknown> {
    const [row] = await spark.read.format(name).load().collect();
    return row?.["version"];
  }

  it("asks one worker about all sources, and asks for the Python version once", async () => {
    const builder = (counter: ReturnType<typeof analysisCounter>) =>
      Session.builder().remote(inject("sparkUrl")).tracer(counter.tracer);
    const plain = analysisCounter();
    await using session = await builder(plain).create();
    const toConnect = plain.count();
    await session.dataSource.register(weather, coingecko, rest);
    expect(plain.count() - toConnect).toBe(2);
    await session.dataSource.register(weather, coingecko, rest);
    expect(plain.count() - toConnect).toBe(3);

    const withSources = analysisCounter();
    await using other = await builder(withSources).dataSources(weather, coingecko, rest).create();
    expect(withSources.count() - toConnect).toBe(2);
    expect(other.sessionId).not.toBe(session.sessionId);
  });

  it("accepts sources with and without a name in one call", async () => {
    const [named, unnamed] = [uniqueName("named"), uniqueName("unnamed")];
    await spark.dataSource.register(
      source(oneRowSource(unnamed, "u1")),
      source(oneRowSource(named, "n1"), named),
    );
    expect(await version(named)).toBe("n1");
    expect(await version(unnamed)).toBe("u1");
  });

  it("registers no source if one cannot be loaded, and names each such source", async () => {
    const [kept, fresh, bad] = [uniqueName("kept"), uniqueName("fresh"), uniqueName("bad")];
    await spark.dataSource.register(source(oneRowSource(kept, "v1"), kept));
    const failure = await spark.dataSource
      .register(
        source(oneRowSource(kept, "v2"), kept),
        source(oneRowSource(fresh, "v1")),
        source("import no_such_module", bad),
        source("import no_such_either"),
      )
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SparkException);
    const { message } = failure as SparkException;
    expect(message).toMatch(
      new RegExp(
        `^Data source ${bad} cannot be loaded on the server: .*no_such_module.*\n` +
          "Data source number 4 \\(from Python text\\) cannot be loaded on the server: .*no_such_either.*$",
      ),
    );
    expect(await version(kept)).toBe("v1");
    await expect(version(fresh)).rejects.toMatchObject({ errorClass: "DATA_SOURCE_NOT_FOUND" });
  });

  it("names the source that crashes the worker that loads it", async () => {
    const [good, ending] = [uniqueName("good"), uniqueName("ending")];
    const failure = spark.dataSource.register(
      source(oneRowSource(good, "v1"), good),
      source("import os\nos._exit(3)", ending),
    );
    const message = await failure.catch((error: unknown) => (error as Error).message);
    expect(message).toContain(`Data source ${ending} cannot be loaded on the server: `);
    expect(message).not.toContain(good);
  });

  it("refuses two classes with the same source name", async () => {
    const name = uniqueName("twice");
    const failure = spark.dataSource.register(
      source(oneRowSource(name, "v1")),
      source(oneRowSource(name.toUpperCase(), "v2")),
    );
    await expect(failure).rejects.toBeInstanceOf(ArgumentError);
    await expect(failure).rejects.toThrow(`Two data sources are named ${name}`);
  });
});
