/** Finds which rows of two results are equal. */
import type { Parts } from "./value-parts.js";

/** The largest allowed difference of two FLOAT or DOUBLE values. */
export interface Closeness {
  readonly absolute: number;
  /** Times the expected value. */
  readonly relative: number;
}

/** A row in a form that can be compared. */
export interface ComparableRow {
  /** The row's position in its result. */
  readonly index: number;
  /** The text of all values, with a mark for each floating-point number. */
  readonly key: string;
  /** The floating-point numbers, in order. */
  readonly numbers: readonly number[];
}

/** Above this number of pairs, rows that are close are paired in their order, which can miss a pair. */
const MOST_PAIRS = 1_000_000;

/** Stands for a floating-point number in a key. Texts in keys are JSON, so they do not contain it. */
const NUMBER_MARK = "\u0000";

/** The comparable form of the row at a position. */
export function comparableRow(index: number, cells: readonly Parts[]): ComparableRow {
  const numbers: number[] = [];
  const key = cells
    .map((parts) =>
      parts
        .map((part) => {
          if (typeof part === "string") return part;
          numbers.push(part);
          return NUMBER_MARK;
        })
        .join(""),
    )
    .join("\n");
  return { index, key, numbers };
}

/** Whether two rows are equal, with a tolerance for floating-point numbers. */
export function isSameRow(
  actual: ComparableRow,
  expected: ComparableRow,
  closeness: Closeness,
): boolean {
  return actual.key === expected.key && areClose(actual.numbers, expected.numbers, closeness);
}

function isClose(actual: number, expected: number, { absolute, relative }: Closeness): boolean {
  return Math.abs(actual - expected) <= absolute + relative * Math.abs(expected);
}

function areClose(
  actual: readonly number[],
  expected: readonly number[],
  closeness: Closeness,
): boolean {
  return actual.every((number, at) => isClose(number, expected[at] ?? NaN, closeness));
}

/** Rows that have no equal row on the other side. */
export interface Unmatched {
  readonly actual: readonly ComparableRow[];
  readonly expected: readonly ComparableRow[];
}

/** Pairs equal rows in any order. A row that occurs twice needs two equal rows on the other side. */
export function unmatchedRows(
  actual: readonly ComparableRow[],
  expected: readonly ComparableRow[],
  closeness: Closeness,
): Unmatched {
  const groups = new Map<string, { actual: ComparableRow[]; expected: ComparableRow[] }>();
  const groupOf = (
    key: string,
  ): { readonly actual: ComparableRow[]; readonly expected: ComparableRow[] } => {
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { actual: [], expected: [] }));
    return group;
  };
  for (const row of actual) groupOf(row.key).actual.push(row);
  for (const row of expected) groupOf(row.key).expected.push(row);
  const left = [...groups.values()].map((group) =>
    unmatchedInGroup(group.actual, group.expected, closeness),
  );
  const byPosition = (a: ComparableRow, b: ComparableRow): number => a.index - b.index;
  return {
    actual: left.flatMap((group) => group.actual).sort(byPosition),
    expected: left.flatMap((group) => group.expected).sort(byPosition),
  };
}

/** Pairs rows that differ at most in their floating-point numbers. */
function unmatchedInGroup(
  actual: readonly ComparableRow[],
  expected: readonly ComparableRow[],
  closeness: Closeness,
): Unmatched {
  const own = [...actual].sort(byNumbers);
  const wanted = [...expected].sort(byNumbers);
  const inOrder = pairedInOrder(own, wanted, closeness);
  const isComplete = inOrder.actual.length === 0 || inOrder.expected.length === 0;
  if (isComplete || own.length * wanted.length > MOST_PAIRS) return inOrder;
  return pairedAtBest(own, wanted, closeness);
}

function byNumbers(a: ComparableRow, b: ComparableRow): number {
  for (const [at, number] of a.numbers.entries()) {
    const order = number - (b.numbers[at] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

/** Walks both sorted lists once. With at most one number in a row this finds all pairs. */
function pairedInOrder(
  actual: readonly ComparableRow[],
  expected: readonly ComparableRow[],
  closeness: Closeness,
): Unmatched {
  const left = { actual: [] as ComparableRow[], expected: [] as ComparableRow[] };
  let [at, wantedAt] = [0, 0];
  for (;;) {
    const [row, wanted] = [actual[at], expected[wantedAt]];
    if (row === undefined || wanted === undefined) break;
    if (areClose(row.numbers, wanted.numbers, closeness)) {
      at++;
      wantedAt++;
    } else if (byNumbers(row, wanted) < 0) {
      left.actual.push(row);
      at++;
    } else {
      left.expected.push(wanted);
      wantedAt++;
    }
  }
  left.actual.push(...actual.slice(at));
  left.expected.push(...expected.slice(wantedAt));
  return left;
}

/** Finds the largest possible number of pairs, by augmenting paths in breadth-first order. */
function pairedAtBest(
  actual: readonly ComparableRow[],
  expected: readonly ComparableRow[],
  closeness: Closeness,
): Unmatched {
  const wantedOf = new Map<ComparableRow, ComparableRow>();
  const actualOf = new Map<ComparableRow, ComparableRow>();
  for (const start of actual) {
    const reachedFrom = new Map<ComparableRow, ComparableRow>();
    const queue = [start];
    let free: ComparableRow | undefined;
    for (const row of queue) {
      for (const wanted of expected) {
        if (reachedFrom.has(wanted) || !areClose(row.numbers, wanted.numbers, closeness)) continue;
        reachedFrom.set(wanted, row);
        const owner = actualOf.get(wanted);
        if (owner === undefined) free ??= wanted;
        else queue.push(owner);
      }
      if (free !== undefined) break;
    }
    // Give each row on the path the next expected row.
    while (free !== undefined) {
      const row: ComparableRow | undefined = reachedFrom.get(free);
      if (row === undefined) break;
      const before: ComparableRow | undefined = wantedOf.get(row);
      wantedOf.set(row, free);
      actualOf.set(free, row);
      free = row === start ? undefined : before;
    }
  }
  return {
    actual: actual.filter((row) => !wantedOf.has(row)),
    expected: expected.filter((row) => !actualOf.has(row)),
  };
}
