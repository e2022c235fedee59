import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const csv: readonly GoldenCase[] = [
  ['F.from_csv("a", "id INT, name STRING")', () => F.from_csv("a", "id INT, name STRING")],
  [
    'F.from_csv(F.col("a"), F.schema_of_csv(F.lit("x")))',
    () => F.from_csv(F.col("a"), F.schema_of_csv(F.lit("x"))),
  ],
  [
    'F.from_csv("a", "id INT, name STRING", {"mode": "FAILFAST", "maxColumns": 5})',
    () => F.from_csv("a", "id INT, name STRING", { mode: "FAILFAST", maxColumns: 5 }),
  ],
  ['F.from_csv("a", "id INT, name STRING", {})', () => F.from_csv("a", "id INT, name STRING", {})],
  ['F.schema_of_csv("x")', () => F.schema_of_csv("x")],
  ['F.schema_of_csv(F.lit("x"))', () => F.schema_of_csv(F.lit("x"))],
  [
    'F.schema_of_csv("x", {"mode": "FAILFAST", "maxColumns": 5})',
    () => F.schema_of_csv("x", { mode: "FAILFAST", maxColumns: 5 }),
  ],
  ['F.schema_of_csv("x", {})', () => F.schema_of_csv("x", {})],
  ['F.to_csv("a")', () => F.to_csv("a")],
  ['F.to_csv(F.col("a"))', () => F.to_csv(F.col("a"))],
  [
    'F.to_csv("a", {"mode": "FAILFAST", "maxColumns": 5})',
    () => F.to_csv("a", { mode: "FAILFAST", maxColumns: 5 }),
  ],
  ['F.to_csv("a", {})', () => F.to_csv("a", {})],
];
