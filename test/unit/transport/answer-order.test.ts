import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import { anyPack } from "@bufbuild/protobuf/wkt";
import { afterEach, describe, expect, it } from "vitest";
import { ProtocolError } from "../../../src/errors.js";
import { ErrorInfoSchema } from "../../../src/gen/google/rpc/error_details_pb.js";
import {
  PlanSchema,
  type ExecutePlanResponse,
  type ExecutePlanResponseSchema,
} from "../../../src/gen/spark/connect/base_pb.js";
import { arrowCodec } from "../../../src/connection/arrow-codec.js";
import { SparkConnection } from "../../../src/connection/spark-connection.js";
import { SparkVersion } from "../../../src/connection/spark-version.js";
import { goldenCase } from "../arrow/golden.js";
import { FakeSparkServer, unavailable, type Script } from "../support/fake-spark-server.js";

type Response = MessageInitShape<typeof ExecutePlanResponseSchema>;

const plan = create(PlanSchema);
const { stream, rows } = goldenCase("numbers");
const ROWS = rows.length;
const complete: Response = { responseType: { case: "resultComplete", value: {} } };
const schema: Response = {
  schema: {
    kind: {
      case: "struct",
      value: { fields: [{ name: "n", dataType: { kind: { case: "long", value: {} } } }] },
    },
  },
};

/** The result's batch at a position, with the ids that a server would use. */
function batch(index: number, overrides: object = {}): Response {
  return {
    responseId: `batch-${index}`,
    responseType: {
      case: "arrowBatch",
      value: {
        rowCount: BigInt(ROWS),
        data: stream,
        startOffset: BigInt(index * ROWS),
        ...overrides,
      },
    },
  };
}

/** Half of the first batch. */
function half(index: 0 | 1): Response {
  const middle = stream.length >> 1;
  const data = index === 0 ? stream.subarray(0, middle) : stream.subarray(middle);
  const chunk = { data, chunkIndex: BigInt(index), numChunksInBatch: 2n };
  return { ...batch(0, chunk), responseId: `half-${index}` };
}

let server: FakeSparkServer | undefined;
afterEach(() => server?.stop());

/** Counts the batches that the consumer receives before the result ends or fails. */
async function received(script: Script): Promise<{ batches: number; error: unknown }> {
  server = await FakeSparkServer.start(script);
  const client = server.client();
  const connection = new SparkConnection(client, new SparkVersion("4.2.1"), arrowCodec);
  let batches = 0;
  try {
    for await (const { ipcStream } of connection.batches(plan)) {
      expect(Buffer.from(ipcStream).equals(Buffer.from(stream))).toBe(true);
      batches += 1;
    }
    return { batches, error: undefined };
  } catch (error) {
    return { batches, error };
  } finally {
    await client.close();
  }
}

function sends(...responses: Response[]): Script {
  return { executePlan: () => responses };
}

function broken(code: string): object {
  return { name: "ProtocolError", code };
}

describe("a result", () => {
  it("arrives completely if the server sends it in order", async () => {
    const result = await received(sends(schema, batch(0), batch(1), batch(2), complete));
    expect(result).toEqual({ batches: 3, error: undefined });
  });

  it("is refused if a response arrives twice", async () => {
    const { batches, error } = await received(sends(schema, batch(0), batch(0), complete));
    expect(batches).toBe(1);
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject(broken("RESPONSE_REPEATED"));
  });

  it("is refused if a batch arrives twice with different response ids", async () => {
    const again = { ...batch(0), responseId: "another" };
    const { batches, error } = await received(sends(schema, batch(0), again, complete));
    expect(batches).toBe(1);
    expect(error).toMatchObject(broken("ARROW_BATCH_OUT_OF_ORDER"));
  });

  it("is refused if the server starts over after a reattach, even without row offsets", async () => {
    const bare = batch(0, { startOffset: undefined });
    const { batches, error } = await received({
      executePlan: () => [schema, bare],
      reattachExecute: () => [bare, complete],
    });
    expect(batches).toBe(1);
    expect(error).toMatchObject(broken("RESPONSE_REPEATED"));
  });

  it("is refused if a batch is missing", async () => {
    const { batches, error } = await received(sends(schema, batch(0), batch(2), complete));
    expect(batches).toBe(1);
    expect(error).toMatchObject(broken("ARROW_BATCH_OUT_OF_ORDER"));
  });

  it("is assembled from chunks", async () => {
    const result = await received(sends(schema, half(0), half(1), batch(1), complete));
    expect(result).toEqual({ batches: 2, error: undefined });
  });

  it.each([
    ["in the wrong order", [half(1), half(0), complete]],
    ["with a chunk missing before the next batch", [half(0), batch(1), complete]],
    ["without the last chunk", [half(0), complete]],
    ["without the first chunk", [half(1), complete]],
    ["with a repeated chunk", [half(0), { ...half(0), responseId: "another" }, half(1), complete]],
  ])("is refused if its chunks arrive %s", async (_, responses) => {
    const { batches, error } = await received(sends(schema, ...responses));
    expect(batches).toBe(0);
    expect(error).toMatchObject(broken("ARROW_BATCH_OUT_OF_ORDER"));
  });

  it("is refused if rows arrive before their schema", async () => {
    const { error } = await received(sends(batch(0), complete));
    expect(error).toMatchObject(broken("NO_SCHEMA"));
  });

  it("ignores responses of unknown types", async () => {
    const unknownArm: Response = {
      // Field 777, a string, which a later Spark might add.
      $unknown: [
        { no: 777, wireType: WireType.LengthDelimited, data: new Uint8Array([2, 104, 105]) },
      ],
    } as Partial<ExecutePlanResponse> as Response;
    const extension: Response = {
      responseType: { case: "extension", value: anyPack(ErrorInfoSchema, create(ErrorInfoSchema)) },
    };
    const result = await received(
      sends(unknownArm, schema, extension, batch(0), unknownArm, {}, batch(1), complete),
    );
    expect(result).toEqual({ batches: 2, error: undefined });
    expect(server?.requests("executePlan")).toHaveLength(1);
  });

  it("continues in a new stream if a stream ends without ResultComplete", async () => {
    const rest = [batch(1), batch(2)];
    const result = await received({
      executePlan: () => [schema, batch(0)],
      reattachExecute: (_request, call) => (call < 2 ? rest.slice(call, call + 1) : [complete]),
    });
    expect(result).toEqual({ batches: 3, error: undefined });
    const after = server?.requests("reattachExecute").map(({ lastResponseId }) => lastResponseId);
    expect(after).toEqual(["batch-0", "batch-1", "batch-2"]);
  });

  it("continues after the last response if a stream breaks", async () => {
    const result = await received({
      executePlan: async function* () {
        yield* await Promise.resolve([schema, batch(0)]);
        throw unavailable;
      },
      reattachExecute: () => [batch(1), complete],
    });
    expect(result).toEqual({ batches: 2, error: undefined });
  });

  it("is refused if it belongs to another operation", async () => {
    const { error } = await received(sends({ ...schema, operationId: "another" }, complete));
    expect(error).toMatchObject(broken("OPERATION_MISMATCH"));
  });

  it("is refused if it belongs to another session", async () => {
    const { error } = await received(sends({ ...schema, sessionId: "another" }, complete));
    expect(error).toMatchObject(broken("SESSION_MISMATCH"));
  });
});
