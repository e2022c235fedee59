import type { ArrayRow, ObjectRow } from "../../types/row.js";
import type { ValueReader } from "./value-reader.js";

/** Binds the readers of a batch's columns and returns the function that builds the row at an index. */
export type RowFactory<R> = (readers: readonly ValueReader[]) => (index: number) => R;

/** With more columns, V8 does not run generated constructors faster than a loop. */
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

/** Builds rows in a loop. Defines properties, because assigning to `__proto__` would change the prototype. */
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
 * Generates a function that contains one object literal. V8 then knows the row's shape in advance, which is
 * several times faster than adding properties one by one. The names are JSON string literals in brackets, so a
 * name can never become code, and `__proto__` stays a column.
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
    // The program may forbid code generation (--disallow-code-generation-from-strings).
    return undefined;
  }
}

/** Rows as objects with the columns as own properties. Names must be unique. */
export function objectRows(names: readonly string[]): RowFactory<ObjectRow> {
  return (names.length <= MAX_GENERATED ? generated(names) : undefined) ?? looped(names);
}
