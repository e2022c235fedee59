import { create, isMessage } from "@bufbuild/protobuf";
import {
  ExpressionSchema,
  SubqueryExpression_SubqueryType as SubqueryType,
  type Expression,
} from "../gen/spark/connect/expressions_pb.js";
import { RelationSchema, type Relation } from "../gen/spark/connect/relations_pb.js";
import { asSortOrder } from "./expression.js";
import type { RelationBody } from "./relation.js";

/** A relation that a subquery expression stands for. */
export interface Subquery {
  readonly relation: Relation;
  /** The session the relation is of: ids of relations mean nothing in another one. */
  readonly session: object;
}

/** What subquery expressions stand for: their messages hold an id only. */
const subqueries = new WeakMap<Expression, Subquery>();

/** How a table goes into a table function. */
export interface TableArgOptions {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly Expression[];
  readonly withSinglePartition?: boolean | undefined;
}

/** What a subquery is asked for. */
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

/** A relation as an expression of another relation, which must carry it: see {@link withSubqueries}. */
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
  subqueries.set(made, { relation, session });
  return made;
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

/** Expressions that hold values only, whose fields need no look. */
const LEAVES: ReadonlySet<string | undefined> = new Set([
  "literal",
  "unresolvedAttribute",
  "expressionString",
]);

/** What the subqueries in a body's own expressions stand for, in their order. */
export function subqueriesOf(body: RelationBody): Subquery[] {
  const found: Subquery[] = [];
  // A stack of its own, since expressions may be deeper than the call stack.
  const rest: unknown[] = [body.value];
  while (rest.length > 0) {
    const part = rest.pop();
    if (typeof part !== "object" || part === null || ArrayBuffer.isView(part)) continue;
    if (isMessage(part, RelationSchema)) continue;
    if (isMessage(part, ExpressionSchema)) {
      const one = subqueries.get(part);
      if (one !== undefined) found.push(one);
      if (LEAVES.has(part.exprType.case)) continue;
    }
    for (const field of (Object.values(part) as unknown[]).reverse()) rest.push(field);
  }
  return found;
}

/** A relation together with those that its subqueries stand for. */
export function withSubqueries(root: Relation, references: readonly Relation[]): RelationBody {
  return create(RelationSchema, {
    relType: { case: "withRelations", value: { root, references: [...references] } },
  }).relType;
}

/** Something that stands for a relation, as a DataFrame does. */
export abstract class RelationHolder {
  readonly #relation: Relation;

  /** @internal Use spark.sql(), spark.read, spark.range() … */
  constructor(relation: Relation) {
    this.#relation = relation;
  }

  /** @internal The plan this stands for. */
  get relation(): Relation {
    return this.#relation;
  }

  /** @internal Whether one of its rows has these values. */
  abstract contains(values: readonly Expression[]): Expression;
}
