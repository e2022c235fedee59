/** Reads what `poll()` yields as groups of rows that end at a position. */
import type { Row } from "../../../types/row.js";
import type { Polled } from "../../rest-source-types.js";

/** Rows up to a position, at which a batch may end. */
export interface PollGroup {
  readonly rows: readonly Row[];
  /** A JSON value. */
  readonly position: unknown;
  /** Whether the poll may continue only after the position is in the checkpoint. */
  readonly isStep: boolean;
}

/**
 * The groups of one poll. Rows with the same position belong together, because the API is asked for the rows after a
 * position, never for those between.
 *
 * @param since the position where the poll begins
 * @throws {TypeError} the code yields something else than rows with positions
 */
export async function* pollGroups(
  yielded: AsyncIterable<Polled> | Iterable<Polled>,
  since: unknown,
  name: string,
): AsyncGenerator<PollGroup, void, undefined> {
  let rows: Row[] = [];
  let last = jsonText(since);
  /** The position of the rows so far. */
  let open: { readonly value: unknown; readonly text: string } | undefined;
  let unplaced = 0;
  const closed = (): PollGroup[] => {
    if (open === undefined) return [];
    const group = { rows, position: open.value, isStep: false };
    last = open.text;
    [rows, open] = [[], undefined];
    return [group];
  };
  for await (const item of yielded) {
    const more = rowsOf(item, name);
    const { position } = item;
    const text = jsonText(position);
    if (text !== undefined) requireJson(position, text, name);
    // The rows before belong to another position.
    if (open !== undefined && text !== open.text) yield* closed();
    rows.push(...more);
    unplaced += text === undefined ? more.length : -unplaced;
    if (text === undefined) continue;
    if (rows.length > 0) {
      if (text === last)
        throw new TypeError(
          `poll() of ${name} yielded rows at the position ${shortened(text)}, which it had reached before. Yield only rows after the position since.`,
        );
      open = { value: position, text };
    } else if (text !== last) {
      last = text;
      yield { rows: [], position, isStep: true };
    }
  }
  yield* closed();
  if (rows.length > 0)
    throw new TypeError(
      `poll() of ${name} ended with ${unplaced} rows after its last position. Yield { row, position }, or a last { position }.`,
    );
}

function rowsOf(item: unknown, name: string): readonly Row[] {
  if (typeof item !== "object" || item === null) throw misuse(name, item);
  const { row, rows, position } = item as Polled;
  if (row !== undefined && rows !== undefined) throw misuse(name, item);
  if (row !== undefined) return [row as Row];
  if (rows !== undefined) return [...rows] as Row[];
  if (position === undefined) throw misuse(name, item);
  return [];
}

function misuse(name: string, item: unknown): TypeError {
  const what =
    typeof item === "object" && item !== null
      ? `an object with ${Object.keys(item).join(", ") || "no fields"}`
      : typeof item;
  return new TypeError(
    `poll() of ${name} must yield { row, position }, { rows, position } or { position }, got ${what}.`,
  );
}

/** The JSON of a position, for comparisons; undefined for no position. */
export function jsonText(position: unknown): string | undefined {
  return JSON.stringify(position, (_key, value: unknown) => {
    if (typeof value === "bigint")
      throw new TypeError("A position must be a JSON value, got a bigint. Write it as text.");
    return value;
  });
}

/** Refuses what JSON would change, such as a Date or NaN. */
function requireJson(position: unknown, text: string, name: string): void {
  if (isSame(position, JSON.parse(text))) return;
  throw new TypeError(
    `A position of ${name} must be a JSON value, but JSON changes it to ${shortened(text)}. Write dates as text.`,
  );
}

function isSame(value: unknown, parsed: unknown): boolean {
  if (typeof value !== "object" || value === null) return Object.is(value, parsed) || value === 0;
  if (typeof parsed !== "object" || parsed === null) return false;
  const isPlain =
    Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value) as null);
  if (!isPlain) return false;
  return Object.entries(value).every(
    ([key, inner]) =>
      inner === undefined || isSame(inner, (parsed as Record<string, unknown>)[key]),
  );
}

function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
