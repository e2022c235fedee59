import type { DataType } from "../../../src/index.js";

/** The decoded value of each atomic Spark type, as the type table of the documentation has it. */
const ATOMIC: Readonly<Record<string, string>> = {
  void: "null",
  boolean: "boolean",
  byte: "number",
  short: "number",
  integer: "number",
  long: "bigint",
  float: "number",
  double: "number",
  decimal: "string",
  string: "string",
  char: "string",
  varchar: "string",
  binary: "Uint8Array",
  date: "string",
  time: "string",
  timestamp: "Timestamp",
  timestamp_ntz: "string",
  timestamp_ntz_nanos: "string",
  timestamp_ltz_nanos: "Timestamp",
  year_month_interval: "YearMonthInterval",
  day_time_interval: "DayTimeInterval",
  calendar_interval: "CalendarInterval",
  variant: "unknown",
  geometry: "Geometry",
  geography: "Geography",
};

/** The TypeScript text of the decoded values of a type. */
export function serverType(type: DataType, nullable: boolean): string {
  return nullable ? `${valueText(type)} | null` : valueText(type);
}

function valueText(type: DataType): string {
  switch (type.kind) {
    case "array":
      return `(${serverType(type.elementType, type.containsNull)})[]`;
    case "map":
      return `Map<${valueText(type.keyType)}, ${serverType(type.valueType, type.valueContainsNull)}>`;
    case "struct": {
      const fields = type.fields.map(
        ({ name, dataType, nullable }) =>
          `${JSON.stringify(name)}: ${serverType(dataType, nullable)}`,
      );
      return `{ ${fields.join("; ")} }`;
    }
    case "udt":
      return valueText(type.sqlType);
    default: {
      const text = ATOMIC[type.kind];
      if (text === undefined) throw new Error(`The type ${type.kind} has no TypeScript type here.`);
      return text;
    }
  }
}
