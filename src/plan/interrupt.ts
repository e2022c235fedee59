import { InterruptRequest_InterruptType as InterruptType } from "../gen/spark/connect/base_pb.js";

/** What to interrupt. */
export type InterruptTarget =
  | { readonly kind: "all" }
  | { readonly kind: "tag"; readonly tag: string }
  | { readonly kind: "operation"; readonly operationId: string };

/** The request's fields for a target. */
export function interruptFields(target: InterruptTarget): {
  interruptType: InterruptType;
  interrupt?: { case: "operationTag" | "operationId"; value: string };
} {
  switch (target.kind) {
    case "all":
      return { interruptType: InterruptType.ALL };
    case "tag":
      return {
        interruptType: InterruptType.TAG,
        interrupt: { case: "operationTag", value: target.tag },
      };
    case "operation":
      return {
        interruptType: InterruptType.OPERATION_ID,
        interrupt: { case: "operationId", value: target.operationId },
      };
  }
}
