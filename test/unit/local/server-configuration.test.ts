import { describe, expect, it } from "vitest";
import { serverRequest, type LocalSparkOptions } from "../../../src/local/local-spark-options.js";
import type { PreparedSpark } from "../../../src/local/install/prepare.js";
import {
  javaArguments,
  propertiesText,
  serverEnvironment,
  serverFiles,
  sparkSettings,
} from "../../../src/local/server/server-configuration.js";

const prepared: PreparedSpark = {
  sparkVersion: "4.2.1",
  sparkHome: "/spark",
  pythonPath: "/venv/bin/python",
  java: { path: "/jdk/bin/java", home: "/jdk", major: 17, fullVersion: "17", origin: "PATH" },
  javaOptions: [],
  packageJars: ["/ivy/delta.jar"],
  classPath: ["/spark/jars/a.jar", "/ivy/delta.jar"],
};
const files = serverFiles("/work", "/logs/spark.log");

function settings(options: LocalSparkOptions): Record<string, string> {
  return sparkSettings(prepared, serverRequest(options), files, "/ivy");
}

describe("the server's settings", () => {
  it("bind everything to loopback and keep all data in the work folder", () => {
    expect(settings({})).toMatchObject({
      "spark.connect.grpc.binding.address": "127.0.0.1",
      "spark.driver.bindAddress": "127.0.0.1",
      "spark.ui.enabled": "false",
      "spark.sql.warehouse.dir": "/work/warehouse",
    });
  });
  it("are overridden by the caller's settings", () => {
    const conf = { "spark.sql.shuffle.partitions": "7" };
    expect(settings({ conf })["spark.sql.shuffle.partitions"]).toBe("7");
  });
  it("contain Delta's extension and the caller's", () => {
    const conf = { "spark.sql.extensions": "my.Extension" };
    expect(settings({ conf })["spark.sql.extensions"]).toBe(
      "io.delta.sql.DeltaSparkSessionExtension,my.Extension",
    );
    expect(settings({ conf, delta: false })["spark.sql.extensions"]).toBe("my.Extension");
  });
  it("pass package jars to executors, and resolve no package a second time", () => {
    const conf = { "spark.jars.packages": "a:b:1" };
    expect(settings({ conf })).not.toHaveProperty("spark.jars");
    const cluster = settings({ conf, master: "local-cluster[2,1,1024]" });
    expect(cluster["spark.jars"]).toBe("/ivy/delta.jar");
    expect(cluster).not.toHaveProperty("spark.jars.packages");
  });
});

describe("the server's command line", () => {
  it("holds neither the token nor any setting", () => {
    const request = serverRequest({ conf: { "spark.hadoop.fs.s3a.secret.key": "s3cret" } });
    const line = javaArguments(prepared, request, files, []).join(" ");
    expect(line).not.toContain("s3cret");
    expect(line).not.toContain("--conf");
  });
  it("has Java 24's options only for Java 24 and newer", () => {
    const on = (major: number): string =>
      javaArguments(
        { ...prepared, java: { ...prepared.java, major } },
        serverRequest({}),
        files,
        [],
      ).join(" ");
    expect(on(21)).not.toContain("--sun-misc-unsafe-memory-access");
    expect(on(25)).toContain("--sun-misc-unsafe-memory-access=allow");
  });
});

describe("the server's environment", () => {
  it("contains the token, and no variables of another Spark or Python", () => {
    const inherited = {
      PATH: "/bin",
      SPARK_HOME: "/other",
      SPARK_REMOTE: "sc://other",
      PYTHONPATH: "/other",
      PYSPARK_SUBMIT_ARGS: "--x",
    };
    const request = serverRequest({ env: { MY_KEY: "v" } });
    const environment = serverEnvironment(prepared, request, files, "t0ken", inherited);
    expect(environment).toMatchObject({
      PATH: "/bin",
      MY_KEY: "v",
      SPARK_HOME: "/spark",
      SPARK_LOCAL_IP: "127.0.0.1",
      SPARK_CONNECT_AUTHENTICATE_TOKEN: "t0ken",
    });
    for (const name of ["SPARK_REMOTE", "PYTHONPATH", "PYSPARK_SUBMIT_ARGS"]) {
      expect(environment).not.toHaveProperty(name);
    }
  });
});

describe("propertiesText", () => {
  it("escapes what Java's .properties format treats specially", () => {
    expect(propertiesText({ "a b:c": " x=\\d\n\té" })).toBe("a\\ b\\:c=\\ x=\\\\d\\n\\t\\u00e9\n");
  });
});
