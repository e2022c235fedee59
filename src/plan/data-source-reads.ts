import { isMessage } from "@bufbuild/protobuf";
import { Read_DataSourceSchema, type Read_DataSource } from "../gen/spark/connect/relations_pb.js";
import { partsWithin } from "./plan-parts.js";

/** Format and options of a data source that a plan reads. */
export type DataSourceOfPlan = Pick<Read_DataSource, "format" | "options">;

/** All data sources in a plan, at any depth. Only the server knows those behind a view or SQL text. */
export function dataSourcesOf(plan: object): DataSourceOfPlan[] {
  return [...partsWithin(plan)].filter((part) => isMessage(part, Read_DataSourceSchema));
}
