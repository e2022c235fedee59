import { nanosDateTimeText } from "../../types/calendar.js";
import { Timestamp } from "../../types/timestamp.js";
import { bigInt64View } from "../arrow-column.js";
import type { DecodeModes } from "./decode-options.js";
import { viaTemporal } from "./temporal-readers.js";
import type { ColumnBinder, ColumnPlace } from "./value-reader.js";

function nanosReader(make: (nanos: bigint) => unknown): ColumnBinder {
  return ({ data }) => {
    const nanos = bigInt64View(data);
    return (index) => make(nanos[index] as bigint);
  };
}

/** Reads timestamps with nanoseconds. */
export function nanosBinder(mode: DecodeModes["timestamp"], place: ColumnPlace): ColumnBinder {
  switch (mode) {
    case "timestamp":
      return nanosReader((nanos) => Timestamp.fromEpochNanos(nanos));
    case "string":
      return nanosReader((nanos) => `${nanosDateTimeText(nanos, true)}Z`);
    case "date":
      // Nanoseconds of 64 bits are always in Date's range.
      return nanosReader((nanos) => new Date(Timestamp.fromEpochNanos(nanos).getTime()));
    case "temporal": {
      const make = viaTemporal("Instant", place);
      return nanosReader((nanos) => make(`${nanosDateTimeText(nanos, true)}Z`));
    }
  }
}

/** Reads timestamps with nanoseconds and without a zone. */
export function nanosNtzBinder(
  mode: DecodeModes["timestampNtz"],
  place: ColumnPlace,
): ColumnBinder {
  if (mode === "string") return nanosReader((nanos) => nanosDateTimeText(nanos));
  const make = viaTemporal("PlainDateTime", place);
  return nanosReader((nanos) => make(nanosDateTimeText(nanos)));
}
