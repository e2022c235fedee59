import { isMessage } from "@bufbuild/protobuf";
import { ArgumentError } from "../errors.js";
import { ExpressionSchema, type Expression } from "../gen/spark/connect/expressions_pb.js";
import { RelationSchema } from "../gen/spark/connect/relations_pb.js";
import { call } from "./expression.js";
import { partsOf } from "./plan-parts.js";
import type { RelationBody } from "./relation.js";

/**
 * A server reads messages nested up to 1024 deep (spark.connect.grpc.marshallerRecursionLimit). The request
 * around the plan is the outermost one. Measured on 4.2: the server reads 1023 levels in the plan, and fails at 1024.
 */
const MAX_MESSAGE_DEPTH = 1023;

/** Shorter chains keep the shape in which PySpark sends them. */
const LONG_CHAIN = 64;

/** The two operands of a call of `name` (`and` or `or`); undefined for any other expression. */
function sidesOf(name: string, expression: Expression): [Expression, Expression] | undefined {
  const { exprType } = expression;
  if (exprType.case !== "unresolvedFunction" || exprType.value.functionName !== name)
    return undefined;
  const [left, right] = exprType.value.arguments;
  return left === undefined || right === undefined ? undefined : [left, right];
}

/** The operands of a chain of one operator, from left to right, and the depth of the chain. */
function chainOf(name: string, top: Expression): { links: Expression[]; depth: number } {
  const links: Expression[] = [];
  let deepest = 0;
  const open = [{ expression: top, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { expression, depth } = next;
    const sides = sidesOf(name, expression);
    if (sides === undefined) {
      links.push(expression);
      deepest = Math.max(deepest, depth);
    } else {
      const [left, right] = sides;
      open.push({ expression: right, depth: depth + 1 }, { expression: left, depth: depth + 1 });
    }
  }
  return { links, depth: deepest };
}

/** Joins the operands as a balanced tree, in their order. */
function joined(name: string, links: readonly Expression[], from: number, to: number): Expression {
  const only = links[from];
  if (to - from === 1 && only !== undefined) return only;
  const middle = (from + to) >> 1;
  return call(name, [joined(name, links, from, middle), joined(name, links, middle, to)]);
}

/**
 * Turns long chains of `and` and `or` in a body's own expressions into balanced trees. The result and the order
 * in which Spark evaluates the conditions stay the same. Changes the top expression in place, because columns
 * refer to it.
 */
export function balanceChains(body: RelationBody): void {
  const open: object[] = body.value === undefined ? [] : [body.value];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (isMessage(part, RelationSchema)) continue;
    if (isMessage(part, ExpressionSchema) && part.exprType.case === "unresolvedFunction") {
      const { functionName } = part.exprType.value;
      if (functionName === "or" || functionName === "and") {
        const { links, depth } = chainOf(functionName, part);
        const middle = links.length >> 1;
        if (depth > LONG_CHAIN)
          part.exprType.value.arguments = [
            joined(functionName, links, 0, middle),
            joined(functionName, links, middle, links.length),
          ];
        for (const link of links) if (link !== part) open.push(link);
        if (links.length > 1) continue;
      }
    }
    for (const inner of partsOf(part)) open.push(inner);
  }
}

/**
 * Checks that a server can read a plan.
 *
 * @throws {ArgumentError} an expression or a type in it is nested too deep
 */
export function checkDepth(plan: object): void {
  checkWithin(plan, () => true);
}

/**
 * Checks that a body's own expressions are not too deep, so that other functions can walk them by recursion.
 *
 * @throws {ArgumentError} an expression or a type in it is nested too deep
 */
export function checkOwnDepth(body: RelationBody): void {
  if (body.value !== undefined) checkWithin(body.value, (part) => !isMessage(part, RelationSchema));
}

function checkWithin(top: object, isWalked: (part: object) => boolean): void {
  const open = [{ part: top, depth: "$typeName" in top ? 1 : 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { part, depth } = next;
    if (depth > MAX_MESSAGE_DEPTH)
      throw new ArgumentError(
        "plan",
        `The plan is nested more than ${MAX_MESSAGE_DEPTH} messages deep, the limit of Spark Connect; that is about 500 nested functions or operations. Compute a part of the expression as a separate column with withColumn(), or write the expression as SQL text with expr().`,
      );
    for (const inner of partsOf(part)) {
      const isMessageOrEntry = "$typeName" in inner || isMapField(inner);
      if (isWalked(inner)) open.push({ part: inner, depth: depth + (isMessageOrEntry ? 1 : 0) });
    }
  }
}

/** Whether a value is a map field, which has its entries as messages on the wire; not a list or a oneof. */
function isMapField(part: object): boolean {
  return !Array.isArray(part) && !("case" in part);
}
