// A process that collects a query's rows, and prints the number of rows or the error.
import { SparkSession } from "../../dist/index.js";

const [url, query] = process.argv.slice(2);
const spark = await SparkSession.builder().remote(url).create();
try {
  const rows = await (await spark.sql(query)).collect();
  console.log(JSON.stringify({ rows: rows.length }));
} catch ({ name, code, message }) {
  console.log(JSON.stringify({ name, code, message }));
}
await spark.stop();
