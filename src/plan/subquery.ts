import { create, isMessage } from "@bufbuild/protobuf";
import {
  ExpressionSchema,
  SubqueryExpression_SubqueryType as SubqueryType,
  type Expression,
} from "../gen/spark/connect/expressions_pb.js";
import { RelationSchema, type Relation } from "../gen/spark/connect/relations_pb.js";
import { asSortOrder } from "./expression.js";
import type { RelationBody } from "./relation.js";

/** The relation of a subquery expression. */
export interface Subquery {
  readonly relation: Relation;
  /** The relation's session: plan ids are only valid in one session. */
  readonly session: object;
}

const SUBQUERY = Symbol("subquery");

/** A subquery expression keeps its relation under a symbol, which encoders ignore: its message holds an id only. */
interface WithSubquery {
  readonly [SUBQUERY]?: Subquery;
}

/** How Spark passes a table to a table function. */
export interface TableArgOptions {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly Expression[];
  readonly withSinglePartition?: boolean | undefined;
}

/** How a query uses a subquery. */
export type SubqueryKind =
  | { readonly kind: "scalar" }
  | { readonly kind: "exists" }
  | { readonly kind: "in"; readonly values: readonly Expression[] }
  | { readonly kind: "tableArg"; readonly options: TableArgOptions };

const TYPES: Readonly<Record<SubqueryKind["kind"], SubqueryType>> = {
  scalar: SubqueryType.SCALAR,
  exists: SubqueryType.EXISTS,
  in: SubqueryType.IN,
  tableArg: SubqueryType.TABLE_ARG,
};

/** A relation as an expression in another relation. The plan must contain both: see {@link withSubqueries}. */
export function subquery({ relation, session }: Subquery, of: SubqueryKind): Expression {
  const made = create(ExpressionSchema, {
    exprType: {
      case: "subqueryExpression",
      value: {
        planId: relation.common?.planId ?? 0n,
        subqueryType: TYPES[of.kind],
        ...(of.kind === "in" && { inSubqueryValues: [...of.values] }),
        ...(of.kind === "tableArg" && tableArgOptions(of.options)),
      },
    },
  });
  return Object.defineProperty(made, SUBQUERY, { value: { relation, session } });
}

function tableArgOptions({ partitionBy, orderBy, withSinglePartition }: TableArgOptions) {
  if (partitionBy.length === 0 && orderBy.length === 0 && withSinglePartition !== true) return {};
  const tableArgOptions = {
    partitionSpec: [...partitionBy],
    orderSpec: orderBy.map(asSortOrder),
    ...(withSinglePartition !== undefined && { withSinglePartition }),
  };
  return { tableArgOptions };
}

/** Expressions without other expressions in them, which the search skips. */
const LEAVES: ReadonlySet<string | undefined> = new Set([
  "literal",
  "unresolvedAttribute",
  "expressionString",
]);

/** A relation's body or a command: the name of its kind and its fields. */
export interface PlanPart {
  readonly case: string | undefined;
  readonly value?: unknown;
}

/** The subqueries in the own expressions of a relation's body or a command, in their order. */
export function subqueriesOf(body: PlanPart): Subquery[] {
  const found: Subquery[] = [];
  // An explicit stack: recursion would overflow on deep expressions.
  const rest: unknown[] = [body.value];
  while (rest.length > 0) {
    const part = rest.pop();
    if (typeof part !== "object" || part === null || ArrayBuffer.isView(part)) continue;
    if (isMessage(part, RelationSchema)) continue;
    if (isMessage(part, ExpressionSchema)) {
      const one = (part as WithSubquery)[SUBQUERY];
      if (one !== undefined) found.push(one);
      if (LEAVES.has(part.exprType.case)) continue;
    }
    for (const field of (Object.values(part) as unknown[]).reverse()) rest.push(field);
  }
  return found;
}

const AS_COLUMN = "Add the subquery as a column with withColumn() first, and use that column.";
const PYTHON_GROUPS = ["groupBy() before a Python function", AS_COLUMN] as const;
const AS_VALUES = "Collect the rows of the subquery first, and use their values.";

/** Operations in which a subquery makes Spark fail with an internal error, and what to write instead. */
const REFUSALS = new Map<string | undefined, readonly [method: string, advice: string]>([
  ["sampleBy", ["sampleBy()", AS_COLUMN]],
  ["asOfJoin", ["joinAsOf()", AS_COLUMN]],
  ["nearestByJoin", ["nearestByJoin()", AS_COLUMN]],
  ["groupMap", PYTHON_GROUPS],
  ["coGroupMap", PYTHON_GROUPS],
  ["applyInPandasWithState", PYTHON_GROUPS],
  ["writeOperationV2", ["overwrite() and partitionedBy()", AS_VALUES]],
  [
    "mergeIntoTableCommand",
    [
      "mergeInto()",
      "Add the subquery as a column of the source DataFrame with withColumn() first, and use that column; or collect its rows, and use their values.",
    ],
  ],
]);

/** The message that refuses a subquery in an operation; undefined if the operation supports subqueries. */
export function subqueryRefusal(operation: string | undefined): string | undefined {
  const refusal = REFUSALS.get(operation);
  if (refusal === undefined) return undefined;
  const [method, advice] = refusal;
  return `Spark Connect does not support a subquery in ${method}. ${advice}`;
}

/** A relation together with the relations of its subqueries. */
export function withSubqueries(root: Relation, references: readonly Relation[]): RelationBody {
  return create(RelationSchema, {
    relType: { case: "withRelations", value: { root, references: [...references] } },
  }).relType;
}

/** An object that represents a relation, such as a DataFrame. */
export abstract class RelationHolder {
  readonly #relation: Relation;

  /** @internal Use spark.sql(), spark.read, spark.range() … */
  constructor(relation: Relation) {
    this.#relation = relation;
  }

  /** @internal The relation of this object. */
  get relation(): Relation {
    return this.#relation;
  }

  /** @internal A condition: whether one of its rows has these values. */
  abstract contains(values: readonly Expression[]): Expression;
}
