import { GetStatusResponse_OperationStatus_OperationState as WireState } from "../gen/spark/connect/base_pb.js";

/** How an operation stands on the server. */
export type OperationState =
  "UNKNOWN" | "RUNNING" | "TERMINATING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

const STATES: ReadonlyMap<number, OperationState> = new Map([
  [WireState.RUNNING, "RUNNING"],
  [WireState.TERMINATING, "TERMINATING"],
  [WireState.SUCCEEDED, "SUCCEEDED"],
  [WireState.FAILED, "FAILED"],
  [WireState.CANCELLED, "CANCELLED"],
]);

/** The name of the wire's state; UNKNOWN for one the server does not know, or that is newer than we are. */
export function operationStateOf(state: number): OperationState {
  return STATES.get(state) ?? "UNKNOWN";
}
