/** A row by column name. */
export type ObjectRow = Record<string, unknown>;

/** A row by position; structs inside it are arrays too. */
export type ArrayRow = unknown[];

/** One row of a result: by name unless `rowMode: "array"` was asked for. */
export type Row = ObjectRow | ArrayRow;
