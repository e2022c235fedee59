import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { restReaderText } from "../../../src/javascript/rest-reader-text.js";

/** What the text uses of sourceText(). */
const AROUND = `
import json

def _is_reference(text):
    return text.startswith(("env:", "file:"))

def _unsupported(problem):
    return RuntimeError("The data source Orders " + problem)

class Partition:
    def __init__(self, value):
        self.value = value

class Caller:
    def __init__(self, options, schema=None):
        self.options = options

class Stopping:
    def __init__(self, caller, shape):
        self.caller = caller

    def initialOffset(self):
        return {"seq": 0}

class DataSourceStreamReader:
    pass

class FakeCaller:
    schema = "{}"

    def call(self, method, *args):
        return {"seq": args[0]["seq"] + 1} if method == "latestOffset" else [{"data": "x"}]
`;

/** Runs Python after the text, and returns what it printed. */
function python(code: string, environment: Readonly<Record<string, string>> = {}): string {
  const text = `${AROUND}\n${restReaderText(["apiKey"])}\n${code}`;
  const { stdout, stderr } = spawnSync("python3", ["-c", text], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", ...environment },
  });
  return (stdout + stderr).trim();
}

describe("the hidden options of a RestSource", () => {
  const shown = (value: string): string =>
    `caller = RestCaller({"APIKEY": "${value}", "url": "env:SPARKTIDE_SECRET_KEY"})
print(json.dumps(caller.options), "v4lue" in str(vars(caller)))`;

  it("pass the values of references to the worker, and keep the references", () => {
    const text = python(shown("env:SPARKTIDE_SECRET_KEY"), { SPARKTIDE_SECRET_KEY: "v4lue" });
    expect(text).toBe(
      '{"APIKEY": "v4lue", "url": "env:SPARKTIDE_SECRET_KEY", "#hidden": "[\\"apiKey\\"]"} False',
    );
  });

  it("must be in the server's list of secrets", () => {
    expect(python(shown("env:HOME"), { HOME: "/home" })).toContain(
      "OptionError: option 'apiKey' refers to 'env:HOME', which is not in the server's list of secrets",
    );
  });

  it("must be references where the server requires it", () => {
    const server = { SPARKTIDE_REQUIRE_SECRET_REFERENCES: "true" };
    expect(python(shown("plain"), server)).toContain(
      "The data source Orders got a credential itself in the option apiKey, which plans on this server would show",
    );
    expect(python(shown("plain"))).toContain('"APIKEY": "plain"');
  });
});

describe("the reader of a RestSource before Spark 4.2", () => {
  it("continues at the offset that a restarted query plans", () => {
    const code = `reader = RestStreamReader(FakeCaller(), {})
print(reader.partitions({"seq": 7}, {"seq": 7})[0].value, reader.latestOffset(), reader.latestOffset())`;
    expect(python(code)).toBe("{'data': 'x'} {'seq': 8} {'seq': 9}");
  });

  it("refuses a restart with Trigger.AvailableNow, which begins at the initial offset", () => {
    const code = `reader = RestStreamReader(FakeCaller(), {})
reader.latestOffset()
reader.partitions({"seq": 7}, {"seq": 7})`;
    expect(python(code)).toContain(
      "The data source Orders cannot continue a query with Trigger.AvailableNow on Spark 4.0 or 4.1.",
    );
  });
});
