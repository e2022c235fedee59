/** How long the event loop of a program stands still while it reads or sends a million rows. */
import { median } from "./figures.mjs";
import { rowsQuery } from "./rows-query.mjs";

const ROWS = 1_000_000;
const ROUNDS = 5;
const DDL = "id BIGINT, x DOUBLE, s STRING, b BOOLEAN, i INT, t TIMESTAMP";

function makeRows() {
  return Array.from({ length: ROWS }, (_, i) => ({
    id: i,
    x: i,
    s: String(i),
    b: i % 2 === 0,
    i,
    t: new Date(i),
  }));
}

/**
 * Runs the work, and returns the longest time in milliseconds in which no timer could run. A gap counts at most as long
 * as this process used a processor in it, so that other programs of a busy machine do not count.
 */
async function longestStall(work) {
  let longestMs = 0;
  let lastMs = performance.now();
  let used = process.cpuUsage();
  const look = () => {
    const { user, system } = process.cpuUsage(used);
    const gapMs = Math.min(performance.now() - lastMs, (user + system) / 1000);
    longestMs = Math.max(longestMs, gapMs);
    lastMs = performance.now();
    used = process.cpuUsage();
  };
  const timer = setInterval(look, 1);
  await work();
  look();
  clearInterval(timer);
  return longestMs;
}

export async function benchStalls(spark) {
  const query = async () => spark.sql(rowsQuery(ROWS));
  const rows = makeRows();
  const works = {
    "toLocalIterator()": async () => {
      for await (const row of (await query()).toLocalIterator()) if (row.id < 0n) throw new Error();
    },
    "collect()": async () => (await query()).collect(),
    "toColumns()": async () => (await query()).toColumns(),
    "toArrow()": async () => (await query()).toArrow(),
    "createDataFrameFrom()": async () => spark.createDataFrameFrom(rows, DDL),
  };
  for (const [name, work] of Object.entries(works)) {
    const stalls = [];
    for (let round = 0; round <= ROUNDS; round++) stalls.push(await longestStall(work));
    // The first round compiles the code.
    stalls.shift();
    const shown = [Math.min(...stalls), median(stalls), Math.max(...stalls)];
    console.log(
      `longest stall of the event loop in ${name}, 1 000 000 rows × 6 columns: ${shown.map((ms) => ms.toFixed(1)).join(" / ")} ms`,
    );
  }
}
