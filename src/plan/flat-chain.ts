import { toJson, type JsonValue } from "@bufbuild/protobuf";
import { ExpressionSchema } from "../gen/spark/connect/expressions_pb.js";
import {
  SetOperation_SetOpType as SetOpType,
  type Relation,
  type SetOperation,
  type WithColumns,
} from "../gen/spark/connect/relations_pb.js";
import { relationDepth, setOperation, withAliases, type RelationBody } from "./relation.js";

/**
 * Plans less deep stay as they were written, message by message what PySpark makes. A deeper chain is
 * made flat where that changes no result, since a server reads only so deep.
 */
const DEEP = 50;

/** So many unions may lie on top of each other before they are spread into a balanced tree again. */
const UNIONS_ON_TOP = 32;

/** Functions that make rows: a single withColumns() takes only one. */
const GENERATOR = /explode|inline|stack|json_tuple/;

/** SQL text with `*` where it is no multiplication, quoted names, comments or a query of its own. */
const OBSCURE_SQL = /(?:^|[(,.])\s*\*|\*\s*(?:$|[),]|except)|[`]|\/\*|--|select/;

/** What stands for columns that cannot be told from here, or for one relation among others. */
const NEVER_FLAT: ReadonlySet<string> = new Set([
  "unresolvedStar",
  "unresolvedRegex",
  "subqueryExpression",
  "planId",
]);

type MakeRelation = (body: RelationBody) => Relation;

/**
 * The same operation in fewer levels, where the plan is deep: a chain of unions as a balanced tree, and
 * withColumns() on withColumns() as one, unless the later columns may use the earlier ones. What lay
 * between is no relation of its own any more: a column tied to it with col() is not found, and Spark
 * says so.
 */
export function flatChain(body: RelationBody, makeRelation: MakeRelation): RelationBody {
  if (body.case === "setOp") return flatUnions(body, makeRelation);
  if (body.case === "withColumns") return flatColumns(body);
  return body;
}

function depthOf(input: Relation | undefined): number {
  return input === undefined ? 0 : relationDepth(input);
}

/** The union that this relation is, if it is one of the same kind. */
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

function flatUnions(
  body: Extract<RelationBody, { case: "setOp" }>,
  makeRelation: MakeRelation,
): RelationBody {
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

/** How many unions lead from this one to its deepest input. */
function unionsOnTop(top: SetOperation): number {
  let count = 0;
  for (let union: SetOperation | undefined = top; union !== undefined; count++) {
    const { leftInput, rightInput }: SetOperation = union;
    const deeper = depthOf(leftInput) >= depthOf(rightInput) ? leftInput : rightInput;
    union = sameUnion(top, deeper);
  }
  return count;
}

/** What is united, from left to right. */
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

function flatColumns(body: Extract<RelationBody, { case: "withColumns" }>): RelationBody {
  const { value } = body;
  const { input } = value;
  if (depthOf(input) < DEEP || input?.relType.case !== "withColumns") return body;
  const earlier = input.relType.value;
  if (earlier.input === undefined || mayUse(value, earlier)) return body;
  return withAliases(earlier.input, [...earlier.aliases, ...value.aliases]);
}

/** Whether the later columns may need the earlier ones, or may not stand beside them. */
function mayUse(later: WithColumns, earlier: WithColumns): boolean {
  const made = namesOf(earlier);
  if (namesOf(later).some((name) => made.includes(name))) return true;
  return later.aliases.some(({ expr }) => {
    if (expr === undefined) return true;
    const json = toJson(ExpressionSchema, expr);
    return entriesWithin(json).some(([key, value]) => needs(key, value, made));
  });
}

/** Spark may read names without regard to case. */
function namesOf({ aliases }: WithColumns): string[] {
  return aliases.flatMap(({ name }) => name).map((name) => name.toLowerCase());
}

/** Whether one entry of an expression may stand for an earlier column; in doubt it does. */
function needs(key: string, value: JsonValue, made: readonly string[]): boolean {
  if (NEVER_FLAT.has(key)) return true;
  if (typeof value !== "string") return false;
  const text = value.toLowerCase();
  switch (key) {
    case "unparsedIdentifier":
      return made.some((name) => mentions(text, name));
    case "expression":
      return (
        OBSCURE_SQL.test(text) || GENERATOR.test(text) || made.some((name) => text.includes(name))
      );
    case "functionName":
      return GENERATOR.test(text);
    default:
      return false;
  }
}

/** Whether an identifier, `a.b` or quoted, may begin with or have in it a column of this name. */
function mentions(identifier: string, name: string): boolean {
  const plain = identifier.replaceAll("`", "");
  const bare = name.replaceAll("`", "");
  return plain.split(".").includes(bare) || (bare.includes(".") && plain.includes(bare));
}

/** Every key with its value, however deep. */
function entriesWithin(value: JsonValue): [key: string, value: JsonValue][] {
  if (Array.isArray(value)) return value.flatMap(entriesWithin);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, item]) => [[key, item], ...entriesWithin(item)]);
}
