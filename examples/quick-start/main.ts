/** A minimal program: connects, runs a query and prints its rows. */
import { SparkSession } from "sparktide";
import { progressLine } from "sparktide/local";

const builder = SparkSession.builder();
// Uses the server in SPARK_REMOTE, or starts an embedded Spark.
const local = process.env["SPARK_REMOTE"] === undefined;
await using spark = await (
  local ? builder.local({ onProgress: progressLine() }) : builder
).create();

const squares = spark.range(1, 4).withColumn("square", (row) => row.id.multiply(row.id));
await squares.show();
for (const { id, square } of await squares.collect()) {
  console.log(`${id} squared is ${square}`);
}
