/** What callers of {@link SparkConnectClient} give it. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  AddArtifactsRequestSchema,
  AnalyzePlanRequestSchema,
  ConfigRequest_OperationSchema,
  InterruptRequestSchema,
} from "../gen/spark/connect/base_pb.js";
import type { RetryEvent, RetryPolicy } from "./retry.js";
import type { Tracer } from "./tracing.js";

/** Who this client is and how it treats failures. */
export interface SparkConnectClientOptions {
  readonly sessionId: string;
  readonly userId: string;
  /** Sent with each call, for the server's UI and logs. */
  readonly clientType: string;
  readonly retryPolicy?: RetryPolicy | undefined;
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
  readonly tracer?: Tracer | undefined;
}

/** Options of one execution. */
export interface ExecuteOptions {
  readonly signal?: AbortSignal | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Lets the server cut Arrow batches into chunks; Spark 4.1 and newer. */
  readonly allowChunks?: boolean | undefined;
  /** Responses consumed between two releases, where the default of 8 is too many to keep. */
  readonly releaseEvery?: number | undefined;
}

/** What AnalyzePlan is asked. */
export type Analysis = NonNullable<MessageInitShape<typeof AnalyzePlanRequestSchema>["analyze"]>;
/** What Config is asked. */
export type ConfigOperation = NonNullable<
  MessageInitShape<typeof ConfigRequest_OperationSchema>["opType"]
>;
/** One of the messages that AddArtifacts streams. */
export type AddArtifactsMessage = MessageInitShape<typeof AddArtifactsRequestSchema>;
/** What such a message carries. */
export type ArtifactPayload = NonNullable<AddArtifactsMessage["payload"]>;
/** What Interrupt is to end. */
export type Interrupt = Pick<
  MessageInitShape<typeof InterruptRequestSchema>,
  "interruptType" | "interrupt"
>;
