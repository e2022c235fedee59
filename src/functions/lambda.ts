import { Column } from "../dataframe/column.js";
import { ArgumentError } from "../errors.js";
import { lambdaFunction, lambdaVariable, type Expression } from "../plan/expression.js";
import { kindOf } from "./column-arguments.js";

const VARIABLES = ["x", "y", "z"] as const;

/** A lambda with parameters of any type. */
export type LambdaBody = (...variables: Column<never>[]) => Column;

/** Makes each variable's name unique, so that a nested lambda does not hide the variables of the outer one. */
let nextNumber = 0;

/**
 * Converts a TypeScript function of columns to a lambda of Spark. Calls the function once, with variables, and sends
 * the expression that it returns. The function may declare fewer parameters than Spark's lambda needs, but at least
 * one; the lambda then has unused variables.
 *
 * @param least fewest variables of the lambda in Spark
 * @param most most variables of the lambda in Spark. Default: `least`
 * @throws {ArgumentError} the value is not a function, has no or too many parameters, or does not return a Column
 */
export function lambda(
  functionName: string,
  body: LambdaBody,
  least: 1 | 2 | 3,
  most: 1 | 2 | 3 = least,
): Expression {
  const wanted = most === least ? `${least}` : `${least} to ${most}`;
  const refuse = (problem: string): never => {
    throw new ArgumentError(
      "function",
      `${functionName} takes a function of ${wanted} Column(s) that returns a Column. This one ${problem}.`,
    );
  };
  const given: unknown = body;
  if (typeof given !== "function") return refuse(`is not a function but ${kindOf(given)}`);
  if (body.length === 0) {
    return refuse("declares no parameter (parameters with a default and `...rest` do not count)");
  }
  if (body.length > most) return refuse(`has ${body.length} parameters`);
  const names = VARIABLES.slice(0, Math.max(body.length, least)).map(
    (name) => `${name}_${nextNumber++}`,
  );
  const result: unknown = body(...names.map((name) => new Column<never>(lambdaVariable(name))));
  if (!(result instanceof Column)) {
    return refuse(`returned ${kindOf(result)}: write lit(…) for a plain value`);
  }
  return lambdaFunction(result.expression, names);
}
