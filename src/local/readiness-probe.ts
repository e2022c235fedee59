/** Asks a Spark Connect server for its version, with Node's own HTTP/2: ready means that it answered. */
import { randomUUID } from "node:crypto";
import { connect, type IncomingHttpHeaders } from "node:http2";

/**
 * Asks the server at `url` for its version; rejects when it does not answer or refuses. `url` is a Spark
 * Connect connection string for a plain-text server.
 */
export type ReadinessProbe = (url: string, signal: AbortSignal) => Promise<string>;

/** Protobuf wire format: tag and length-delimited value. Values here are shorter than 128 bytes. */
function field(number: number, value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}

/** spark/connect/base.proto: session_id 1 and user_context 2 (user_id 1) are the same in both requests. */
function sessionFields(sessionId: string): Buffer {
  return Buffer.concat([field(1, sessionId), field(2, field(1, "sparktide-probe"))]);
}

/** AnalyzePlanRequest.spark_version; an empty message. */
const ANALYZE_SPARK_VERSION = field(10, "");
/** AnalyzePlanResponse.spark_version, whose field 1 is the version. */
const RESPONSE_SPARK_VERSION = 8;

/** The first length-delimited field `number` of a message. */
function readField(message: Buffer, number: number): Buffer | undefined {
  let position = 0;
  while (position < message.length) {
    const tag = message[position] ?? 0;
    let length = 0;
    let shift = 0;
    for (position++; position < message.length; shift += 7) {
      const byte = message[position++] ?? 0;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    // Every field before the wanted one is length-delimited; anything else is not this message.
    if ((tag & 7) !== 2) return undefined;
    if (tag >> 3 === number) return message.subarray(position, position + length);
    position += length;
  }
  return undefined;
}

/** The version in the answer to an AnalyzePlan request for it. */
export function parseSparkVersion(response: Buffer): string | undefined {
  const version = readField(response, RESPONSE_SPARK_VERSION);
  return version === undefined ? undefined : readField(version, 1)?.toString("utf8");
}

/** The default probe: one AnalyzePlan call in a session that is released at once. */
export const askSparkVersion: ReadinessProbe = async (url, signal) => {
  const [, host = "", token = ""] = /^sc:\/\/([^/]+)\/;token=(.*)$/.exec(url) ?? [];
  const session = connect(`http://${host}`);
  const abort = (): void => {
    session.destroy();
  };
  signal.addEventListener("abort", abort);
  const closed = new Promise<never>((_resolve, reject) => {
    session.once("error", reject);
    session.once("close", () => {
      reject(new Error("the server closed the connection"));
    });
  });
  closed.catch(() => undefined);

  const call = async (method: string, message: Buffer): Promise<Buffer> => {
    const stream = session.request({
      ":method": "POST",
      ":path": `/spark.connect.SparkConnectService/${method}`,
      "content-type": "application/grpc",
      te: "trailers",
      authorization: `Bearer ${token}`,
    });
    // gRPC frames a message by one byte of flags and four of length.
    const frame = Buffer.alloc(5);
    frame.writeUInt32BE(message.length, 1);
    stream.end(Buffer.concat([frame, message]));
    const chunks: Buffer[] = [];
    let status = "";
    const noteStatus = (headers: IncomingHttpHeaders): void => {
      const message = headers["grpc-message"];
      if (typeof message === "string") status = decodeURIComponent(message);
    };
    stream.on("response", noteStatus);
    stream.on("trailers", noteStatus);
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    await new Promise<void>((resolve, reject) => {
      stream.once("error", reject);
      stream.once("end", resolve);
    });
    if (chunks.length === 0) throw new Error(`the server refused: ${status}`);
    return Buffer.concat(chunks).subarray(5);
  };

  try {
    const fields = sessionFields(randomUUID());
    const answer = await Promise.race([
      call("AnalyzePlan", Buffer.concat([fields, ANALYZE_SPARK_VERSION])),
      closed,
    ]);
    const version = parseSparkVersion(answer);
    if (version === undefined) throw new Error("the answer holds no Spark version");
    await Promise.race([call("ReleaseSession", fields), closed]);
    return version;
  } finally {
    signal.removeEventListener("abort", abort);
    session.destroy();
  }
};
