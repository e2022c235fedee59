/** The arguments of {@link SparkConnectClient}. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  AddArtifactsRequestSchema,
  AnalyzePlanRequestSchema,
  ConfigRequest_OperationSchema,
  InterruptRequestSchema,
} from "../gen/spark/connect/base_pb.js";
import type { RetryEvent, RetryPolicy } from "./retry.js";
import type { TelemetryOptions } from "./telemetry/telemetry.js";

/** The client's identity, and how it handles failures. */
export interface SparkConnectClientOptions {
  readonly sessionId: string;
  readonly userId: string;
  /** Sent with each call, for the server's web interface and logs. */
  readonly clientType: string;
  readonly retryPolicy?: RetryPolicy | undefined;
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
  readonly telemetry?: TelemetryOptions | undefined;
}

/** Options of one execution. */
export interface ExecuteOptions {
  readonly signal?: AbortSignal | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Lets the server split Arrow batches into chunks. Spark 4.1 and newer. */
  readonly allowChunks?: boolean | undefined;
  /** How many responses to read before releasing them on the server. Default 8. */
  readonly releaseEvery?: number | undefined;
}

/** A request of AnalyzePlan. */
export type Analysis = NonNullable<MessageInitShape<typeof AnalyzePlanRequestSchema>["analyze"]>;
/** A request of Config. */
export type ConfigOperation = NonNullable<
  MessageInitShape<typeof ConfigRequest_OperationSchema>["opType"]
>;
/** A message in the request stream of AddArtifacts. */
export type AddArtifactsMessage = MessageInitShape<typeof AddArtifactsRequestSchema>;
/** The payload of such a message. */
export type ArtifactPayload = NonNullable<AddArtifactsMessage["payload"]>;
/** Selects the operations that Interrupt ends. */
export type Interrupt = Pick<
  MessageInitShape<typeof InterruptRequestSchema>,
  "interruptType" | "interrupt"
>;
