/** Writes the differences of two results as a table. */
import type { StructType } from "../types/struct-type.js";
import { type Parts, partsOf } from "./value-parts.js";

/** A row that differs. Without `actual` it is missing in the result; without `expected` it should not be there. */
export interface RowDifference {
  readonly actual?: readonly unknown[] | undefined;
  readonly expected?: readonly unknown[] | undefined;
  /** The row's position, if the order of rows counts. */
  readonly index?: number | undefined;
}

/** Tells whether two values of a row are equal. */
export type SameValue = (actual: Parts, expected: Parts) => boolean;

/** The width of the table. Wider lines would wrap in most terminals and CI logs. */
const TABLE_WIDTH = 110;
/** The longest text of one value. */
const CELL_WIDTH = 40;
const GAP = "  ";
const CUT = "…";

/** Up to this number of rows on each side, rows that belong together are searched. */
const MOST_PAIRED_ROWS = 200;

interface Cell {
  readonly text: string;
  readonly differs: boolean;
}

/** A printed line: its mark, and one cell for each column. */
interface Line {
  readonly mark: string;
  readonly cells: readonly Cell[];
}

/**
 * Joins missing and unexpected rows that agree in at least half of their values, because such a row most likely
 * changed. Other rows stay alone.
 */
export function pairedDifferences(
  actual: readonly (readonly unknown[])[],
  expected: readonly (readonly unknown[])[],
  schema: StructType,
  isSame: SameValue,
): RowDifference[] {
  const partsIn = (rows: readonly (readonly unknown[])[]): Parts[][] =>
    rows.slice(0, MOST_PAIRED_ROWS).map((row) => rowParts(schema, row));
  const [own, wanted] = [partsIn(actual), partsIn(expected)];
  const needed = Math.max(1, schema.fields.length / 2);
  const candidates = wanted
    .flatMap((row, expectedAt) =>
      own.map((other, actualAt) => {
        const equal = row.filter((parts, at) => isSame(other[at] ?? [], parts)).length;
        return { expectedAt, actualAt, equal };
      }),
    )
    .filter(({ equal }) => equal >= needed)
    .sort((a, b) => b.equal - a.equal);
  const partners = new Map<number, number>();
  const taken = new Set<number>();
  for (const { expectedAt, actualAt } of candidates) {
    if (partners.has(expectedAt) || taken.has(actualAt)) continue;
    partners.set(expectedAt, actualAt);
    taken.add(actualAt);
  }
  const ofExpected = expected.map((row, at) => ({
    expected: row,
    actual: actual[partners.get(at) ?? -1],
  }));
  const changed = ofExpected.filter((difference) => difference.actual !== undefined);
  const missing = ofExpected.filter((difference) => difference.actual === undefined);
  const extra = actual.filter((_, at) => !taken.has(at)).map((row) => ({ actual: row }));
  return [...changed, ...missing, ...extra];
}

function rowParts(schema: StructType, row: readonly unknown[]): Parts[] {
  return schema.fields.map(({ dataType }, at) => partsOf(dataType, row[at]));
}

/** The table of the differences: `-` before an expected row, `+` before an actual row. */
export function differencesTable(
  differences: readonly RowDifference[],
  schema: StructType,
  isSame: SameValue,
): string {
  const groups = differences.map((difference) => linesOf(difference, schema, isSame));
  const numbered = differences.some(({ index }) => index !== undefined);
  const names = [...(numbered ? ["row"] : []), ...schema.fieldNames];
  const header: Line = { mark: " ", cells: names.map((text) => ({ text, differs: false })) };
  const all = [header, ...groups.flat()];
  const widths = names.map((_, at) =>
    Math.max(...all.map(({ cells }) => textAt(cells, at).length)),
  );
  const isDifferent = names.map((_, at) => all.some(({ cells }) => cells[at]?.differs === true));
  const shown = shownColumns(widths, isDifferent, numbered);

  const drawn = ({ mark, cells }: Line): string =>
    `  ${mark} ${shown.map((at) => textAt(cells, at).padEnd(widths[at] ?? 0)).join(GAP)}`.trimEnd();
  const underlined = (lines: readonly Line[]): string[] => {
    const marks = shown.map((at) => {
      const length = Math.max(...lines.map(({ cells }) => textAt(cells, at).length));
      const differs = lines.length > 1 && lines[0]?.cells[at]?.differs === true;
      return (differs ? "^".repeat(length) : "").padEnd(widths[at] ?? 0);
    });
    const text = `    ${marks.join(GAP)}`.trimEnd();
    return text === "" || shown.length === 1 ? [] : [text];
  };
  const hidden = names.map((_, at) => at).filter((at) => !shown.includes(at));
  return [
    drawn(header),
    ...groups.flatMap((lines) => [...lines.map(drawn), ...underlined(lines)]),
    ...hiddenText(
      hidden.map((at) => ({ name: names[at] ?? "", differs: isDifferent[at] === true })),
    ),
  ].join("\n");
}

function textAt(cells: readonly Cell[], at: number): string {
  return cells[at]?.text ?? "";
}

function linesOf(
  { actual, expected, index }: RowDifference,
  schema: StructType,
  isSame: SameValue,
): Line[] {
  const wanted = expected === undefined ? undefined : rowParts(schema, expected);
  const own = actual === undefined ? undefined : rowParts(schema, actual);
  const place = index === undefined ? [] : [{ text: String(index), differs: false }];
  const line = (
    mark: string,
    side: readonly Parts[],
    other: readonly Parts[] | undefined,
  ): Line => ({
    mark,
    cells: [
      ...place,
      ...side.map((parts, at) => {
        const against = other?.[at];
        const differs =
          against !== undefined &&
          !(side === own ? isSame(parts, against) : isSame(against, parts));
        return { text: cellText(parts, differs ? against : undefined), differs };
      }),
    ],
  });
  return [
    ...(wanted === undefined ? [] : [line("-", wanted, own)]),
    ...(own === undefined ? [] : [line("+", own, wanted)]),
  ];
}

/** A value's text. A long text is cut so that its first difference from the other side stays visible. */
function cellText(parts: Parts, other: Parts | undefined): string {
  const text = parts.map(String).join("");
  if (text.length <= CELL_WIDTH) return text;
  const against = other?.map(String).join("") ?? "";
  let same = 0;
  while (same < against.length && text[same] === against[same]) same++;
  const start = Math.max(0, Math.min(same - CELL_WIDTH / 4, text.length - CELL_WIDTH + 1));
  if (other === undefined || start === 0) return `${text.slice(0, CELL_WIDTH - 1)}${CUT}`;
  const rest = text.slice(start);
  const room = CELL_WIDTH - CUT.length;
  return rest.length <= room ? `${CUT}${rest}` : `${CUT}${rest.slice(0, room - 1)}${CUT}`;
}

/** The columns that fit: the row number, then those that differ, then the others from the left. */
function shownColumns(
  widths: readonly number[],
  isDifferent: readonly boolean[],
  numbered: boolean,
): number[] {
  const order = widths.map((_, at) => at);
  const rank = (at: number): number =>
    numbered && at === 0 ? 0 : isDifferent[at] === true ? 1 : 2;
  order.sort((a, b) => rank(a) - rank(b) || a - b);
  const shown: number[] = [];
  let used = 0;
  for (const at of order) {
    const width = (widths[at] ?? 0) + GAP.length;
    if (shown.length > 0 && used + width > TABLE_WIDTH) continue;
    shown.push(at);
    used += width;
  }
  return shown.sort((a, b) => a - b);
}

function hiddenText(
  hidden: readonly { readonly name: string; readonly differs: boolean }[],
): string[] {
  if (hidden.length === 0) return [];
  const different = hidden.filter(({ differs }) => differs).map(({ name }) => name);
  const also = different.length === 0 ? "" : ` These of them differ: ${different.join(", ")}.`;
  return ["", `  Too wide for this table: ${hidden.length} more columns.${also}`];
}
