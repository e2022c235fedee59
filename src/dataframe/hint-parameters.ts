import { ArgumentError } from "../errors.js";
import type { Expression } from "../plan/expression.js";
import { expressionOf } from "../plan/literal.js";
import { Column } from "./column.js";

type Primitive = string | number | bigint | boolean;

/** A parameter of df.hint(). */
export type HintParameter = Primitive | Column | readonly Primitive[];

/** @throws {ArgumentError} a parameter has another type */
export function hintParameters(parameters: readonly HintParameter[]): Expression[] {
  const [first] = parameters;
  const all: readonly HintParameter[] =
    parameters.length === 1 && Array.isArray(first) ? (first as readonly Primitive[]) : parameters;
  for (const parameter of all) {
    const values: readonly unknown[] = Array.isArray(parameter) ? parameter : [parameter];
    if (parameter instanceof Column || values.every(isPrimitive)) continue;
    throw new ArgumentError(
      "parameters",
      "Parameters of hint() must be numbers, strings, booleans, Columns, or arrays of such values.",
    );
  }
  return all.map(expressionOf);
}

function isPrimitive(value: unknown): value is Primitive {
  return ["string", "number", "bigint", "boolean"].includes(typeof value);
}
