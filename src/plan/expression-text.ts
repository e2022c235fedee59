// Expressions as readable text, for the tree of a plan.

import type {
  Expression,
  Expression_Literal,
  Expression_SortOrder,
} from "../gen/spark/connect/expressions_pb.js";
import {
  Expression_Cast_EvalMode as EvalMode,
  Expression_SortOrder_NullOrdering as NullOrdering,
  Expression_SortOrder_SortDirection as SortDirection,
  SubqueryExpression_SubqueryType as SubqueryType,
} from "../gen/spark/connect/expressions_pb.js";

/** Longest text of a value, in characters; longer text is cut. */
const LONGEST_TEXT = 80;

/** Functions that are written between their two arguments. */
export const INFIX: ReadonlySet<string> = new Set([
  "==",
  "<=>",
  ">",
  ">=",
  "<",
  "<=",
  "+",
  "-",
  "*",
  "/",
  "%",
  "&",
  "|",
  "^",
  "and",
  "or",
]);

const SUBQUERIES: Readonly<Record<SubqueryType, string>> = {
  [SubqueryType.UNKNOWN]: "subquery",
  [SubqueryType.SCALAR]: "scalar-subquery",
  [SubqueryType.EXISTS]: "exists-subquery",
  [SubqueryType.TABLE_ARG]: "table",
  [SubqueryType.IN]: "subquery",
};

/** An expression in one line. */
export function expressionText(expression: Expression | undefined): string {
  const type = expression?.exprType;
  switch (type?.case) {
    case "literal":
      return literalText(type.value);
    case "unresolvedAttribute": {
      const { planId, unparsedIdentifier } = type.value;
      return planId === undefined ? unparsedIdentifier : `${unparsedIdentifier}#${planId}`;
    }
    case "unresolvedFunction":
    case "callFunction":
      return callText(type.value);
    case "expressionString":
      return type.value.expression;
    case "unresolvedStar":
      return type.value.unparsedTarget ?? "*";
    case "unresolvedRegex":
      return type.value.colName;
    case "alias":
      return `${expressionText(type.value.expr)} AS ${type.value.name.join(", ")}`;
    case "cast": {
      const { expr, castToType, evalMode } = type.value;
      const target = castToType.case === "typeStr" ? castToType.value : castToType.value?.kind.case;
      const name = evalMode === EvalMode.TRY ? "try_cast" : "cast";
      return `${name}(${expressionText(expr)} AS ${target ?? "?"})`;
    }
    case "sortOrder":
      return sortText(type.value);
    case "window": {
      const { windowFunction, partitionSpec, orderSpec } = type.value;
      const parts = [
        ...(partitionSpec.length > 0 ? [`PARTITION BY ${listText(partitionSpec)}`] : []),
        ...(orderSpec.length > 0 ? [`ORDER BY ${orderSpec.map(sortText).join(", ")}`] : []),
      ];
      return `${expressionText(windowFunction)} OVER (${parts.join(" ")})`;
    }
    case "unresolvedExtractValue":
      return `${expressionText(type.value.child)}[${expressionText(type.value.extraction)}]`;
    case "updateFields": {
      const { structExpression, fieldName, valueExpression } = type.value;
      const value = valueExpression === undefined ? "" : `, ${expressionText(valueExpression)}`;
      const name = valueExpression === undefined ? "drop_field" : "with_field";
      return `${name}(${expressionText(structExpression)}, ${fieldName}${value})`;
    }
    case "lambdaFunction": {
      const names = type.value.arguments.map(({ nameParts }) => nameParts.join("."));
      return `(${names.join(", ")}) -> ${expressionText(type.value.function)}`;
    }
    case "unresolvedNamedLambdaVariable":
      return type.value.nameParts.join(".");
    case "commonInlineUserDefinedFunction":
      return callText(type.value);
    case "namedArgumentExpression":
      return `${type.value.key} => ${expressionText(type.value.value)}`;
    case "subqueryExpression": {
      const { planId, subqueryType, inSubqueryValues } = type.value;
      const query = `${SUBQUERIES[subqueryType]}#${planId}`;
      return inSubqueryValues.length === 0 ? query : `${listText(inSubqueryValues)} IN ${query}`;
    }
    case "directShufflePartitionId":
      return `partition(${expressionText(type.value.child)})`;
    default:
      return type?.case ?? "?";
  }
}

/** A sort key in one line. */
export function sortText({ child, direction, nullOrdering }: Expression_SortOrder): string {
  const isDescending = direction === SortDirection.DESCENDING;
  const isUsual = (nullOrdering === NullOrdering.SORT_NULLS_LAST) === isDescending;
  const nulls = isUsual ? "" : isDescending ? " NULLS FIRST" : " NULLS LAST";
  return `${expressionText(child)} ${isDescending ? "DESC" : "ASC"}${nulls}`;
}

/** A value in one line; long text is cut. */
export function literalText({ literalType }: Expression_Literal): string {
  switch (literalType.case) {
    case "null":
      return "NULL";
    case "string":
      return `'${shortened(literalType.value)}'`;
    case "binary":
      return `<${literalType.value.byteLength} bytes>`;
    case "decimal":
      return literalType.value.value;
    case "boolean":
    case "byte":
    case "short":
    case "integer":
    case "long":
    case "float":
    case "double":
    case "date":
    case "timestamp":
    case "timestampNtz":
      return String(literalType.value);
    default:
      return `<${literalType.case ?? "?"}>`;
  }
}

/** The text in one line, cut if it is long. */
export function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)}…` : line;
}

function listText(expressions: readonly Expression[]): string {
  return expressions.map(expressionText).join(", ");
}

function callText(call: {
  readonly functionName: string;
  readonly arguments: readonly Expression[];
  readonly isDistinct?: boolean;
}): string {
  const [left, right] = call.arguments;
  if (INFIX.has(call.functionName) && call.arguments.length === 2) {
    return `(${expressionText(left)} ${call.functionName} ${expressionText(right)})`;
  }
  const distinct = call.isDistinct === true ? "DISTINCT " : "";
  return `${call.functionName}(${distinct}${listText(call.arguments)})`;
}
