// Checks the arguments of repartition(), repartitionByRange() and repartitionById().

import { ArgumentError } from "../errors.js";
import { directPartitionId, sortOrder, type Expression } from "../plan/expression.js";
import {
  repartition,
  repartitionByExpression,
  type Relation,
  type RelationBody,
} from "../plan/relation.js";
import { checkedExpression, toExpressions } from "./column-list.js";
import { checkedInteger } from "./checked-arguments.js";

function split(
  input: Relation,
  args: readonly unknown[],
): {
  readonly numPartitions: number | undefined;
  readonly keys: Expression[];
} {
  const [first, ...rest] = args;
  const isNumber = typeof first === "number";
  return {
    numPartitions: isNumber ? checkedInteger("numPartitions", first, 1) : undefined,
    keys: toExpressions(isNumber ? rest : args, "columns", { relation: input }),
  };
}

export function repartitioned(input: Relation, args: readonly unknown[]): RelationBody {
  const { numPartitions, keys } = split(input, args);
  if (keys.length > 0) return repartitionByExpression(input, keys, numPartitions);
  if (numPartitions !== undefined) return repartition(input, numPartitions, true);
  throw new ArgumentError(
    "numPartitions",
    "repartition() needs a number of partitions, columns, or both.",
  );
}

export function repartitionedByRange(input: Relation, args: readonly unknown[]): RelationBody {
  const { numPartitions, keys } = split(input, args);
  if (keys.length === 0) {
    throw new ArgumentError("columns", "repartitionByRange() needs at least one column.");
  }
  const sorted = keys.map((key) =>
    key.exprType.case === "sortOrder" ? key : sortOrder(key, { direction: "asc" }),
  );
  return repartitionByExpression(input, sorted, numPartitions);
}

export function repartitionedById(
  input: Relation,
  numPartitions: number,
  partitionId: unknown,
): RelationBody {
  const count = checkedInteger("numPartitions", numPartitions, 1);
  const id = directPartitionId(checkedExpression(partitionId, "partitionId", { relation: input }));
  return repartitionByExpression(input, [id], count);
}
