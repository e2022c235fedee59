import type { ValueReader } from "../../arrow/decode/value-reader.js";
import { RowFailure } from "./failure.js";
import type { InputBatch } from "./input-rows.js";

type AnyFunction = (...args: readonly unknown[]) => unknown;

/** How many rows to call the function with between two looks at the clock. */
const ROWS_BETWEEN_CHECKS = 32;
const MS_BETWEEN_SIGNS = 250;

/**
 * Calls a function with each row of a batch. If it returns promises, up to `concurrency` rows are in work at a time.
 *
 * @param onProgress is called several times a second during a long batch
 * @throws {RowFailure} the function threw
 */
export async function resultsOf(
  fn: AnyFunction,
  batch: InputBatch,
  concurrency: number,
  onProgress: () => void,
): Promise<unknown[]> {
  const { numRows, readers } = batch;
  const results = new Array<unknown>(numRows);
  const call = callerOf(fn, readers);
  let row = 0;
  try {
    let signedAt = performance.now();
    for (; row < numRows; row++) {
      const result = call(row);
      if (isThenable(result)) {
        results[row] = result;
        await settleAll(results, row, call, concurrency, onProgress);
        break;
      }
      results[row] = result;
      if (row % ROWS_BETWEEN_CHECKS === 0 && performance.now() - signedAt > MS_BETWEEN_SIGNS) {
        signedAt = performance.now();
        onProgress();
      }
    }
  } catch (error) {
    throw error instanceof RowFailure ? error : new RowFailure(row, error);
  }
  return results;
}

/** Calls with a fixed number of arguments are faster than a spread. */
function callerOf(fn: AnyFunction, readers: readonly ValueReader[]): (row: number) => unknown {
  const [a, b, c] = readers;
  if (a === undefined) return () => fn();
  if (b === undefined) return (row) => fn(a(row));
  if (c === undefined) return (row) => fn(a(row), b(row));
  return (row) => fn(...readers.map((read) => read(row)));
}

/** Waits for the result of the first row, and for those of all later rows. */
async function settleAll(
  results: unknown[],
  first: number,
  call: (row: number) => unknown,
  concurrency: number,
  onProgress: () => void,
): Promise<void> {
  let next = first;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < results.length && !failed) {
      const row = next++;
      try {
        results[row] = await (row === first ? results[first] : call(row));
        onProgress();
      } catch (error) {
        failed = true;
        throw new RowFailure(row, error);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}

function isThenable(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}
