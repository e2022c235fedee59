import { ArgumentError } from "../errors.js";
import type { Expression } from "../plan/expression.js";
import { expressionOf } from "../plan/literal.js";
import { Column } from "./column.js";

type Primitive = string | number | bigint | boolean;

/** What a hint is told. */
export type HintParameter = Primitive | Column | readonly Primitive[];

/** @throws {ArgumentError} a parameter is of another kind */
export function hintParameters(parameters: readonly HintParameter[]): Expression[] {
  const [first] = parameters;
  const all: readonly HintParameter[] =
    parameters.length === 1 && Array.isArray(first) ? (first as readonly Primitive[]) : parameters;
  for (const parameter of all) {
    const values: readonly unknown[] = Array.isArray(parameter) ? parameter : [parameter];
    if (parameter instanceof Column || values.every(isPrimitive)) continue;
    throw new ArgumentError(
      "parameters",
      "A hint's parameters are numbers, text, booleans, Columns, or arrays of values.",
    );
  }
  return all.map(expressionOf);
}

function isPrimitive(value: unknown): value is Primitive {
  return ["string", "number", "bigint", "boolean"].includes(typeof value);
}
