import { ArgumentError, DecodeError } from "../../errors.js";
import type {
  StandardSchema,
  StandardSchemaIssue,
  StandardSchemaResult,
} from "../../types/standard-schema.js";

/** The error message lists at most this many issues: each value of a wide row may have one. */
const MAX_ISSUES_SHOWN = 5;

/** The path of an issue inside a row: `lines.0.price`; empty for the row itself. */
function pathText({ path = [] }: StandardSchemaIssue): string {
  return path.map((step) => String(typeof step === "object" ? step.key : step)).join(".");
}

function issueText(issue: StandardSchemaIssue): string {
  const path = pathText(issue);
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}

function invalidRow(number: number, issues: readonly StandardSchemaIssue[]): DecodeError {
  const shown = issues.slice(0, MAX_ISSUES_SHOWN).map(issueText);
  if (issues.length > shown.length) shown.push(`and ${issues.length - shown.length} more`);
  const what = shown.length === 0 ? "the schema gives no reason" : shown.join("; ");
  const path = issues[0] === undefined ? "" : pathText(issues[0]);
  return new DecodeError(
    "ROW_INVALID",
    `Row ${number} of the result does not match the schema given to as(): ${what}. Filter such rows out, or change the schema.`,
    { column: path === "" ? "*" : path, arrowType: "struct", cause: issues },
  );
}

/**
 * Checks the schema before the first request.
 *
 * @throws {ArgumentError} the schema does not follow version 1 of Standard Schema
 */
export function checkedSchema<T>(schema: StandardSchema<T>): StandardSchema<T> {
  // JavaScript callers may pass any type. ArkType's schemas are functions.
  const given: unknown = schema;
  const holder = (typeof given === "object" || typeof given === "function") && given !== null;
  const standard = holder ? (given as { "~standard"?: unknown })["~standard"] : undefined;
  const { version, validate } = (standard ?? {}) as { version?: unknown; validate?: unknown };
  if (version === 1 && typeof validate === "function") return schema;
  throw new ArgumentError(
    "schema",
    standard === undefined
      ? "as() needs a schema of a library that follows Standard Schema (Zod, Valibot, ArkType …). For a StructType use to()."
      : `as() needs a schema of Standard Schema version 1, got version ${String(version)}. Use another version of the library.`,
  );
}

/**
 * The validator's output for a row: the value, or a promise if the validator is asynchronous. Returning
 * the plain value spares synchronous validators one await for each row.
 *
 * @throws {DecodeError} code ROW_INVALID: the row is invalid
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
