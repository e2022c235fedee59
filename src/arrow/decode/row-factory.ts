import type { ArrayRow, ObjectRow } from "../../types/row.js";
import type { ValueReader } from "./value-reader.js";

/** Binds the readers of a batch's columns and returns the function that builds the row at an index. */
export type RowFactory<R> = (readers: readonly ValueReader[]) => (index: number) => R;

/** Above this many columns V8 runs generated constructors no faster than a loop. */
const MAX_GENERATED = 500;

/** Rows as arrays, in column order. */
export const arrayRows: RowFactory<ArrayRow> = (readers) => {
  const { length } = readers;
  return (index) => {
    const row = new Array<unknown>(length);
    for (let column = 0; column < length; column++) row[column] = readers[column]?.(index);
    return row;
  };
};

/** Defines, rather than assigns, so that a column called `__proto__` is a column and not a prototype. */
function looped(names: readonly string[]): RowFactory<ObjectRow> {
  return (readers) => (index) => {
    const row: ObjectRow = {};
    for (const [column, name] of names.entries()) {
      const value = readers[column]?.(index);
      if (name === "__proto__")
        Object.defineProperty(row, name, {
          value,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      else row[name] = value;
    }
    return row;
  };
}

/**
 * A function with one object literal in it: V8 then knows the row's shape beforehand, which is several times
 * as fast as adding properties one by one. Names go in as JSON string literals in brackets, so no name can
 * become code, and `__proto__` stays a column.
 */
function generated(names: readonly string[]): RowFactory<ObjectRow> | undefined {
  const parameters = names.map((_, column) => `r${column}`).join(",");
  const properties = names.map((name, column) => {
    const literal = JSON.stringify(name);
    return `${name === "__proto__" ? `[${literal}]` : literal}:r${column}(i)`;
  });
  const body = `const [${parameters}]=readers;return (i)=>({${properties.join(",")}});`;
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- built from JSON string literals only
    return new Function("readers", body) as RowFactory<ObjectRow>;
  } catch {
    // Code generation can be barred (--disallow-code-generation-from-strings).
    return undefined;
  }
}

/** Rows as objects whose own properties are the columns. Names must not repeat. */
export function objectRows(names: readonly string[]): RowFactory<ObjectRow> {
  return (names.length <= MAX_GENERATED ? generated(names) : undefined) ?? looped(names);
}
