/** Requests that operators with Python functions send before they can build their plan. */
import { parseDdlOnServer } from "../../connection/parse-ddl.js";
import { schemaOf } from "../actions/analysis.js";
import { ArgumentError } from "../../errors.js";
import type { DataType as WireDataType } from "../../gen/spark/connect/types_pb.js";
import type { Relation } from "../../plan/relation.js";
import type { SessionContext } from "../session-context.js";
import type { CallOptions } from "../../connection/call-options.js";
import { toDdl } from "../../types/ddl.js";
import type { StructType } from "../../types/struct-type.js";

/** The facts of a function call that only the server knows: the columns and the workers' Python version. */
export async function serverFacts(
  context: SessionContext,
  input: Relation | undefined,
  call: CallOptions,
): Promise<{ readonly columns: readonly string[]; readonly pythonVersion: string }> {
  const { connection } = context;
  const columns = input === undefined ? [] : (await schemaOf(connection, input, call)).fieldNames;
  return { columns, pythonVersion: await context.pythonVersion.get() };
}

/** The struct type of a schema. The server parses DDL, because Python workers cannot read it. */
export async function parsedSchema(
  context: SessionContext,
  argument: string,
  schema: string | StructType,
  call: CallOptions,
): Promise<WireDataType> {
  const ddlString = ddl(schema);
  const parsed = await parseDdlOnServer(context.connection, ddlString, call);
  if (parsed.kind.case === "struct") return parsed;
  throw new ArgumentError(
    argument,
    `${argument} must define columns, such as "id BIGINT, total DOUBLE", got ${JSON.stringify(ddlString)}.`,
  );
}

function ddl(schema: string | StructType): string {
  return typeof schema === "string" ? schema : toDdl(schema);
}
