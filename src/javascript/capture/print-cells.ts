/** Writes a graph of cells as one expression. */
import type { CodeOrigin } from "../javascript-code.js";
import { groups, targets, type Cell, type FunctionCell, type Part } from "./cells.js";
import { originOf } from "./script-source.js";

/** A name that no text contains, with a number after it. */
function freePrefix(cells: readonly Cell[]): string {
  let prefix = "$v";
  const contains = (cell: Cell): boolean =>
    cell.kind === "function" &&
    (cell.text.text.includes(prefix) || cell.bindings.some(({ name }) => name.includes(prefix)));
  while (cells.some(contains)) prefix += "$";
  return prefix;
}

class Printer {
  readonly #chunks: string[] = [];
  #line = 1;
  readonly origins: CodeOrigin[] = [];
  readonly #names = new Map<Cell, string>();
  readonly #prefix: string;
  readonly #groups: readonly Cell[][];

  constructor(root: Cell) {
    this.#groups = groups(root);
    this.#prefix = freePrefix(this.#groups.flat());
  }

  print(root: Cell): string {
    this.#write('(() => { "use strict";\n');
    for (const group of this.#groups) {
      const [first] = group;
      if (first === undefined) continue;
      if (group.length > 1 || targets(first).includes(first)) this.#circle(group);
      else if (first.kind === "function") {
        const name = this.#newName(first);
        this.#write(`const ${name} = `);
        this.#define(first, []);
        this.#after(first);
      } else if (first.uses > 1)
        this.#write(`const ${this.#newName(first)} = ${this.#join(first.parts)};\n`);
    }
    this.#write(`return ${this.#expression(root)}; })()`);
    return this.#chunks.join("");
  }

  /**
   * Functions of a circle come first, with variables that are set when their values exist. Then objects and
   * classes follow in an order in which each finds what it needs.
   */
  #circle(group: readonly Cell[]): void {
    const members = new Set(group);
    const late: [setter: string, binding: Part][] = [];
    const defined = new Set<Cell>();
    const define = (cell: Cell): void => {
      if (defined.has(cell)) return;
      defined.add(cell);
      if (cell.kind === "data") {
        for (const target of targets(cell)) if (members.has(target)) define(target);
        this.#write(`const ${this.#newName(cell)} = ${this.#join(cell.parts)};\n`);
        return;
      }
      for (const { isEager, value } of cell.bindings)
        if (isEager && typeof value !== "string" && members.has(value)) define(value);
      const waits = cell.bindings.filter(
        ({ value }) => typeof value !== "string" && members.has(value) && !this.#names.has(value),
      );
      const name = this.#newName(cell);
      const setters = waits.map((_, at) => `${name}_${at}`);
      this.#write(`const ${waits.length === 0 ? name : `[${[name, ...setters].join(", ")}]`} = `);
      this.#define(
        cell,
        waits.map(({ name: variable }) => variable),
      );
      late.push(...waits.map(({ value }, at): [string, Part] => [setters[at] ?? "", value]));
    };
    const isPlain = (cell: Cell): boolean =>
      cell.kind === "function" && !cell.bindings.some(({ isEager }) => isEager);
    for (const cell of group) if (isPlain(cell)) define(cell);
    for (const cell of group) define(cell);
    for (const [setter, value] of late) this.#write(`${setter}(${this.#expression(value)});\n`);
    for (const cell of group) if (cell.kind === "function") this.#after(cell);
  }

  /**
   * Writes the function inside its variables. They are parameters, so that their values are read outside of them: a
   * variable may have the name of a global that another value needs, such as `URL`. The `late` ones get a setter each.
   */
  #define(cell: FunctionCell, late: readonly string[]): void {
    const { text, bindings, location } = cell;
    const early = bindings.filter(({ name }) => !late.includes(name));
    this.#write(`((${early.map(({ name }) => name).join(", ")}) => { `);
    for (const name of late) this.#write(`let ${name}; `);
    this.#write(`return ${late.length > 0 ? "[" : ""}${text.before}\n`);
    const firstLine = this.#line;
    this.#write(text.text);
    if (location !== undefined)
      this.origins.push(originOf(location, text.source, firstLine, this.#line));
    // A value named as the variable would hide it.
    const setters = late.map((name) => {
      const parameter = name === "value" ? "to" : "value";
      return `, (${parameter}) => { ${name} = ${parameter}; }`;
    });
    const values = early.map(({ value }) => this.#expression(value)).join(", ");
    this.#write(
      `\n${text.after}${setters.join("")}${late.length > 0 ? "]" : ""}; })(${values});\n`,
    );
  }

  #after(cell: FunctionCell): void {
    const name = this.#names.get(cell) ?? "";
    for (const statement of cell.after)
      this.#write(
        `${statement.map((part) => (part === "" ? name : this.#expression(part))).join("")};\n`,
      );
  }

  #newName(cell: Cell): string {
    const name = `${this.#prefix}${this.#names.size + 1}`;
    this.#names.set(cell, name);
    return name;
  }

  #expression(part: Part): string {
    if (typeof part === "string") return part;
    const name = this.#names.get(part);
    if (name !== undefined) return name;
    return part.kind === "data" ? this.#join(part.parts) : "";
  }

  #join(parts: readonly Part[]): string {
    return parts.map((part) => this.#expression(part)).join("");
  }

  #write(text: string): void {
    this.#chunks.push(text);
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) this.#line++;
  }
}

/** The expression whose value is the cell's, and where its functions come from. */
export function printCells(root: Cell): {
  readonly text: string;
  readonly origins: readonly CodeOrigin[];
} {
  const printer = new Printer(root);
  return { text: printer.print(root), origins: printer.origins };
}
