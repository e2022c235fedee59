import * as f from "../../../../src/functions/index.js";
import type { AllTypes } from "../all-types.js";

export const csv = (c: AllTypes) => ({
  from_csv: f.from_csv(c.text, "id INT, name STRING"),
  from_csvOrNull: f.from_csv(c.textOrNull, "id INT NOT NULL, name STRING"),
  from_csvFailingFast: f.from_csv(c.text, "id INT, name STRING", { mode: "FAILFAST" }),
  from_csvOfArray: f.from_csv(c.text, "a array<int>"),
  from_csvOfStruct: f.from_csv(c.text, "struct<a: int not null>"),
  from_csvByColumn: f.from_csv(c.textOrNull, f.schema_of_csv("1,a")),
  schema_of_csv: f.schema_of_csv("1,a"),
  to_csv: f.to_csv(c.struct),
  to_csvOrNull: f.to_csv(c.structOrNull),
});
