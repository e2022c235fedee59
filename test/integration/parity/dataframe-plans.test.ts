/**
 * Each method of DataFrame, Column, Window, GroupedData and each table-valued function makes the same
 * plan as PySpark with the same arguments.
 */
import { afterAll, beforeAll } from "vitest";
import type { SparkSession } from "../../../src/index.js";
import { connect } from "../support.js";
import { callbacks } from "./dataframe/callbacks.js";
import { column, windows } from "./dataframe/column.js";
import { created } from "./dataframe/created.js";
import { frame, groups, subqueries, tableFunctions } from "./dataframe/frame.js";
import { printed } from "./dataframe/printed.js";
import { pythonMaps } from "./dataframe/python-maps.js";
import { describeGoldenPlans, describeGoldenTexts } from "./golden-plans.js";

let spark: SparkSession;
beforeAll(async () => {
  spark = await connect();
});
afterAll(async () => {
  await spark.stop();
});
const session = (): SparkSession => spark;

describeGoldenPlans("Column", column);
describeGoldenPlans("Window", windows);
describeGoldenPlans("DataFrame", frame(session));
describeGoldenPlans("callbacks", callbacks(session));
describeGoldenPlans("createDataFrame", created(session));
describeGoldenPlans("subqueries", subqueries(session));
describeGoldenPlans("GroupedData", groups(session));
describeGoldenPlans(
  "Python functions over whole rows",
  pythonMaps(
    () => spark.range(3),
    () => spark.range(5),
  ),
);
describeGoldenPlans("table-valued functions", tableFunctions(session));
describeGoldenTexts("printed text", printed(session));
