import { isMessage } from "@bufbuild/protobuf";
import {
  Read_DataSourceSchema,
  Read_NamedTableSchema,
  SQLSchema,
  type Read_DataSource,
} from "../gen/spark/connect/relations_pb.js";
import { partsWithin } from "./plan-parts.js";

/** Format and options of a data source that a plan reads. */
export type DataSourceOfPlan = Pick<Read_DataSource, "format" | "options">;

/** All data sources in a plan, at any depth. Only the server knows those behind a view or SQL text. */
export function dataSourcesOf(plan: object): DataSourceOfPlan[] {
  return [...partsWithin(plan)].filter((part) => isMessage(part, Read_DataSourceSchema));
}

/** The names of all tables and views that a plan reads, as the program wrote them; not those in SQL text. */
export function tablesOf(plan: object): string[] {
  return [...partsWithin(plan)]
    .filter((part) => isMessage(part, Read_NamedTableSchema))
    .map((table) => table.unparsedIdentifier);
}

/** All SQL queries in a plan. */
export function sqlTextsOf(plan: object): string[] {
  return [...partsWithin(plan)]
    .filter((part) => isMessage(part, SQLSchema))
    .map((sql) => sql.query);
}
