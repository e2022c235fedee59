/** A row as an object, by column name. */
export type ObjectRow = Record<string, unknown>;

/** A row as an array, by position. Structs inside the row are arrays too. */
export type ArrayRow = unknown[];

/** One row of a result: an object by default, an array with `rowMode: "array"`. */
export type Row = ObjectRow | ArrayRow;
