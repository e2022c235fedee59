import { create, isMessage } from "@bufbuild/protobuf";
import {
  CommonInlineUserDefinedFunctionSchema,
  ExpressionSchema,
  PythonUDFSchema,
  type Expression,
  type PythonUDF,
} from "../gen/spark/connect/expressions_pb.js";
import { RelationSchema } from "../gen/spark/connect/relations_pb.js";
import type { RelationBody } from "./relation.js";
import type { PlanPart } from "./subquery.js";

/** A function whose code only a session can complete, for example because it names files of the session. */
export interface DeferredFunction {
  readonly name: string;
  readonly deterministic: boolean;
  /** Makes the Python function that runs it in a session. */
  readonly complete: (session: object) => Promise<PythonUDF>;
}

const FUNCTION = Symbol("function");

/** An expression that calls such a function keeps it under a symbol, which encoders ignore. */
interface WithFunction {
  readonly [FUNCTION]?: DeferredFunction;
}

/** Whether this process has made such an expression. Most programs make none, and skip the search of plans. */
let isUsed = false;

/** A call of a function. The session completes it when it sends a plan with the call. */
export function deferredCall(fn: DeferredFunction, args: readonly Expression[]): Expression {
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

function withFunction(expression: Expression, fn: DeferredFunction): Expression {
  return Object.defineProperty(expression, FUNCTION, { value: fn });
}

/** The functions that the own expressions of a relation's body or a command call, each once. */
export function deferredFunctionsIn(part: PlanPart): Set<DeferredFunction> {
  const found = new Set<DeferredFunction>();
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
 * A copy of a body with the completed Python functions. Other sessions may use the
 * same Columns, so this copies every message on the way to a call, and shares the rest.
 */
function withCompletedCalls<T>(value: T, completed: ReadonlyMap<DeferredFunction, PythonUDF>): T {
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
  const isChanged = fields.some(
    ([key, field]) => field !== (value as Record<string, unknown>)[key],
  );
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

/** The body with the Python functions that run its deferred functions in a session. */
export async function completedBody(
  body: RelationBody,
  functions: ReadonlySet<DeferredFunction>,
  session: object,
): Promise<RelationBody> {
  const completed = new Map<DeferredFunction, PythonUDF>();
  for (const fn of functions) completed.set(fn, await fn.complete(session));
  return withCompletedCalls(body, completed);
}
