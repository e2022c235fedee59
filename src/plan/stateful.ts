import { create } from "@bufbuild/protobuf";
import { RelationSchema, type Relation } from "../gen/spark/connect/relations_pb.js";
import type { DataType as WireDataType } from "../gen/spark/connect/types_pb.js";
import type { Expression } from "./expression.js";
import type { CommonInlineUserDefinedFunction } from "./python-function.js";
import type { RelationBody } from "./relation.js";

/** Rows and the keys they are grouped by. */
export interface KeyedInput {
  readonly input: Relation;
  readonly keys: readonly Expression[];
}

/** What applyInPandasWithState() was told; schemas as DDL or Spark's JSON. */
export interface GroupStateSpec {
  readonly outputSchema: string;
  readonly stateSchema: string;
  readonly outputMode: string;
  readonly timeoutConf: string;
}

/** A function called with each group and the one state kept for it. */
export function applyInPandasWithState(
  { input, keys }: KeyedInput,
  func: CommonInlineUserDefinedFunction,
  spec: GroupStateSpec,
): RelationBody {
  return create(RelationSchema, {
    relType: {
      case: "applyInPandasWithState",
      value: { input, groupingExpressions: [...keys], func, ...spec },
    },
  }).relType;
}

/** What transformWithState() was told. */
export interface TransformWithStateSpec {
  readonly outputSchema: WireDataType;
  readonly outputMode: string;
  readonly timeMode: string;
  readonly eventTimeColumnName: string;
  readonly initialState: KeyedInput | undefined;
}

/** A stateful processor called with each group; its states are its own. */
export function transformWithState(
  { input, keys }: KeyedInput,
  func: CommonInlineUserDefinedFunction,
  spec: TransformWithStateSpec,
): RelationBody {
  const { outputSchema, outputMode, timeMode, eventTimeColumnName, initialState } = spec;
  return create(RelationSchema, {
    relType: {
      case: "groupMap",
      value: {
        input,
        groupingExpressions: [...keys],
        func,
        outputMode,
        transformWithStateInfo: { timeMode, eventTimeColumnName, outputSchema },
        ...(initialState !== undefined && {
          initialInput: initialState.input,
          initialGroupingExpressions: [...initialState.keys],
        }),
      },
    },
  }).relType;
}
