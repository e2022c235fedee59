import { describe, expect, it } from "vitest";
import { DataFrameWriter } from "../../../src/dataframe/read-write/dataframe-writer.js";
import { DataFrameWriterV2 } from "../../../src/dataframe/read-write/dataframe-writer-v2.js";
import { jdbcRead } from "../../../src/dataframe/read-write/jdbc-options.js";
import { MergeIntoWriter } from "../../../src/dataframe/read-write/merge-into-writer.js";
import { readArguments } from "../../../src/dataframe/read-write/read-arguments.js";
import { ArgumentError } from "../../../src/errors.js";
import { lit } from "../../../src/functions/index.js";
import { rangeRelation } from "../../../src/plan/relation.js";
import { PythonWorkerVersion } from "../../../src/connection/python-worker-version.js";
import type { SessionContext } from "../../../src/dataframe/session-context.js";
import { arrowCodec } from "../../../src/connection/arrow-codec.js";
import { SparkConnection } from "../../../src/connection/spark-connection.js";
import { SparkVersion } from "../../../src/connection/spark-version.js";
import { UDFRegistration } from "../../../src/session/registration/udf-registration.js";
import { UDTFRegistration } from "../../../src/session/registration/udtf-registration.js";
import { FakeSparkServer } from "../support/fake-spark-server.js";

function unused(): never {
  throw new Error("The argument check must come before any use of the session.");
}

async function withConnection(
  test: (connection: SparkConnection) => void | Promise<void>,
): Promise<void> {
  using server = await FakeSparkServer.start();
  await test(new SparkConnection(server.client(), new SparkVersion("4.0.5"), arrowCodec));
  expect(server.calls).toEqual([]);
}

describe("writers", () => {
  it("refuse an empty list of columns and 0 buckets, before the first request", () =>
    withConnection((connection) => {
      const writer = new DataFrameWriter(
        connection,
        connection.relation(rangeRelation(0n, 1n, 1n)),
      );
      expect(() => writer.bucketBy(0, "a")).toThrow(
        "numBuckets must be a positive integer, got 0.",
      );
      expect(() => writer.bucketBy(2)).toThrow("bucketBy() needs at least one column name.");
      expect(() => writer.sortBy()).toThrow(ArgumentError);
      expect(() => writer.clusterBy([])).toThrow(ArgumentError);
    }));

  it("refuse an empty table name and a merge without clauses", () =>
    withConnection(async (connection) => {
      const rows = connection.relation(rangeRelation(0n, 1n, 1n));
      expect(() => new DataFrameWriterV2(connection, rows, " ")).toThrow(ArgumentError);
      expect(() => new MergeIntoWriter(connection, rows, "", lit(true))).toThrow(ArgumentError);
      const merge = new MergeIntoWriter(connection, rows, "t", lit(true));
      await expect(merge.merge()).rejects.toThrow("A merge needs a clause");
      expect(() => merge.whenMatched().update({})).toThrow("update() needs at least one column");
    }));
});

describe("readers", () => {
  it("accept paths one by one or as an array, and options last", () => {
    expect(readArguments(["a", "b"])).toEqual({ paths: ["a", "b"], options: {} });
    expect(readArguments([["a"], { sep: ";" }])).toEqual({ paths: ["a"], options: { sep: ";" } });
    expect(readArguments(["a", undefined])).toEqual({ paths: ["a"], options: {} });
    expect(() => readArguments([{}, "a"])).toThrow(ArgumentError);
  });

  it("refuse a JDBC column without all its bounds, or together with predicates", () => {
    expect(() => jdbcRead("u", "t", { column: "id", lowerBound: 1 })).toThrow(ArgumentError);
    expect(() => jdbcRead("u", "t", { numPartitions: 1 })).toThrow(ArgumentError);
    const column = { column: "id", lowerBound: 0, upperBound: 1, numPartitions: 1 };
    expect(() => jdbcRead("u", "t", { ...column, predicates: ["a"] })).toThrow(
      "either column or predicates",
    );
  });
});

describe("registrations", () => {
  it("refuse wrong names, types and eval types before the first request", () =>
    withConnection(async (connection) => {
      const context: SessionContext = {
        connection,
        pythonVersion: new PythonWorkerVersion(connection),
        session: unused,
        writeStream: unused,
      };
      const udf = new UDFRegistration(context);
      const python = { source: "", function: "f", returnType: "int" };
      const refused: readonly (readonly [Promise<void>, string])[] = [
        [udf.registerPython(" ", python), "name"],
        [udf.registerPython("f", { ...python, function: "not a name" }), "function"],
        [udf.registerPython("f", { ...python, returnType: "" }), "returnType"],
        [udf.registerPython("f", { ...python, evalType: "SQL_TABLE_UDF" as never }), "evalType"],
        [udf.registerJavaFunction("f", ""), "javaClassName"],
        [udf.registerJavaUDAF("", "a.B"), "name"],
        [
          new UDTFRegistration(context).registerPython("f", { source: "", className: "1" }),
          "className",
        ],
      ];
      for (const [call, argument] of refused) {
        await expect(call).rejects.toMatchObject({ argument });
      }
      const newer = udf.registerPython("f", { ...python, evalType: "SQL_SCALAR_ARROW_UDF" });
      await expect(newer).rejects.toThrow("evalType SQL_SCALAR_ARROW_UDF needs Spark 4.1 or newer");
    }));
});
