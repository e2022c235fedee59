/** Runs in each test file: appends a line of totals to the file in SPARKTIDE_TEST_EVENTS, if that is set. */
import { appendFileSync } from "node:fs";
import { afterAll } from "vitest";
import { EventCounts } from "../support/event-counts.js";

const file = process.env["SPARKTIDE_TEST_EVENTS"];

if (file !== undefined) {
  const counts = new EventCounts();
  afterAll(() => {
    counts[Symbol.dispose]();
    const { reattaches, retries } = counts;
    appendFileSync(file, `${JSON.stringify({ reattaches, retries })}\n`);
  });
}
