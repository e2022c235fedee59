import type { DynamicStream } from "../supervisor/dynamic-stream.js";
import type { CommandOptions, UpgradeOptions } from "../supervisor/command-options.js";
import type { StreamStatus, SupervisorHealth } from "../supervisor/stream-status.js";
import type { SupervisorEvent, SupervisorHandler } from "../supervisor/supervisor-events.js";

/**
 * What a monitor watches. A StreamSupervisor is one, and so is the result of `watchSession()`. The monitor offers the commands
 * that the service has. A command resolves when it is done.
 */
export interface MonitoredService {
  /** `session` for the queries of a session. Default: `supervisor`. */
  readonly kind?: "supervisor" | "session" | undefined;
  /** `standby`: another process holds the state, and this one waits. Default: `active`. */
  readonly role?: "active" | "standby" | undefined;
  readonly sessionId?: string | undefined;
  readonly sparkVersion?: string | undefined;
  /** When this process began to run the streams, in milliseconds since 1970. Default: the start of the monitor. */
  readonly startedAtMs?: number | undefined;
  /** The status of each stream. Does not use the network. */
  status(): readonly StreamStatus[];
  /** The health for probes. Does not use the network. */
  health(): SupervisorHealth;
  /** Calls the handler for each event of this name. */
  on<E extends SupervisorEvent>(event: E, handler: SupervisorHandler<E>): unknown;
  /** Removes a handler that on() added. */
  off<E extends SupervisorEvent>(event: E, handler: SupervisorHandler<E>): unknown;
  /** The plan of a stream's query as text. Asks the server. Undefined if the query does not run. */
  explainString?(name: string): Promise<string | undefined>;
  /** Stops the query between two batches, until `resume()`. */
  pause?(name: string, options?: CommandOptions): Promise<unknown>;
  /** Starts a paused or stopped stream. */
  resume?(name: string, options?: CommandOptions): Promise<unknown>;
  /** Stops the query between two batches, and starts it again from its checkpoint. */
  restart?(name: string, options?: CommandOptions): Promise<unknown>;
  /** Stops the query. */
  stop?(name: string, options?: CommandOptions): Promise<unknown>;
  /** Runs a scheduled stream now. */
  runNow?(name: string, options?: CommandOptions): Promise<unknown>;
  /** Stops the query and forgets the stream. */
  remove?(name: string, options?: CommandOptions): Promise<unknown>;
  /** Adds a stream that is declared by data. */
  add?(declaration: DynamicStream, options?: CommandOptions): Promise<unknown>;
  /** Replaces a stream's declaration, and goes back to the former one if the new one fails. */
  upgrade?(name: string, declaration: DynamicStream, options?: UpgradeOptions): Promise<unknown>;
}
