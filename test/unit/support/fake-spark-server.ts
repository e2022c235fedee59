import {
  create,
  fromBinary,
  toBinary,
  type DescMethod,
  type Message,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import { anyPack, type Any } from "@bufbuild/protobuf/wkt";
import * as grpc from "@grpc/grpc-js";
import { ErrorInfoSchema, RetryInfoSchema } from "../../../src/gen/google/rpc/error_details_pb.js";
import { StatusSchema } from "../../../src/gen/google/rpc/status_pb.js";
import { SparkConnectService } from "../../../src/gen/spark/connect/base_pb.js";
import { openChannel, type Channel } from "../../../src/transport/channel.js";
import { parseConnectionString } from "../../../src/transport/connection-string.js";
import { DEFAULT_RETRY_POLICY } from "../../../src/transport/retry.js";
import type { SparkConnectClientOptions } from "../../../src/transport/client-requests.js";
import { SparkConnectClient } from "../../../src/transport/spark-connect-client.js";

type Methods = typeof SparkConnectService.method;
type Rpc = keyof Methods;
type Kind<K> = { [R in Rpc]: Methods[R]["methodKind"] extends K ? R : never }[Rpc];
type Input<R extends Rpc> = MessageShape<Methods[R]["input"]>;
type Answer<R extends Rpc> = MessageInitShape<Methods[R]["output"]>;

/** The handler of each RPC; `call` counts that RPC's calls from 0. A handler fails by throwing a Failure. */
export type Script = {
  [R in Kind<"unary">]?: (request: Input<R>, call: number) => Answer<R> | Promise<Answer<R>>;
} & {
  [R in Kind<"server_streaming">]?: (
    request: Input<R>,
    call: number,
  ) => Iterable<Answer<R>> | AsyncIterable<Answer<R>>;
} & {
  addArtifacts?: (
    requests: AsyncIterable<Input<"addArtifacts">>,
    call: number,
  ) => Promise<Answer<"addArtifacts">>;
};

/** The failure of a scripted RPC. */
export class Failure extends Error {
  readonly code: grpc.status;
  readonly details: string;
  readonly metadata: grpc.Metadata = new grpc.Metadata();

  /** @param trailer the bytes of `grpc-status-details-bin` */
  constructor(code: grpc.status, details: string, trailer?: Uint8Array) {
    super(details);
    this.code = code;
    this.details = details;
    if (trailer !== undefined) this.metadata.set("grpc-status-details-bin", Buffer.from(trailer));
  }
}

/** A failure in the form of Spark's own errors: INTERNAL, with an ErrorInfo of these entries. */
export function sparkFailure(message: string, metadata: Record<string, string>): Failure {
  return new Failure(grpc.status.INTERNAL, message, sparkTrailer(message, metadata));
}

/** An encoded status of Spark. */
export function sparkTrailer(message: string, metadata: Record<string, string>): Uint8Array {
  const info = create(ErrorInfoSchema, { domain: "org.apache.spark", metadata });
  return encodedStatus(message, anyPack(ErrorInfoSchema, info));
}

/** A failure that requests a retry after a pause. */
export function retryLater(delayMs: number): Failure {
  const retryDelay = { seconds: BigInt(Math.floor(delayMs / 1000)), nanos: (delayMs % 1000) * 1e6 };
  const info = anyPack(RetryInfoSchema, create(RetryInfoSchema, { retryDelay }));
  return new Failure(grpc.status.INTERNAL, "later", encodedStatus("later", info));
}

function encodedStatus(message: string, detail: Any): Uint8Array {
  const code = grpc.status.INTERNAL;
  return toBinary(StatusSchema, create(StatusSchema, { code, message, details: [detail] }));
}

export const unavailable: Failure = new Failure(grpc.status.UNAVAILABLE, "scripted");

/** An answer that never arrives. */
export function never(): Promise<never> {
  return new Promise<never>(() => undefined);
}

/** A request that the server received. */
interface SeenCall {
  readonly rpc: Rpc;
  readonly request: Message;
  readonly metadata: grpc.Metadata;
}

/** The handlers of RPCs without a script: they return simple answers. */
const DEFAULTS: Script = {
  analyzePlan: () => ({ result: { case: "sparkVersion", value: { version: "4.2.1" } } }),
  config: () => ({}),
  interrupt: () => ({}),
  releaseExecute: () => ({}),
  releaseSession: () => ({}),
  artifactStatus: () => ({}),
  fetchErrorDetails: () => ({}),
  cloneSession: () => ({}),
  getStatus: () => ({}),
  addArtifacts: async (requests) => {
    const iterator = requests[Symbol.asyncIterator]();
    while ((await iterator.next()).done !== true);
    return {};
  },
};

/** The type of all handlers, regardless of their RPC. */
type AnyHandler = (request: unknown, call: number) => unknown;

/**
 * A gRPC server inside the test that answers as its script says, for orders of answers that a real Spark
 * rarely produces. The server adds session, operation and response ids if the script has none.
 */
export class FakeSparkServer {
  readonly calls: SeenCall[] = [];
  /** Unary calls that the client cancelled. */
  readonly cancelled: Rpc[] = [];
  serverSideSessionId = "server-side-1";
  readonly #server = new grpc.Server();
  readonly #script: Script;
  #port = 0;
  #responses = 0;

  private constructor(script: Script) {
    this.#script = { ...DEFAULTS, ...script };
  }

  static async start(
    script: Script = {},
    credentials: grpc.ServerCredentials = grpc.ServerCredentials.createInsecure(),
  ): Promise<FakeSparkServer> {
    const fake = new FakeSparkServer(script);
    const definition: Record<string, grpc.MethodDefinition<Message, Message>> = {};
    const handlers: Record<string, grpc.UntypedHandleCall> = {};
    for (const method of SparkConnectService.methods) {
      const handler = fake.#script[method.localName as Rpc] as AnyHandler | undefined;
      if (handler === undefined) continue;
      definition[method.localName] = definitionOf(method);
      handlers[method.localName] = fake.#handlerOf(method, handler);
    }
    fake.#server.addService(definition, handlers);
    fake.#port = await new Promise<number>((resolve, reject) => {
      fake.#server.bindAsync("127.0.0.1:0", credentials, (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
    });
    return fake;
  }

  get port(): number {
    return this.#port;
  }

  get remote(): string {
    return `sc://127.0.0.1:${this.#port}`;
  }

  /** A client of this server. By default its retries wait a millisecond. */
  client(
    options: Partial<SparkConnectClientOptions> = {},
    channel: Channel = openChannel(parseConnectionString(this.remote)),
  ): SparkConnectClient {
    return new SparkConnectClient(channel, {
      sessionId: "00112233-4455-6677-8899-aabbccddeeff",
      userId: "test",
      clientType: "test",
      retryPolicy: { ...DEFAULT_RETRY_POLICY, initialBackoffMs: 1, maxBackoffMs: 1 },
      ...options,
    });
  }

  /** The requests of one RPC that the server has received so far. */
  requests<R extends Rpc>(rpc: R): Input<R>[] {
    return this.calls.filter((call) => call.rpc === rpc).map(({ request }) => request as Input<R>);
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  #answer(method: DescMethod, request: Message, init: unknown): Message {
    const fields = request as Message & { sessionId?: string; operationId?: string };
    return create(method.output, {
      sessionId: fields.sessionId ?? "",
      serverSideSessionId: this.serverSideSessionId,
      ...(method.methodKind === "server_streaming" && {
        operationId: fields.operationId ?? "",
        responseId: `response-${++this.#responses}`,
      }),
      ...(init as object),
    });
  }

  #handlerOf(method: DescMethod, handler: AnyHandler): grpc.UntypedHandleCall {
    const rpc = method.localName as Rpc;
    let calls = 0;
    const note = (request: Message, metadata: grpc.Metadata): void =>
      void this.calls.push({ rpc, request, metadata });
    switch (method.methodKind) {
      case "server_streaming":
        return (call: grpc.ServerWritableStream<Message, Message>) => {
          note(call.request, call.metadata);
          const send = async (): Promise<void> => {
            const answers = handler(call.request, calls++) as AsyncIterable<unknown>;
            for await (const answer of answers) {
              if (call.cancelled) return;
              call.write(this.#answer(method, call.request, answer));
            }
            call.end();
          };
          send().catch((error: unknown) => call.emit("error", error));
        };
      case "client_streaming":
        return (
          call: grpc.ServerReadableStream<Message, Message>,
          done: grpc.sendUnaryData<Message>,
        ) => {
          let first: Message | undefined;
          const requests = async function* (): AsyncGenerator<Message> {
            for await (const request of call as AsyncIterable<Message>) {
              first ??= request;
              note(request, call.metadata);
              yield request;
            }
          };
          const answer = async (): Promise<Message> => {
            const init = await handler(requests(), calls++);
            if (first === undefined) throw new Error(`${rpc} got no request`);
            return this.#answer(method, first, init);
          };
          answer().then((message) => {
            done(null, message);
          }, done);
        };
      default:
        return (
          call: grpc.ServerUnaryCall<Message, Message>,
          done: grpc.sendUnaryData<Message>,
        ) => {
          note(call.request, call.metadata);
          call.on("cancelled", () => this.cancelled.push(rpc));
          const answer = async (): Promise<Message> =>
            this.#answer(method, call.request, await handler(call.request, calls++));
          answer().then((message) => {
            done(null, message);
          }, done);
        };
    }
  }
}

function definitionOf(method: DescMethod): grpc.MethodDefinition<Message, Message> {
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: method.methodKind === "client_streaming",
    responseStream: method.methodKind === "server_streaming",
    requestSerialize: (message) => Buffer.from(toBinary(method.input, message)),
    requestDeserialize: (bytes) => fromBinary(method.input, bytes),
    responseSerialize: (message) => Buffer.from(toBinary(method.output, message)),
    responseDeserialize: (bytes) => fromBinary(method.output, bytes),
  };
}
