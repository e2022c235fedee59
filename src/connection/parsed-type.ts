import type { CallOptions } from "./call-options.js";
import { parseDdlOnServer } from "./parse-ddl.js";
import type { DataType as WireDataType } from "../gen/spark/connect/types_pb.js";
import { dataTypeOf } from "../plan/schema.js";
import { wireType } from "../plan/wire-type.js";
import type { DataType } from "../types/data-type.js";
import { dataTypeToJson } from "../types/schema-json.js";
import type { SparkConnection } from "./spark-connection.js";

/** A type in the two forms that a Python function's registration needs. */
export interface ParsedType {
  readonly wire: WireDataType;
  /** For the Python worker, which cannot parse DDL. */
  readonly json: string;
}

/**
 * Converts a type given as DDL, which the server parses, or as a DataType.
 *
 * @throws {ParseException} the text is not a type
 */
export async function parsedType(
  connection: SparkConnection,
  type: string | DataType,
  options: CallOptions,
): Promise<ParsedType> {
  if (typeof type !== "string") return { wire: wireType(type), json: jsonOf(type) };
  const wire = await parseDdlOnServer(connection, type, options);
  return { wire, json: jsonOf(dataTypeOf(wire)) };
}

function jsonOf(type: DataType): string {
  return JSON.stringify(dataTypeToJson(type));
}
