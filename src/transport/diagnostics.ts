import { channel, type Channel } from "node:diagnostics_channel";

/**
 * What this client does, on Node's diagnostics channels, for logs, metrics and traces. An event never
 * holds a plan, a literal, an option's value or a token. Without a subscriber an event costs nothing.
 */
export interface DiagnosticEvents {
  /** An execution is over, however many streams it took. */
  readonly "sparktide:execution": {
    readonly sessionId: string;
    readonly operationId: string;
    readonly durationMs: number;
    /** False: it failed, or its reader left before the end. */
    readonly complete: boolean;
  };
  /** One call of one RPC ended; executions have an event of their own. */
  readonly "sparktide:rpc": {
    readonly rpc: string;
    readonly sessionId: string;
    readonly operationId?: string | undefined;
    readonly durationMs: number;
    /** gRPC's status code; 0 is success. */
    readonly grpcStatus: number;
  };
  /** A call failed and is tried again after a wait. */
  readonly "sparktide:retry": {
    readonly rpc: string;
    readonly sessionId: string;
    readonly operationId?: string | undefined;
    /** 1 for the first retry. */
    readonly attempt: number;
    readonly waitMs: number;
  };
  /** An execution goes on in a new stream. */
  readonly "sparktide:reattach": {
    readonly sessionId: string;
    readonly operationId: string;
    /** `ended`: the server ended the stream, as it may; `failed`: the stream broke. */
    readonly reason: "ended" | "failed";
  };
  /** A batch of a result arrived whole. */
  readonly "sparktide:batch": {
    readonly sessionId: string;
    readonly numRows: number;
    readonly numBytes: number;
  };
  /** A session told the server that it is in use. */
  readonly "sparktide:heartbeat": {
    readonly sessionId: string;
    readonly durationMs: number;
    readonly succeeded: boolean;
  };
}

const channels = new Map<string, Channel>();

/** Publishes an event; `event` is called only where somebody listens. */
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
