import { ProtocolError } from "../errors.js";
import type { DataType } from "../gen/spark/connect/types_pb.js";
import type { CallOptions } from "./call-options.js";
import type { SparkConnection } from "./spark-connection.js";

/**
 * Lets the server parse a type or a schema.
 *
 * @throws {ParseException} the text is not valid DDL
 */
export async function parseDdlOnServer(
  connection: SparkConnection,
  ddlString: string,
  options: CallOptions,
): Promise<DataType> {
  const { signal } = options;
  const { result } = await connection.client.analyze(
    { case: "ddlParse", value: { ddlString } },
    { signal },
  );
  const parsed = result.case === "ddlParse" ? result.value.parsed : undefined;
  if (parsed !== undefined) return parsed;
  throw new ProtocolError("NO_ANSWER", "The server did not answer with the type of a DDL text.");
}
