// Functions of GEOMETRY and GEOGRAPHY values.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { NullIn, ValueOf } from "../dataframe/typing/column-value.js";
import type { Geography, Geometry } from "../types/geometry.js";
import { columnArgument, given, numberArgument } from "./column-arguments.js";
import { columnCall, expressionCall, valueCall } from "./call.js";

/**
 * A geospatial value as well-known binary. Spark 4.1 or newer.
 *
 * @param endianness `NDR` (little-endian, the default) or `XDR`; a literal or a Column. Spark 4.2 or newer
 * @example
 * hex(st_asbinary(st_geogfromwkb(unhex(lit("0101000000000000000000F03F0000000000000040")))));
 * // '0101000000000000000000F03F0000000000000040'
 */
export function st_asbinary<C extends ColumnOrName>(
  column: C,
  endianness?: Column | string,
): Column<Uint8Array | NullIn<C>> {
  return valueCall("st_asbinary", column, ...given(endianness));
}

/**
 * A GEOGRAPHY from well-known binary, in longitude and latitude. Spark 4.1 or newer.
 *
 * @example
 * st_geogfromwkb(unhex(lit("0101000000000000000000F03F0000000000000040")));
 * // Geography { wkb: Uint8Array(21)
 * //   [ 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 240, 63, 0, 0, 0, 0, 0, 0, 0, 64 ], srid: 4326 }
 */
export function st_geogfromwkb<C extends ColumnOrName>(wkb: C): Column<Geography | NullIn<C>> {
  return columnCall("st_geogfromwkb", wkb);
}

/**
 * A GEOMETRY from well-known binary. Spark 4.1 or newer.
 *
 * @param srid number of the reference system; a string names a column. Default: 0
 * @example
 * st_geomfromwkb(unhex(lit("0101000000000000000000F03F0000000000000040")), 4326);
 * // Geometry { wkb: Uint8Array(21)
 * //   [ 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 240, 63, 0, 0, 0, 0, 0, 0, 0, 64 ], srid: 4326 }
 */
export function st_geomfromwkb<C extends ColumnOrName, S extends ColumnOrName | number = number>(
  wkb: C,
  srid?: S,
): Column<Geometry | NullIn<C | Exclude<S, number>>> {
  const name = "st_geomfromwkb";
  const srids = given(srid).map((number) => numberArgument(name, number));
  return expressionCall(name, columnArgument(name, wkb), ...srids);
}

/**
 * Sets the number of the value's reference system. Does not change the coordinates. Spark 4.1 or newer.
 *
 * @param srid a number is a literal, a string names a column
 * @example
 * const point = st_geomfromwkb(unhex(lit("0101000000000000000000F03F0000000000000040")));
 * st_srid(st_setsrid(point, 3857)); // 3857
 */
export function st_setsrid<C extends ColumnOrName, S extends ColumnOrName | number>(
  column: C,
  srid: S,
): Column<ValueOf<C> | NullIn<Exclude<S, number>>> {
  const name = "st_setsrid";
  return expressionCall(name, columnArgument(name, column), numberArgument(name, srid));
}

/**
 * Number of the value's reference system. Spark 4.1 or newer.
 *
 * @example st_srid(st_geogfromwkb(unhex(lit("0101000000000000000000F03F0000000000000040")))); // 4326
 */
export function st_srid<C extends ColumnOrName>(column: C): Column<number | NullIn<C>> {
  return columnCall("st_srid", column);
}
