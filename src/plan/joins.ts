import type { Expression } from "../gen/spark/connect/expressions_pb.js";
import { Join_JoinType as WireJoinType, type Relation } from "../gen/spark/connect/relations_pb.js";
import { body, type RelationBody } from "./relation.js";

/** PySpark's join types in all their spellings (pyspark/sql/connect/plan.py, Join). */
const JOIN_TYPES: Readonly<Record<string, WireJoinType>> = {
  inner: WireJoinType.INNER,
  outer: WireJoinType.FULL_OUTER,
  full: WireJoinType.FULL_OUTER,
  fullouter: WireJoinType.FULL_OUTER,
  left: WireJoinType.LEFT_OUTER,
  leftouter: WireJoinType.LEFT_OUTER,
  right: WireJoinType.RIGHT_OUTER,
  rightouter: WireJoinType.RIGHT_OUTER,
  semi: WireJoinType.LEFT_SEMI,
  leftsemi: WireJoinType.LEFT_SEMI,
  anti: WireJoinType.LEFT_ANTI,
  leftanti: WireJoinType.LEFT_ANTI,
  cross: WireJoinType.CROSS,
};

/** The wire's join type for a name, ignoring case and underscores; undefined for an unknown name. */
export function joinTypeOf(name: string): WireJoinType | undefined {
  return JOIN_TYPES[name.replaceAll("_", "").toLowerCase()];
}

/** How a join matches rows: by a condition, or by columns with the same name. */
export interface JoinCondition {
  readonly condition?: Expression;
  readonly usingColumns?: readonly string[];
}

export function join(
  left: Relation,
  right: Relation,
  joinType: WireJoinType,
  on: JoinCondition,
): RelationBody {
  return body({
    case: "join",
    value: {
      left,
      right,
      joinType,
      usingColumns: [...(on.usingColumns ?? [])],
      ...(on.condition !== undefined && { joinCondition: on.condition }),
    },
  });
}

/** A join whose right side may use the left side's columns. */
export function lateralJoin(
  left: Relation,
  right: Relation,
  joinType: WireJoinType,
  joinCondition: Expression | undefined,
): RelationBody {
  return body({
    case: "lateralJoin",
    value: { left, right, joinType, ...(joinCondition !== undefined && { joinCondition }) },
  });
}

/** How to find the nearest row of the right side. */
export interface AsOfSpec {
  readonly leftAsOf: Expression;
  readonly rightAsOf: Expression;
  readonly on: JoinCondition;
  readonly joinType: string;
  readonly tolerance?: Expression | undefined;
  readonly allowExactMatches: boolean;
  readonly direction: string;
}

export function asOfJoin(left: Relation, right: Relation, spec: AsOfSpec): RelationBody {
  const { leftAsOf, rightAsOf, on, joinType, tolerance, allowExactMatches, direction } = spec;
  return body({
    case: "asOfJoin",
    value: {
      left,
      right,
      leftAsOf,
      rightAsOf,
      joinType,
      allowExactMatches,
      direction,
      usingColumns: [...(on.usingColumns ?? [])],
      ...(on.condition !== undefined && { joinExpr: on.condition }),
      ...(tolerance !== undefined && { tolerance }),
    },
  });
}

/** How to find the right rows that rank best. */
export interface NearestSpec {
  readonly rankingExpression: Expression;
  readonly numResults: number;
  readonly joinType: string;
  readonly mode: string;
  readonly direction: string;
}

export function nearestByJoin(left: Relation, right: Relation, spec: NearestSpec): RelationBody {
  return body({ case: "nearestByJoin", value: { left, right, ...spec } });
}

/** Puts the rows of both sides side by side, by position. */
export function zip(left: Relation, right: Relation): RelationBody {
  return body({ case: "zip", value: { left, right } });
}
