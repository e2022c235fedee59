import { DecodeError } from "../../errors.js";
import type { ArrowColumn } from "../arrow-column.js";
import { bindBinary } from "./text-readers.js";
import { decodeError, type ColumnBinder, type ColumnPlace } from "./value-reader.js";
import { decodeVariant } from "./variant.js";

/** A child of a variant column, by name: Spark does not guarantee the order of value and metadata. */
function part(column: ArrowColumn, name: string): (index: number) => Uint8Array {
  const at = column.type.children.findIndex((child) => child.name === name);
  const child = column.children[at];
  if (child === undefined) throw new RangeError(`Variant column without ${name}`);
  return bindBinary(child) as (index: number) => Uint8Array;
}

/** Reads variants as JavaScript values. */
export function variantBinder(place: ColumnPlace): ColumnBinder {
  return (column) => {
    const value = part(column, "value");
    const metadata = part(column, "metadata");
    return (index) => {
      try {
        return decodeVariant(value(index), metadata(index));
      } catch (error) {
        if (error instanceof DecodeError) throw error;
        throw decodeError(
          "MALFORMED_VARIANT",
          place,
          `contains a malformed variant: ${String(error)}`,
        );
      }
    };
  };
}
