import {
  SetOperation_SetOpType as SetOpType,
  type Relation,
  type SetOperation,
} from "../gen/spark/connect/relations_pb.js";
import { relationDepth, setOperation, type RelationBody } from "./relation.js";

/** Shallower plans keep the shape in which PySpark sends them. */
const DEEP = 50;

/** After this many nested unions, the chain becomes a balanced tree again. */
const UNIONS_ON_TOP = 32;

function depthOf(input: Relation | undefined): number {
  return input === undefined ? 0 : relationDepth(input);
}

/** The relation's union if it has the same kind; undefined for any other relation. */
function sameUnion(kind: SetOperation, input: Relation | undefined): SetOperation | undefined {
  if (input?.relType.case !== "setOp") return undefined;
  const { value } = input.relType;
  const isSame =
    value.setOpType === SetOpType.UNION &&
    value.isAll === true &&
    value.byName === kind.byName &&
    value.allowMissingColumns === kind.allowMissingColumns;
  return isSame ? value : undefined;
}

/**
 * Makes a balanced tree of a long chain of `unionAll()` or `unionByName()`, because a server reads plans of limited
 * depth. The rows and their order do not change. A column tied with `col()` to a union inside a chain that was balanced
 * fails with Spark's own error: that union is gone from the plan.
 */
export function balancedUnions(
  body: RelationBody,
  makeRelation: (body: RelationBody) => Relation,
): RelationBody {
  if (body.case !== "setOp") return body;
  const { value } = body;
  if (value.setOpType !== SetOpType.UNION || value.isAll !== true) return body;
  if (Math.max(depthOf(value.leftInput), depthOf(value.rightInput)) < DEEP) return body;
  if (unionsOnTop(value) < UNIONS_ON_TOP) return body;
  const { byName = false, allowMissingColumns = false } = value;
  const leaves = unionLeaves(value);
  const halves = (from: number, to: number): RelationBody => {
    const middle = (from + to) >> 1;
    const [left, right] = [united(from, middle), united(middle, to)];
    return setOperation("union", left, right, { isAll: true, byName, allowMissingColumns });
  };
  const united = (from: number, to: number): Relation => {
    const only = leaves[from];
    return to - from === 1 && only !== undefined ? only : makeRelation(halves(from, to));
  };
  return halves(0, leaves.length);
}

/** The number of nested unions from this one to its deepest input. */
function unionsOnTop(top: SetOperation): number {
  let count = 0;
  for (let union: SetOperation | undefined = top; union !== undefined; count++) {
    const { leftInput, rightInput }: SetOperation = union;
    const deeper = depthOf(leftInput) >= depthOf(rightInput) ? leftInput : rightInput;
    union = sameUnion(top, deeper);
  }
  return count;
}

/** The inputs of a tree of unions, from left to right. */
function unionLeaves(top: SetOperation): Relation[] {
  const leaves: Relation[] = [];
  const open = [top.rightInput, top.leftInput];
  while (open.length > 0) {
    const input = open.pop();
    const union = sameUnion(top, input);
    if (union !== undefined) open.push(union.rightInput, union.leftInput);
    else if (input !== undefined) leaves.push(input);
  }
  return leaves;
}
