import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import {
  AnalysisException,
  ParseException,
  SparkException,
  StreamingQueryException,
} from "../../../src/errors.js";
import { status } from "@grpc/grpc-js";
import type { SparkConnectClient } from "../../../src/transport/spark-connect-client.js";
import {
  Failure,
  FakeSparkServer,
  never,
  sparkFailure,
  sparkTrailer,
  type Script,
} from "../support/fake-spark-server.js";

const ANALYSIS = "org.apache.spark.sql.AnalysisException";
const PARSE = "org.apache.spark.sql.catalyst.parser.ParseException";
const info = {
  classes: JSON.stringify([PARSE, ANALYSIS, "java.lang.Exception"]),
  errorClass: "PARSE_SYNTAX_ERROR",
  sqlState: "42601",
  messageParameters: JSON.stringify({ error: "'FORM'", hint: "" }),
  errorId: "error-1",
  stackTrace: "at com.example.Parser",
};

let server: FakeSparkServer | undefined;
let client: SparkConnectClient | undefined;
afterEach(async () => {
  await client?.close();
  server?.stop();
});

/** The error of an analysis with this script. */
async function thrown(script: Script): Promise<unknown> {
  server = await FakeSparkServer.start(script);
  client = server.client();
  // Answer once first: a failure before the first answer counts as a failure to connect.
  await client.config({ case: "getAll", value: {} });
  return client.analyze({ case: "sparkVersion", value: {} }).then(
    () => undefined,
    (error: unknown) => error,
  );
}

function fails(failure: Failure): Script {
  return {
    analyzePlan: () => {
      throw failure;
    },
  };
}

describe("an error of the server", () => {
  it("has the fields of ErrorInfo if the server no longer has details", async () => {
    const error = await thrown(fails(sparkFailure("bad SQL", info)));
    expect(error).toBeInstanceOf(ParseException);
    expect(error).toMatchObject({
      message: "bad SQL",
      code: "PARSE_SYNTAX_ERROR",
      errorClass: "PARSE_SYNTAX_ERROR",
      sqlState: "42601",
      messageParameters: { error: "'FORM'", hint: "" },
      errorId: "error-1",
      serverStackTrace: "at com.example.Parser",
      grpcStatus: status.INTERNAL,
      serverClasses: [PARSE, ANALYSIS, "java.lang.Exception"],
    });
  });

  it("starts its message without the line break that Spark's parser writes", async () => {
    const error = await thrown(fails(sparkFailure("\n[PARSE_SYNTAX_ERROR] bad SQL\n", info)));
    expect((error as Error).message).toMatch(/^\[PARSE_SYNTAX_ERROR\] bad SQL/);
  });

  it("does not print the server's stack, which would hide the message", async () => {
    const printed = inspect(await thrown(fails(sparkFailure("bad SQL", info))));
    expect(printed).toContain("bad SQL");
    expect(printed).not.toContain("at com.example.Parser");
  });

  it("has the server's chain of causes, query contexts, stacks and parameters", async () => {
    const error = await thrown({
      ...fails(sparkFailure("short", info)),
      fetchErrorDetails: () => ({
        rootErrorIdx: 0,
        errors: [
          {
            errorTypeHierarchy: [ANALYSIS, "java.lang.Exception"],
            message: "the whole message",
            causeIdx: 1,
            stackTrace: [
              { declaringClass: "a.B", methodName: "c", fileName: "B.scala", lineNumber: 7 },
            ],
            sparkThrowable: {
              errorClass: "UNRESOLVED_COLUMN",
              sqlState: "42703",
              messageParameters: { objectName: "`x`" },
              queryContexts: [
                {
                  contextType: 0,
                  objectType: "VIEW",
                  objectName: "v",
                  startIndex: 7,
                  stopIndex: 9,
                  fragment: "x",
                },
                { contextType: 1, callSite: "main.ts:3", summary: "select" },
              ],
            },
          },
          { errorTypeHierarchy: ["java.io.IOException"], message: "the disk", causeIdx: 2 },
          { errorTypeHierarchy: ["com.example.Odd"], message: "the root" },
        ],
      }),
    });
    expect(error).toBeInstanceOf(AnalysisException);
    expect(error).not.toBeInstanceOf(ParseException);
    expect(error).toMatchObject({
      message: "the whole message",
      code: "UNRESOLVED_COLUMN",
      sqlState: "42703",
      messageParameters: { objectName: "`x`" },
      queryContexts: [
        {
          contextType: "sql",
          objectType: "VIEW",
          objectName: "v",
          startIndex: 7,
          stopIndex: 9,
          fragment: "x",
        },
        { contextType: "dataframe", callSite: "main.ts:3", summary: "select" },
      ],
      serverStackTrace: `${ANALYSIS}: the whole message\n\tat a.B.c(B.scala:7)`,
      cause: { name: "SparkException", message: "the disk", cause: { message: "the root" } },
    });
    expect(server?.requests("fetchErrorDetails").map(({ errorId }) => errorId)).toEqual([
      "error-1",
    ]);
  });

  it("leaves out empty query contexts", async () => {
    const error = await thrown({
      ...fails(sparkFailure("short", info)),
      fetchErrorDetails: () => ({
        rootErrorIdx: 0,
        errors: [
          {
            errorTypeHierarchy: [ANALYSIS],
            message: "the whole message",
            sparkThrowable: {
              queryContexts: [{ contextType: 1, startIndex: -1 }, { fragment: "x" }, {}],
            },
          },
        ],
      }),
    });
    expect((error as AnalysisException).queryContexts).toMatchObject([{ fragment: "x" }]);
  });

  it("refers to the server's log if Spark sent no message", async () => {
    for (const text of ["", "Application error processing RPC"]) {
      const error = await thrown(fails(new Failure(status.UNKNOWN, text)));
      expect(error).toBeInstanceOf(SparkException);
      expect((error as Error).message).toMatch(/failed without a message.*log/);
    }
  });

  it("has the ids of the failed streaming query", async () => {
    const streaming = {
      classes: JSON.stringify(["org.apache.spark.sql.streaming.StreamingQueryException"]),
      errorClass: "STREAM_FAILED",
      messageParameters: JSON.stringify({ id: "q", runId: "r", message: "m" }),
    };
    const error = await thrown(fails(sparkFailure("stream failed", streaming)));
    expect(error).toBeInstanceOf(StreamingQueryException);
    expect(error).toMatchObject({ queryId: "q", runId: "r" });
  });

  it("ends its chain of causes if the server's chain is circular", async () => {
    const error = await thrown({
      ...fails(sparkFailure("short", info)),
      fetchErrorDetails: () => ({
        rootErrorIdx: 0,
        errors: [
          { message: "one", causeIdx: 1 },
          { message: "two", causeIdx: 0 },
        ],
      }),
    });
    expect(error).toMatchObject({ message: "one", cause: { message: "two" } });
    expect((error as { cause: Error }).cause.cause).toBeUndefined();
  });

  it.each([
    ["has an invalid index", () => ({ rootErrorIdx: 5, errors: [] })],
    ["is empty", () => ({})],
  ])("has only the status's fields if the server's chain %s", async (_, fetchErrorDetails) => {
    const error = await thrown({ ...fails(sparkFailure("short", info)), fetchErrorDetails });
    expect(error).toMatchObject({ name: "ParseException", message: "short" });
  });

  it("has only the status's fields if its details cannot be fetched, after one attempt", async () => {
    const error = await thrown({
      ...fails(sparkFailure("short", info)),
      fetchErrorDetails: () => {
        throw sparkFailure("details failed", { ...info, errorId: "error-2" });
      },
    });
    expect(error).toMatchObject({ name: "ParseException", message: "short", errorId: "error-1" });
    expect(server?.requests("fetchErrorDetails")).toHaveLength(1);
  });

  it("stops waiting for its details when the session is stopped", async () => {
    server = await FakeSparkServer.start({
      ...fails(sparkFailure("short", info)),
      fetchErrorDetails: never,
    });
    client = server.client();
    const failed = client.analyze({ case: "sparkVersion", value: {} }).catch((e: unknown) => e);
    const seen = server;
    await expect.poll(() => seen.requests("fetchErrorDetails").length).toBe(1);
    await client.close();
    expect(await failed).toMatchObject({ message: "short" });
  });

  const whole = sparkTrailer("whole", info);
  it.each([
    ["empty", new Uint8Array()],
    ["cut off", whole.subarray(0, whole.length >> 1)],
    ["cut off in its first field", whole.subarray(0, 3)],
    ["random bytes", new Uint8Array([255, 255, 255, 255, 255, 7, 0, 1])],
    [
      "made of unreadable entries",
      sparkTrailer("kept", { classes: "{", messageParameters: "[[[" }),
    ],
    [
      "made of unusual entries",
      sparkTrailer("kept", {
        classes: '["constructor","__proto__",7]',
        messageParameters: '{"a":{"toString":1},"b":null,"__proto__":"c"}',
      }),
    ],
  ])("keeps its code and message if its details are %s", async (_, trailer) => {
    const error = await thrown(fails(new Failure(status.INTERNAL, "kept", trailer)));
    expect(error).toBeInstanceOf(SparkException);
    expect(error).toMatchObject({ grpcStatus: status.INTERNAL });
    expect((error as Error).message).toMatch(/^(?:kept|whole)$/);
  });

  it("is an UnsupportedOperationException if an older server does not support the call", async () => {
    const error = await thrown(fails(new Failure(status.UNIMPLEMENTED, "no such method")));
    expect(error).toMatchObject({ name: "UnsupportedOperationException" });
    expect((error as Error).message).toContain("does not support this call");
  });
});
