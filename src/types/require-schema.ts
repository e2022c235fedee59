import { ArgumentError } from "../errors.js";
import { shown } from "../value-kind.js";
import { StructType } from "./struct-type.js";

/** @throws {ArgumentError} the value is neither DDL nor a StructType: JavaScript callers may pass any type */
export function requireSchema(schema: unknown): void {
  if (typeof schema === "string" || schema instanceof StructType) return;
  throw new ArgumentError(
    "schema",
    `The schema must be DDL such as "id BIGINT, name STRING", or a StructType, got ${shown(schema)}.`,
  );
}
