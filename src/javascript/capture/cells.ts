/** What a capture found, as a graph: text with references to other values. */
import type { FunctionText } from "./function-text.js";
import type { FunctionLocation } from "./scope-reader.js";

/** A text, or a value that has an identity. */
export type Part = string | Cell;

/** An object, as pieces of its expression. */
interface DataCell {
  readonly kind: "data";
  readonly parts: Part[];
  /** How many places refer to it. With more than one, all of them get the same object. */
  uses: number;
}

/** A variable that a function sees. */
interface Binding {
  readonly name: string;
  readonly value: Part;
  readonly isEager: boolean;
}

/** A function or class. */
export interface FunctionCell {
  readonly kind: "function";
  readonly text: FunctionText;
  readonly location: FunctionLocation | undefined;
  readonly bindings: Binding[];
  /** Statements that follow its definition. `""` stands for the function. */
  readonly after: Part[][];
}

export type Cell = DataCell | FunctionCell;

/** The cells that a cell refers to. */
export function targets(cell: Cell): Cell[] {
  const parts =
    cell.kind === "data"
      ? cell.parts
      : [...cell.bindings.map(({ value }) => value), ...cell.after.flat()];
  return parts.filter((part) => typeof part !== "string");
}

/**
 * Groups cells that refer to each other, directly or through others (Tarjan's algorithm). Each group comes after the
 * groups to which it refers.
 */
export function groups(root: Cell): Cell[][] {
  const found: Cell[][] = [];
  const index = new Map<Cell, number>();
  const low = new Map<Cell, number>();
  const stack: Cell[] = [];
  const waiting = new Set<Cell>();
  const lower = (cell: Cell, to: number): void => {
    low.set(cell, Math.min(low.get(cell) ?? to, to));
  };
  const visit = (cell: Cell): void => {
    const at = index.size;
    index.set(cell, at);
    low.set(cell, at);
    stack.push(cell);
    waiting.add(cell);
    for (const target of targets(cell)) {
      if (!index.has(target)) {
        visit(target);
        lower(cell, low.get(target) ?? at);
      } else if (waiting.has(target)) lower(cell, index.get(target) ?? at);
    }
    if (low.get(cell) !== at) return;
    const group = stack.splice(stack.lastIndexOf(cell));
    for (const member of group) waiting.delete(member);
    found.push(group);
  };
  visit(root);
  return found;
}
