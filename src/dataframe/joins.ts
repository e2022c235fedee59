// Checks the arguments of DataFrame's joins and builds their relations.

import { ArgumentError } from "../errors.js";
import { suggestion } from "../near-name.js";
import { call, columnReference, type Expression } from "../plan/expression.js";
import * as plan from "../plan/joins.js";
import type { JoinCondition } from "../plan/joins.js";
import type { Relation, RelationBody } from "../plan/relation.js";
import { shown } from "../value-kind.js";
import { Column } from "./column.js";
import { joinCondition } from "./column-callback.js";
import { columnHint } from "./column-hint.js";
import { checkedExpression } from "./column-list.js";
import { checkedInteger, oneOf } from "./checked-arguments.js";

/** The type of a join. Underscores and case are ignored. */
export type JoinType =
  | "inner"
  | "cross"
  | "outer"
  | "full"
  | "full_outer"
  | "left"
  | "left_outer"
  | "right"
  | "right_outer"
  | "semi"
  | "left_semi"
  | "anti"
  | "left_anti";

const JOIN_TYPES: readonly JoinType[] = [
  "inner",
  "cross",
  "left",
  "right",
  "outer",
  "full",
  "semi",
  "anti",
  "left_outer",
  "right_outer",
  "full_outer",
  "left_semi",
  "left_anti",
];

/** What to join on: column names that both sides have, or conditions that must all be true. */
export type JoinOn = string | readonly string[] | Column | readonly Column[];

/** How to find the right row that is nearest to a left row; see DataFrame.joinAsOf(). */
export interface JoinAsOfOptions {
  /** Columns or conditions that must match as well. */
  readonly on?: JoinOn | undefined;
  readonly how?: "inner" | "left" | "left_outer";
  /** The largest distance: a number, or an interval for times. Default: any distance. */
  readonly tolerance?: Column | undefined;
  /** Whether equal values match. Default true. */
  readonly allowExactMatches?: boolean;
  /** Where to look for the right row. Default `backward`: at or before the left row. */
  readonly direction?: "backward" | "forward" | "nearest";
}

/** How to find the best-ranked right rows; see DataFrame.nearestByJoin(). */
export interface NearestByOptions {
  /** Right rows for each left row, 1 to 100000. */
  readonly numResults: number;
  /** `approx` lets Spark use an index that may miss rows. */
  readonly mode: "approx" | "exact";
  /** Whether the smallest ranking value is best (distance) or the largest (similarity). */
  readonly direction: "distance" | "similarity";
  /** `left_outer` keeps left rows without a match. Default inner. */
  readonly joinType?: "inner" | "left" | "left_outer";
}

/** Spark's limit, from NearestByJoinValidation.scala. */
const MOST_RESULTS = 100_000;
const LATERAL_TYPES: readonly string[] = ["inner", "left", "leftouter", "cross"];

export function join(left: Relation, right: Relation, on: unknown, how: JoinType): RelationBody {
  const type = knownType(how);
  if (type === undefined) throw unknownType(how, on);
  return plan.join(left, right, type, conditionOf(on, left, right));
}

export function lateralJoin(
  left: Relation,
  right: Relation,
  on: unknown,
  how: JoinType,
): RelationBody {
  const type = knownType(how);
  if (type === undefined || !LATERAL_TYPES.includes(how.replaceAll("_", "").toLowerCase())) {
    throw new ArgumentError(
      "how",
      `The type of a lateral join must be inner, left, left_outer or cross, got ${JSON.stringify(how)}.`,
    );
  }
  return plan.lateralJoin(left, right, type, conditionOf(on, left, right).condition);
}

export function joinAsOf(
  left: Relation,
  right: Relation,
  leftAsOf: unknown,
  rightAsOf: unknown,
  options: JoinAsOfOptions,
): RelationBody {
  const { tolerance, allowExactMatches = true } = options;
  return plan.asOfJoin(left, right, {
    leftAsOf: columnOf(leftAsOf, "leftAsOf", left),
    rightAsOf: columnOf(rightAsOf, "rightAsOf", right),
    on: conditionOf(options.on, left, right),
    joinType: oneOf("how", options.how ?? "inner", ["inner", "left", "left_outer"]),
    tolerance: tolerance?.expression,
    allowExactMatches,
    direction: oneOf("direction", options.direction ?? "backward", [
      "backward",
      "forward",
      "nearest",
    ]),
  });
}

/** A column of one side. A name refers to that side only. */
function columnOf(column: unknown, argument: string, side: Relation): Expression {
  return typeof column === "string"
    ? columnReference(column, side.common?.planId)
    : checkedExpression(column, argument, { relation: side });
}

export function nearestByJoin(
  left: Relation,
  right: Relation,
  ranking: Column,
  options: NearestByOptions,
): RelationBody {
  if (checkedInteger("numResults", options.numResults, 1) > MOST_RESULTS) {
    throw new ArgumentError("numResults", `numResults must be at most ${MOST_RESULTS}.`);
  }
  return plan.nearestByJoin(left, right, {
    rankingExpression: ranking.expression,
    numResults: options.numResults,
    joinType: oneOf("joinType", options.joinType ?? "inner", ["inner", "left", "left_outer"]),
    mode: oneOf("mode", options.mode, ["approx", "exact"]),
    direction: oneOf("direction", options.direction, ["distance", "similarity"]),
  });
}

// JavaScript callers may pass any type.
function knownType(how: unknown): ReturnType<typeof plan.joinTypeOf> {
  return typeof how === "string" ? plan.joinTypeOf(how) : undefined;
}

function unknownType(how: unknown, on: unknown): ArgumentError {
  const near = typeof how === "string" ? suggestion(how, JOIN_TYPES) : "";
  // join(other, "left", "id")
  const isSwapped = typeof on === "string" && knownType(on) !== undefined;
  const order = isSwapped ? " The order of the arguments is join(other, on, how)." : "";
  return new ArgumentError(
    "how",
    `Unknown join type ${shown(how)}.${near}${order} Known types: ${JOIN_TYPES.join(", ")}.`,
  );
}

function conditionOf(on: unknown, left: Relation, right: Relation): JoinCondition {
  if (on === undefined) return {};
  if (typeof on === "function") {
    return { condition: conjunction(joinCondition(on, left, right)) };
  }
  const list: readonly unknown[] = Array.isArray(on) ? on : [on];
  if (list.every((one) => typeof one === "string")) return { usingColumns: list };
  if (!list.every((one) => one instanceof Column)) {
    const others = list.filter((one) => typeof one !== "string" && !(one instanceof Column));
    throw new ArgumentError(
      "on",
      others.length === 0
        ? "A join takes either column names or Columns, not a mix of both."
        : `The condition of a join must be column names, Columns or a callback, got ${shown(others[0])}.${columnHint(others[0])}`,
    );
  }
  return { condition: conjunction(list.map((column) => column.expression)) };
}

function conjunction(conditions: readonly Expression[]): Expression {
  return conditions.reduce((all, one) => call("and", [all, one]));
}
