import { isMessage } from "@bufbuild/protobuf";
import { ArgumentError } from "../errors.js";
import { ExpressionSchema, type Expression } from "../gen/spark/connect/expressions_pb.js";
import { RelationSchema } from "../gen/spark/connect/relations_pb.js";
import { call } from "./expression.js";
import { partsOf } from "./plan-parts.js";
import type { RelationBody } from "./relation.js";

/**
 * A server reads messages nested 1024 deep (spark.connect.grpc.marshallerRecursionLimit); the request around
 * the plan is one of them. Measured on 4.2: 1023 within the plan are read, with one more the call fails.
 */
const MAX_MESSAGE_DEPTH = 1023;

/** Chains of fewer conditions stay as they were written, message by message what PySpark makes. */
const LONG_CHAIN = 64;

/** The two sides of an `and` or `or` of this name. */
function sidesOf(name: string, expression: Expression): [Expression, Expression] | undefined {
  const { exprType } = expression;
  if (exprType.case !== "unresolvedFunction" || exprType.value.functionName !== name)
    return undefined;
  const [left, right] = exprType.value.arguments;
  return left === undefined || right === undefined ? undefined : [left, right];
}

/** What a chain of one operator joins, from left to right, and how deep the chain is. */
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

/** The links joined as a tree, in their order. */
function joined(name: string, links: readonly Expression[], from: number, to: number): Expression {
  const only = links[from];
  if (to - from === 1 && only !== undefined) return only;
  const middle = (from + to) >> 1;
  return call(name, [joined(name, links, from, middle), joined(name, links, middle, to)]);
}

/**
 * Makes trees of the long chains of `and` and `or` in a body's own expressions. Neither their result nor the
 * order in which Spark evaluates the conditions changes. The expression at the top is changed in place, as
 * columns hold it.
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
 * Checks that a body's own expressions are not too deep already, so that other walks over them may recurse.
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
        `The plan is nested more than ${MAX_MESSAGE_DEPTH} messages deep, which Spark Connect cannot read: about 500 functions or operations within each other. Compute a part of the expression as a column of its own with withColumn(), or write the expression as SQL text with expr().`,
      );
    for (const inner of partsOf(part)) {
      const isMessageOrEntry = "$typeName" in inner || isMapField(inner);
      if (isWalked(inner)) open.push({ part: inner, depth: depth + (isMessageOrEntry ? 1 : 0) });
    }
  }
}

/** Neither a list nor the arm of a oneof: a map, whose entries are messages on the wire. */
function isMapField(part: object): boolean {
  return !Array.isArray(part) && !("case" in part);
}
