import type { DataType, StructType } from "../../../src/index.js";

/** A column that an operation of a chain can use. */
export interface ChainColumn {
  readonly name: string;
  readonly type: DataType;
  /** What the column is in a callback, such as `p.id`. */
  readonly text: string;
}

/** What the operations on a column depend on. */
export type Kind =
  | "integral"
  | "fractional"
  | "decimal"
  | "string"
  | "boolean"
  | "date"
  | "timestamp"
  | "local"
  | "binary"
  | "months"
  | "span"
  | "array"
  | "map"
  | "struct"
  | "variant"
  | "other";

const KINDS: Readonly<Record<string, Kind>> = {
  byte: "integral",
  short: "integral",
  integer: "integral",
  long: "integral",
  float: "fractional",
  double: "fractional",
  decimal: "decimal",
  string: "string",
  char: "string",
  varchar: "string",
  boolean: "boolean",
  date: "date",
  timestamp: "timestamp",
  timestamp_ntz: "local",
  binary: "binary",
  year_month_interval: "months",
  day_time_interval: "span",
  array: "array",
  map: "map",
  struct: "struct",
  variant: "variant",
};

export const NUMERIC: readonly Kind[] = ["integral", "fractional", "decimal"];

export function kindOf({ type }: Pick<ChainColumn, "type">): Kind {
  return KINDS[type.kind] ?? "other";
}

/** The columns with a name that is not ambiguous. Spark compares names without case. */
export function columnsOf({ fields }: StructType, parameter = "p"): readonly ChainColumn[] {
  const times = new Map<string, number>();
  for (const { name } of fields)
    times.set(name.toLowerCase(), (times.get(name.toLowerCase()) ?? 0) + 1);
  return fields
    .filter(({ name }) => times.get(name.toLowerCase()) === 1)
    .map(({ name, dataType }) => ({ name, type: dataType, text: member(parameter, name) }));
}

/** `p.id`, or `p["sum(id)"]`. */
function member(object: string, name: string): string {
  return /^[A-Za-z_]\w*$/u.test(name) ? `${object}.${name}` : `${object}[${JSON.stringify(name)}]`;
}

/** The name as an operation takes it, as a TypeScript literal. */
export function written(name: string): string {
  return JSON.stringify(name.includes(".") ? `\`${name}\`` : name);
}

/** Whether Spark sorts and compares values of the type. */
export function isOrderable(type: DataType): boolean {
  switch (type.kind) {
    case "array":
      return isOrderable(type.elementType);
    case "struct":
      return type.fields.every(({ dataType }) => isOrderable(dataType));
    default:
      return !["map", "variant", "calendar_interval"].includes(type.kind);
  }
}

export function isSameType(one: DataType, other: DataType): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
