import { Column } from "../dataframe/column.js";
import { ArgumentError } from "../errors.js";
import { lambdaFunction, lambdaVariable, type Expression } from "../plan/expression.js";
import { kindOf } from "./column-arguments.js";

const VARIABLES = ["x", "y", "z"] as const;

/** Makes every variable's name new, so that a lambda inside another does not hide its variables. */
let nextNumber = 0;

/**
 * A TypeScript function of columns as a lambda of Spark. It is called once, now, with variables; the
 * server gets the expression it returns. Parameters after the first that it does not declare are
 * variables it does not use, as usual in TypeScript; Spark itself wants them all.
 *
 * @param least with so many columns Spark calls the lambda at least
 * @param most with so many at most; default: no more
 * @throws {ArgumentError} no function, no or too many parameters, or it returns no Column
 */
export function lambda(
  functionName: string,
  body: (...variables: Column[]) => Column,
  least: 1 | 2 | 3,
  most: 1 | 2 | 3 = least,
): Expression {
  const wanted = most === least ? `${least}` : `${least} to ${most}`;
  const refuse = (problem: string): never => {
    throw new ArgumentError(
      "function",
      `${functionName} takes a function of ${wanted} Column(s) that returns a Column; this one ${problem}.`,
    );
  };
  const given: unknown = body;
  if (typeof given !== "function") return refuse(`is no function but ${kindOf(given)}`);
  if (body.length === 0) {
    return refuse("declares no parameter (one with a default and `...rest` do not count)");
  }
  if (body.length > most) return refuse(`has ${body.length} parameters`);
  const names = VARIABLES.slice(0, Math.max(body.length, least)).map(
    (name) => `${name}_${nextNumber++}`,
  );
  const result: unknown = body(...names.map((name) => new Column(lambdaVariable(name))));
  if (!(result instanceof Column)) {
    return refuse(`returned ${kindOf(result)}; write lit(…) for a plain value`);
  }
  return lambdaFunction(result.expression, names);
}
