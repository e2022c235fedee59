import { requireText } from "../argument-kind.js";
import { create } from "@bufbuild/protobuf";
import {
  Expression_AliasSchema,
  Expression_Cast_EvalMode as EvalMode,
  Expression_SortOrder_NullOrdering as NullOrdering,
  Expression_SortOrder_SortDirection as SortDirection,
  Expression_SortOrderSchema,
  Expression_UnresolvedNamedLambdaVariableSchema,
  ExpressionSchema,
  type Expression,
  type Expression_Alias,
  type Expression_SortOrder,
  type Expression_UnresolvedNamedLambdaVariable,
} from "../gen/spark/connect/expressions_pb.js";
import type { DataType } from "../types/data-type.js";
import { wireType } from "./wire-type.js";

export type { Expression } from "../gen/spark/connect/expressions_pb.js";

function expression(exprType: Expression["exprType"]): Expression {
  return create(ExpressionSchema, { exprType });
}

/** A column, by its name in SQL syntax; `planId` binds it to one DataFrame of a join. */
export function attribute(unparsedIdentifier: string, planId?: bigint): Expression {
  return create(ExpressionSchema, {
    exprType: {
      case: "unresolvedAttribute",
      value: { unparsedIdentifier, ...(planId !== undefined && { planId }) },
    },
  });
}

/** All columns, or all fields under `target` (written `target.*`). */
function star(target?: string, planId?: bigint): Expression {
  return create(ExpressionSchema, {
    exprType: {
      case: "unresolvedStar",
      value: {
        ...(target !== undefined && { unparsedTarget: target }),
        ...(planId !== undefined && { planId }),
      },
    },
  });
}

/** A column by name, with PySpark's rules for `col`: `*` and `x.*` are stars, any other text is a name. */
export function columnReference(name: string, planId?: bigint): Expression {
  requireText("A column's name", name);
  if (name === "*") return star(undefined, planId);
  if (name.endsWith(".*")) return star(name);
  return attribute(name, planId);
}

/** SQL text that the server parses. */
export function expressionString(text: string): Expression {
  return create(ExpressionSchema, {
    exprType: { case: "expressionString", value: { expression: text } },
  });
}

/** A call of one of Spark's functions. */
export function call(
  functionName: string,
  args: readonly Expression[],
  options: { readonly isDistinct?: boolean } = {},
): Expression {
  return create(ExpressionSchema, {
    exprType: {
      case: "unresolvedFunction",
      value: { functionName, arguments: [...args], isDistinct: options.isDistinct ?? false },
    },
  });
}

/** A call of a function that the server looks up by name: built in, registered or in a catalog. */
export function callFunction(functionName: string, args: readonly Expression[]): Expression {
  return create(ExpressionSchema, {
    exprType: { case: "callFunction", value: { functionName, arguments: [...args] } },
  });
}

/** The alias message itself, as withColumn carries it. */
export function aliasMessage(
  expr: Expression,
  names: readonly string[],
  metadata?: string,
): Expression_Alias {
  return create(Expression_AliasSchema, {
    expr,
    name: [...names],
    ...(metadata !== undefined && { metadata }),
  });
}

/** An expression with another name, or with several names if the function returns several columns. */
export function alias(expr: Expression, names: readonly string[], metadata?: string): Expression {
  return expression({ case: "alias", value: aliasMessage(expr, names, metadata) });
}

/** A cast to a type, given as DDL or as a DataType; `try` returns null where the cast fails. */
export function cast(
  expr: Expression,
  type: string | DataType,
  mode: "default" | "try",
): Expression {
  return create(ExpressionSchema, {
    exprType: {
      case: "cast",
      value: {
        expr,
        castToType:
          typeof type === "string"
            ? { case: "typeStr", value: type }
            : { case: "type", value: wireType(type) },
        ...(mode === "try" && { evalMode: EvalMode.TRY }),
      },
    },
  });
}

/** An element of an array or map, or a field of a struct. */
export function extract(child: Expression, extraction: Expression): Expression {
  return create(ExpressionSchema, {
    exprType: { case: "unresolvedExtractValue", value: { child, extraction } },
  });
}

/** A variable of a lambda, by its name. */
export function lambdaVariable(name: string): Expression {
  return expression({ case: "unresolvedNamedLambdaVariable", value: lambdaVariableMessage(name) });
}

/** A lambda: an expression over variables of these names. */
export function lambdaFunction(body: Expression, variables: readonly string[]): Expression {
  return create(ExpressionSchema, {
    exprType: {
      case: "lambdaFunction",
      value: { function: body, arguments: variables.map(lambdaVariableMessage) },
    },
  });
}

function lambdaVariableMessage(name: string): Expression_UnresolvedNamedLambdaVariable {
  return create(Expression_UnresolvedNamedLambdaVariableSchema, { nameParts: [name] });
}

/** How a sort key is ordered. */
export interface SortSpec {
  readonly direction: "asc" | "desc";
  /** Spark's default: nulls first when ascending, last when descending. */
  readonly nulls?: "first" | "last";
}

function sortOrderMessage(child: Expression, spec: SortSpec): Expression_SortOrder {
  const nulls = spec.nulls ?? (spec.direction === "asc" ? "first" : "last");
  return create(Expression_SortOrderSchema, {
    child,
    direction: spec.direction === "asc" ? SortDirection.ASCENDING : SortDirection.DESCENDING,
    nullOrdering: nulls === "first" ? NullOrdering.SORT_NULLS_FIRST : NullOrdering.SORT_NULLS_LAST,
  });
}

/** A sort key as an expression. */
export function sortOrder(child: Expression, spec: SortSpec): Expression {
  return expression({ case: "sortOrder", value: sortOrderMessage(child, spec) });
}

/** The expression as a sort key: unchanged if it is a sort key, otherwise ascending. */
export function asSortOrder(expr: Expression): Expression_SortOrder {
  return expr.exprType.case === "sortOrder"
    ? expr.exprType.value
    : sortOrderMessage(expr, { direction: "asc" });
}

/** Sets a field of a struct; without a value, drops the field. */
export function updateFields(
  structExpression: Expression,
  fieldName: string,
  valueExpression?: Expression,
): Expression {
  return create(ExpressionSchema, {
    exprType: {
      case: "updateFields",
      value: {
        structExpression,
        fieldName,
        ...(valueExpression !== undefined && { valueExpression }),
      },
    },
  });
}

/** The columns of one DataFrame with names that match a Java regular expression, written in backticks. */
export function columnRegex(colName: string, planId: bigint | undefined): Expression {
  return create(ExpressionSchema, {
    exprType: {
      case: "unresolvedRegex",
      value: { colName, ...(planId !== undefined && { planId }) },
    },
  });
}

/** A metadata column, which a data source has in addition to its schema. */
export function metadataAttribute(
  unparsedIdentifier: string,
  planId: bigint | undefined,
): Expression {
  return create(ExpressionSchema, {
    exprType: {
      case: "unresolvedAttribute",
      value: {
        unparsedIdentifier,
        isMetadataColumn: true,
        ...(planId !== undefined && { planId }),
      },
    },
  });
}

/** The number of the partition that a row goes to. */
export function directPartitionId(child: Expression): Expression {
  return create(ExpressionSchema, {
    exprType: { case: "directShufflePartitionId", value: { child } },
  });
}
