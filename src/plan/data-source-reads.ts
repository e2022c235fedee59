import { isMessage } from "@bufbuild/protobuf";
import { Read_DataSourceSchema, type Read_DataSource } from "../gen/spark/connect/relations_pb.js";

/** What a plan was told about a data source it reads. */
export type DataSourceOfPlan = Pick<Read_DataSource, "format" | "options">;

/** The data sources that a plan reads, wherever in it; those behind a view or SQL text are the server's to know. */
export function dataSourcesOf(plan: object): DataSourceOfPlan[] {
  const found: DataSourceOfPlan[] = [];
  // A set goes on to what is added to it meanwhile: no recursion, since plans are deep.
  const parts = new Set<object>([plan]);
  for (const part of parts) {
    if (isMessage(part, Read_DataSourceSchema)) found.push(part);
    for (const field of Object.values(part) as unknown[]) {
      // Bytes hold no messages, and may be many.
      if (typeof field === "object" && field !== null && !ArrayBuffer.isView(field)) {
        parts.add(field);
      }
    }
  }
  return found;
}
