import type { Declared } from "./declared.js";
import { PACKAGE_TYPES } from "./row-text.js";

/** Names that the file uses for other types. */
const TAKEN: readonly string[] = [...PACKAGE_TYPES, "Formats", "Map", "Tables", "Uint8Array"];

/** A TypeScript name for each entry: `sales.order_lines` becomes `SalesOrderLines`. All names are different. */
export function typeNames(declared: readonly Declared[]): string[] {
  const taken = new Set(TAKEN);
  return declared.map(({ parts }) => {
    const base = pascalCase(parts);
    let name = base;
    for (let number = 2; taken.has(name); number++) name = `${base}${number}`;
    taken.add(name);
    return name;
  });
}

function pascalCase(parts: readonly string[]): string {
  const words = parts.flatMap((part) => part.split(/[^\p{ID_Continue}]|_/u));
  const name = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
  // A name cannot begin with a digit.
  return /^\p{ID_Start}/u.test(name) ? name : `Table${name}`;
}
