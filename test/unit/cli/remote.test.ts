import { describe, expect, it } from "vitest";
import { OptionValues } from "../../../src/cli/option-values.js";
import {
  clockSkewMs,
  transportChecks,
  versionCheck,
} from "../../../src/cli/doctor/server-checks.js";
import { bytecodeCheck } from "../../../src/cli/doctor/worker-checks.js";
import { nodeCheck } from "../../../src/cli/doctor/machine-checks.js";
import { splitAdvice } from "../../../src/cli/doctor/check.js";
import { findRemote, remoteEndpoint, remoteKeys, remoteValue } from "../../../src/cli/remote.js";

describe("findRemote", () => {
  it("prefers the command line to the environment, and returns where the address comes from", async () => {
    const environment = { SPARK_REMOTE: "sc://env" };
    expect(await findRemote(new OptionValues({}), environment)).toEqual({
      url: "sc://env",
      origin: "SPARK_REMOTE",
    });
    expect(await findRemote(new OptionValues({ remote: "sc://line" }), environment)).toEqual({
      url: "sc://line",
      origin: "--remote",
    });
    expect(await findRemote(new OptionValues({}), { SPARK_REMOTE: "" })).toBeUndefined();
  });
  it("refuses two addresses, and a file that cannot be read", async () => {
    const both = new OptionValues({ remote: "sc://a", "remote-file": "b" });
    await expect(findRemote(both, {})).rejects.toThrow("--remote or --remote-file, not both");
    const missing = new OptionValues({ "remote-file": "/nonexistent/address" });
    await expect(findRemote(missing, {})).rejects.toThrow(
      "cannot be read (ENOENT). `sparktide up --remote-file` writes it once its Spark answers.",
    );
  });
});

describe("remoteEndpoint and remoteKeys", () => {
  it("return no secret of the address", () => {
    const url = "sc://spark.example:443/;token=abc;use_ssl=true;x-team=t";
    expect(remoteEndpoint(url)).toEqual({ host: "spark.example", port: 443 });
    expect(remoteEndpoint("sc://[::1]")).toEqual({ host: "::1", port: 15002 });
    expect(remoteEndpoint("sc://[::1]:7/")).toEqual({ host: "::1", port: 7 });
    expect(remoteKeys(url)).toEqual(["token", "use_ssl", "x-team"]);
    expect(remoteValue(url, "use_ssl")).toBe("true");
    expect(remoteValue(url, "ssl")).toBeUndefined();
  });
});

describe("the doctor's checks", () => {
  const statuses = (url: string): string[] =>
    transportChecks({ url, origin: "--remote" }, {}).map(({ name, status }) => `${name} ${status}`);

  it("warn about plaintext to another machine, and about a server without a token", () => {
    expect(statuses("sc://spark.example/")).toEqual(["tls warn", "token warn"]);
    expect(statuses("sc://localhost/")).toEqual(["tls ok", "token warn"]);
    expect(statuses("sc://127.0.0.1:1/;token=x")).toEqual(["tls ok", "token ok"]);
    expect(statuses("sc://spark.example/;token=x")).toEqual(["tls ok", "token ok"]);
    expect(statuses("sc://spark.example/;token=x;use_ssl=false")).toEqual(["tls warn", "token ok"]);
  });
  it("warn if the driver, the executors or both compile PySpark, and name the folder of PySpark", () => {
    const compiled = { folder: "/python/site-packages", isCompiled: true };
    const source = { folder: "/spark/python/lib/pyspark.zip", isCompiled: false };
    expect(bytecodeCheck("3.11.7", compiled, compiled)).toMatchObject({ status: "ok", fix: null });
    const onDriver = bytecodeCheck("3.11.7", source, compiled);
    expect(onDriver.status).toBe("warn");
    expect(onDriver.detail).toMatch(
      /pyspark\.zip on the driver, without code compiled for Python 3\.11\.7\.$/,
    );
    expect(bytecodeCheck("3.11.7", compiled, source).detail).toContain(
      "zip on the executors, without",
    );
    expect(bytecodeCheck("3.11.7", source, source).detail).toMatch(
      /on the driver and from \S+ on the executors/,
    );
  });
  it("report only the part of a clock difference that the response time cannot explain", () => {
    expect(clockSkewMs(1000, 1050, 1100)).toBe(0);
    expect(clockSkewMs(1000, 9100, 1100)).toBe(8000);
    expect(clockSkewMs(1000, 400, 1100)).toBe(-600);
  });
  it("fail for a Node older than 20.19, and warn about a Spark line that is not tested", () => {
    expect(nodeCheck("20.18.9").status).toBe("fail");
    expect(nodeCheck("20.19.0").status).toBe("ok");
    expect(nodeCheck("26.1.0").status).toBe("ok");
    expect(versionCheck("4.2.1").status).toBe("ok");
    expect(versionCheck("4.9.0").status).toBe("warn");
  });
  it("split an error's message into the problem and the advice", () => {
    expect(splitAdvice(new Error("The host has no address. Check its spelling."))).toEqual({
      problem: "The host has no address.",
      advice: "Check its spelling.",
    });
    expect(splitAdvice(new Error("plain"))).toEqual({ problem: "plain", advice: "" });
  });
});
