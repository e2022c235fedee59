import * as f from "../../../../src/functions/index.js";
import type { AllTypes } from "../all-types.js";

import { Window } from "../../../../src/index.js";

const window = Window.partitionBy("text").orderBy("int");

/** Functions of a window, and aggregates over one. */
export const windowFunctions = (c: AllTypes) => ({
  row_number: f.row_number().over(window),
  rank: f.rank().over(window),
  dense_rank: f.dense_rank().over(window),
  percent_rank: f.percent_rank().over(window),
  cume_dist: f.cume_dist().over(window),
  ntile: f.ntile(3).over(window),
  lag: f.lag(c.text).over(window),
  lagDefault: f.lag(c.int, 1, 0).over(window),
  lagDefaultOrNull: f.lag(c.intOrNull, 1, 0).over(window),
  lagNull: f.lag(c.int, 1, null).over(window),
  lagOther: f.lag(c.int, 1, 5n).over(window),
  lagLong: f.lag(c.long, 1, 0).over(window),
  lagText: f.lag(c.text, 1, "").over(window),
  lagDecimal: f.lag(c.decimal, 1, 0).over(window),
  lagDecimalText: f.lag(c.decimal, 1, "0").over(window),
  lagDate: f.lag(c.date, 1, "2024-01-01").over(window),
  lagTimestamp: f.lag(c.timestamp, 1, new Date(0)).over(window),
  lagDouble: f.lag(c.double, 1, 0).over(window),
  lead: f.lead(c.struct).over(window),
  leadColumn: f.lead(c.text, 1, c.textOrNull).over(window),
  leadNumber: f.lead(c.long, 1, 0.5).over(window),
  nth_value: f.nth_value(c.long, 2).over(window),
  nth_valueIgnoreNulls: f.nth_value(c.longOrNull, 2, true).over(window),
  count: f.count(c.textOrNull).over(window),
  max: f.max(c.text).over(window),
  collect_list: f.collect_list(c.text).over(window),
});
export const windowFunctions_4_3 = (c: AllTypes) => ({
  counter_diff: f.counter_diff(c.long).over(window),
  counter_diffStart: f.counter_diff(c.double, c.timestamp).over(window),
});
