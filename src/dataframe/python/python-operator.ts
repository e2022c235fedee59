/** What operators that run Python over whole rows ask the server before their plan can be made. */
import { DataFrame } from "../dataframe.js";
import { ArgumentError } from "../../errors.js";
import type { DataType as WireDataType } from "../../gen/spark/connect/types_pb.js";
import type { Relation } from "../../plan/relation.js";
import type { SessionContext } from "../session-context.js";
import type { CallOptions } from "../../connection/call-options.js";
import { toDdl } from "../../types/ddl.js";
import type { StructType } from "../../types/struct-type.js";

/** What only the server knows of a function's call: its columns, and its workers' Python. */
export async function serverFacts(
  context: SessionContext,
  input: Relation | undefined,
  call: CallOptions,
): Promise<{ readonly columns: readonly string[]; readonly pythonVersion: string }> {
  const columns = input === undefined ? [] : await new DataFrame(context, input).columns(call);
  return { columns, pythonVersion: await context.pythonVersion.get() };
}

/** The struct that a schema means to the server: its workers cannot read DDL. */
export async function parsedSchema(
  context: SessionContext,
  argument: string,
  schema: string | StructType,
  call: CallOptions,
): Promise<WireDataType> {
  const ddlString = ddl(schema);
  const { result } = await context.connection.client.analyze(
    { case: "ddlParse", value: { ddlString } },
    call,
  );
  const parsed = result.case === "ddlParse" ? result.value.parsed : undefined;
  if (parsed?.kind.case === "struct") return parsed;
  throw new ArgumentError(
    argument,
    `${argument} must name columns, as "id BIGINT, total DOUBLE"; ${JSON.stringify(ddlString)} does not.`,
  );
}

function ddl(schema: string | StructType): string {
  return typeof schema === "string" ? schema : toDdl(schema);
}
