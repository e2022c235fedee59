/** The program that every environment runs. */

/** The imports: one name of each entry point that needs no optional package. */
const NAMES = [
  ["SparkConnectionError, SparkSession", "sparktide"],
  ["col", "sparktide/functions"],
  ["LocalSpark", "sparktide/local"],
  ["weather", "sparktide/sources"],
] as const;
export const IMPORTS: string = NAMES.map(
  ([names, path]) => `import { ${names} } from "${path}";\n`,
).join("");
const REQUIRES = NAMES.map(([names, path]) => `const { ${names} } = require("${path}");\n`).join(
  "",
);

/**
 * Returns lines about: names, the zip of the sources, a connection that fails, rows, an Arrow table. TypeScript and
 * JavaScript can run it. SPARK_REMOTE names the server.
 */
export const USE = `
async function use() {
  const names = [SparkSession.builder, col, LocalSpark.start].map((each) => typeof each);
  // The method is internal, so the package does not declare it.
  const deployed = await Reflect.get(weather, "deployment").call(weather, "weather", true);
  const [zip] = deployed.artifacts;
  const failing = SparkSession.builder().remote("sc://127.0.0.1:1").connectTimeoutMs(1000).create();
  const error = await failing.catch((error) => error);
  const spark = await SparkSession.builder().create();
  const rows = await spark.range(3).filter(col("id").gt(0)).collect();
  const table = await spark.createDataFrame([{ a: 1 }, { a: 2 }]).toArrow();
  await spark.stop();
  return [
    names.join(),
    zip.name.replace(/-\\w+/, "") + " " + Buffer.from(zip.content.subarray(0, 2)).toString(),
    error instanceof SparkConnectionError && error.endpoint,
    rows.map(({ id }) => typeof id + " " + id).join(),
    table.numRows,
  ].join("\\n");
}
`;

/** What {@link USE} returns. */
export const SAID: string = [
  "function,function,function",
  "pyfiles/sparktide_sources.zip PK",
  "127.0.0.1:1",
  "bigint 1,bigint 2",
  "2",
].join("\n");

const PRINT = "use().then((text) => console.log(text));\n";
export const MODULE: string = IMPORTS + USE + PRINT;
export const SCRIPT: string = REQUIRES + USE + PRINT;
