import { isMessage } from "@bufbuild/protobuf";
import { Read_DataSourceSchema, type Read_DataSource } from "../gen/spark/connect/relations_pb.js";
import { partsWithin } from "./plan-parts.js";

/** What a plan was told about a data source it reads. */
export type DataSourceOfPlan = Pick<Read_DataSource, "format" | "options">;

/** The data sources that a plan reads, wherever in it; those behind a view or SQL text are the server's to know. */
export function dataSourcesOf(plan: object): DataSourceOfPlan[] {
  return [...partsWithin(plan)].filter((part) => isMessage(part, Read_DataSourceSchema));
}
