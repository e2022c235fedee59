import { ProtocolError } from "../errors.js";
import type { Expression_Literal } from "../gen/spark/connect/expressions_pb.js";
import { dateText, dateTimeText } from "../types/calendar.js";
import { Timestamp } from "../types/timestamp.js";

/** The value of a literal from the server, in the same form as in rows by default. */
export function literalValue({ literalType, dataType }: Expression_Literal): unknown {
  switch (literalType.case) {
    case "null":
      return null;
    case "decimal":
      return literalType.value.value;
    case "date":
      return dateText(literalType.value);
    case "timestamp":
      return Timestamp.fromEpochMicros(literalType.value);
    case "timestampNtz":
      return ntzText(literalType.value);
    case "array":
      return literalType.value.elements.map(literalValue);
    case "map": {
      const { keys, values } = literalType.value;
      return new Map(
        keys.map((key, index) => {
          const value = values[index];
          return [literalValue(key), value === undefined ? null : literalValue(value)];
        }),
      );
    }
    case "struct": {
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- Spark before 4.1 sends only this form
      const { elements, structType } = literalType.value;
      const kind = (structType ?? dataType)?.kind;
      const fields = kind?.case === "struct" ? kind.value.fields : [];
      return Object.fromEntries(
        elements.map((element, index) => [
          fields[index]?.name ?? `col${index + 1}`,
          literalValue(element),
        ]),
      );
    }
    case "binary":
    case "boolean":
    case "byte":
    case "short":
    case "integer":
    case "long":
    case "float":
    case "double":
    case "string":
      return literalType.value;
    default:
      throw new ProtocolError(
        "UNKNOWN_LITERAL",
        `The server sent a value of kind ${literalType.case ?? "unknown"}, which this client cannot read. Cast it to STRING.`,
      );
  }
}

function ntzText(epochMicros: bigint): string {
  const micros = ((epochMicros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return dateTimeText(Number((epochMicros - micros) / 1_000_000n), Number(micros));
}
