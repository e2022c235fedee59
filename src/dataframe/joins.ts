// What DataFrame's joins make of their arguments.

import { ArgumentError } from "../errors.js";
import { call } from "../plan/expression.js";
import * as plan from "../plan/joins.js";
import type { JoinCondition } from "../plan/joins.js";
import type { Relation, RelationBody } from "../plan/relation.js";
import { Column, type ColumnOrName } from "./column.js";
import type { DataFrame } from "./dataframe.js";
import { checkedInteger, oneOf } from "./derived.js";

/** How two DataFrames are joined; underscores and case do not count. */
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

/** What two sides have in common: columns of the same name, or conditions that all hold. */
export type JoinOn = string | readonly string[] | Column | readonly Column[];

/** How the right row nearest to a left one is found; see DataFrame.joinAsOf(). */
export interface JoinAsOfOptions {
  /** What else both must have in common. */
  readonly on?: JoinOn | undefined;
  readonly how?: "inner" | "left" | "left_outer";
  /** How far apart they may be: a number, or an interval for times. Default: any distance. */
  readonly tolerance?: Column | undefined;
  /** Whether equal values match. Default true. */
  readonly allowExactMatches?: boolean;
  /** Where the right row lies from the left one. Default `backward`: it is not later. */
  readonly direction?: "backward" | "forward" | "nearest";
}

/** How the right rows that rank best are found; see DataFrame.nearestByJoin(). */
export interface NearestByOptions {
  /** How many for each left row, 1 to 100000. */
  readonly numResults: number;
  /** Whether Spark may use an index that misses some. */
  readonly mode: "approx" | "exact";
  /** Whether the smallest ranks come first (distance) or the largest (similarity). */
  readonly direction: "distance" | "similarity";
  /** `left_outer` keeps left rows without a match. Default inner. */
  readonly joinType?: "inner" | "left" | "left_outer";
}

/** Spark's bound, NearestByJoinValidation.scala. */
const MOST_RESULTS = 100_000;
const LATERAL_TYPES: readonly string[] = ["inner", "left", "leftouter", "cross"];

export function join(
  left: Relation,
  right: Relation,
  on: JoinOn | undefined,
  how: JoinType,
): RelationBody {
  const type = plan.joinTypeOf(how);
  if (type === undefined) throw unknownType(how);
  return plan.join(left, right, type, conditionOf(on));
}

export function lateralJoin(
  left: Relation,
  right: Relation,
  on: Column | undefined,
  how: JoinType,
): RelationBody {
  const type = plan.joinTypeOf(how);
  if (type === undefined || !LATERAL_TYPES.includes(how.replaceAll("_", "").toLowerCase())) {
    throw new ArgumentError(
      "how",
      `A lateral join is inner, left, left_outer or cross, not ${JSON.stringify(how)}.`,
    );
  }
  return plan.lateralJoin(left, right, type, conditionOf(on).condition);
}

export function joinAsOf(
  left: DataFrame,
  right: DataFrame,
  leftAsOf: ColumnOrName,
  rightAsOf: ColumnOrName,
  options: JoinAsOfOptions,
): RelationBody {
  const { tolerance, allowExactMatches = true } = options;
  return plan.asOfJoin(left.relation, right.relation, {
    leftAsOf: (typeof leftAsOf === "string" ? left.col(leftAsOf) : leftAsOf).expression,
    rightAsOf: (typeof rightAsOf === "string" ? right.col(rightAsOf) : rightAsOf).expression,
    on: conditionOf(options.on),
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

export function nearestByJoin(
  left: Relation,
  right: Relation,
  ranking: Column,
  options: NearestByOptions,
): RelationBody {
  if (checkedInteger("numResults", options.numResults, 1) > MOST_RESULTS) {
    throw new ArgumentError("numResults", `numResults is at most ${MOST_RESULTS}.`);
  }
  return plan.nearestByJoin(left, right, {
    rankingExpression: ranking.expression,
    numResults: options.numResults,
    joinType: oneOf("joinType", options.joinType ?? "inner", ["inner", "left", "left_outer"]),
    mode: oneOf("mode", options.mode, ["approx", "exact"]),
    direction: oneOf("direction", options.direction, ["distance", "similarity"]),
  });
}

function unknownType(how: string): ArgumentError {
  return new ArgumentError("how", `Join type ${JSON.stringify(how)} is unknown.`);
}

function conditionOf(on: JoinOn | undefined): JoinCondition {
  if (on === undefined) return {};
  const list: readonly unknown[] = Array.isArray(on) ? on : [on];
  if (list.every((one) => typeof one === "string")) return { usingColumns: list };
  if (!list.every((one) => one instanceof Column)) {
    throw new ArgumentError("on", "A join is on columns' names, or on Columns, not on both.");
  }
  const condition = list
    .map((column) => column.expression)
    .reduce((all, one) => call("and", [all, one]));
  return { condition };
}
