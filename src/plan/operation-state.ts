import { GetStatusResponse_OperationStatus_OperationState as WireState } from "../gen/spark/connect/base_pb.js";

/** The state of an operation on the server. */
export type OperationState =
  "UNKNOWN" | "RUNNING" | "TERMINATING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

const STATES: ReadonlyMap<number, OperationState> = new Map([
  [WireState.RUNNING, "RUNNING"],
  [WireState.TERMINATING, "TERMINATING"],
  [WireState.SUCCEEDED, "SUCCEEDED"],
  [WireState.FAILED, "FAILED"],
  [WireState.CANCELLED, "CANCELLED"],
]);

/** The name of the wire's state. UNKNOWN if the server does not know the state, or this client does not. */
export function operationStateOf(state: number): OperationState {
  return STATES.get(state) ?? "UNKNOWN";
}
