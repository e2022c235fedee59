import { create } from "@bufbuild/protobuf";
import {
  Expression_Window_WindowFrame_FrameType as FrameType,
  ExpressionSchema,
  type Expression,
} from "../gen/spark/connect/expressions_pb.js";
import { windowSpecText } from "./column-text.js";
import { asSortOrder } from "./expression.js";
import { literalMessage } from "./literal.js";

/** Where a frame starts or ends: a distance in rows or values from the current row. A bigint becomes a BIGINT. */
export type FrameBound = "currentRow" | "unbounded" | number | bigint;

/** The rows around the current row that a function uses. */
export interface WindowFrame {
  readonly type: "rows" | "range";
  readonly lower: FrameBound;
  readonly upper: FrameBound;
}

/** A window, without a function. */
export interface WindowDefinition {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly Expression[];
  readonly frame?: WindowFrame | undefined;
}

function boundary(bound: FrameBound): {
  boundary:
    { case: "currentRow" | "unbounded"; value: true } | { case: "value"; value: Expression };
} {
  if (typeof bound === "string") return { boundary: { case: bound, value: true } };
  const value = create(ExpressionSchema, {
    exprType: { case: "literal", value: literalMessage(bound) },
  });
  return { boundary: { case: "value", value } };
}

/** A window as PySpark prints it. */
export function windowText(definition: WindowDefinition): string {
  const { exprType } = windowExpression(undefined, definition);
  return exprType.case === "window" ? windowSpecText(exprType.value) : "WindowSpec()";
}

/** A function over a window. */
export function windowExpression(
  windowFunction: Expression | undefined,
  { partitionBy, orderBy, frame }: WindowDefinition,
): Expression {
  return create(ExpressionSchema, {
    exprType: {
      case: "window",
      value: {
        ...(windowFunction !== undefined && { windowFunction }),
        partitionSpec: [...partitionBy],
        orderSpec: orderBy.map(asSortOrder),
        ...(frame !== undefined && {
          frameSpec: {
            frameType: frame.type === "rows" ? FrameType.ROW : FrameType.RANGE,
            lower: boundary(frame.lower),
            upper: boundary(frame.upper),
          },
        }),
      },
    },
  });
}
