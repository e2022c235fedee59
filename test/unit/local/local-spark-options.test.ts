import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { hasExecutors, serverRequest } from "../../../src/local/local-spark-options.js";

describe("serverRequest", () => {
  it("selects the newest Spark with Delta Lake by default, and adds Delta", () => {
    const request = serverRequest({});
    expect(request.release.version).toMatch(/^4\.2\./);
    expect(request).toMatchObject({ delta: true, master: "local[2]", port: 0 });
  });
  it("selects the newest release of a line", () => {
    expect(serverRequest({ sparkVersion: "4.0" }).release.version).toMatch(/^4\.0\.\d+$/);
  });
  it("omits Delta if it has no release for this Spark, and refuses delta: true there", () => {
    expect(serverRequest({ sparkVersion: "4.3" }).delta).toBe(false);
    expect(() => serverRequest({ sparkVersion: "4.3", delta: true })).toThrow(
      /no release for Spark 4\.3/,
    );
  });
  it.each([
    ["sparkVersion", { sparkVersion: "3.5" }],
    ["port", { port: 70_000 }],
    ["port", { port: 1.5 }],
    ["heapMb", { heapMb: 1 }],
    ["master", { master: "yarn" }],
    ["conf", { conf: { "my.key": "1" } }],
    ["conf", { conf: { "spark.connect.grpc.binding.address": "0.0.0.0" } }],
    ["conf", { conf: { "spark.driver.bindAddress": "10.0.0.1" } }],
    ["conf", { conf: { "spark.connect.grpc.binding.port": "15002" } }],
    ["conf", { conf: { "spark.connect.authenticate.token": "known" } }],
    ["env", { env: { SPARK_LOCAL_IP: "0.0.0.0" } }],
    ["env", { env: { SPARK_CONNECT_AUTHENTICATE_TOKEN: "known" } }],
  ])("refuses a wrong %s before any I/O: %j", (argument, options) => {
    let caught: unknown;
    try {
      serverRequest(options);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(ArgumentError);
    expect((caught as ArgumentError).argument).toBe(argument);
  });
  it("accepts another loopback address", () => {
    const conf = { "spark.driver.bindAddress": "127.0.0.2" };
    expect(serverRequest({ conf }).conf).toEqual(conf);
  });
  it("distinguishes masters that start executors", () => {
    expect(["local", "local[*]", "local[2,3]"].map(hasExecutors)).toEqual([false, false, false]);
    expect(["local-cluster[2,1,1024]", "spark://h:7077"].map(hasExecutors)).toEqual([true, true]);
  });
});
