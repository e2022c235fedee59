// Columns as PySpark prints them.

import type {
  Expression,
  Expression_Literal,
  Expression_SortOrder,
  Expression_Window,
} from "../gen/spark/connect/expressions_pb.js";
import {
  Expression_Cast_EvalMode as EvalMode,
  Expression_SortOrder_NullOrdering as NullOrdering,
  Expression_SortOrder_SortDirection as SortDirection,
  Expression_Window_WindowFrame_FrameType as FrameType,
} from "../gen/spark/connect/expressions_pb.js";
import { simpleString } from "../types/ddl.js";
import { dateText, dateTimeText } from "../types/calendar.js";
import { expressionText, INFIX, literalText } from "./expression-text.js";
import { dataTypeOf } from "./schema.js";

/** The name that Spark gives a column of this expression, as far as the client knows it. */
export function columnName(expression: Expression): string {
  const { exprType } = expression;
  if (exprType.case === "alias") return exprType.value.name.join(",");
  if (exprType.case === "unresolvedAttribute")
    return (/(?:`((?:[^`]|``)+)`|[^.]+)$/.exec(exprType.value.unparsedIdentifier)?.[0] ?? "")
      .replace(/^`|`$/g, "")
      .replaceAll("``", "`");
  return columnText(expression);
}

/**
 * The text between the quotes of `Column<'…'>`. It is PySpark's text on Spark Connect, except that operators stand
 * between their operands, as PySpark on Spark Classic prints them: `(a > 1)`.
 *
 * @see `__repr__` in pyspark/sql/connect/expressions.py
 */
export function columnText(expression: Expression | undefined): string {
  const type = expression?.exprType;
  switch (type?.case) {
    case "literal":
      return plainLiteral(type.value);
    case "unresolvedAttribute":
      return type.value.unparsedIdentifier;
    case "unresolvedFunction":
      return functionText(type.value);
    case "callFunction":
      return `CallFunction(${[`'${type.value.functionName}'`, ...type.value.arguments.map(columnText)].join(", ")})`;
    case "commonInlineUserDefinedFunction":
      return `${type.value.functionName}(${listText(type.value.arguments)})`;
    case "unresolvedStar":
      return `unresolvedstar(${type.value.unparsedTarget ?? ""})`;
    case "unresolvedRegex":
      return `UnresolvedRegex(${type.value.colName})`;
    case "alias":
      return `${columnText(type.value.expr)} AS ${type.value.name.join(",")}`;
    case "cast": {
      const { expr, castToType, evalMode } = type.value;
      const target =
        castToType.case === "type" ? simpleString(dataTypeOf(castToType.value)) : castToType.value;
      const name = evalMode === EvalMode.TRY ? "TRY_CAST" : "CAST";
      return `${name}(${columnText(expr)} AS ${(target ?? "?").toUpperCase()})`;
    }
    case "sortOrder":
      return sortKeyText(type.value);
    case "window":
      return `WindowExpression(${columnText(type.value.windowFunction)}, (${windowSpecText(type.value)}))`;
    case "unresolvedExtractValue":
      return `${columnText(type.value.child)}['${columnText(type.value.extraction)}']`;
    case "updateFields": {
      const { structExpression, fieldName, valueExpression } = type.value;
      const struct = columnText(structExpression);
      return valueExpression === undefined
        ? `drop_field(${struct}, ${fieldName})`
        : `update_field(${struct}, ${fieldName}, ${columnText(valueExpression)})`;
    }
    case "lambdaFunction": {
      const names = type.value.arguments.map(({ nameParts }) => nameParts.join("."));
      return `LambdaFunction(${[columnText(type.value.function), ...names].join(", ")})`;
    }
    case "namedArgumentExpression":
      return `${type.value.key} => ${columnText(type.value.value)}`;
    default:
      return expressionText(expression);
  }
}

/** A window as PySpark prints it. */
export function windowSpecText({
  partitionSpec,
  orderSpec,
  frameSpec,
}: Pick<Expression_Window, "partitionSpec" | "orderSpec" | "frameSpec">): string {
  const parts = [
    ...(partitionSpec.length > 0 ? [`PartitionBy(${listText(partitionSpec)})`] : []),
    ...(orderSpec.length > 0 ? [`OrderBy(${orderSpec.map(sortKeyText).join(", ")})`] : []),
  ];
  if (frameSpec !== undefined) {
    const { frameType, lower, upper } = frameSpec;
    const bounds = [lower, upper].map((bound) => {
      const boundary = bound?.boundary;
      if (boundary?.case === "currentRow") return "0";
      return boundary?.case === "value" ? columnText(boundary.value) : "unbounded";
    });
    const kind = frameType === FrameType.ROW ? "ROW_FRAME" : "RANGE_FRAME";
    parts.push(`WindowFrame(${kind}, ${bounds.join(", ")})`);
  }
  return `WindowSpec(${parts.join(", ")})`;
}

function sortKeyText({ child, direction, nullOrdering }: Expression_SortOrder): string {
  const order = direction === SortDirection.DESCENDING ? "DESC" : "ASC";
  const nulls = nullOrdering === NullOrdering.SORT_NULLS_LAST ? "LAST" : "FIRST";
  return `${columnText(child)} ${order} NULLS ${nulls}`;
}

function functionText(call: {
  readonly functionName: string;
  readonly arguments: readonly Expression[];
  readonly isDistinct: boolean;
}): string {
  const { functionName, arguments: args, isDistinct } = call;
  if (functionName === "when") return caseText(args);
  const [left, right] = args;
  if (args.length === 2 && INFIX.has(functionName))
    return `(${columnText(left)} ${functionName} ${columnText(right)})`;
  return `${functionName}(${isDistinct ? "distinct " : ""}${listText(args)})`;
}

/** The arguments are conditions, each with its value, and then the value of ELSE, if there is one. */
function caseText(args: readonly Expression[]): string {
  let branches = "";
  for (let at = 0; at + 1 < args.length; at += 2)
    branches += ` WHEN ${columnText(args[at])} THEN ${columnText(args[at + 1])}`;
  const otherwise = args.length % 2 === 1 ? ` ELSE ${columnText(args.at(-1))}` : "";
  return `CASE${branches}${otherwise} END`;
}

function listText(expressions: readonly Expression[]): string {
  return expressions.map(columnText).join(", ");
}

/** PySpark prints text without quotes, and dates and timestamps as text. */
function plainLiteral(literal: Expression_Literal): string {
  const { literalType } = literal;
  switch (literalType.case) {
    case "string":
      return literalType.value;
    case "date":
      return dateText(literalType.value);
    case "timestamp":
    case "timestampNtz": {
      const micros = literalType.value;
      const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
      const text = dateTimeText(Number((micros - rest) / 1_000_000n), Number(rest), true);
      return text.replace("T", " ");
    }
    default:
      return literalText(literal);
  }
}
