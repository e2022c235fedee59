import { ArgumentError, DecodeError } from "../../errors.js";
import type {
  StandardSchema,
  StandardSchemaIssue,
  StandardSchemaResult,
} from "../../types/standard-schema.js";

/** A row that does not validate may have something wrong with each of its values. */
const MAX_ISSUES_TOLD = 5;

/** Where inside a row an issue is: `lines.0.price`; empty for the row itself. */
function pathText({ path = [] }: StandardSchemaIssue): string {
  return path.map((step) => String(typeof step === "object" ? step.key : step)).join(".");
}

function issueText(issue: StandardSchemaIssue): string {
  const path = pathText(issue);
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}

function invalidRow(number: number, issues: readonly StandardSchemaIssue[]): DecodeError {
  const told = issues.slice(0, MAX_ISSUES_TOLD).map(issueText);
  if (issues.length > told.length) told.push(`and ${issues.length - told.length} more`);
  const what = told.length === 0 ? "the schema gives no reason" : told.join("; ");
  const path = issues[0] === undefined ? "" : pathText(issues[0]);
  return new DecodeError(
    "ROW_INVALID",
    `Row ${number} of the result is not what as() was told: ${what}. Filter such rows out, or change the schema.`,
    { column: path === "" ? "*" : path, arrowType: "struct", cause: issues },
  );
}

/**
 * Refuses what is no validator, before anything is asked of the server.
 *
 * @throws {ArgumentError} it does not follow version 1 of Standard Schema
 */
export function checkedSchema<T>(schema: StandardSchema<T>): StandardSchema<T> {
  // Callers without types pass anything; ArkType's schemas are functions.
  const given: unknown = schema;
  const holder = (typeof given === "object" || typeof given === "function") && given !== null;
  const standard = holder ? (given as { "~standard"?: unknown })["~standard"] : undefined;
  const { version, validate } = (standard ?? {}) as { version?: unknown; validate?: unknown };
  if (version === 1 && typeof validate === "function") return schema;
  throw new ArgumentError(
    "schema",
    standard === undefined
      ? "as() takes a schema of a library that follows Standard Schema (Zod, Valibot, ArkType …); for Spark's own schemas there is to()."
      : `as() takes schemas of Standard Schema's version 1, not ${String(version)}: use another version of the library.`,
  );
}

/**
 * What a schema makes of a row: the value, or a promise of it where the validator is asynchronous.
 * Asynchronous ones alone cost a wait for each row.
 *
 * @throws {DecodeError} code ROW_INVALID: the row does not validate
 */
export function validatedRow<T>(
  schema: StandardSchema<T>,
  row: unknown,
  number: number,
): T | Promise<T> {
  const valueOf = (result: StandardSchemaResult<T>): T => {
    if (result.issues !== undefined) throw invalidRow(number, result.issues);
    return result.value;
  };
  const result = schema["~standard"].validate(row);
  return result instanceof Promise ? result.then(valueOf) : valueOf(result);
}
