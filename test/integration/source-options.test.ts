import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, it } from "vitest";
import * as sources from "../../src/sources/index.js";
import {
  COINGECKO_OPTIONS,
  REST_OPTIONS,
  REST_WRITE_OPTIONS,
  WEATHER_OPTIONS,
} from "../../src/sources/option-names.js";

import { apiUrl, connect } from "./support.js";

const SOURCES = fileURLToPath(new URL("../../python-udsource/src", import.meta.url));

/** An option that only declares the use of the format, which the reader already knows. */
const ONLY_IN_PYTHON = ["streaming"];

/** A list of names in a module of the Python package. */
function pythonNames(module: string, list = "OPTIONS"): string[] {
  const program = `import json; from sparktide_sources.${module} import ${list}; print(json.dumps(${list}))`;
  const env = { ...process.env, PYTHONPATH: SOURCES, PYTHONDONTWRITEBYTECODE: "1" };
  const text = execFileSync(inject("python"), ["-c", program], { encoding: "utf8", env });
  return JSON.parse(text) as string[];
}

describe("the typed options", () => {
  it.each([
    ["weather", "weather", WEATHER_OPTIONS],
    ["coingecko", "coingecko", COINGECKO_OPTIONS],
    ["rest", "_rest.config", REST_OPTIONS],
  ])("of %s are the options that its Python source accepts", (_name, module, names) => {
    const taken = pythonNames(module).filter((name) => !ONLY_IN_PYTHON.includes(name));
    expect(Object.keys(names).sort()).toEqual(taken.sort());
  });

  it("of a write with rest are the options that its Python sink accepts", () => {
    const taken = pythonNames("_rest.sink.sink_options", "SINK_OPTIONS");
    expect(Object.keys(REST_WRITE_OPTIONS).sort()).toEqual(taken.sort());
  });

  it("for credentials are exactly those that register_all() in Python redacts", () => {
    expect(sources.rest.hiddenOptions).toEqual(
      pythonNames("_credentials.plan_redaction", "REDACTED_OPTIONS"),
    );
  });

  it("for credentials are added once to the redaction pattern of the session", async () => {
    await using spark = await connect(sources.rest);
    await spark.dataSource.register(sources.rest, sources.weather);
    const regex = await spark.conf.get("spark.sql.redaction.options.regex");
    expect(regex.split("oauth[T]oken|")).toHaveLength(2);
    expect(regex).toContain("(?i)url");
  });

  it("must be references for all credentials if the session cannot redact them", async () => {
    await using spark = await connect();
    // Spark redacts this value for the session itself, so the client cannot extend it.
    await spark.conf.set("spark.sql.redaction.options.regex", "(?i)password");
    await spark.dataSource.register(sources.rest);
    const options = sources.rest.options({
      url: `${apiUrl()}/items`,
      authType: "Bearer",
      oauthToken: "replay-token",
      allowHttp: true,
      allowPrivateHosts: true,
    });
    const read = spark.read.format("rest").options(options).load();
    await expect(read.count()).rejects.toThrow(
      /^\[PYTHON_DATA_SOURCE_ERROR\] option 'oauthToken' holds a credential itself.*\nFailed to create Python data source instance: Traceback/,
    );
    // The client knows the options, so this needs no request.
    expect(() => spark.read.format("rest").option("ulr", "https://x").load()).toThrow(
      "Unknown option ulr of rest. Did you mean url? Known options: ",
    );
    expect(() => spark.readStream.format("rest").load("https://x")).toThrow(
      "The source rest reads no path: call load() without arguments. Its address is the option url.",
    );
  });
});
