import { create } from "@bufbuild/protobuf";
import { RelationSchema, type Relation } from "../gen/spark/connect/relations_pb.js";
import type { DataType as WireDataType } from "../gen/spark/connect/types_pb.js";
import type { Expression } from "./expression.js";
import type { CommonInlineUserDefinedFunction } from "./python-function.js";
import type { RelationBody } from "./relation.js";

/** Rows and their grouping keys. */
export interface KeyedInput {
  readonly input: Relation;
  readonly keys: readonly Expression[];
}

/** The arguments of applyInPandasWithState(). Schemas are DDL or Spark's JSON. */
export interface GroupStateSpec {
  readonly outputSchema: string;
  readonly stateSchema: string;
  readonly outputMode: string;
  readonly timeoutConf: string;
}

/** Calls a function with each group and the group's state. */
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

/** The arguments of transformWithState(). */
export interface TransformWithStateSpec {
  readonly outputSchema: WireDataType;
  readonly outputMode: string;
  readonly timeMode: string;
  readonly eventTimeColumnName: string;
  readonly initialState: KeyedInput | undefined;
}

/** Calls a stateful processor with each group. The processor defines its own states. */
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
