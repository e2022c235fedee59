import { Geography, Geometry } from "../../types/geometry.js";
import { int32View, type ArrowColumn } from "../arrow-column.js";
import { bindBinary } from "./text-readers.js";
import type { ColumnBinder } from "./value-reader.js";

function part(column: ArrowColumn, name: string): ArrowColumn {
  const child = column.children[column.type.children.findIndex((field) => field.name === name)];
  if (child === undefined) throw new RangeError(`Spatial column without ${name}`);
  return child;
}

/** Reads spatial values, which arrive as structs of reference system and well-known binary. */
export function spatialBinder(kind: "geometry" | "geography"): ColumnBinder {
  const Shape = kind === "geometry" ? Geometry : Geography;
  return (column) => {
    const srids = int32View(part(column, "srid").data);
    const wkb = bindBinary(part(column, "wkb")) as (index: number) => Uint8Array;
    return (index) => new Shape(wkb(index), srids[index]);
  };
}
