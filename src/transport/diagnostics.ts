import { channel, type Channel } from "node:diagnostics_channel";
import type { RetryEvent } from "./retry.js";

/**
 * The events that this client publishes on Node's diagnostics channels, for logs, metrics and traces. An
 * event never contains a plan, a literal, an option's value or a token. Without a subscriber an event costs
 * nothing.
 */
export interface DiagnosticEvents {
  /** An execution has ended, over any number of streams. */
  readonly "sparktide:execution": {
    readonly sessionId: string;
    readonly operationId: string;
    readonly durationMs: number;
    /** False if it failed, or its reader stopped before the end. */
    readonly complete: boolean;
  };
  /** An RPC call has ended. Executions have their own event. */
  readonly "sparktide:rpc": {
    readonly rpc: string;
    readonly sessionId: string;
    readonly operationId?: string | undefined;
    readonly durationMs: number;
    /** The gRPC status code; 0 means success. */
    readonly grpcStatus: number;
  };
  /** A call failed and will be retried after a pause. */
  readonly "sparktide:retry": RetryEvent;
  /** An execution continues in a new stream. */
  readonly "sparktide:reattach": {
    readonly sessionId: string;
    readonly operationId: string;
    /** `ended`: the server ended the stream, which is normal. `failed`: the stream broke. */
    readonly reason: "ended" | "failed";
  };
  /** A batch of a result has arrived completely. */
  readonly "sparktide:batch": {
    readonly sessionId: string;
    readonly numRows: number;
    readonly numBytes: number;
  };
  /** The client sent a heartbeat for a session. */
  readonly "sparktide:heartbeat": {
    readonly sessionId: string;
    readonly durationMs: number;
    readonly succeeded: boolean;
  };
}

const channels = new Map<string, Channel>();

/** Publishes an event. Calls `event` only if there is a subscriber. */
export function publish<K extends keyof DiagnosticEvents>(
  name: K,
  event: () => DiagnosticEvents[K],
): void {
  let target = channels.get(name);
  if (target === undefined) {
    target = channel(name);
    channels.set(name, target);
  }
  if (target.hasSubscribers) target.publish(event());
}
