// Relations for PySpark's `na`, `stat` and samples.

import { create } from "@bufbuild/protobuf";
import {
  Expression_LiteralSchema,
  type Expression,
  type Expression_Literal,
} from "../gen/spark/connect/expressions_pb.js";
import type { Relation } from "../gen/spark/connect/relations_pb.js";
import { body, type RelationBody } from "./relation.js";

/** A number as a literal of type DOUBLE, even if it is an integer. */
export function doubleLiteral(value: number): Expression_Literal {
  return create(Expression_LiteralSchema, { literalType: { case: "double", value } });
}

export function fillNa(
  input: Relation,
  cols: readonly string[],
  values: readonly Expression_Literal[],
): RelationBody {
  return body({ case: "fillNa", value: { input, cols: [...cols], values: [...values] } });
}

export function dropNa(
  input: Relation,
  cols: readonly string[],
  minNonNulls: number | undefined,
): RelationBody {
  return body({
    case: "dropNa",
    value: { input, cols: [...cols], ...(minNonNulls !== undefined && { minNonNulls }) },
  });
}

export function replaceNa(
  input: Relation,
  cols: readonly string[],
  replacements: readonly (readonly [from: Expression_Literal, to: Expression_Literal])[],
): RelationBody {
  return body({
    case: "replace",
    value: {
      input,
      cols: [...cols],
      replacements: replacements.map(([oldValue, newValue]) => ({ oldValue, newValue })),
    },
  });
}

export function statSummary(input: Relation, statistics: readonly string[]): RelationBody {
  return body({ case: "summary", value: { input, statistics: [...statistics] } });
}

export function statDescribe(input: Relation, cols: readonly string[]): RelationBody {
  return body({ case: "describe", value: { input, cols: [...cols] } });
}

export function statCrosstab(input: Relation, col1: string, col2: string): RelationBody {
  return body({ case: "crosstab", value: { input, col1, col2 } });
}

export function statCov(input: Relation, col1: string, col2: string): RelationBody {
  return body({ case: "cov", value: { input, col1, col2 } });
}

export function statCorr(
  input: Relation,
  col1: string,
  col2: string,
  method: string,
): RelationBody {
  return body({ case: "corr", value: { input, col1, col2, method } });
}

export function statApproxQuantile(
  input: Relation,
  cols: readonly string[],
  probabilities: readonly number[],
  relativeError: number,
): RelationBody {
  return body({
    case: "approxQuantile",
    value: { input, cols: [...cols], probabilities: [...probabilities], relativeError },
  });
}

export function statFreqItems(
  input: Relation,
  cols: readonly string[],
  support: number,
): RelationBody {
  return body({ case: "freqItems", value: { input, cols: [...cols], support } });
}

export function statSampleBy(
  input: Relation,
  col: Expression,
  fractions: readonly { readonly stratum: Expression_Literal; readonly fraction: number }[],
  seed: bigint,
): RelationBody {
  return body({ case: "sampleBy", value: { input, col, fractions: [...fractions], seed } });
}

/** Draws a random number for each row and keeps the rows with a number between the bounds. */
export function sample(
  input: Relation,
  spec: {
    readonly lowerBound: number;
    readonly upperBound: number;
    readonly withReplacement: boolean;
    readonly seed: bigint;
    /** Sorts the rows of each partition first, so that several samples have no row in common. */
    readonly deterministicOrder: boolean;
  },
): RelationBody {
  return body({ case: "sample", value: { input, ...spec } });
}
