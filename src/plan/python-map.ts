import { create } from "@bufbuild/protobuf";
import { RelationSchema, type Relation } from "../gen/spark/connect/relations_pb.js";
import type { CommonInlineUserDefinedFunction } from "./python-function.js";
import type { RelationBody } from "./relation.js";
import type { KeyedInput } from "./stateful.js";

/** Calls a function once for each partition, with an iterator over its rows. */
export function mapPartitions(
  input: Relation,
  func: CommonInlineUserDefinedFunction,
  isBarrier: boolean,
): RelationBody {
  return create(RelationSchema, {
    relType: { case: "mapPartitions", value: { input, func, isBarrier } },
  }).relType;
}

/** Calls a function with each group. */
export function groupMap(
  { input, keys }: KeyedInput,
  func: CommonInlineUserDefinedFunction,
): RelationBody {
  return create(RelationSchema, {
    relType: { case: "groupMap", value: { input, groupingExpressions: [...keys], func } },
  }).relType;
}

/** Calls a function with the groups that have the same keys on both sides. */
export function coGroupMap(
  one: KeyedInput,
  other: KeyedInput,
  func: CommonInlineUserDefinedFunction,
): RelationBody {
  return create(RelationSchema, {
    relType: {
      case: "coGroupMap",
      value: {
        input: one.input,
        inputGroupingExpressions: [...one.keys],
        other: other.input,
        otherGroupingExpressions: [...other.keys],
        func,
      },
    },
  }).relType;
}
