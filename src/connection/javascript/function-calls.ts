import { create, isMessage } from "@bufbuild/protobuf";
import {
  CommonInlineUserDefinedFunctionSchema,
  ExpressionSchema,
  PythonUDFSchema,
  type Expression,
  type PythonUDF,
} from "../../gen/spark/connect/expressions_pb.js";
import { RelationSchema } from "../../gen/spark/connect/relations_pb.js";
import type { JavaScriptFunction } from "../../javascript/javascript-function.js";
import type { PlanPart } from "../../plan/subquery.js";

const FUNCTION = Symbol("function");

/** An expression that calls a function in TypeScript keeps it under a symbol, which encoders ignore. */
interface WithFunction {
  readonly [FUNCTION]?: JavaScriptFunction;
}

/** Whether this process has made such an expression. Most programs make none, and skip the search of plans. */
let isUsed = false;

/** A call of a function. The session completes it when it sends a plan with it. */
export function functionCall(fn: JavaScriptFunction, args: readonly Expression[]): Expression {
  isUsed = true;
  const made = create(ExpressionSchema, {
    exprType: {
      case: "commonInlineUserDefinedFunction",
      value: {
        functionName: fn.name,
        deterministic: fn.deterministic,
        arguments: [...args],
        function: { case: "pythonUdf", value: create(PythonUDFSchema) },
      },
    },
  });
  return withFunction(made, fn);
}

function withFunction(expression: Expression, fn: JavaScriptFunction): Expression {
  return Object.defineProperty(expression, FUNCTION, { value: fn });
}

/** The functions that the own expressions of a relation's body or a command call, each once. */
export function functionsIn(part: PlanPart): Set<JavaScriptFunction> {
  const found = new Set<JavaScriptFunction>();
  if (!isUsed) return found;
  // An explicit stack: recursion would overflow on deep expressions.
  const rest: unknown[] = [part.value];
  while (rest.length > 0) {
    const one = rest.pop();
    if (typeof one !== "object" || one === null || ArrayBuffer.isView(one)) continue;
    if (isMessage(one, RelationSchema)) continue;
    const fn = (one as WithFunction)[FUNCTION];
    if (fn !== undefined) found.add(fn);
    rest.push(...(Object.values(one) as unknown[]));
  }
  return found;
}

/**
 * A copy of a body with the Python functions in the place of the functions in TypeScript. Other sessions may use the
 * same Columns, so this copies every message on the way to a call, and shares the rest.
 */
export function withCompletedCalls<T>(
  value: T,
  completed: ReadonlyMap<JavaScriptFunction, PythonUDF>,
): T {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (isMessage(value, RelationSchema)) return value;
  if (Array.isArray(value)) {
    const items = value as unknown[];
    const copied = items.map((item) => withCompletedCalls(item, completed));
    return copied.some((item, index) => item !== items[index]) ? (copied as T) : value;
  }
  const fields = Object.entries(value).map(
    ([key, field]) => [key, withCompletedCalls<unknown>(field, completed)] as const,
  );
  const fn = (value as WithFunction)[FUNCTION];
  const isChanged = fields.some(([key, field]) => field !== (value as Record<string, unknown>)[key]);
  if (fn === undefined && !isChanged) return value;
  const copy = Object.assign(
    Object.create(Object.getPrototypeOf(value) as object | null) as T & object,
    Object.fromEntries(fields),
  );
  const udf = fn === undefined ? undefined : completed.get(fn);
  const { exprType } = copy as Partial<Expression>;
  if (udf !== undefined && exprType?.case === "commonInlineUserDefinedFunction")
    (copy as unknown as Expression).exprType = {
      case: exprType.case,
      value: create(CommonInlineUserDefinedFunctionSchema, {
        ...exprType.value,
        function: { case: "pythonUdf", value: udf },
      }),
    };
  return copy;
}
