import { describe, expect, it } from "vitest";
import { GroupedData } from "../../../src/dataframe/grouped-data.js";
import { UnsupportedOperationException } from "../../../src/errors.js";
import { attribute } from "../../../src/plan/expression.js";
import { rangeRelation } from "../../../src/plan/relation.js";
import { PythonWorkerVersion } from "../../../src/connection/python-worker-version.js";
import type { SessionContext } from "../../../src/dataframe/session-context.js";
import { arrowCodec } from "../../../src/connection/arrow-codec.js";
import { SparkConnection } from "../../../src/connection/spark-connection.js";
import { SparkVersion } from "../../../src/connection/spark-version.js";
import { FakeSparkServer } from "../support/fake-spark-server.js";

function unused(): never {
  throw new Error("The version check must come before any use of the session.");
}

describe("transformWithState", () => {
  it.each(["transformWithState", "transformWithStateInPandas"] as const)(
    "%s below Spark 4.1 throws an error that names the method, before the first request",
    async (method) => {
      using server = await FakeSparkServer.start();
      const connection = new SparkConnection(
        server.client(),
        new SparkVersion("4.0.5"),
        arrowCodec,
      );
      const context: SessionContext = {
        connection,
        pythonVersion: new PythonWorkerVersion(connection),
        session: unused,
        writeStream: unused,
      };
      const rows = connection.relation(rangeRelation(0n, 1n, 1n));
      const grouping = { type: "groupby", keys: [attribute("id")] } as const;
      const refused = new GroupedData(context, rows, grouping)[method]({
        source: "",
        className: "Processor",
        outputSchema: "id BIGINT",
        outputMode: "append",
        timeMode: "None",
      });
      await expect(refused).rejects.toBeInstanceOf(UnsupportedOperationException);
      await expect(refused).rejects.toThrow(
        `${method}() needs Spark 4.1 or newer; the server runs Spark 4.0.5.`,
      );
      expect(server.calls).toEqual([]);
    },
  );
});
