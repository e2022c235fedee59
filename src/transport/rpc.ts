import "./byte-order-marks.js";
import { create, fromBinary } from "@bufbuild/protobuf";
import type { DescMessage, DescMethod, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type * as grpc from "@grpc/grpc-js";
import { SparkConnectService } from "../gen/spark/connect/base_pb.js";
import { thrownMessage } from "../thrown-value.js";
import type { Channel } from "./channel.js";
import { encodeMessage } from "./encode-message.js";

/** Options of one call. */
export interface RpcOptions {
  /** Milliseconds after which the call fails with DEADLINE_EXCEEDED. */
  readonly deadlineMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Metadata of this call, besides that of the channel. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The options of a retry: its deadline is the rest of the call's deadline. */
export function remaining(options: RpcOptions, elapsedMs: number): RpcOptions {
  if (options.deadlineMs === undefined) return options;
  return { ...options, deadlineMs: Math.max(1, options.deadlineMs - elapsedMs) };
}

/** A stream of responses. While the consumer of a `for await` is busy, the server has to wait. */
export interface ResponseStream<T> extends AsyncIterable<T> {
  cancel(): void;
}

/**
 * The same depth with which the server reads requests (spark.connect.grpc.marshallerRecursionLimit). The default
 * of 100 refuses the schema of a struct nested 34 levels deep, because each level takes three messages.
 */
const MAX_RESPONSE_DEPTH = 1024;

type Methods = typeof SparkConnectService.method;
type Input<M extends DescMethod> = MessageInitShape<M["input"]>;
type Output<M extends DescMethod> = MessageShape<M["output"]>;

function path(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

/** Encodes before the call, because grpc-js turns a failure inside it into a status like a server's. */
function serialized({ input }: DescMethod, request: MessageInitShape<DescMessage>): Buffer {
  const bytes = encodeMessage(input, create(input, request));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}

function deserializer<D extends DescMessage>(schema: D): (bytes: Buffer) => MessageShape<D> {
  return (bytes) => fromBinary(schema, bytes, { recursionLimit: MAX_RESPONSE_DEPTH });
}

async function metadataOf(channel: Channel, options: RpcOptions): Promise<grpc.Metadata> {
  const metadata = await channel.metadata();
  for (const [key, value] of Object.entries(options.headers ?? {})) metadata.set(key, value);
  return metadata;
}

function deadlineOf(options: RpcOptions): grpc.CallOptions {
  return options.deadlineMs === undefined ? {} : { deadline: Date.now() + options.deadlineMs };
}

/** Cancels the call when the signal aborts. Returns a function that removes the listener. */
function cancelOnAbort(call: { cancel(): void }, signal: AbortSignal | undefined): () => void {
  if (signal === undefined) return () => undefined;
  const abort = (): void => {
    call.cancel();
  };
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  return () => {
    signal.removeEventListener("abort", abort);
  };
}

/** One request, one answer. */
export async function unary<M extends DescMethod>(
  channel: Channel,
  method: M,
  request: Input<M>,
  options: RpcOptions = {},
): Promise<Output<M>> {
  options.signal?.throwIfAborted();
  const message = serialized(method, request);
  const metadata = await metadataOf(channel, options);
  return new Promise<Output<M>>((resolve, reject) => {
    const call = channel.client.makeUnaryRequest(
      path(method),
      asIs,
      deserializer(method.output),
      message,
      metadata,
      deadlineOf(options),
      (error, answer) => {
        unhook();
        if (options.signal?.aborted === true) reject(abortReason(options.signal));
        else if (error !== null) reject(error);
        else resolve(answer as Output<M>);
      },
    );
    const unhook = cancelOnAbort(call, options.signal);
  });
}

/**
 * A stream of requests, one answer. The iterable is read as fast as the connection accepts requests, and closed
 * early if the call ends first.
 */
export async function clientStream<M extends DescMethod>(
  channel: Channel,
  method: M,
  requests: AsyncIterable<Input<M>> | Iterable<Input<M>>,
  options: RpcOptions = {},
): Promise<Output<M>> {
  options.signal?.throwIfAborted();
  const metadata = await metadataOf(channel, options);
  return new Promise<Output<M>>((resolve, reject) => {
    let ended = false;
    const isEnded = (): boolean => ended;
    /** Wakes the sender, because the connection accepts more or the call has ended. */
    let wake: (() => void) | undefined;
    const call = channel.client.makeClientStreamRequest(
      path(method),
      asIs,
      deserializer(method.output),
      metadata,
      deadlineOf(options),
      (error, answer) => {
        unhook();
        ended = true;
        wake?.();
        if (options.signal?.aborted === true) reject(abortReason(options.signal));
        else if (error !== null) reject(error);
        else resolve(answer as Output<M>);
      },
    );
    const unhook = cancelOnAbort(call, options.signal);
    call.on("drain", () => wake?.());
    const send = async (): Promise<void> => {
      for await (const request of requests) {
        // Leaving the loop closes the iterable and its source.
        if (isEnded()) return;
        if (!call.write(serialized(method, request))) {
          await new Promise<void>((resume) => {
            wake = resume;
            // An ended call never emits "drain".
            if (isEnded()) resume();
          });
        }
      }
      if (!isEnded()) call.end();
    };
    send().catch((error: unknown) => {
      call.cancel();
      reject(error instanceof Error ? error : new Error(thrownMessage(error), { cause: error }));
    });
  });
}

/** One request, many answers. */
export function serverStream<M extends DescMethod>(
  channel: Channel,
  method: M,
  request: Input<M>,
  options: RpcOptions = {},
): ResponseStream<Output<M>> {
  let cancel: (() => void) | undefined;
  let cancelled = false;
  const iterate = async function* (): AsyncGenerator<Output<M>, void, undefined> {
    const message = serialized(method, request);
    const metadata = await metadataOf(channel, options);
    if (cancelled) return;
    options.signal?.throwIfAborted();
    const call = channel.client.makeServerStreamRequest(
      path(method),
      asIs,
      deserializer(method.output),
      message,
      metadata,
      deadlineOf(options),
    );
    cancel = () => {
      call.cancel();
    };
    const unhook = cancelOnAbort(call, options.signal);
    try {
      // `for await` pauses the HTTP/2 stream while the consumer works; on("data") would not.
      for await (const message of call) yield message as Output<M>;
    } catch (error) {
      options.signal?.throwIfAborted();
      throw error;
    } finally {
      unhook();
      call.cancel();
    }
  };
  return {
    [Symbol.asyncIterator]: iterate,
    cancel: () => {
      cancelled = true;
      cancel?.();
    },
  };
}

function abortReason(signal: AbortSignal): Error {
  // Every method with a signal promises to reject with the caller's reason, which may be any value.
  return signal.reason as Error;
}

/** Spark Connect's generated method descriptors. */
export const methods: Methods = SparkConnectService.method;
