/**
 * The limit for every client of the same server: a reattachable ExecutePlan of a query, whose answers are received but
 * not read, and its ReleaseExecute. It has no checks, retries or decoding.
 */
import { randomUUID } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import { SparkConnectService } from "../build/modules/gen/spark/connect/base_pb.js";
import { openChannel } from "../build/modules/transport/channel.js";
import { parseConnectionString } from "../build/modules/transport/connection-string.js";

const { executePlan, releaseExecute } = SparkConnectService.method;
const asIs = (bytes) => bytes;
const REATTACHABLE = {
  requestOption: { case: "reattachOptions", value: { reattachable: true } },
};

function path({ parent, name }) {
  return `/${parent.typeName}/${name}`;
}

function encoded({ input }, request) {
  return Buffer.from(toBinary(input, create(input, request)));
}

/** Opens a connection of its own. `execute` resolves when the whole result has arrived. */
export async function openBareCalls(url) {
  const channel = openChannel(parseConnectionString(url));
  const metadata = await channel.metadata();
  const common = {
    sessionId: randomUUID(),
    userContext: { userId: "bench", userName: "bench" },
    clientType: "bench",
  };
  let planId = 0n;
  async function execute(query) {
    const operationId = randomUUID();
    // A plan id of its own, because Spark caches the plan of an id.
    planId += 1n;
    const root = { common: { planId }, relType: { case: "sql", value: { query } } };
    const request = {
      ...common,
      operationId,
      plan: { opType: { case: "root", value: root } },
      requestOptions: [REATTACHABLE],
    };
    const responses = channel.client.makeServerStreamRequest(
      path(executePlan),
      asIs,
      asIs,
      encoded(executePlan, request),
      metadata,
    );
    // Reads the stream, so that grpc-js receives more.
    for await (const bytes of responses) if (bytes.length === 0) throw new Error("empty answer");
    const release = { ...common, operationId, release: { case: "releaseAll", value: {} } };
    channel.client.makeUnaryRequest(
      path(releaseExecute),
      asIs,
      asIs,
      encoded(releaseExecute, release),
      metadata,
      () => undefined,
    );
  }
  return { execute, stop: () => channel.close() };
}
