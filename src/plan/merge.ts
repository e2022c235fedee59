import { create } from "@bufbuild/protobuf";
import {
  ExpressionSchema,
  MergeAction_ActionType as ActionType,
  type Expression,
} from "../gen/spark/connect/expressions_pb.js";
import type { Relation } from "../gen/spark/connect/relations_pb.js";
import { commandPlan, type Plan } from "./command.js";

/** The action of a clause of a merge. */
export type MergeActionKind = "delete" | "insert" | "insertAll" | "update" | "updateAll";

const ACTION_TYPES: Readonly<Record<MergeActionKind, ActionType>> = {
  delete: ActionType.DELETE,
  insert: ActionType.INSERT,
  insertAll: ActionType.INSERT_STAR,
  update: ActionType.UPDATE,
  updateAll: ActionType.UPDATE_STAR,
};

/** A clause of a merge. */
export interface MergeActionSpec {
  readonly kind: MergeActionKind;
  /** Restricts the clause to rows for which this is true; undefined means all rows. */
  readonly condition: Expression | undefined;
  readonly assignments?: readonly { readonly key: Expression; readonly value: Expression }[];
}

/** The parts of a merge. For each row, Spark uses the first clause of a kind with a true condition. */
export interface MergeSpec {
  readonly table: string;
  readonly condition: Expression;
  readonly matched: readonly MergeActionSpec[];
  readonly notMatched: readonly MergeActionSpec[];
  readonly notMatchedBySource: readonly MergeActionSpec[];
  readonly withSchemaEvolution: boolean;
}

/** Merges rows into a table, if its catalog supports that. */
export function mergeIntoTable(source: Relation, spec: MergeSpec): Plan {
  return commandPlan({
    case: "mergeIntoTableCommand",
    value: {
      targetTableName: spec.table,
      sourceTablePlan: source,
      mergeCondition: spec.condition,
      matchActions: spec.matched.map(mergeAction),
      notMatchedActions: spec.notMatched.map(mergeAction),
      notMatchedBySourceActions: spec.notMatchedBySource.map(mergeAction),
      withSchemaEvolution: spec.withSchemaEvolution,
    },
  });
}

function mergeAction({ kind, condition, assignments = [] }: MergeActionSpec): Expression {
  return create(ExpressionSchema, {
    exprType: {
      case: "mergeAction",
      value: {
        actionType: ACTION_TYPES[kind],
        ...(condition !== undefined && { condition }),
        assignments: [...assignments],
      },
    },
  });
}
